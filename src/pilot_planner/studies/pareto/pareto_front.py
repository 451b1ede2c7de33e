"""Trade-offs: the front over a design's axes, each point a whole plan, with the places where the set of hosts switches."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Axis, Design
from pilot_planner.errors import CancelledError, NoPlanError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import ratios_of
from pilot_planner.solving.branch_and_bound import Cancelled
from pilot_planner.solving.decomposition.set_search import NoSetsError, SetSearch
from pilot_planner.solving.epsilon_constraint import Found, Front, FrontSearch
from pilot_planner.solving.front_oracle import Finder, LiveFinder, SetFinder, Wanted
from pilot_planner.solving.lexicographic_order import LEAST_FOR_TIES, aims_in_order, best_in_turn
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.finished_lumps import Finished, identity
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.pareto.records import MERGED, FrontPoint, Switch, TradeOffs, aim_in_words
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.text.number_format import with_unit

DEFAULT_POINTS = 30
MOST_DIVISIONS = 16
"""Floor of the resolution: the finest grid has this many cells along each axis."""

_SHARE_OF_GRID = 0.8
"""Of the whole work, about; the rest is finding where hosts switch."""
_EQUAL = 1e-9
"""Relative: plans that differ by less on an axis are equal there."""
_TAKEN = 0.5
_SWITCH_TOLERANCE = 0.01
"""A switch of hosts is located to this share of the axis's range."""


OnPoint = Callable[[FrontPoint], None]


def trade_offs(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    points: int = DEFAULT_POINTS,
    on_point: OnPoint | None = None,
    progress: Progress | None = None,
    most_divisions: int = MOST_DIVISIONS,
    switches: bool = True,
    out: str | Path | None = None,
) -> TradeOffs:
    """The front over the design's axes.

    1. payoff table and safe nadir;
    2. an epsilon grid over all axes but the first, halved until ``points`` plans are found or it has
       ``most_divisions`` cells along each axis; every cell gets a plan or the proof that it holds none;
    3. dominated and equal plans removed;
    4. the places where the best set of hosts switches located along each axis, unless ``switches`` is False.

    ``on_point`` gets each plan as it is found. ``out`` is a folder that keeps each search that has ended, so that the same
    call goes on from there after a stop; None keeps nothing. Raises NoPlanError when there is no plan at all, CancelledError
    (with the ``TradeOffs`` found so far) when ``progress`` returns False.
    """
    design, ready = set_up(model, inputs, settings)
    programme = build(make_case(design, ready))
    asked = identity("trade_offs", design, ready, points=points, most_divisions=most_divisions, switches=switches)
    with Finished(out, asked) as kept:
        study = FrontStudy(programme, on_point, exact=True, kept=kept)
        found = study.run(points, most_divisions, switches, progress)
    if study.stopped:
        raise CancelledError(f"stopped with {len(found.points)} plans of the front found", found)
    return found


class FrontStudy:
    """The front of one programme, which may be run again for more points: it goes on with what is found and proven.

    ``sets``: a search of a programme before, which is gone on with where right sides alone differ. ``exact``: each plan is
    polished, the design's own plan is one of them, and it is worked out how far any weighting beats them.
    """

    def __init__(
        self,
        programme: Programme,
        on_point: OnPoint | None = None,
        sets: SetSearch | None = None,
        *,
        exact: bool = False,
        kept: Finished | None = None,
    ) -> None:
        self.programme = programme
        self.exact = exact
        self.kept = kept
        self.session = Session(programme)
        self.design = programme.case.design
        self.axes = ordered_axes(self.design)
        signs = [1.0 if axis.sense == "min" else -1.0 for axis in self.axes]
        self.signs = signs
        self.expressions = [programme.metric(axis.metric) * sign for axis, sign in zip(self.axes, signs, strict=True)]
        goes_on = sets is not None and sets.same_axes(self.expressions) and sets.take_over(programme)
        self.sets = sets if goes_on else _by_sets(programme, self.expressions)
        self.search: FrontSearch | None = None
        self.on_point = on_point or (lambda point: None)
        self.progress: Progress | None = None
        self.cancelled: Cancelled | None = None
        self.points: dict[tuple[float, ...], FrontPoint] = {}
        """By the solution as it was found, in the order in which they were found."""
        self.stopped = False
        self._plan: Found | None = None

    def run(
        self,
        points: int,
        most_divisions: int,
        look_for_switches: bool,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        seconds: float = math.inf,
    ) -> TradeOffs:
        """As ``trade_offs``. Again only where there are ``sets``, which stay as they are between two runs.

        ``progress`` is asked between searches, ``cancelled`` within each of them too, and the solver's own search ends after
        ``seconds`` in all; what was broken off is not run again.
        """
        self.stopped, self.progress, self.cancelled = False, progress, cancelled
        if self.search is None:
            finder = self._finder(range(len(self.expressions)), self.expressions)
            gap = self.design.solver.gap
            self.search = FrontSearch(finder, self.expressions, gap, math.inf, self._cancelled, polish=self.exact)
            if self.exact:
                self._begin_with_the_plan(self.search)
        self.search.deadline = time.perf_counter() + seconds
        front = self.search.run(points, most_divisions, self._announce, self._tell)
        if front.no_end is not None:
            raise NoPlanError([_no_end(self.axes[front.no_end])])
        if not front.found and front.complete:
            raise NoPlanError(["no plan meets all limits of this design, so there is nothing to trade off"])
        front.found = self._merged(front)
        # By branching over the whole programme, each weighting would take as long as the plan itself.
        beaten = self.search.most_beaten() if self.exact and self.sets is not None and front.complete else None
        switches = self._switches(front) if look_for_switches and not self.stopped else []
        names = [axis.metric for axis in self.axes]

        def turned(values: tuple[float, ...]) -> dict[str, float]:
            return {name: sign * value for name, sign, value in zip(names, self.signs, values, strict=True)}

        return TradeOffs(
            axes=tuple(self.axes),
            points=tuple(self._settled(found) for found in front.found),
            payoff=tuple(turned(row) for row in front.payoff),
            ideal=turned(front.ideal) if front.ideal else {},
            nadir=turned(front.nadir) if front.nadir else {},
            switches=tuple(switches),
            resolution=front.resolution,
            divisions=front.divisions,
            cells=len(front.cells),
            solved=front.solved,
            complete=front.complete and not self.stopped,
            session=self.session,
            most_beaten=beaten,
            open_ended=tuple(names[k] for k in front.open_ended),
        )

    def _begin_with_the_plan(self, search: FrontSearch) -> None:
        """Where the first axis is the design's own objective, its plan is a point of the front, to the cent."""
        first, objective = self.axes[0], self.design.objective
        if (first.metric, first.sense) != (objective.metric, objective.sense):
            return
        session = Session(self.programme)
        best = session.solve()
        if best.status == "optimal":
            solution = session.break_ties(best)
            self._plan = Found(tuple(axis.value(solution) for axis in self.expressions), solution)
            search.front.found.append(self._plan)
            self._announce(self._plan)

    def _merged(self, front: Front) -> list[Found]:
        """Of plans that are one to the tolerance, the design's own, else the first."""
        if not self.exact or not front.nadir:
            return front.found
        room = [MERGED * spread for spread in front.ranges]
        kept: list[Found] = []
        for one in sorted(front.found, key=lambda found: found is not self._plan):
            near = any(
                all(abs(a - b) <= most for a, b, most in zip(one.values, other.values, room, strict=True)) for other in kept
            )
            if not near:
                kept.append(one)
        return sorted(kept, key=lambda found: found.values)

    def _finder(self, places: Sequence[int], axes: Sequence[Linear]) -> Finder:
        """Who solves for some of the axes."""
        finder = LiveFinder(self.session.live, axes) if self.sets is None else SetFinder(self.sets, places)
        return finder if self.kept is None else _KeptFinder(finder, self.kept)

    def _cancelled(self) -> bool:
        self.stopped = self.stopped or (self.cancelled is not None and self.cancelled())
        return self.stopped

    def _tell(self, done: int, total: int) -> bool:
        share = _SHARE_OF_GRID * done / max(1, total)
        if self.progress is not None and not self.progress(f"{len(self.points)} plans found", share):
            self.stopped = True
        return not self.stopped

    def _announce(self, found: Found) -> None:
        self.on_point(self._point(found))

    def _point(self, found: Found) -> FrontPoint:
        point = self.points.get(found.solution)
        if point is None:
            point = self.points[found.solution] = self._described(found, len(self.points) + 1)
        return point

    def _settled(self, found: Found) -> FrontPoint:
        """With ties broken as everywhere: of plans equal on all axes the same one, however it was come by."""
        point, sets = self._point(found), self.sets
        if not self.exact or sets is None or found is self._plan:
            return point
        hosts = enumerate(sets.blocks.levels)
        taken = [(h, state) for h, levels in hosts for state, j in enumerate(levels, 1) if found.solution[j] > _TAKEN]
        part = sets.fresh_part(tuple(taken))
        for row, value in zip(part.axis_rows, found.values, strict=True):
            part.set_row_bounds(row, -math.inf, value + _EQUAL * max(1.0, abs(value)))
        aims = [(part.local(aim), turn) for aim, turn in aims_in_order(self.programme)]
        caps, start = part.programme.d.cap.values(), part.taken(found.solution)
        reached = self.programme.objective.value(found.solution)
        best = best_in_turn(part, caps, start, aims, reached, self.design.solver, LEAST_FOR_TIES, anew=True)
        solution = part.whole(best)
        return self._described(Found(tuple(axis.value(solution) for axis in self.expressions), solution), point.number)

    def _described(self, found: Found, number: int) -> FrontPoint:
        programme = self.programme
        solution = self.session.tidy(found.solution)
        metrics = programme.metric_values(solution)
        axes = {axis.metric: metrics[axis.metric] for axis in self.axes}
        return FrontPoint(
            number=number,
            axes=axes,
            hosts=host_set(programme, solution),
            metrics=metrics,
            ratios=ratios_of(metrics),
            settings=self._settings(axes),
            solution=solution,
        )

    def _settings(self, axes: dict[str, float]) -> dict[str, Any]:
        """The first axis as objective, the others held where they are: bounds rounded outward."""
        first, *others = self.axes
        settings: dict[str, Any] = {"objective.metric": first.metric, "objective.sense": first.sense}
        for axis in others:
            side = "max" if axis.sense == "min" else "min"
            outward = math.ceil if side == "max" else math.floor
            settings[f"limits.{axis.metric}.{side}"] = float(outward(axes[axis.metric]))
        return settings

    # --- switches of hosts ---

    def _switches(self, front: Front) -> list[Switch]:
        """Along each axis but the first, with the others free, where the hosts of the best plan change."""
        found: list[Switch] = []
        for place, axis in enumerate(self.axes[1:], start=1):
            if not self.stopped:
                found += self._along(front, place, axis)
        return [] if self.stopped else found

    def _look_for_switches(self, share: float) -> bool:
        text = f"{len(self.points)} plans found; looking where hosts change"
        if self.progress is not None and not self.progress(text, _SHARE_OF_GRID + (1.0 - _SHARE_OF_GRID) * share):
            self.stopped = True
        return not self.stopped

    def _along(self, front: Front, place: int, axis: Axis) -> list[Switch]:
        low, high = front.ideal[place], front.nadir[place]
        if high - low <= 0:
            return []
        first = self.axes[0]
        sign = 1.0 if axis.sense == "min" else -1.0
        aim = self.programme.metric(first.metric) * (1.0 if first.sense == "min" else -1.0)
        expression = self.programme.metric(axis.metric) * sign
        both = [aim, expression]
        search = FrontSearch(self._finder([0, place], both), both, self.design.solver.gap, math.inf, self._cancelled)
        found: list[Switch] = []
        try:
            steps = [low + (high - low) * k / _SWITCH_SAMPLES for k in range(_SWITCH_SAMPLES + 1)]
            known = []
            for k, bound in enumerate(steps):
                if not self._look_for_switches((place - 1 + k / len(steps)) / (len(self.axes) - 1)):
                    return []
                known.append((bound, self._hosts_at(search, bound)))
            for (a, hosts_a), (b, hosts_b) in itertools.pairwise(known):
                if hosts_a and hosts_b and hosts_a != hosts_b:
                    found.append(self._bisect(search, axis, sign, a, hosts_a, b, hosts_b, (high - low) * _SWITCH_TOLERANCE))
        finally:
            search.close()
        return found

    def _hosts_at(self, search: FrontSearch, bound: float) -> str:
        found = search.best([math.inf, bound])
        return "" if found is None else host_set(self.programme, found.solution)

    def _bisect(
        self, search: FrontSearch, axis: Axis, sign: float, a: float, hosts_a: str, b: float, hosts_b: str, room: float
    ) -> Switch:
        while abs(b - a) > room and not self.stopped:
            middle = (a + b) / 2.0
            hosts = self._hosts_at(search, middle)
            if hosts == hosts_b:
                b = middle
            else:
                # A third set in between: the switch nearest to the tighter end is kept.
                a, hosts_a = (middle, hosts) if hosts == hosts_a else (a, hosts_a)
                b, hosts_b = (b, hosts_b) if hosts == hosts_a else (middle, hosts)
        value = sign * b
        tight, loose = (hosts_a, hosts_b) if sign > 0 else (hosts_b, hosts_a)
        shown = with_unit(value, METRICS[axis.metric].unit)
        label, aim = METRICS[axis.metric].label.lower(), aim_in_words(self.axes[0])
        sentence = f"Above {shown} of {label} the plan with {aim} uses {loose} instead of {tight}."
        return Switch(axis.metric, value, tight, loose, sentence, aim)


_FOUND = TypeAdapter(tuple[str, tuple[float, ...]])


class _KeptFinder:
    """Finds what another finder finds, and what was found before a stop: the same searches come in the same order."""

    def __init__(self, finder: Finder, kept: Finished) -> None:
        self.finder, self.kept = finder, kept

    def least(self, wanted: Wanted) -> tuple[str, tuple[float, ...]]:
        return self.kept.next_step("search", lambda: self.finder.least(wanted), _FOUND, lambda found: found[0] != "stopped")

    def close(self) -> None:
        self.finder.close()


_SWITCH_SAMPLES = 6
"""Even steps along an axis at which hosts are compared before a switch between two is located."""


def _no_end(axis: Axis) -> str:
    aim = f"{axis.sense} {axis.metric}"
    return f"{aim} has no end under these limits: add one that holds it, such as limits.operating_cost.max"


def _by_sets(programme: Programme, axes: Sequence[Linear]) -> SetSearch | None:
    """The search by sets of hosts, where the design asks for it and the programme allows it."""
    options = programme.case.design.solver
    if options.name != "highs" or options.engine != "structure":
        return None
    try:
        return SetSearch(programme, axes, options)
    except NoSetsError:
        return None


def ordered_axes(design: Design) -> list[Axis]:
    """The axes with the design's objective first, if it is one of them: it is the one to be optimised."""
    axes = list(design.tradeoffs.axes)
    axes.sort(key=lambda axis: axis.metric != design.objective.metric)
    return axes


def host_set(programme: Programme, solution: tuple[float, ...]) -> str:
    """ISO3 codes of the chosen hosts, sorted and joined by ``+``."""
    return "+".join(sorted(h for (h, _), column in programme.d.level.items() if solution[column] > _TAKEN))


_TAKEN = 0.5

__all__ = ["MERGED", "FrontPoint", "FrontStudy", "Switch", "TradeOffs", "host_set", "ordered_axes", "trade_offs"]
