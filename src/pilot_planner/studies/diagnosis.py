"""When no plan exists: which limits conflict, the smallest change of each that alone repairs it, and the smallest
joint change. Every repair is rounded outward and verified by solving.

Works for integer conflicts: feasibility is decided by branch and bound, never by the relaxation alone. Legal limits
are never offered; safeguards come last and are labelled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilot_planner.case.case import Case, make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, LimitBounds
from pilot_planner.errors import NoPlanError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.limits import Kind, LimitRow, Side, find_limit
from pilot_planner.programme.metrics import METRICS
from pilot_planner.solving.elastic import Bound, ElasticProgramme
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.conflicts import ORDER, Conflicts
from pilot_planner.studies.plan import Progress
from pilot_planner.studies.standing import shown
from pilot_planner.studies.words import with_unit


@dataclass(frozen=True, slots=True)
class Repair:
    """One change, or several together, that make a plan possible.

    Attributes:
        changes: what ``--set`` takes.
        old, new: bounds before and after, by setting.
        kind: the weakest kind among the limits changed.
        weakens_safeguard: whether it loosens something that protects workers.
        objective: the objective of the best plan after it.
        hosts: its hosts.
    """

    changes: dict[str, float]
    old: dict[str, float]
    kind: Kind
    weakens_safeguard: bool
    objective: float | None
    hosts: str
    sentence: str


@dataclass(frozen=True)
class Diagnosis:
    """Why a design has no plan.

    ``conflict`` is minimal: without any one of its limits there is a plan. ``structural`` says that there is none even
    without every policy limit. ``unrepairable`` are limits of the conflict that no change of theirs alone repairs.
    """

    reasons: tuple[str, ...]
    conflict: tuple[dict[str, Any], ...]
    repairs: tuple[Repair, ...]
    joint: Repair | None
    unrepairable: tuple[str, ...]
    structural: bool


def diagnose(design: Design, inputs: Inputs, progress: Progress | None = None) -> Diagnosis | None:
    """Diagnose a design; None when it has a plan. Impossible data is said before any solve."""
    case = make_case(design, inputs)
    try:
        programme = build(case)
    except NoPlanError as error:
        return Diagnosis(error.reasons, (), (), None, (), structural=True)
    if Session(programme).solve().has_plan:
        return None
    return _Doctor(case, programme, progress).diagnose()


class _Doctor:
    """One impossible case."""

    def __init__(self, case: Case, programme: Programme, progress: Progress | None) -> None:
        self.case = case
        self.design = case.design
        self.programme = programme
        self.progress = progress or (lambda text, fraction: True)
        self.elastic = self._elastic(programme)
        self.typical: tuple[float, ...] | None = None

    def _elastic(self, programme: Programme, typical: tuple[float, ...] | None = None) -> ElasticProgramme:
        sides: tuple[Side, ...] = ("min", "max")
        steps = {(key, side): _step_of(_unit(key)) for key in programme.case.design.limits for side in sides}
        return ElasticProgramme(programme, steps, self.design.solver.time_limit, typical)

    def diagnose(self) -> Diagnosis:
        conflicts = Conflicts(self.case, self.programme, self.elastic.bounds, self.progress)
        if not conflicts.possible(()):
            reason = "there is no plan even without any policy limit: demand, intake or the smallest placement leave none"
            if self.design.required:
                reason += f" that uses what the design requires ({', '.join(self.design.required)})"
            return Diagnosis((reason,), (), (), None, (), structural=True)
        conflict = conflicts.shortest()
        repairs: list[Repair] = []
        stuck: list[str] = []
        for place, (key, side) in enumerate(conflict):
            self.progress(f"looking for a repair of {key}", 0.3 + 0.5 * place / max(1, len(conflict)))
            repair = self._alone(key, side)
            if repair is None:
                stuck.append(f"{key}.{side}")
            else:
                repairs.append(repair)
        repairs.sort(key=lambda one: ORDER.index(one.kind))
        self.progress("looking for the smallest joint change", 0.85)
        return Diagnosis(
            reasons=tuple(self._reasons(conflict)),
            conflict=tuple(self._record(key, side) for key, side in conflict),
            repairs=tuple(repairs),
            joint=self._smallest([self._joint(), *repairs]),
            unrepairable=tuple(stuck),
            structural=False,
        )

    # --- in words ---

    def _record(self, key: str, side: Side) -> dict[str, Any]:
        bound = self._bound(key, side)
        record: dict[str, Any] = {"key": key, "side": side, "bound": bound}
        limit = find_limit(key)
        if limit is not None:
            sentence = limit.says(side, shown(bound, limit.unit))
            record |= {"unit": limit.unit, "kind": limit.kind_of(side), "sentence": sentence}
        return record

    def _bound(self, key: str, side: Side) -> float:
        limits = self.design.limits[key]
        bound = limits.min if side == "min" else limits.max
        return 0.0 if bound is None else bound

    def _reasons(self, conflict: Sequence[Bound]) -> Iterable[str]:
        if len(conflict) == 1:
            yield "One limit cannot be met by any plan:"
        else:
            yield f"{len(conflict)} limits cannot hold together; without any one of them there is a plan:"
        for key, side in conflict:
            limit = find_limit(key)
            if limit is not None:
                yield f"{limit.says(side, shown(self._bound(key, side), limit.unit))} ({limit.kind_of(side)})"

    # --- one limit alone ---

    def _alone(self, key: str, side: Side) -> Repair | None:
        """The smallest change of one bound that makes a plan possible; None for legal limits or where none does.

        For a limit on the programme's total the least bound is reached at once. For ratios and for limits that hold in
        each host or period it is the worst of several quotients, reached by minimising numerator - bound x denominator
        again and again, each time with the bound that the last plan needs (Dinkelbach); that falls to the optimum in a
        few steps.
        """
        if not _movable(key, side):
            return None
        turn = 1.0 if side == "max" else -1.0
        bound: float | None = None
        elastic = self.elastic
        for _ in range(_STEPS):
            found = elastic.least([(key, side)], to_spare=True)
            if found is None:
                return None
            self.typical = found.solution
            rows = [row for row in elastic.programme.limit_rows if (row.key, row.side) == (key, side)]
            reached = _worst(rows, found.solution, turn)
            if reached is None or (bound is not None and turn * (bound - reached) <= _CLOSE * max(1.0, abs(bound))):
                break
            bound = reached
            if all(row.denominator is None for row in rows):
                break
            elastic = self._elastic(self._built(self._with({(key, side): bound})))
        return None if bound is None else self._repair({(key, side): bound})

    # --- all together ---

    def _joint(self) -> Repair | None:
        """The smallest joint change: the least sum of changes over the design's bounds, legal limits held."""
        elastic = self._elastic(self.programme, self.typical)
        movable = [bound for bound in elastic.bounds if _movable(*bound)]
        found = elastic.least(movable)
        if found is None:
            return None
        changes: dict[Bound, float] = {}
        for bound in movable:
            if found.stretched([bound]):
                rows = [row for row in self.programme.limit_rows if (row.key, row.side) == bound]
                reached = _worst(rows, found.solution, 1.0 if bound[1] == "max" else -1.0)
                if reached is not None:
                    changes[bound] = reached
        return self._repair(changes) if changes else None

    def _smallest(self, repairs: Sequence[Repair | None]) -> Repair | None:
        """The least sum of changes over the bounds: a change of one limit counts as a joint one too.

        The elastic programme weighs violations of ratios by a typical denominator, so a single limit, whose own
        least bound is exact, may do with less.
        """
        offered = [one for one in repairs if one is not None]
        return min(offered, key=self._size, default=None)

    def _size(self, repair: Repair) -> float:
        return math.fsum(
            abs(new - repair.old[path]) / max(abs(repair.old[path]), _step_of(_unit(path.split(".")[1])))
            for path, new in repair.changes.items()
        )

    def _with(self, changes: Mapping[Bound, float]) -> Design:
        limits = dict(self.design.limits)
        for (key, side), bound in changes.items():
            old = limits[key]
            limits[key] = LimitBounds.model_construct(
                min=bound if side == "min" else old.min, max=bound if side == "max" else old.max
            )
        return self.design.model_copy(update={"limits": limits})

    def _built(self, design: Design) -> Programme:
        return build(make_case(design, self.case.inputs))

    # --- verified ---

    def _repair(self, changes: Mapping[Bound, float]) -> Repair | None:
        """Round outward and solve; further outward, a little at a time, until there is a plan."""
        turned = dict(changes)
        for attempt in range(_ATTEMPTS):
            rounded = {
                (key, side): _outward(bound, self._bound(key, side), side, _unit(key), attempt)
                for (key, side), bound in turned.items()
            }
            outcome, hosts = self._solve(self._with(rounded))
            if outcome.has_plan:
                return self._told(rounded, outcome, hosts)
        return None

    def _solve(self, design: Design) -> tuple[Outcome, str]:
        programme = self._built(design)
        outcome = Session(programme).solve()
        hosts = ""
        if outcome.has_plan:
            hosts = "+".join(sorted(h for (h, _), j in programme.d.level.items() if outcome.solution[j] > _TAKEN))
        return outcome, hosts

    def _told(self, changes: Mapping[Bound, float], outcome: Outcome, hosts: str) -> Repair:
        kinds = [limit.kind_of(side) for key, side in changes if (limit := find_limit(key)) is not None]
        kind = max(kinds, key=ORDER.index)
        words = []
        for (key, side), bound in changes.items():
            limit = find_limit(key)
            if limit is None:
                continue
            old = self._bound(key, side)
            verb = "raise" if bound > old else "lower"
            words.append(f"{verb} {limit.label.lower()} from {shown(old, limit.unit)} to {shown(bound, limit.unit)}")
        metric = METRICS[self.design.objective.metric]
        names = " and ".join(self.case.host(iso3).name for iso3 in hosts.split("+")) if hosts else ""
        has = f"the best plan then has {with_unit(outcome.objective, metric.unit)} of {metric.label.lower()} in {names}"
        gives = has if names else "the only plan then employs nobody"
        todo = " and ".join(words)
        weakens = kind == "safeguard"
        label = " This weakens a safeguard." if weakens else ""
        return Repair(
            changes={f"limits.{key}.{side}": bound for (key, side), bound in changes.items()},
            old={f"limits.{key}.{side}": self._bound(key, side) for key, side in changes},
            kind=kind,
            weakens_safeguard=weakens,
            objective=outcome.objective,
            hosts=hosts,
            sentence=f"{todo[:1].upper()}{todo[1:]}: {gives}.{label}",
        )


_STEPS = 12
_CLOSE = 1e-7
_ATTEMPTS = 6
_TAKEN = 0.5


def _movable(key: str, side: Side) -> bool:
    """Whether a bound may be offered as a repair: legal ones never are."""
    limit = find_limit(key)
    return limit is not None and limit.kind_of(side) != "legal"


def _worst(rows: Sequence[LimitRow], solution: Sequence[float], turn: float) -> float | None:
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


def _unit(key: str) -> str:
    limit = find_limit(key)
    return "" if limit is None else limit.unit


def _step_of(unit: str) -> float:
    """A readable step of a unit, to round to."""
    match unit:
        case "USD":
            return 1_000.0
        case "share" | "score":
            return 0.001
        case "count" | "persons" | "months":
            return 1.0
        case "posts":
            return 0.1
        case _:
            return 0.01


def _outward(bound: float, old: float, side: Side, unit: str, attempt: int) -> float:
    """The bound rounded away from the old one to a readable step; each further attempt one step more."""
    step = _step_of(unit)
    if unit == "USD" and abs(bound) < _SMALL_SUM:
        step = 1.0
    direction = 1.0 if side == "max" else -1.0
    whole = math.ceil(direction * bound / step - _CLOSE) + attempt
    rounded = direction * whole * step
    # Floating steps such as 0.001 leave crumbs behind.
    return round(rounded, 9) + 0.0 if direction * rounded >= direction * old else old


_SMALL_SUM = 10_000.0
