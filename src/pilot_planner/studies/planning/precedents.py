"""Ratios of a plan that precedents can be held against, and those precedents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilot_planner.case.costing import CostLine
from pilot_planner.data.inputs import Inputs
from pilot_planner.studies.planning.accounts import Accounts

# Categories of the UNSDG harmonised budget, as lists/unsdg_categories.csv has them.
_STAFF = "1"
_OFFICE = "7"
_INDIRECT = "8"
_ARRIVAL_DRIVER = "arrivals"


@dataclass(frozen=True, slots=True)
class PrecedentRatio:
    """One precedent beside the plan's own ratio."""

    precedent: str
    ratio: str
    plan_ratio: str
    plan_value: float | None
    low: float
    base: float
    high: float
    unit: str
    source_id: str
    grade: str


OWN_RATIOS: dict[str, tuple[str, str, str]] = {
    "oversight_cost_share": ("Oversight over operating cost", "share", "Budget lines that pay for oversight, over all."),
    "staff_and_office_share": ("Staff and office over operating cost", "share", "UNSDG categories 1 and 7, over all."),
    "indirect_share": ("Indirect support over direct cost", "share", "Indirect support cost over all other cost."),
    "onboarding_cost_per_arrival": ("Cost of bringing a person in", "USD", "Cost that follows arrivals, per arrival."),
    "first_quarter_intake_share": ("First intake over caps", "share", "Arrivals of the first working period, over caps."),
    "workers_per_inspector": (
        "Workers per inspector", "workers per inspector", "Mean of periods and hosts, weighted by inspectors.",
    ),
}  # fmt: skip
"""Label, unit and meaning of the ratios that need the budget or the workforce."""


def plan_ratios(ratios: dict[str, float | None], accounts: Accounts, lines: Sequence[CostLine]) -> dict[str, float | None]:
    """The ratios of metrics and those that need the budget or the workforce: shares of cost, intake, density."""
    total = sum(row.amount_usd for row in accounts.budget)
    oversight = {line.line_id for line in lines if line.oversight}

    def cost(wanted: object) -> float:
        return sum(row.amount_usd for row in accounts.budget if callable(wanted) and wanted(row))

    indirect = cost(lambda row: row.unsdg_category == _INDIRECT)
    arrivals = sum(row.arrivals for row in accounts.workforce)
    first = min((row.period for row in accounts.workforce if row.arrivals > 0), default=0)
    started = sum(row.arrivals for row in accounts.workforce if row.period == first)
    caps = sum({(row.iso3, row.sector): row.worker_cap for row in accounts.workforce}.values())
    inspectors = sum(row.inspectors for row in accounts.oversight if row.workers_per_inspector)
    people = sum(row.inspectors * (row.workers_per_inspector or 0.0) for row in accounts.oversight)
    own: dict[str, float | None] = {
        "oversight_cost_share": _over(cost(lambda row: row.cost_line in oversight), total),
        "staff_and_office_share": _over(cost(lambda row: row.unsdg_category in (_STAFF, _OFFICE)), total),
        "indirect_share": _over(indirect, total - indirect),
        "onboarding_cost_per_arrival": _over(cost(lambda row: row.driver == _ARRIVAL_DRIVER), arrivals),
        "first_quarter_intake_share": _over(started, float(caps)),
        "workers_per_inspector": _over(people, inspectors),
    }
    return {**ratios, **own}


def _over(above: float, below: float) -> float | None:
    return above / below if below > 0.0 else None


def precedent_ratios(inputs: Inputs, ratios: dict[str, float | None]) -> tuple[PrecedentRatio, ...]:
    """Every precedent that names one of the plan's ratios."""
    found = []
    for row in inputs.rows("estimates/precedents.csv"):
        name = row.text("compare_to")
        if row["status"] != "current" or not name:
            continue
        estimate = inputs.estimates["precedents", row.text("precedent"), row.text("ratio")]
        if estimate.low is None or estimate.base is None or estimate.high is None:
            continue
        found.append(
            PrecedentRatio(
                precedent=row.text("precedent"),
                ratio=row.text("ratio"),
                plan_ratio=name,
                plan_value=ratios.get(name),
                low=estimate.low,
                base=estimate.base,
                high=estimate.high,
                unit=estimate.unit,
                source_id=estimate.source_id,
                grade=estimate.grade,
            )
        )
    return tuple(found)
