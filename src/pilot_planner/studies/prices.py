"""What one more unit of each policy limit is worth, where that holds, and what a real change of the limit gives.

With every choice of the best plan held (hosts, levels, sectors, whole posts) and caps continuous, the programme is a
linear one. The price of a limit is the derivative of its optimum in the bound:

    price = sum over rows of  dual x (change of the right side - change of the row at the plan)  per unit of the bound

Taking the change of whole rows, and not only of right sides, prices every limit the same way: those on ratios, whose
bound stands in coefficients, and those of pay channels, whose bound stands inside data. Each price is then checked by
solving again just above and just below; where the two differ the price is a range.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, LimitBounds
from pilot_planner.errors import SolverError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.limits import Limit, Side, find_limit
from pilot_planner.programme.metrics import METRICS
from pilot_planner.solving.live import LiveRelaxation
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.replay import KeptSession, same_structure
from pilot_planner.solving.session import Session
from pilot_planner.studies.accounts import make_accounts
from pilot_planner.studies.plan import Plan, describe, no_plan
from pilot_planner.studies.price_words import NOTHING, Price, Resolve, with_sentence
from pilot_planner.studies.setup import Settings, set_up
from pilot_planner.studies.standing import standings
from pilot_planner.studies.sweep import with_other_bounds
from pilot_planner.studies.telling import Progress, Telling

_SMALL = 1e-5
"""Relative change of a bound for the one-sided checks."""

_ON_LINE = 1e-4
"""Relative difference up to which a re-solved optimum lies on the line of its price."""

_RESOLVE = 0.10
"""Share by which a bound is changed for the full re-solve."""


@dataclass(frozen=True)
class Prices:
    """Prices of one plan, the dearest first. ``objective`` is the metric that prices are in.

    ``complete``: False where the caller stopped before every limit was priced.
    """

    plan: Plan
    objective: str
    prices: tuple[Price, ...]
    complete: bool = True

    def records(self) -> list[dict[str, Any]]:
        """One row per limit and side, re-solves spread over columns."""
        rows = []
        for one in self.prices:
            row = {name: getattr(one, name) for name in one.__dataclass_fields__ if name not in ("looser", "tighter")}
            for name, resolve in (("looser", one.looser), ("tighter", one.tighter)):
                row[f"{name}_bound"] = None if resolve is None else resolve.bound
                row[f"{name}_status"] = None if resolve is None else resolve.status
                row[f"{name}_objective"] = None if resolve is None else resolve.objective
                row[f"{name}_hosts"] = None if resolve is None else resolve.hosts
            rows.append(row)
        return rows


def prices(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    resolve: bool = True,
    binding_only: bool = False,
) -> Prices:
    """Price every policy limit of a design's best plan, or those alone that bind.

    ``resolve`` False leaves out the full re-solves.

    Raises NoPlanError (from the plan) when there is no plan to price, CancelledError (with the ``Prices`` found so far)
    when ``progress`` returns False.
    """
    design, ready = set_up(model, inputs, settings)
    case = make_case(design, ready)
    programme = build(case)
    session = Session(programme)
    outcome = session.solve()
    if not outcome.has_plan:
        raise no_plan(outcome, design)
    solution = session.break_ties(outcome)
    plan = describe(programme, outcome, solution, {})
    pricing = _Pricing(programme, session, outcome, plan)
    found: list[Price] = []

    def so_far(complete: bool) -> Prices:
        ordered = sorted(found, key=lambda one: (not one.binding, -abs(one.price)))
        return Prices(plan, design.objective.metric, tuple(ordered), complete)

    for one in pricing.all(Telling(progress, lambda: so_far(complete=False)), resolve, binding_only):
        found.append(one)  # noqa: PERF402 # one by one, so that what is found is there where it is stopped
    return so_far(complete=True)


class _Pricing:
    """One plan's linear programme, kept live, and rebuilt only for a changed bound."""

    def __init__(self, programme: Programme, session: Session, outcome: Outcome, plan: Plan) -> None:
        self.programme = programme
        self.design = programme.case.design
        self.plan = plan
        self.metric = METRICS[self.design.objective.metric]
        self.sign = -1.0 if programme.maximise else 1.0
        caps = set(programme.d.cap.values())
        columns = programme.d.columns
        self.held = {
            j: (float(round(outcome.solution[j])), float(round(outcome.solution[j])))
            for j, column in enumerate(columns)
            if column.integer and j not in caps
        }
        self.live = session.live
        self.live.set_bounds(self.held)
        result = self.live.run(self.design.solver.time_limit)
        if result.status != "optimal":
            raise SolverError("the linear programme of the plan could not be solved, so its limits have no prices")
        self.value = result.value
        self.solution = tuple(result.solution)
        self.duals = self.live.row_duals()
        self.kept: KeptSession | None = None
        self.at = {row.name: place for place, row in enumerate(programme.rows)}

    def all(self, tell: Telling, resolve: bool, binding_only: bool) -> Iterator[Price]:
        binding = {(one.key, one.sense) for one in self.plan.limits if one.binding}
        wanted = [
            (limit, side, bound)
            for key, bounds in self.design.limits.items()
            if (limit := find_limit(key)) is not None
            for side, bound in self._sides(bounds)
            if bound is not None and (not binding_only or (key, side) in binding)
        ]
        for place, (limit, side, bound) in enumerate(wanted):
            tell(f"pricing {limit.key}", place / len(wanted))
            yield self._price(limit, side, bound, resolve)

    @staticmethod
    def _sides(bounds: LimitBounds) -> list[tuple[Side, float | None]]:
        return [("min", bounds.min), ("max", bounds.max)]

    def _price(self, limit: Limit, side: Side, bound: float, resolve: bool) -> Price:
        standing = [one for one in self.plan.limits if one.key == limit.key and one.sense == side]
        tightest = min(standing, key=lambda one: one.slack / max(1.0, abs(one.bound)), default=None)
        per = _step(limit.unit, bound)
        # Loosening raises a maximum and lowers a minimum.
        loosen = 1.0 if side == "max" else -1.0
        binding = any(one.binding for one in standing)
        by_duals = self._by_duals(limit.key, side, bound) * per if standing else 0.0
        up = down = 0.0
        if binding or abs(by_duals) > NOTHING:
            room = max(abs(bound), per) * _SMALL
            up, down = (self._one_sided(limit.key, side, bound, step, per) for step in (loosen * room, -loosen * room))
        low, high, then = (None, None, "")
        if binding and self._is_linear(limit.key, side) and abs(up) > NOTHING:
            low, high, then = self._range(limit.key, side, bound, loosen, up / per)
        looser = tighter = None
        if resolve and standing:
            looser = self._resolve(limit, side, bound, loosen)
            tighter = self._resolve(limit, side, bound, -loosen)
        hosts = "+".join(sorted(host.iso3 for host in self.plan.hosts))
        cliff = any(one is not None and one.hosts not in ("", hosts) for one in (looser, tighter))
        price = Price(
            key=limit.key,
            label=limit.label,
            side=side,
            kind=limit.kind_of(side),
            unit=limit.unit,
            bound=bound,
            value=tightest.value if tightest else math.nan,
            slack=tightest.slack if tightest else math.nan,
            binding=binding,
            per=per,
            price=by_duals,
            loosening=up,
            tightening=down,
            valid_from=low,
            valid_to=high,
            then=then,
            looser=looser,
            tighter=tighter,
            cliff=cliff,
            sentence="",
        )
        return with_sentence(price, self.metric.unit, self.metric.label, hosts, limit)

    def _is_linear(self, key: str, side: Side) -> bool:
        """Whether the bound is a right side: on a ratio the price holds in a point, and the re-solves tell the curve."""
        rows = [row for row in self.programme.limit_rows if row.key == key and row.side == side]
        return all(row.denominator is None and not row.implied for row in rows)

    # --- the derivative ---

    def _changed(self, key: str, side: Side, bound: float) -> Programme:
        """The same programme with another bound of one limit."""
        old = self.design.limits.get(key, LimitBounds())
        new = LimitBounds.model_construct(min=bound if side == "min" else old.min, max=bound if side == "max" else old.max)
        design = self.design.model_copy(update={"limits": {**self.design.limits, key: new}})
        return with_other_bounds(self.programme, design) or build(make_case(design, self.programme.case.inputs))

    def _by_duals(self, key: str, side: Side, bound: float) -> float:
        """Change of the objective metric per unit of the bound, from the duals of every row that the bound is in."""
        step = max(abs(bound), 1.0) * _SMALL
        other = self._changed(key, side, bound + step)
        total = 0.0
        for row in other.rows:
            place = self.at.get(row.name)
            if place is None:
                continue
            dual = self.duals[place]
            if dual == 0.0:
                continue
            before = self.programme.rows[place]
            right = row.right_side - before.right_side
            left = row.expression.value(self.solution) - before.expression.value(self.solution)
            total += dual * (right - left)
        return self.sign * total / step

    def _one_sided(self, key: str, side: Side, bound: float, step: float, per: float) -> float:
        """Change of the objective metric per ``per`` of the bound when it moves by ``step``, by solving again."""
        if find_limit(key) is None or (side == "max" and bound + step < 0 and bound >= 0):
            return 0.0
        value = self._optimum(key, side, bound + step)
        return math.nan if value is None else self.sign * (value - self.value) / step * per

    def _optimum(self, key: str, side: Side, bound: float) -> float | None:
        """The linear programme's optimum (as a minimum) with another bound; None where it has none.

        A bound that is a right side is moved in the live programme; one inside coefficients needs a new one.
        """
        if self._is_linear(key, side):
            return self._moved(key, side, bound)
        other = self._changed(key, side, bound)
        if len(other.d.columns) != len(self.programme.d.columns):
            return None
        live = LiveRelaxation(other)
        live.set_bounds(self.held)
        result = live.run(self.design.solver.time_limit)
        return result.value if result.status == "optimal" else None

    def _moved(self, key: str, side: Side, bound: float) -> float | None:
        """The same with the right sides of a limit's rows moved, and moved back."""
        rows = [
            (self.at[row.name], row.right_side) for row in self.programme.limit_rows if (row.key, row.side) == (key, side)
        ]
        for place, _ in rows:
            self._set_right_side(place, side, bound)
        result = self.live.run(self.design.solver.time_limit)
        for place, right in rows:
            self._set_right_side(place, side, right)
        return result.value if result.status == "optimal" else None

    def _set_right_side(self, place: int, side: Side, right: float) -> None:
        low, high = (-math.inf, right) if side == "max" else (right, math.inf)
        self.live.set_row_bounds(place, low, high)

    # --- where it holds ---

    def _range(
        self, key: str, side: Side, bound: float, loosen: float, slope: float
    ) -> tuple[float | None, float | None, str]:
        """Bounds between which the price holds, and what binds beyond on the loosening side."""
        directions = (loosen, -loosen)
        ends = [self._end(key, side, bound, direction, slope) for direction in directions]
        reached = ends[0]
        then = "" if reached is None else self._binding_beyond(key, side, reached + loosen * abs(reached or 1.0) * 0.01)
        open_ends = [direction * math.inf if end is None else end for end, direction in zip(ends, directions, strict=True)]
        low, high = sorted(open_ends)
        return (None if math.isinf(low) else low), (None if math.isinf(high) else high), then

    def _end(self, key: str, side: Side, bound: float, direction: float, slope: float) -> float | None:
        """How far the bound can move before the optimum leaves the line; None when it does not within tenfold."""

        def on_line(distance: float) -> bool:
            value = self._optimum(key, side, bound + direction * distance)
            if value is None:
                return False
            expected = self.value + self.sign * slope * direction * distance
            return abs(value - expected) <= _ON_LINE * abs(slope) * distance + _NOISE * max(1.0, abs(self.value))

        near, far = 0.0, max(abs(bound), 1.0) * 0.01
        limit = max(abs(bound), 1.0) * 10.0
        if direction < 0 and bound > 0:
            limit = bound
        while on_line(far):
            near, far = far, far * 3.0
            if far > limit:
                return None
        for _ in range(_BISECTIONS):
            middle = (near + far) / 2.0
            near, far = (middle, far) if on_line(middle) else (near, middle)
        return bound + direction * near

    def _binding_beyond(self, key: str, side: Side, bound: float) -> str:
        """Labels of limits that bind just beyond the end and not now."""
        design = self._changed(key, side, bound).case.design
        programme = with_other_bounds(self.programme, design) or build(make_case(design, self.programme.case.inputs))
        session = Session(programme)
        session.live.set_bounds(self.held)
        result = session.live.run(self.design.solver.time_limit)
        if result.status != "optimal":
            return ""
        solution = session.tidy(tuple(result.solution))
        beyond = standings(programme, solution, make_accounts(programme, solution))
        now = {(one.key, one.scope) for one in self.plan.limits if one.binding}
        new = [one for one in beyond if one.binding and (one.key, one.scope) not in now and one.key != key]
        return ", ".join(dict.fromkeys(_named(one.label, one.scope) for one in new))

    # --- what a real change gives ---

    def _resolve(self, limit: Limit, side: Side, bound: float, direction: float) -> Resolve:
        """The whole programme with the bound moved by a tenth (at least one, for counts)."""
        step = abs(bound) * _RESOLVE
        if limit.unit in ("count", "posts", "persons"):
            step = max(1.0, round(step))
        moved = bound + direction * (step if step > 0 else _step(limit.unit, bound))
        other = self._changed(limit.key, side, moved)
        outcome = self._solved_again(other)
        hosts = ""
        if outcome.has_plan:
            hosts = "+".join(sorted(h for (h, _), j in other.d.level.items() if outcome.solution[j] > 0.5))
        return Resolve(moved, outcome.status, outcome.objective, hosts)

    def _solved_again(self, other: Programme) -> Outcome:
        """The optimum of a programme that differs in a bound: the last search is replayed where nothing else changed."""
        if self.design.solver.name != "highs" or self.design.solver.engine != "structure":
            return Session(other).solve()
        if self.kept is None:
            self.kept = KeptSession(self.programme)
            self.kept.solve()
        if not same_structure(self.kept.programme, other):
            return Session(other).solve()
        self.kept.take_over(other)
        return self.kept.solve()


_BISECTIONS = 10
_NOISE = 1e-11


def _step(unit: str, bound: float) -> float:
    """The unit in which a price is told: 100,000 USD of a sum, one percentage point, a hundredth of a score; else one."""
    match unit:
        case "USD":
            # A running balance may have a bound of 0; monthly amounts have small ones.
            return 1.0 if 0.0 < abs(bound) < _LARGE_SUM else _LARGE_SUM
        case "share" | "score":
            return 0.01
        case _:
            return 1.0


_LARGE_SUM = 100_000.0


def _named(label: str, scope: str) -> str:
    return label if scope == "programme" else f"{label} ({scope})"
