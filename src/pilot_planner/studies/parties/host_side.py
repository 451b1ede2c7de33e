"""What each host government gets of a plan: revenue by kind, vacancies filled, services, and what is left."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pilot_planner.data.wording import listed
from pilot_planner.text.number_format import count, money, percent

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class HostSide:
    """One host government over the whole programme, USD; ``vacancies_filled`` in persons of the last period.

    ``gain`` = host tax + contributions + fees - refunded + vacancy worth - services.
    """

    iso3: str
    name: str
    host_tax: float
    contributions: float
    fees: float
    refunded: float
    revenue: float
    vacancies_filled: float
    vacancy_worth: float
    services: float
    gain: float


def host_sides(plan: Plan) -> tuple[HostSide, ...]:
    """Every chosen host; the rows add up to the plan's metrics ``host_revenue`` and ``host_gain``."""
    q, x, rates = plan.programme.q, plan.solution, plan.case.rates
    last = q.numbers[-1]

    def usd(h: str, part: Any) -> float:
        return float(sum(part(h, t).value(x) for t in q.numbers))

    found = []
    for host in plan.hosts:
        h = host.iso3
        tax = usd(h, lambda h, t: q.pay("host_tax", h, t))
        dues = usd(h, lambda h, t: q.pay("employee_contributions", h, t) + q.pay("employer_contributions", h, t))
        fees = usd(h, lambda h, t: q.pay("foreign_worker_fee", h, t))
        refunded, revenue = usd(h, q.refunded), usd(h, q.host_revenue)
        worth = rates.vacancy_value * usd(h, q.vacancy_wages)
        services = rates.host_service_cost * usd(h, q.worker_months)
        filled = q.vacancies(h, last).value(x)
        gain = revenue + worth - services
        found.append(HostSide(h, host.name, tax, dues, fees, refunded, revenue, filled, worth, services, gain))
    return tuple(found)


def host_rows(plan: Plan) -> list[dict[str, Any]]:
    """The same as rows of plain values."""
    return [{one.name: getattr(side, one.name) for one in fields(side)} for side in host_sides(plan)]


def sentence(plan: Plan) -> str:
    """What host governments get, and of what it is made."""
    sides = host_sides(plan)
    total = plan.metrics["contract_value"]
    if not sides or total <= 0.0:
        return "Nobody works in this plan, so no host government gets anything."
    kinds = [
        (sum(one.contributions for one in sides), "in social contributions"),
        (sum(one.host_tax for one in sides), "in income tax"),
        (sum(one.fees for one in sides), "in fees on foreign workers"),
    ]
    parts = listed(f"{money(usd)} USD {what}" for usd, what in sorted(kinds, reverse=True) if usd >= _CENT)
    back = plan.metrics["refunded_contributions"]
    refunds = f", of which {money(back)} USD go back to workers on departure" if back >= _CENT else ""
    share = percent(plan.metrics["host_revenue"] / total)
    filled = plan.metrics["vacancies_filled"]
    lack = (
        f"{count(filled)} workers of the last period fill jobs for which a host is known to lack people"
        if filled >= 0.5
        else "No job of the last period is in work for which a host is known to lack people"
    )
    return (
        f"Host governments get {money(plan.metrics['host_revenue'])} USD, {share} of what firms pay: {parts}{refunds}. "
        f"{lack}. With what that is worth to them, and less what their own services cost, they gain "
        f"{money(plan.metrics['host_gain'])} USD (both judged, grade C)."
    )


_CENT = 0.005
