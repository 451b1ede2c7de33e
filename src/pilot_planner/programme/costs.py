"""The budget as linear cells: cost line x host x period = quantity of a driver x unit cost.

The programme's operating cost and the donor budget are the same products, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pilot_planner.case.costing import PROGRAMME_WIDE, CostLine
from pilot_planner.case.history import History
from pilot_planner.data.amounts import is_drawn
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
    quantities: dict[tuple[str, str], list[_Quantity]] = {}
    cells = []
    for line in lines:
        if line.driver not in _PERCENTAGES:
            driven = (line.driver, line.level)
            if driven not in quantities:
                quantities[driven] = [one for one in _quantities(q, *driven) if one[2]]
            cells += [CostCell(line, place, t, quantity, line.price(place)) for place, t, quantity in quantities[driven]]
    direct = _with_more({}, cells)
    on_direct = [cell for line in lines if line.driver == DIRECT for cell in _share_cells(line, direct)]
    project = _with_more(direct, [cell for cell in on_direct if cell.line.in_indirect_base])
    on_project = [cell for line in lines if line.driver == PROJECT for cell in _share_cells(line, project)]
    outside = [cell for cell in on_direct if not cell.line.in_indirect_base]
    every = (*cells, *on_direct, *on_project)
    if q.over:
        booked = (*booked_cells(q, q.case.history, every), *(cell for cell in every if cell.period > q.over))
        return Costs(booked, _with_more({}, list(booked)))
    return Costs(every, _with_more(project, [*outside, *on_project]))


def booked_cells(q: Quantities, history: History, planned: tuple[CostCell, ...]) -> list[CostCell]:
    """Cells of periods that are over: what was booked, as the quantity that there was times what a unit cost.

    Where the plan knows no quantity, all that was booked is one unit.
    """
    there = happened(q, history)
    quantities = {
        (cell.line.line_id, cell.host, cell.period): sum(
            value * there.get(column, 0.0) for column, value in cell.quantity.terms.items()
        )
        for cell in planned
        if cell.period <= history.over
    }
    found = []
    for line in q.case.cost_lines:
        for (host, period), usd in history.cost_by_line.get(line.line_id, {}).items():
            if usd:
                quantity = quantities.get((line.line_id, host, period), 0.0)
                # What was booked is the same in every draw; how many units at what price it was is not.
                quantity = 1.0 if is_drawn(quantity) or quantity <= _NOTHING else quantity
                of_host = Linear.of(q.d.programme) if host == PROGRAMME_WIDE else q.happened(host, 1.0)
                found.append(CostCell(line, host, period, of_host * quantity, usd / quantity))
    return found


_NOTHING = 1e-9


def happened(q: Quantities, history: History) -> dict[int, float]:
    """What was signed and what has happened, by column."""
    d, levels = q.d, history.levels
    found = {d.programme: 1.0} | {d.level[h, level]: 1.0 for h, level in levels.items() if (h, level) in d.level}
    for (h, s), cap in history.caps.items():
        if (h, s, levels[h]) in d.open:
            found[d.open[h, s, levels[h]]] = 1.0
            found[d.cap[h, s]] = float(cap)
    for (h, s, t), (arrivals, workers) in history.people.items():
        if (key := (h, s, levels[h], t)) in d.workers:
            found |= {d.arrivals[key]: arrivals, d.workers[key]: workers}
    for (_, t, _), usd in history.costs.items():
        found[d.cost[t]] = found.get(d.cost[t], 0.0) + usd
    for (h, t), posts in history.inspectors.items():
        found[d.inspectors[h, t]] = posts
    for channel, columns in (("in_kind", d.in_kind), ("family", d.family)):
        for (h, level, t), column in columns.items():
            if t <= history.over and levels.get(h) == level:
                found[column] = history.channel(channel, h, t)
    return found


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


_Quantity = tuple[str, int, Linear]
"""Place, period, and the quantity of a driver there."""


def _quantities(q: Quantities, driver: str, level: str) -> list[_Quantity]:
    """Quantities of a driver; lines that it drives share them."""
    if driver in PROGRAMME_DRIVERS:
        return [(PROGRAMME_WIDE, t, PROGRAMME_DRIVERS[driver](q, t)) for t in q.numbers]
    return [(h, t, HOST_DRIVERS[driver](q, h, t, level)) for h in q.hosts for t in q.numbers]


def _with_more(before: dict[tuple[str, int], Linear], cells: list[CostCell]) -> dict[tuple[str, int], Linear]:
    """Sums by place and period with the cost of some more cells."""
    totals = {place: Linear(dict(total.terms)) for place, total in before.items()}
    for cell in cells:
        totals.setdefault((cell.host, cell.period), Linear()).add(cell.quantity, cell.unit_cost)
    return totals


def _share_cells(line: CostLine, base: dict[tuple[str, int], Linear]) -> list[CostCell]:
    return [CostCell(line, host, period, total, line.unit_cost) for (host, period), total in base.items()]
