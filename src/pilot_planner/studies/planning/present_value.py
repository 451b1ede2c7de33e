"""What money of a plan is worth at its start: every money metric, discounted by the period in which it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pilot_planner.programme.linear import Linear
from pilot_planner.programme.metrics import METRICS
from pilot_planner.text.number_format import money, percent

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme
    from pilot_planner.studies.planning.plan import Plan

_MONTHS_A_YEAR = 12


def factors(programme: Programme, rate: float) -> dict[int, float]:
    """Worth at the start of one dollar in the middle of each period, at ``rate`` a year."""
    return {
        one.number: (1.0 + rate) ** -((one.first_month - 1 + one.months / 2) / _MONTHS_A_YEAR)
        for one in programme.case.periods
    }


def discounted(programme: Programme, metric: str, rate: float) -> Linear:
    """A money metric with each amount at its worth at the start of the programme; linear, as the metric is.

    Amounts count in the period of their column, as metrics do (on accrual); what belongs to no period counts at the start.
    """
    worth = factors(programme, rate)
    d = programme.d
    period = {j: t for t, j in d.cost.items()} | {j: t for (_, t), j in d.inspectors.items()}
    for table in (d.arrivals, d.workers, d.in_kind, d.family):
        period |= {j: t for (*_, t), j in table.items()}
    terms = programme.metric(metric).terms
    return Linear({j: usd * worth[period[j]] if j in period else usd for j, usd in terms.items()})


def rate_of(plan: Plan) -> float | None:
    """The discount rate of the inputs, a year; None where they have none."""
    return plan.inputs.number("programme", "discount_rate_year")


def present_values(plan: Plan, rate: float | None = None) -> dict[str, float]:
    """Every money metric of the plan at the start of the programme, USD; ``rate`` a year, that of the inputs if left out."""
    rate = rate_of(plan) if rate is None else rate
    if rate is None:
        return {}
    names = [name for name, one in METRICS.items() if one.unit == "USD"]
    return {name: discounted(plan.programme, name, rate).value(plan.solution) for name in names}


def document(plan: Plan) -> dict[str, Any] | None:
    """The rate and the values as plain values."""
    rate = rate_of(plan)
    return None if rate is None else {"discount_rate_year": rate, "usd_at_start": present_values(plan, rate)}


_TOLD = ("worker_income", "secured_income", "operating_cost")


def sentence(plan: Plan) -> str:
    """What the main sums are worth at the start; empty where the inputs have no rate."""
    rate = rate_of(plan)
    if rate is None:
        return ""
    found = {name: discounted(plan.programme, name, rate).value(plan.solution) for name in _TOLD}
    told = ", ".join(
        f"{METRICS[name].label[:1].lower()}{METRICS[name].label[1:]} {money(found[name])} instead of "
        f"{money(plan.metrics[name])} USD"
        for name in _TOLD
    )
    return f"At the start of the programme, discounted by {percent(rate)} a year (judged, grade C): {told}."
