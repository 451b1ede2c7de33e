"""Changes that make a plan possible: of one bound, of pledges, of what is required, or of several together.

How little is enough comes from the elastic programme; it is rounded outward to a readable step, and nothing is offered
that was not set and solved as anybody would set it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.wording import listed
from pilot_planner.design.schema import Design, LimitBounds
from pilot_planner.design.writing import written
from pilot_planner.errors import InputError, NoPlanError, SolverError
from pilot_planner.programme.build import Programme, Row, build
from pilot_planner.programme.limits import LimitRow, Side, find_limit
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.metrics import METRICS
from pilot_planner.solving.elastic_programme import Bound, ElasticProgramme
from pilot_planner.solving.feasibility import feasibility
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.explain import late_pledges
from pilot_planner.studies.explain.conflict_members import (
    FUNDING,
    ORDER,
    Members,
    bound_of,
    is_limit,
    limit_path,
    of_channel,
    required_name,
)
from pilot_planner.studies.explain.steps import outward, step_of, unit_of
from pilot_planner.studies.planning.limit_status import shown
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.text.number_format import with_unit

Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Repair:
    """One change, or several together, that make a plan possible; solved as it is told.

    Attributes:
        changes: what ``--set`` takes.
        old: the same settings before.
        members: the members of conflicts that it resolves, by path.
        kind: the weakest kind among them.
        weakens_safeguard: whether it loosens something that protects workers.
        objective: the objective of the best plan after it.
        hosts: its hosts.
    """

    changes: Changes
    old: Changes
    members: tuple[str, ...]
    kind: str
    weakens_safeguard: bool
    objective: float | None
    hosts: str
    sentence: str

    @property
    def settings(self) -> list[str]:
        """Each change as ``--set`` takes it."""
        return [f"{path}={written(value)}" for path, value in self.changes.items()]


class Repairs:
    """Repairs of one design without a plan."""

    def __init__(self, members: Members, typical: Sequence[float]) -> None:
        """``typical``: a plan for the usual size of denominators."""
        self.members = members
        self.case = members.case
        self.design = members.case.design
        self.typical = tuple(typical)
        self.not_known: list[str] = []
        """Members of which no solver could say what repairs them, by path."""
        self._elastic = self._stretching(members.whole)

    def _stretching(self, programme: Programme) -> ElasticProgramme:
        """A programme that employs somebody and in which bounds can stretch."""
        sides: tuple[Side, ...] = ("min", "max")
        steps = {(key, side): step_of(unit_of(key, self.design)) for key in programme.case.design.limits for side in sides}
        opened = Linear(dict.fromkeys(programme.d.open.values(), 1.0))
        somebody = replace(programme, rows=[*programme.rows, Row("somebody", opened, ">=", 1.0)])
        typical = self.typical if len(self.typical) == len(programme.d.columns) else None
        return ElasticProgramme(somebody, steps, self.design.solver.time_limit, typical)

    # --- of one member ---

    def alone(self, path: str) -> list[Repair]:
        """The smallest changes of one member that make a plan possible; none for what may not or cannot be changed so."""
        try:
            if name := required_name(path):
                kept = [one for one in self.design.required if one != name]
                return self._verified([path], {"required": kept}, f"do not require {name}")
            if not self.stretches(path):
                changes = self._nearest(path, {})
                return [] if changes is None else self._verified([path], changes, self._words(changes))
            reached = self._least_bound(bound_of(path))
            return [] if reached is None else self._rounded({path: reached})
        except SolverError:
            self.not_known.append(path)
            return []

    def stretches(self, path: str) -> bool:
        """Whether all that a limit does is in rows of its own, which can stretch."""
        return is_limit(path) and not of_channel(path) and bound_of(path) in self._elastic.bounds

    def _least_bound(self, bound: Bound) -> float | None:
        """The bound nearest to the design's with which there is a plan.

        For a limit on the programme's total it is reached at once. For ratios and for limits that hold in each host or
        period it is the worst of several quotients, reached by minimising numerator - bound x denominator again and
        again, each time with the bound that the last plan needs (Dinkelbach); that falls to the optimum in a few steps.
        """
        turn = 1.0 if bound[1] == "max" else -1.0
        best: float | None = None
        elastic = self._elastic
        for _ in range(_STEPS):
            found = elastic.least([bound], to_spare=True)
            if found is None:
                break
            self.typical = found.solution
            rows = [row for row in elastic.programme.limit_rows if (row.key, row.side) == bound]
            reached = _worst(rows, found.solution, turn)
            if reached is None or (best is not None and turn * (best - reached) <= _CLOSE * max(1.0, abs(best))):
                break
            best = reached
            if all(row.denominator is None for row in rows):
                break
            elastic = self._stretching(self._at(bound, best))
        return best

    def _at(self, bound: Bound, value: float) -> Programme:
        """The programme with another bound, on the way to one that is offered: it need not be one that anybody may set."""
        key, side = bound
        old = self.design.bounds(key)
        new = LimitBounds.model_construct(min=value if side == "min" else old.min, max=value if side == "max" else old.max)
        case = self.members.whole.case
        limits = {**case.design.limits, key: new}
        return build(make_case(case.design.model_copy(update={"limits": limits}), case.inputs))

    def _nearest(self, path: str, others: Changes) -> Changes | None:
        """The bound of a channel of pay nearest to the design's with which there is a plan, by bisection to a readable step.

        Other rows than its own depend on such a bound, so that none of them can stretch for all.
        """
        low, high = self._bound(path), _open_end(path)
        step = step_of(unit_of(bound_of(path)[0], self.design))
        if not self._possible({**others, path: high}):
            return None
        while abs(high - low) > step * (1.0 + _CLOSE):
            middle = round(round((low + high) / 2.0 / step) * step, 9)
            if middle in (low, high):
                break
            if self._possible({**others, path: middle}):
                high = middle
            else:
                low = middle
        return {path: high}

    def _possible(self, changes: Changes) -> bool:
        try:
            return feasibility(self._built(changes), self.design.solver.time_limit).verdict == "possible"
        except (InputError, NoPlanError):
            return False

    # --- of several ---

    def together(self, paths: Sequence[str]) -> Repair | None:
        """The least sum of changes over the bounds of some members, all others held; None where that gives no plan."""
        try:
            repairs = self._together(paths)
        except SolverError:
            self.not_known += paths
            return None
        return repairs[0] if repairs else None

    def _together(self, paths: Sequence[str]) -> list[Repair]:
        gone = [path for path in paths if required_name(path)]
        changes: Changes = {}
        words: list[str] = []
        if gone:
            names = [required_name(path) for path in gone]
            changes["required"] = [one for one in self.design.required if one not in names]
            words = [f"do not require {listed(names)}"]
        channels = [path for path in paths if is_limit(path) and not self.stretches(path)]
        free = [bound_of(path) for path in paths if self.stretches(path)]
        opened = changes | {path: _open_end(path) for path in channels}
        reached = self._least_bounds(free, self._stretching(self._built(opened)) if opened else self._elastic)
        if reached is None:
            return []
        beside: Changes = {**opened, **self._outward(reached)}
        for path in channels:
            # With the others as far open as they have to be, each channel goes back as far as it can.
            beside |= self._nearest(path, {one: value for one, value in beside.items() if one != path}) or {}
            changes[path] = beside[path]
            words.append(self._words({path: changes[path]}))
        return self._rounded(reached, changes, words, [*gone, *channels]) if reached or changes else []

    def _least_bounds(self, free: Sequence[Bound], elastic: ElasticProgramme) -> dict[str, float] | None:
        """The bounds that the least sum of stretches needs, those that do not stretch left out."""
        found = elastic.least(free)
        if found is None:
            return None
        reached: dict[str, float] = {}
        for bound in free:
            rows = [row for row in elastic.programme.limit_rows if (row.key, row.side) == bound]
            value = _worst(rows, found.solution, 1.0 if bound[1] == "max" else -1.0)
            if found.stretched([bound]) and value is not None:
                reached[limit_path(*bound)] = value
        return reached

    def _outward(self, reached: Mapping[str, float], attempt: int = 0) -> dict[str, float]:
        return {
            path: outward(bound, self._bound(path), *bound_of(path), self.design, attempt) for path, bound in reached.items()
        }

    def size(self, repair: Repair) -> float:
        """The sum of changes over the bounds; what is not a number counts as changed by all of it."""
        return math.fsum(_change(path, repair.old[path], new, self.design) for path, new in repair.changes.items())

    # --- verified ---

    def _rounded(
        self,
        reached: Mapping[str, float],
        others: Changes | None = None,
        words: Sequence[str] = (),
        members: Sequence[str] = (),
    ) -> list[Repair]:
        """Rounded outward and solved; further outward, a little at a time, until there is a plan."""
        others = others or {}
        for attempt in range(_ATTEMPTS):
            rounded = self._outward(reached, attempt)
            short = late_pledges.shortfall(self._bound(FUNDING), rounded.pop(FUNDING)) if FUNDING in rounded else None
            said = [*words, self._words(rounded)] if rounded else list(words)
            ways: list[tuple[Changes, str]] = [({}, "")]
            if short is not None:
                ways = late_pledges.ways(self.design, short, alone=len(reached) == 1 and not others)
            found: list[Repair] = []
            for more, how in ways:
                text = listed(one for one in [*said, how] if one)
                found += self._verified([*members, *reached], {**others, **rounded, **more}, text)
            if short is not None and len(reached) == 1 and not others:
                found += self._sooner()
            if found:
                return found
        return []

    def _sooner(self) -> list[Repair]:
        """The one pledge that has to come sooner by the least, where that is enough."""
        found: list[Repair] = []
        for changes, text in late_pledges.sooner(self.design, self.case.periods, lambda one: self._solved(one)[0].has_plan):
            found += self._verified([FUNDING], changes, text)
        return found[:1]

    def _verified(self, members: Sequence[str], changes: Changes, todo: str) -> list[Repair]:
        """The repair if there is a plan with it, told with what that plan has."""
        outcome, hosts = self._solved(changes)
        if not outcome.has_plan:
            return []
        kinds = [ORDER[self.members.weight(path)] for path in members]
        metric = METRICS[self.design.objective.metric]
        names = listed(self.case.host(iso3).name for iso3 in hosts.split("+")) if hosts else ""
        has = f"the best plan then has {with_unit(outcome.objective, metric.unit)} of {metric.label.lower()} in {names}"
        gives = has if names else "the best plan then employs nobody"
        weakens = "safeguard" in kinds
        label = " This weakens a safeguard." if weakens else ""
        repair = Repair(
            changes=changes,
            old={path: self._setting(path) for path in changes},
            members=tuple(members),
            kind=max(kinds, key=ORDER.index),
            weakens_safeguard=weakens,
            objective=outcome.objective,
            hosts=hosts,
            sentence=f"{todo[:1].upper()}{todo[1:]}: {gives}.{label}",
        )
        return [repair]

    def _solved(self, changes: Changes) -> tuple[Outcome, str]:
        """The best plan with some changes, and its hosts."""
        nothing = Outcome("infeasible", None, None, (), 0.0)
        try:
            programme = self._built(changes)
            outcome = Session(programme).solve()
        except (InputError, NoPlanError):
            return nothing, ""
        hosts = ""
        if outcome.has_plan:
            hosts = "+".join(sorted(h for (h, _), j in programme.d.level.items() if outcome.solution[j] > _TAKEN))
        return outcome, hosts

    def _built(self, changes: Changes) -> Programme:
        design, inputs = set_up(self.design, self.case.inputs, changes)
        return build(make_case(design, inputs))

    def _bound(self, path: str) -> float:
        return bound_in(self.design, path)

    def _setting(self, path: str) -> Any:
        return bound_in(self.design, path) if is_limit(path) else late_pledges.setting(self.design, path)

    def _words(self, bounds: Mapping[str, float]) -> str:
        words = []
        for path, bound in bounds.items():
            limit = find_limit(bound_of(path)[0], self.design)
            if limit is not None:
                old = self._bound(path)
                verb = "raise" if bound > old else "lower"
                words.append(f"{verb} {limit.label.lower()} from {shown(old, limit.unit)} to {shown(bound, limit.unit)}")
        return listed(words)


def _open_end(path: str) -> float:
    """The bound of a share, or of a sum at least, that holds nothing back."""
    return 1.0 if bound_of(path)[1] == "max" else 0.0


def bound_in(design: Design, path: str) -> float:
    """The bound of a limit, by path; 0 where the design has none."""
    key, side = bound_of(path)
    bounds = design.bounds(key)
    return (bounds.min if side == "min" else bounds.max) or 0.0


def _change(path: str, old: Any, new: Any, design: Design) -> float:
    if not isinstance(old, int | float) or not isinstance(new, int | float):
        return 1.0
    step = step_of(unit_of(bound_of(path)[0], design)) if is_limit(path) else 1.0
    return abs(new - old) / max(abs(old), step)


def _worst(rows: Iterable[LimitRow], solution: Sequence[float], turn: float) -> float | None:
    """The bound that the rows need at a solution: their largest value for a maximum, smallest for a minimum."""
    values = []
    for row in rows:
        if row.lifted_by is not None and solution[row.lifted_by] > _TAKEN:
            continue
        below = 1.0 if row.denominator is None else row.denominator.value(solution)
        if abs(below) < 1e-6:
            continue
        values.append(row.numerator.value(solution) / below)
    if not values:
        return None
    return max(values) if turn > 0 else min(values)


_STEPS = 12
_CLOSE = 1e-7
_ATTEMPTS = 6
_TAKEN = 0.5
