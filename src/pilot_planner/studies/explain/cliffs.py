"""Cliffs: the nearest value of a limit, or of an input that the plan rests on, at which hosts, levels or feasibility change.

A price says what a little more is worth while hosts and levels stay. A cliff says how far they stay. It is looked for on
whole plans: outward from the plan in growing steps, then by halving between the last value at which the plan's hosts and
levels are still the best and the first at which they are not, down to the last digit that is told. Both sides of every
cliff that is told have been solved. That nothing changes before it is proven where the value only tightens or loosens the
programme and the bounds of the search say so; else the search is a grid, and two changes between two of its values that
cancel each other would be passed over.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.execution.run_task import Job, inputs_of, job_maker, keep
from pilot_planner.studies.execution.workers import Crew
from pilot_planner.studies.explain.cliff_ways import Way, Which, ways_of
from pilot_planner.studies.explain.cliff_words import Cliff, Steady, with_words
from pilot_planner.studies.explain.resolves import Resolves, Solved
from pilot_planner.studies.explain.shadow_prices import Basis, solve_basis
from pilot_planner.studies.planning.setup import Settings
from pilot_planner.text.result_tables import Rows, Tabled

_GROWTH = 4.0
"""Each step outward is so many times the last one: a few solves reach far, a few halvings come back."""


@dataclass(frozen=True)
class Cliffs(Tabled):
    """What was looked at.

    Attributes:
        cliffs: those found, in the order of the limits and then of the inputs.
        steady: values along which hosts, levels and feasibility do not change as far as was looked.
        not_looked: paths that were not looked at in the time, in at least one direction.
        seconds: that it took.
    """

    cliffs: tuple[Cliff, ...]
    steady: tuple[Steady, ...]
    not_looked: tuple[str, ...]
    seconds: float

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"cliffs": self.records, "steady": lambda: self.document()["steady"]}

    def records(self) -> list[dict[str, Any]]:
        """One row per cliff."""
        return [{name: getattr(one, name) for name in Cliff.__slots__} for one in self.cliffs]

    def document(self) -> dict[str, Any]:
        """Everything that was looked at, as a plain document."""
        steady = [{name: getattr(one, name) for name in Steady.__slots__} for one in self.steady]
        return {"cliffs": self.records(), "steady": steady, "not_looked_at": list(self.not_looked)}

    def of(self, path: str) -> list[Cliff]:
        """The cliffs of one setting."""
        return [one for one in self.cliffs if one.path == path]


def cliffs(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    which: Which = "near",
    paths: Collection[str] | None = None,
    seconds: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    basis: Basis | None = None,
) -> Cliffs:
    """Look for cliffs of every limit that binds and of the inputs that the plan rests on, those first that decide on hosts.

    ``which`` "all" looks at limits with room as well; ``paths`` names the settings to look at instead. ``seconds`` of
    computing (with several ``workers``, by the clock) end the search; what was not looked at is named. Raises NoPlanError
    when there is no plan, CancelledError (with what was found) when stopped.
    """
    clock = time.process_time if workers == 1 else time.perf_counter
    began = clock()
    basis = basis or solve_basis(model, inputs, settings)
    ways = [one for one in ways_of(basis, which if paths is None else "all") if paths is None or one.place.path in paths]
    deadline = math.inf if seconds is None else began + seconds
    found: dict[int, tuple[list[Cliff], list[Steady]]] = {}

    def so_far() -> Cliffs:
        missing = [ways[number].place.path for number in range(len(ways)) if number not in found]
        return Cliffs(
            cliffs=tuple(one for number in sorted(found) for one in found[number][0]),
            steady=tuple(one for number in sorted(found) for one in found[number][1]),
            not_looked=tuple(dict.fromkeys(missing)),
            seconds=clock() - began,
        )

    tell = Telling(progress, so_far)
    if workers > 1:
        _by_workers(basis, ways, workers, deadline, tell, found)
    else:
        search = _Search(basis.resolves)
        for number, way in enumerate(ways):
            tell(f"looking for a cliff of {way.place.label}", number / len(ways))
            if clock() > deadline:
                break
            found[number] = search.along(way)
    return so_far()


# --- the search ---


class _Search:
    """Along one value at a time; what was solved once is known to all."""

    def __init__(self, resolves: Resolves) -> None:
        self.resolves = resolves
        self.base = resolves.base
        self._tried: dict[float, Solved] = {}
        """Along the value that is looked at."""

    def along(self, way: Way) -> tuple[list[Cliff], list[Steady]]:
        """The nearest change of hosts or levels, and the nearest loss of every plan, from the plan outward."""
        self._tried = {}
        near, far = self._outward(way, way.value, way.resolution, lambda one: one.same_choice)
        steady = [] if far is not None else [Steady(way.place.path, way.place.label, way.place.unit, way.value, near)]
        if far is None:
            return [], steady
        near, far = self._closer(way, near, far, lambda one: one.same_choice)
        found = [self._cliff(way, near, far)]
        if self._at(way, far).status != "infeasible" and way.monotone != "looser" and not way.is_flag:
            last, none = far, self._none_beyond(way, far)
            if none is None:
                step = max(way.resolution, abs(far - way.value))
                last, none = self._outward(way, far, step, lambda one: one.status != "infeasible")
            if none is not None:
                found.append(self._cliff(way, *self._closer(way, last, none, lambda one: one.status != "infeasible")))
        return found, []

    def _none_beyond(self, way: Way, start: float) -> float | None:
        """The nearest value beyond that is known to leave no plan; None where none is, or where a plan may come back."""
        if way.monotone != "tighter":
            return None
        known = [value for value, solved in self._tried.items() if solved.status == "infeasible"]
        beyond = [value for value in known if (value - start) * way.direction > 0.0]
        return min(beyond, key=lambda value: abs(value - start), default=None)

    def _at(self, way: Way, value: float) -> Solved:
        if value == way.value:
            return self.base
        if value not in self._tried:
            self._tried[value] = self._solved(way, value)
        return self._tried[value]

    def _solved(self, way: Way, value: float) -> Solved:
        moved: Any = bool(value) if way.place.path.startswith("waivers.") else value
        within = self.base if way.monotone == "tighter" else None
        return self.resolves.at({way.place.path: moved}, within=within)

    def _outward(self, way: Way, start: float, step: float, good: Any) -> tuple[float, float | None]:
        """The last value that is good and the first that is not, in growing steps; None where the end is good as well."""
        near, reached = start, start
        while reached != way.end:
            reached = _clipped(start + way.direction * step, way)
            solved = self._at(way, reached)
            if not solved.settled:
                # Refused values are the end of what the setting can be; of what timed out nothing is known.
                return near, None
            if not good(solved):
                return near, reached
            near, step = reached, step * _GROWTH
        return near, None

    def _closer(self, way: Way, near: float, far: float, good: Any) -> tuple[float, float]:
        while abs(far - near) > way.resolution * _HALF_MORE:
            middle = _on_grid((near + far) / 2.0, way.resolution)
            if not min(near, far) < middle < max(near, far):
                break
            solved = self._at(way, middle)
            if not solved.settled:
                break
            near, far = (middle, far) if good(solved) else (near, middle)
        return near, far

    def _cliff(self, way: Way, near: float, far: float) -> Cliff:
        before, after = self._at(way, near), self._at(way, far)
        change = None if after.objective is None or self.base.objective is None else after.objective - self.base.objective
        kind: Literal["no plan", "hosts", "levels"] = "no plan"
        if after.objective is not None:
            kind = "levels" if after.hosts == self.base.hosts else "hosts"
        cliff = Cliff(
            path=way.place.path,
            label=way.place.label,
            unit=way.place.unit,
            value=way.value,
            kind=kind,
            stays_at=near,
            changes_at=far,
            status=after.status,
            objective=after.objective,
            change=change,
            choice=after.choice,
            proven=self._proven(way, before, after),
            sentence="",
        )
        return with_words(cliff, self.resolves.design.objective.metric)

    def _proven(self, way: Way, before: Solved, after: Solved) -> bool:
        """Whether nothing can change between the plan and the last value at which it stays.

        Tighter: feasibility never comes back, and other hosts and levels pass no more than they do now, which the plan's
        own still reaches at the last value. Looser: others pass no more than at that value, which the plan's own reaches
        even now.
        """
        if way.is_flag:
            return True
        better = max if self.resolves.programme.maximise else min
        if way.monotone == "tighter":
            if after.status == "infeasible" and not before.same_choice:
                return True
            own, others = before.objective, self.base.others
        elif way.monotone == "looser":
            own, others = self.base.objective, before.others
        else:
            return False
        return own is not None and not math.isnan(others) and better(own, others) == own


def _clipped(value: float, way: Way) -> float:
    beyond = value >= way.end if way.direction > 0 else value <= way.end
    return way.end if beyond else _on_grid(value, way.resolution)


def _on_grid(value: float, resolution: float) -> float:
    return float(f"{round(value / resolution) * resolution:.12g}")


_HALF_MORE = 1.5


# --- in parallel ---


def _by_workers(
    basis: Basis,
    ways: Sequence[Way],
    workers: int,
    deadline: float,
    tell: Telling,
    found: dict[int, tuple[list[Cliff], list[Steady]]],
) -> None:
    """Each job is one value in one direction; each worker keeps its own re-solves."""
    make = job_maker(basis.plan.design, basis.plan.inputs)
    keep(basis.plan.inputs)
    levels = dict(basis.plan.accounts.levels)
    jobs = [_Looking(make(runs=[], afresh=False), levels, way) for way in ways]
    done = 0

    def stopped() -> bool:
        return time.perf_counter() > deadline

    with Crew(workers) as crew:
        for number, result in crew.results(look, jobs, stopped):
            done += 1
            tell(f"looking for a cliff of {ways[number].place.label}", done / len(ways))
            found[number] = result


@dataclass(frozen=True)
class _Looking:
    job: Job
    levels: dict[str, str]
    way: Way


_KEPT: dict[str, _Search] = {}


def look(asked: _Looking) -> tuple[list[Cliff], list[Steady]]:
    """The cliffs of one value in one direction, in a worker."""
    if asked.job.about not in _KEPT:
        _KEPT.clear()
        design = Design.model_validate(asked.job.design)
        _KEPT[asked.job.about] = _Search(Resolves(design, inputs_of(asked.job), levels=asked.levels))
    return _KEPT[asked.job.about].along(asked.way)


def nearest(found: Iterable[Cliff]) -> list[Cliff]:
    """Cliffs with the nearest first, as a share of the value."""
    return sorted(found, key=lambda one: abs(one.changes_at - one.value) / max(abs(one.value), 1e-9))


__all__ = ["Cliff", "Cliffs", "Steady", "cliffs", "look", "nearest"]
