"""The empty folder of actuals of a plan: one row for every figure that the plan has, to be filled in period by period."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pilot_planner.case.calendar import period_days
from pilot_planner.case.costing import PROGRAMME_WIDE
from pilot_planner.data.actuals import Actuals, table_named
from pilot_planner.data.reading import Row
from pilot_planner.studies.planning.accounts import CHANNELS, exact_flows
from pilot_planner.studies.planning.plan import Plan

_CENT = Decimal("0.01")
_TOTALS = ("gross_wage", "contract_value")

Cells = dict[str, Any]


def template_rows(plan: Plan, through: int = 0, *, exact: bool = False) -> dict[str, list[Cells]]:
    """Rows by table, every column filled or None.

    Up to the period ``through`` they say that everything went as planned: for practice, and for what must not change
    anything. ``exact``: with the parts of a cent that a plan has and no ledger. Ledger codes are the cost lines themselves
    until somebody writes a ledger's own.
    """
    book = _Planned(plan, through, exact)
    made = {
        "signed": list(book.signed()),
        "reports": list(book.reports()),
        "people": list(book.people()),
        "pay": list(book.pay()),
        "escrow": list(book.escrow()),
        "oversight": list(book.oversight()),
        "costs": list(book.costs()),
        "ledger": [{"code": one.line_id, "cost_line": one.line_id, "ledger": "plan"} for one in plan.case.cost_lines],
        "funds": list(book.funds()),
        "indicators": list(book.indicators()),
        "commitments": [],
    }
    return {name: [_whole(name, cells) for cells in rows] for name, rows in made.items()}


def as_planned(plan: Plan, through: int) -> Actuals:
    """Actuals that say that everything went as planned up to a period, parts of a cent included: no news."""
    tables = {
        name: tuple(Row(number, cells) for number, cells in enumerate(rows, start=2))
        for name, rows in template_rows(plan, through, exact=True).items()
    }
    return Actuals("as planned", tables)


def _whole(name: str, cells: Cells) -> Cells:
    return {field.name: cells.get(field.name) for field in table_named(name).fields}


class _Planned:
    """Reads the figures of one plan; None behind the period up to which they happened."""

    def __init__(self, plan: Plan, through: int, exact: bool) -> None:
        self.plan, self.through = plan, through
        self.exact = exact_flows(plan.programme, plan.solution) if exact else {}
        self.unrounded = exact
        self.case = plan.case
        self.working = range(self.case.lead + 1, len(self.case.periods) + 1)
        self.numbers = [one.number for one in self.case.periods]

    def _told(self, t: int, value: Any) -> Any:
        return value if t <= self.through else None

    def signed(self) -> Iterator[Cells]:
        for one in self.plan.placements:
            level = self.plan.accounts.levels[one.iso3]
            yield {"iso3": one.iso3, "sector": one.sector, "oversight_level": level, "worker_cap": one.worker_cap}

    def reports(self) -> Iterator[Cells]:
        for t in self.numbers:
            last = period_days(self.plan.design.programme, t)[1]
            yield {"period": t, "reported_to": self._told(t, last.isoformat()), "closed": self._told(t, True)}

    def people(self) -> Iterator[Cells]:
        d, x = self.plan.programme.d, self.plan.solution
        for one in self.plan.placements:
            level = self.plan.accounts.levels[one.iso3]
            before = 0.0
            for t in self.working:
                arrivals, workers = (x[table[one.iso3, one.sector, level, t]] for table in (d.arrivals, d.workers))
                people = {"arrivals": arrivals, "leavers": max(0.0, before + arrivals - workers), "workers": workers}
                before = workers
                key = {"iso3": one.iso3, "sector": one.sector, "period": t}
                yield key | {name: self._told(t, value) for name, value in people.items()}

    def pay(self) -> Iterator[Cells]:
        for row in sorted(self.plan.accounts.flows, key=lambda one: (one.iso3, one.sector, one.period)):
            place = (row.iso3, row.sector, row.period, row.channel)
            key = dict(zip(("iso3", "sector", "period", "channel"), place, strict=True))
            if row.channel not in CHANNELS or (self.unrounded and row.channel in _TOTALS):
                continue
            usd = self.exact.get(place, float(row.amount_usd))
            yield key | {"amount": self._told(row.period, usd), "currency": "USD"}

    def escrow(self) -> Iterator[Cells]:
        rows = {(row.iso3, row.period): row for row in self.plan.accounts.escrow}
        for iso3 in self.plan.accounts.levels:
            for t in self.numbers:
                verified = self.plan.programme.q.released(iso3, t).value(self.plan.solution)
                verified = verified if self.unrounded else float(whole_cents(verified))
                amounts = {"deposits": float(rows[iso3, t].deposits), "tax_verified": verified}
                for flow, usd in amounts.items():
                    key = {"iso3": iso3, "period": t, "flow": flow}
                    yield key | {"amount": self._told(t, usd), "currency": "USD"}

    def oversight(self) -> Iterator[Cells]:
        q, x = self.plan.programme.q, self.plan.solution
        rates = self.case.rates
        for row in self.plan.accounts.oversight:
            months = q.worker_months(row.iso3, row.period).value(x)
            cells = {
                "inspectors": row.inspectors,
                "visits_asked": row.visits_required,
                "visits_made": row.visits_possible,
                "diversion_found": float(Decimal(repr(q.diverted(row.iso3, row.period).value(x))).quantize(_CENT)),
                "grievances": round(months * rates.grievances_per_worker_month),
                "protection_cases": round(months * rates.protection_cases_per_worker_month),
            }
            key = {"iso3": row.iso3, "period": row.period}
            yield key | {name: self._told(row.period, value) for name, value in cells.items()}

    def costs(self) -> Iterator[Cells]:
        planned = {(row.iso3, row.period, row.cost_line): row.amount_usd for row in self.plan.accounts.budget}
        posted = planned if self.unrounded else _in_cents(planned)
        lines = {(iso3, line): None for iso3, _, line in planned}
        order = [one.line_id for one in self.case.cost_lines]
        for iso3 in (PROGRAMME_WIDE, *self.plan.accounts.levels):
            for t in self.numbers:
                for line in order:
                    if (iso3, line) in lines:
                        usd = float(posted.get((iso3, t, line), 0.0))
                        key = {"iso3": iso3, "period": t, "code": line}
                        yield key | {"amount": self._told(t, usd), "currency": "USD"}

    def funds(self) -> Iterator[Cells]:
        months = self.plan.design.programme.period_months
        arriving: dict[tuple[str, int], float] = {}
        for pledge in self.plan.design.funding.pledges:
            t = -(-pledge.month // months) + 1
            if t <= self.numbers[-1]:
                arriving[pledge.donor, t] = arriving.get((pledge.donor, t), 0.0) + pledge.usd
        for (donor, t), usd in sorted(arriving.items(), key=lambda one: one[0][1]):
            yield {"donor": donor, "period": t, "amount": self._told(t, usd), "currency": "USD"}

    def indicators(self) -> Iterator[Cells]:
        named = dict.fromkeys(row.text("indicator") for row in self.plan.inputs.rows("facts/results_framework.csv"))
        for t in self.numbers:
            for indicator in named:
                yield {"indicator": indicator, "period": t}


def whole_cents(usd: float) -> Decimal:
    """An amount in cents, rounded down: no more is verified than was collected."""
    return Decimal(math.floor(usd * 100 + _ROUNDING)).scaleb(-2)


_ROUNDING = 1e-6


def _in_cents(amounts: dict[tuple[str, int, str], float]) -> dict[tuple[str, int, str], float]:
    """Amounts in cents whose partial sums over the periods of a line are the rounded true ones."""
    found: dict[tuple[str, int, str], float] = {}
    exact: dict[tuple[str, str], float] = {}
    posted: dict[tuple[str, str], int] = {}
    for (iso3, t, line), usd in sorted(amounts.items(), key=lambda one: one[0][1]):
        exact[iso3, line] = exact.get((iso3, line), 0.0) + usd
        cents = round(exact[iso3, line] * 100)
        found[iso3, t, line] = (cents - posted.get((iso3, line), 0)) / 100
        posted[iso3, line] = cents
    return found
