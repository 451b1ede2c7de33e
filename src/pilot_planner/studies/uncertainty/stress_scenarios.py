"""Named draws: events that a quantile does not describe, each as a full answer beside the plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pilot_planner.design.schema import Design
from pilot_planner.errors import PilotPlannerError
from pilot_planner.programme.build import Programme
from pilot_planner.programme.costs import DIRECT, PROJECT
from pilot_planner.studies.planning.plan import Plan, make_plan
from pilot_planner.studies.uncertainty.trial import Answer, HeldPlan, Outlook, Trial

UPTAKE = "programme.in_kind_uptake"
_DELAY = ("funding_pledges", "disbursement_delay")


AMOUNT_UNITS = {
    "people": "persons",
    "income_lost": "USD",
    "journeys_home": "USD",
    "wages_paid": "USD",
    "cost_added": "USD",
    "cost_saved": "USD",
    "last_balance": "USD",
}


@dataclass(frozen=True)
class NamedDraw:
    """One event.

    Attributes:
        what: what happens, and what is changed for it.
        planned: the plan as it is, under the event.
        answer: the best answer with hosts, levels, sectors and caps as planned; None where none is asked for.
        anew: status and objective of the best plan if everything is chosen anew; None where it is not asked for.
        amounts: figures of this event only, by name; ``AMOUNT_UNITS`` has the unit of each.
    """

    name: str
    what: str
    planned: Outlook
    answer: Answer | None
    anew: dict[str, Any] | None
    amounts: dict[str, float]


def named_draws(trial: Trial, plan: Plan, recourse: bool) -> tuple[NamedDraw, ...]:
    """Goods refused, pledges late, and each chosen host withdrawing."""
    found = [_refused(plan, trial.held, recourse), _late(plan, trial.held, recourse)]
    found += [_withdrawn(trial, host.iso3) for host in plan.hosts]
    return tuple(found)


def _refused(plan: Plan, held: HeldPlan, recourse: bool) -> NamedDraw:
    """Nobody takes goods or services: all of it goes to cards."""
    words = "Nobody takes goods or services; what was planned in kind goes to cards. Room that is asked for stands empty."
    return _answered("uptake_refused", words, plan.design, plan, held, {UPTAKE: 0.0}, recourse)


def _late(plan: Plan, held: HeldPlan, recourse: bool) -> NamedDraw:
    """Every pledge comes later, by the high of what the evidence has."""
    estimate = plan.inputs.find(*_DELAY)
    months = round((estimate.high if estimate is not None else None) or 0.0)
    funding = plan.design.funding
    pledges = tuple(one.model_copy(update={"month": one.month + months}) for one in funding.pledges)
    changed = plan.design.model_copy(update={"funding": funding.model_copy(update={"pledges": pledges})})
    words = f"Every pledge comes {months} months later than promised."
    return _answered("pledges_late", words, changed, plan, held, {}, recourse)


def _answered(
    name: str, what: str, design: Design, plan: Plan, held: HeldPlan, values: dict[str, float], recourse: bool
) -> NamedDraw:
    trial = Trial(design, plan.inputs, held)
    programme = trial.programme(values)
    planned = trial.as_planned(programme)
    answer = trial.with_recourse(programme) if recourse else None
    anew = _anew(design, plan, values) if recourse else None
    return NamedDraw(name, what, planned, answer, anew, {})


def _anew(design: Design, plan: Plan, values: dict[str, float]) -> dict[str, Any]:
    """The best plan with everything chosen anew, hosts included."""
    try:
        found = make_plan(design, plan.inputs, {f"inputs.{path}": value for path, value in values.items()})
    except PilotPlannerError as error:
        return {"status": "no plan", "reason": str(error)}
    hosts = "+".join(host.iso3 for host in found.hosts)
    return {"status": found.status, "objective": found.outcome.objective, "hosts": hosts, "plan_id": found.plan_id}


def _withdrawn(trial: Trial, host: str) -> NamedDraw:
    """From the middle of the programme nobody works in a host; its office and inspectors stay to the end.

    The programme pays its workers of the period before their journey home, with the percentages that donors allow on
    it, and one more period of gross wages.
    """
    programme = trial.programme({})
    before = trial.solution(programme)
    half = len(programme.case.periods) // 2
    after = [t for t in programme.q.numbers if t > half]
    d = programme.d
    gone = [d.columns[j].name for (h, _, _, t), j in (*d.workers.items(), *d.arrivals.items()) if h == host and t > half]
    gone += [d.columns[j].name for (h, _, t), j in (*d.in_kind.items(), *d.family.items()) if h == host and t > half]
    columns = {name: value for name, value in trial.held.columns.items() if name not in gone}
    lost = sum(programme.q.pay("net_pay", host, t).value(before) for t in after)
    people = programme.q.workers(host, half).value(before) if half > programme.case.lead else 0.0
    # Those who would have left in any case are counted by the programme already.
    rates = programme.case.rates
    journeys = people * (1.0 - rates.attrition) * rates.return_share * journey_price(programme, host)
    wages = programme.q.pay("gross_wage", host, half).value(before) if half > programme.case.lead else 0.0
    extra = journeys + wages
    _charge(programme, half + 1, extra)
    planned = trial.as_planned(programme, columns)
    kept = (planned.figures["operating_cost"] or 0.0) - extra
    saved = programme.metric("operating_cost").value(before) - kept
    words = (
        f"{host} withdraws after period {half}: nobody works there from period {half + 1} on; the programme pays journeys "
        f"home and one more period of wages for {people:,.0f} people, and keeps its office and inspectors there."
    )
    amounts = {
        "people": people,
        "income_lost": lost,
        "journeys_home": journeys,
        "wages_paid": wages,
        "cost_added": extra,
        "cost_saved": saved,
        "last_balance": trial.solution(programme, columns)[d.balance[programme.q.numbers[-1]]],
    }
    return NamedDraw(f"{host}_withdraws", words, planned, None, None, amounts)


def _charge(programme: Programme, period: int, amount: float) -> None:
    """Add an amount to what a period costs."""
    name = f"cost.{period}"
    for place, row in enumerate(programme.rows):
        if row.name == name:
            more = row.expression + type(row.expression).of(programme.d.programme, amount)
            programme.rows[place] = replace(row, expression=more)


def journey_price(programme: Programme, host: str) -> float:
    """What one journey home costs, USD, with the percentages on direct and on project cost."""
    lines = programme.case.cost_lines
    journey = sum(line.price(host) for line in lines if line.driver == "returns")
    on_direct = [line for line in lines if line.driver == DIRECT]
    direct = sum(line.unit_cost for line in on_direct)
    base = 1.0 + sum(line.unit_cost for line in on_direct if line.in_indirect_base)
    on_project = sum(line.unit_cost for line in lines if line.driver == PROJECT)
    return journey * (1.0 + direct + on_project * base)
