"""Shadow prices: what one more step of each policy limit is worth, where that holds, what a real change of it gives.

With every choice of the best plan held (hosts, levels, sectors, whole posts) and caps continuous, the programme is a
linear one. The price of a limit is the derivative of its optimum in the bound:

    price = sum over rows of  dual x (change of the right side - change of the row at the plan)  per unit of the bound

Taking the change of whole rows, and not only of right sides, prices every limit the same way: those on ratios, whose
bound stands in coefficients, and those of pay channels, whose bound stands inside data. A derivative is no step. The step
that a sentence names is therefore solved by itself, hosts and levels free to change, and what is told is the difference
of the two plans. The range in which a price holds is found by solving the linear programme again on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, LimitBounds
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.limits import Limit, Side, find_limit
from pilot_planner.programme.metrics import METRICS
from pilot_planner.solving.warm_start import KeptSession
from pilot_planner.studies.execution.held_programme import SMALL, HeldProgramme
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.explain.price_records import NOTHING, Price, Resolve, with_sentence
from pilot_planner.studies.explain.resolves import Resolves, Solved
from pilot_planner.studies.planning.limit_status import LimitStanding, first_tightest
from pilot_planner.studies.planning.plan import Plan, describe, no_plan
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.text.result_tables import Rows, Tabled

TENTH = 0.10
"""Share by which a bound is changed for the larger re-solves."""


@dataclass(frozen=True)
class Prices(Tabled):
    """Prices of one plan, the dearest first. ``objective`` is the metric that prices are in.

    ``complete``: False where the caller stopped before every limit was priced.
    """

    plan: Plan
    objective: str
    prices: tuple[Price, ...]
    complete: bool = True

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"prices": self.records}

    def records(self) -> list[dict[str, Any]]:
        """One row per limit and side, re-solves spread over columns."""
        rows = []
        for one in self.prices:
            row = {name: _told(getattr(one, name)) for name in one.__dataclass_fields__ if name not in _RESOLVES}
            for name in _RESOLVES:
                resolve = getattr(one, name)
                for part in Resolve.__dataclass_fields__:
                    row[f"{name}_{part}"] = None if resolve is None else getattr(resolve, part)
            rows.append(row)
        return rows


def _told(value: Any) -> Any:
    """What is not known is empty: no file format has a word for it that others read."""
    return None if isinstance(value, float) and math.isnan(value) else value


_RESOLVES = ("step_looser", "step_tighter", "looser", "tighter")


@dataclass(frozen=True)
class Basis:
    """A plan with everything that its re-solves share."""

    plan: Plan
    solution: tuple[float, ...]
    resolves: Resolves


def solve_basis(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
) -> Basis:
    """The plan of a design, ready to be solved again with settings moved. Raises NoPlanError when there is none."""
    design, ready = set_up(model, inputs, settings)
    programme = build(make_case(design, ready))
    session = KeptSession(programme, always_sets=True)
    outcome = session.solve()
    if not outcome.has_plan:
        raise no_plan(outcome, design)
    solution = session.break_ties(outcome)
    plan = describe(programme, outcome, solution, {})
    return Basis(plan, solution, Resolves(design, ready, programme, session, plan.accounts.levels))


def prices(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    resolve: bool = True,
    binding_only: bool = False,
    basis: Basis | None = None,
) -> Prices:
    """Price every policy limit of a design's best plan, or those alone that bind.

    ``resolve`` False leaves out the re-solves a tenth away; steps that are told are solved in any case. ``basis`` is that
    of the same design, inputs and settings, where somebody has it.

    Raises NoPlanError (from the plan) when there is no plan to price, CancelledError (with the ``Prices`` found so far)
    when ``progress`` returns False.
    """
    basis = basis or solve_basis(model, inputs, settings)
    plan = basis.plan
    found: list[Price] = []

    def so_far(complete: bool) -> Prices:
        ordered = sorted(found, key=lambda one: (not one.binding, -abs(one.price)))
        return Prices(plan, plan.design.objective.metric, tuple(ordered), complete)

    for one in _Pricing(basis).all(Telling(progress, lambda: so_far(complete=False)), resolve, binding_only):
        found.append(one)  # noqa: PERF402 # one by one, so that what is found is there where it is stopped
    return so_far(complete=True)


class _Pricing:
    """One plan's linear programme, kept live."""

    def __init__(self, basis: Basis) -> None:
        self.plan = basis.plan
        self.resolves = basis.resolves
        self.programme = basis.plan.programme
        self.design = self.programme.case.design
        self.metric = METRICS[self.design.objective.metric]
        self.sign = -1.0 if self.programme.maximise else 1.0
        self.held = HeldProgramme(basis.plan, basis.solution)

    def all(self, tell: Telling, resolve: bool, binding_only: bool) -> Iterator[Price]:
        binding = {(one.key, one.sense) for one in self.plan.limits if one.binding}
        wanted = [
            (limit, side, bound)
            for key, bounds in self.design.limits.items()
            if (limit := find_limit(key, self.design)) is not None
            for side, bound in sides_of(bounds)
            if bound is not None and (not binding_only or (key, side) in binding)
        ]
        wide: dict[tuple[str, Side], Solved] = {}
        for group in self._groups(wanted, binding) if resolve else ():
            wide |= self._all_looser(group)
        for place, (limit, side, bound) in enumerate(wanted):
            tell(f"pricing {limit.key}", place / len(wanted))
            yield self._price(limit, side, bound, resolve, wide.get((limit.key, side)))

    def _price(self, limit: Limit, side: Side, bound: float, resolve: bool, wide: Solved | None) -> Price:
        standing = [one for one in self.plan.limits if one.key == limit.key and one.sense == side]
        tightest = first_tightest(standing)
        per = step_of(limit.unit, bound)
        # Loosening raises a maximum and lowers a minimum.
        loosen = _loosen(side)
        binding = any(one.binding for one in standing)
        by_duals = self.held.by_duals(limit.key, side, bound) * per if standing else 0.0
        up = down = 0.0
        if binding or abs(by_duals) > NOTHING:
            room = max(abs(bound), per) * SMALL
            up, down = (self.held.one_sided(limit.key, side, bound, step, per) for step in (loosen * room, -loosen * room))
        told = binding or any(abs(one) > NOTHING for one in (by_duals, up, down))
        low, high, then = (None, None, "")
        if told:
            low, high, then = self.held.holds(limit.key, side, bound, loosen, (up / per, down / per), per)
        tenth = {}
        steps = {}
        # What holds for every worker can bind where it stands with room on average.
        with_room = None if told or any(row.implied for row in self.held.rows(limit.key, side)) else tightest
        if resolve and standing:
            tenth = self._both(limit, side, bound, None, wide, with_room)
        if told:
            steps = self._both(limit, side, bound, per, wide, None)
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
            looser=tenth.get(1.0),
            tighter=tenth.get(-1.0),
            cliff=any(one.status in ("optimal", "time_limit") and not one.same_choice for one in tenth.values()),
            sentence="",
            step_looser=steps.get(1.0),
            step_tighter=steps.get(-1.0),
            exact=self.held.is_linear(limit.key, side),
        )
        return with_sentence(price, self.metric.unit, self.metric.label, limit)

    def _monotone(self, key: str, side: Side) -> bool:
        """Whether a tighter bound allows no plan that a looser one does not allow."""
        return is_monotone(self.programme, key, side)

    # --- what a real change gives ---

    def _groups(
        self, wanted: list[tuple[Limit, Side, float]], binding: set[tuple[str, Side]]
    ) -> Iterator[list[tuple[Limit, Side, float]]]:
        """Limits that are looked at together: those that hold the plan back and are multiplied, and by kind those with room.

        Right sides are not among the former: they are moved at hardly any cost.
        """
        groups: dict[str, list[tuple[Limit, Side, float]]] = {}
        for limit, side, bound in wanted:
            tight = (limit.key, side) in binding or any(row.implied for row in self.held.rows(limit.key, side))
            if not (tight and self.held.is_linear(limit.key, side)):
                groups.setdefault("" if tight else limit.kind_of(side), []).append((limit, side, bound))
        yield from groups.values()

    def _passes_base(self, objective: float | None) -> bool:
        """Whether an objective is better than that of the plan by more than two re-solves may differ."""
        base = self.resolves.base.objective
        if objective is None or base is None:
            return False
        return (base - objective if self.sign > 0.0 else objective - base) > _SAME * max(1.0, abs(base))

    def _all_looser(self, limits: list[tuple[Limit, Side, float]]) -> dict[tuple[str, Side], Solved]:
        """One re-solve with all of these limits a tenth looser, by limit.

        It allows whatever one of them alone allows. Where other hosts and levels do not pass the plan as it is even so,
        they need not be looked at again for any of them.
        """
        moved = {
            f"limits.{limit.key}.{side}": _moved(limit.unit, bound, _loosen(side), None)
            for limit, side, bound in limits
            if self._monotone(limit.key, side)
        }
        if not self.resolves.allows(moved):
            moved = {path: bound for path, bound in moved.items() if self.resolves.allows({path: bound})}
        if len(moved) < _WORTH_A_SOLVE:
            return {}
        solved = self.resolves.at(moved, target=self.resolves.base.objective)
        return {(limit.key, side): solved for limit, side, _ in limits if f"limits.{limit.key}.{side}" in moved}

    def _both(
        self,
        limit: Limit,
        side: Side,
        bound: float,
        step: float | None,
        wide: Solved | None,
        tightest: LimitStanding | None,
    ) -> dict[float, Resolve]:
        """The whole programme with the bound moved to both sides, 1 for looser and -1 for tighter.

        ``step`` is an amount; None stands for a tenth of the bound. ``wide`` is the answer to a question that allows what
        a tenth looser allows. A limit with more room than the step (``tightest``) is not solved again for a tighter bound:
        the plan stays allowed, and whatever else was allowed was no better.
        """
        path = f"limits.{limit.key}.{side}"
        base, loosen, monotone = self.resolves.base, _loosen(side), self._monotone(limit.key, side)
        far = _moved(limit.unit, bound, loosen, None)
        found = {}
        for way in (1.0, -1.0):
            moved = _moved(limit.unit, bound, way * loosen, step)
            if moved == bound:
                continue
            distance = abs(moved - bound)
            if not monotone:
                solved = self.resolves.at({path: moved})
            elif way < 0:
                room = tightest is not None and not tightest.binding and tightest.slack > distance * (1.0 + _AS_GOOD)
                solved = base if room else self.resolves.at({path: moved}, within=base)
            elif moved == far and wide is not None and wide.status == "optimal" and not self._passes_base(wide.objective):
                # Even all of them looser together give no more, so neither does this one.
                solved = base
            else:
                wider = self.resolves.known({path: far}) or wide
                solved = self.resolves.at({path: moved}, within=wider if distance <= abs(far - bound) else None)
            change = None if solved.objective is None or base.objective is None else solved.objective - base.objective
            found[way] = Resolve(
                moved, solved.status, solved.objective, solved.hosts, change, solved.same_choice, solved.choice
            )
        return found


def _loosen(side: Side) -> float:
    return 1.0 if side == "max" else -1.0


_AS_GOOD = 1e-6
_SAME = 1e-6
"""Relative: objectives that differ by less are the same."""
_WORTH_A_SOLVE = 3
"""Limits for which one more solve of all together saves time."""


def sides_of(bounds: LimitBounds) -> list[tuple[Side, float | None]]:
    """Both sides of a limit with their bounds."""
    return [("min", bounds.min), ("max", bounds.max)]


def is_monotone(programme: Programme, key: str, side: Side) -> bool:
    """Whether a tighter bound of this limit allows no plan that a looser one does not allow.

    That is so where what a bound is multiplied with is never negative and the bound enters no other row.
    """
    lifted = any(row.lifted_by is not None for row in programme.limit_rows)
    if (key, side) == ("host_share", "max") or ((key, side) == ("workers_total", "max") and lifted):
        return False
    rows = [row for row in programme.limit_rows if row.key == key and row.side == side]
    columns = programme.d.columns

    def never_negative(row_terms: dict[int, float]) -> bool:
        return all(value >= 0.0 and (columns[j].lower or 0.0) >= 0.0 for j, value in row_terms.items())

    return all(row.lifted_by is None and (row.denominator is None or never_negative(row.denominator.terms)) for row in rows)


def _moved(unit: str, bound: float, direction: float, step: float | None) -> float:
    """The bound moved by an amount, or by a tenth of itself (at least one, for counts); never across 0, or 1 for shares."""
    if step is not None:
        amount = step
    else:
        amount = abs(bound) * TENTH
        if unit in ("count", "posts", "persons"):
            amount = max(1.0, round(amount))
        amount = amount if amount > 0 else step_of(unit, bound)
    moved = float(f"{bound + direction * amount:.12g}")
    if bound > 0.0 or (bound == 0.0 and unit != "USD"):
        moved = max(0.0, moved)
    return min(1.0, moved) if unit == "share" and bound <= 1.0 else moved


def step_of(unit: str, bound: float) -> float:
    """The step in which a price is told: 100,000 USD of a sum, one percentage point, a hundredth of a score; else one."""
    match unit:
        case "USD":
            # A running balance may have a bound of 0; monthly amounts have small ones.
            return 1.0 if 0.0 < abs(bound) < _LARGE_SUM else _LARGE_SUM
        case "share" | "score":
            return 0.01
        case _:
            return 1.0


_LARGE_SUM = 100_000.0
