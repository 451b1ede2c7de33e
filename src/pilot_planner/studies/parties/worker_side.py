"""What a worker gains over the whole contract, and what fees before departure and brokers' debt take of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pilot_planner.case.debt import contract_gain, owed
from pilot_planner.case.evidence import Evidence
from pilot_planner.text.labels import shown
from pilot_planner.text.number_format import money

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class WorkerSide:
    """One worker at a placement, from the end of set-up to the end of the programme.

    Attributes:
        contract_months: of the contract.
        pay_over_today_usd: net pay less what is kept today, over the contract.
        months_to_repay: until fees and debt before departure are paid, if all pay above today's goes to them; None: never.
        taken_by_debt_usd: what they take over the contract, interest included.
        contract_gain_usd: what is left.
        arrivals: persons who start there at any time.
    """

    iso3: str
    name: str
    sector: str
    contract_months: float
    pay_over_today_usd: float
    months_to_repay: float | None
    taken_by_debt_usd: float
    contract_gain_usd: float
    arrivals: float


def worker_sides(plan: Plan) -> tuple[WorkerSide, ...]:
    """Every placement of the plan, in its order; none where the inputs do not say what is owed."""
    names = {host.iso3: host.name for host in plan.hosts}
    cases = {one.key: one for one in plan.case.placements}
    # A memory of its own: what is told beside a plan is nothing that its figures rest on.
    evidence = Evidence(plan.inputs)
    due = owed(evidence, "debt")
    if evidence.missing:
        return ()
    working = plan.case.periods[plan.case.lead :]
    found = []
    for one in plan.placements:
        placement = cases[one.iso3, one.sector]
        gain = contract_gain(due, placement.pay, placement.today.worker_keeps, working)
        arrivals = sum(row.arrivals for row in plan.accounts.workforce if (row.iso3, row.sector) == (one.iso3, one.sector))
        months = None if math.isinf(gain.months_to_repay) else gain.months_to_repay
        told = (gain.months, gain.pay_over_today, months, gain.taken, gain.gain)
        found.append(WorkerSide(one.iso3, names[one.iso3], one.sector, *told, arrivals))
    return tuple(found)


def worker_rows(plan: Plan) -> list[dict[str, Any]]:
    """The same as rows of plain values."""
    return [{one.name: getattr(side, one.name) for one in fields(side)} for side in worker_sides(plan)]


HEADS = ("Placement", "Pay over today", "Months to repay", "Taken by debt", "Gain over the contract")
ABOUT = "USD of one worker from the end of set-up to the end; months until fees and debt before departure are paid"


def table_cells(plan: Plan) -> list[list[str]]:
    """Cells below ``HEADS``, as every page and file shows them."""
    return [
        [
            f"{one.name}, {one.sector.replace('_', ' ')}",
            _usd(one.pay_over_today_usd),
            "never" if one.months_to_repay is None else f"{one.months_to_repay:.1f}",
            _usd(one.taken_by_debt_usd),
            _usd(one.contract_gain_usd),
        ]
        for one in worker_sides(plan)
    ]


def _usd(amount: float) -> str:
    return f"{amount:,.0f}".replace("-", "−")


def sentence(plan: Plan) -> str:
    """Who needs longest to pay what was owed at departure, and what it takes from all; empty where nobody works."""
    sides = worker_sides(plan)
    if not sides:
        return ""
    due = owed(Evidence(plan.inputs), "debt")
    slowest = max(sides, key=lambda one: math.inf if one.months_to_repay is None else one.months_to_repay)
    where = f"{slowest.name} ({slowest.sector.replace('_', ' ')})"
    months = slowest.months_to_repay
    longest = (
        f"In {where} interest takes all that is gained over today"
        if months is None
        else f"It is paid last in {where}: after {months:.1f} months, if all pay above today's goes to it"
    )
    total = sum(one.taken_by_debt_usd * one.arrivals for one in sides)
    floor = plan.design.bounds("contract_gain").min
    held = "" if floor is None else f" No placement may leave a worker less than {money(floor)} USD over the whole contract."
    return (
        f"A worker is reckoned to owe {money(due.usd)} USD at departure, fees and brokers' debt together, at "
        f"{shown(due.interest, 'share')} a month (judged, grade C). {longest}. For all who start work it takes "
        f"{money(total)} USD; income and gains of the plan are told before it.{held}"
    )
