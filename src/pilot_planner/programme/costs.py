"""The budget as linear cells: cost line x host x period = quantity of a driver x unit cost.

The programme's operating cost and the donor budget are the same products, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pilot_planner.case.costing import PROGRAMME_WIDE, CostLine
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.quantities import Quantities


@dataclass(frozen=True, slots=True)
class CostCell:
    """One product of the budget. ``quantity`` is in units of the line's driver."""

    line: CostLine
    host: str
    period: int
    quantity: Linear
    unit_cost: float

    @property
    def amount(self) -> Linear:
        """USD."""
        return self.quantity * self.unit_cost


Driver = Callable[[Quantities, str, int, str], Linear]
"""Quantities, host, period, oversight level of the line (empty: all levels)."""

DIRECT = "direct_cost"
PROJECT = "project_cost"
_PERCENTAGES = (DIRECT, PROJECT)


def _level_sum(q: Quantities, h: str, level: str, weight: Callable[[str], float]) -> Linear:
    return Linear({q.d.level[h, one.level]: weight(one.level) for one in q.case.levels if level in ("", one.level)})


def _post_months(post: str) -> Driver:
    def months(q: Quantities, h: str, t: int, level: str) -> Linear:
        posts = {one.level: one.posts[post] for one in q.case.levels}
        return _level_sum(q, h, level, lambda name: posts[name] * q.months(t))

    return months


def _first_period_only(quantity: Callable[[Quantities, str, str], Linear]) -> Driver:
    return lambda q, h, t, level: quantity(q, h, level) if t == 1 else Linear()


def _sector_opening_years(q: Quantities, h: str, t: int, level: str) -> Linear:
    """Opened sectors x years, from the first period of work."""
    if t <= q.case.lead:
        return Linear()
    years = q.months(t) / 12
    return Linear({column: years for (host, _, one), column in q.d.open.items() if host == h and level in ("", one)})


HOST_DRIVERS: dict[str, Driver] = {
    "host_setups": _first_period_only(lambda q, h, level: _level_sum(q, h, level, lambda _: 1.0)),
    "host_months": lambda q, h, t, level: _level_sum(q, h, level, lambda _: float(q.months(t))),
    "head_of_office_months": _post_months("head_of_office"),
    "international_officer_months": _post_months("international_officer"),
    "national_officer_months": _post_months("national_officer"),
    "assistant_months": _post_months("assistant"),
    "case_worker_months": _post_months("case_worker"),
    "sector_opening_years": _sector_opening_years,
    "inspector_months": lambda q, h, t, level: q.inspector_months(h, t),
    "inspector_visits": lambda q, h, t, level: q.visits_required(h, t),
    "audit_visits": lambda q, h, t, level: q.audit_visits(h, t),
    "arrivals": lambda q, h, t, level: q.arrivals(h, t),
    "returns": lambda q, h, t, level: q.returns(h, t),
    "notice_wages": lambda q, h, t, level: q.notice_wages(h, t),
    "worker_months": lambda q, h, t, level: q.worker_months(h, t),
    "in_kind_value": lambda q, h, t, level: q.in_kind_room(h, t),
    "family_value": lambda q, h, t, level: q.family_room(h, t),
    "family_parcels": lambda q, h, t, level: q.family_parcels(h, t),
    "escrow_flow": lambda q, h, t, level: q.pay("contract_value", h, t),
    "income_tax": lambda q, h, t, level: q.pay("income_tax", h, t),
    "protection_cases": lambda q, h, t, level: q.worker_months(h, t) * q.case.rates.protection_cases_per_worker_month,
    "grievances": lambda q, h, t, level: q.worker_months(h, t) * q.case.rates.grievances_per_worker_month,
}
"""Drivers of a host's own lines."""

PROGRAMME_DRIVERS: dict[str, Callable[[Quantities, int], Linear]] = {
    "programme_months": lambda q, t: Linear.of(q.d.programme, float(q.months(t))),
}
"""Drivers of shared lines, booked under ``PRG``."""

DRIVERS = (*HOST_DRIVERS, *PROGRAMME_DRIVERS, *_PERCENTAGES)
"""Every driver that a cost line may name."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The budget as expressions: its cells, percentages last, and the sum of them by place and period, USD."""

    cells: tuple[CostCell, ...]
    totals: dict[tuple[str, int], Linear]


def make_costs(q: Quantities) -> Costs:
    """Every cell of the budget.

    Project cost is direct cost plus the percentage lines that donors let into the base of indirect cost
    (evaluation, not contingency). Raises InputError when a line names an unknown driver.
    """
    lines = q.case.cost_lines
    _check(lines)
    cells = [cell for line in lines if line.driver not in _PERCENTAGES for cell in _own_cells(q, line)]
    direct = _with_more({}, cells)
    on_direct = [cell for line in lines if line.driver == DIRECT for cell in _share_cells(line, direct)]
    project = _with_more(direct, [cell for cell in on_direct if cell.line.in_indirect_base])
    on_project = [cell for line in lines if line.driver == PROJECT for cell in _share_cells(line, project)]
    outside = [cell for cell in on_direct if not cell.line.in_indirect_base]
    return Costs((*cells, *on_direct, *on_project), _with_more(project, [*outside, *on_project]))


def _check(lines: tuple[CostLine, ...]) -> None:
    unknown = [line for line in lines if line.driver not in DRIVERS]
    if unknown:
        raise InputError(
            Fault(
                Place("estimates/cost_lines.csv", None, "driver"),
                f"{line.line_id}: driver {line.driver!r} is unknown",
                ", ".join(DRIVERS),
                "use one of these",
            )
            for line in unknown
        )


def _own_cells(q: Quantities, line: CostLine) -> list[CostCell]:
    if line.driver in PROGRAMME_DRIVERS:
        make = PROGRAMME_DRIVERS[line.driver]
        places = [(PROGRAMME_WIDE, t, make(q, t)) for t in q.numbers]
    else:
        driver = HOST_DRIVERS[line.driver]
        places = [(h, t, driver(q, h, t, line.level)) for h in q.hosts for t in q.numbers]
    return [CostCell(line, h, t, quantity, line.price(h)) for h, t, quantity in places if quantity]


def _with_more(before: dict[tuple[str, int], Linear], cells: list[CostCell]) -> dict[tuple[str, int], Linear]:
    """Sums by place and period with the cost of some more cells."""
    totals = {place: Linear(dict(total.terms)) for place, total in before.items()}
    for cell in cells:
        totals.setdefault((cell.host, cell.period), Linear()).add(cell.quantity, cell.unit_cost)
    return totals


def _share_cells(line: CostLine, base: dict[tuple[str, int], Linear]) -> list[CostCell]:
    return [CostCell(line, host, period, total, line.unit_cost) for (host, period), total in base.items()]
