"""Events that concern a plan, each by itself and as a full answer beside the plan, all else at base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pilot_planner.data.amounts import at_draw
from pilot_planner.data.events import OF_INPUTS, Event
from pilot_planner.errors import PilotPlannerError
from pilot_planner.programme.build import Programme
from pilot_planner.programme.costs import DIRECT, PROJECT
from pilot_planner.studies.planning.plan import Plan, make_plan
from pilot_planner.studies.uncertainty.as_run import Answer, AsRun
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan, Outlook
from pilot_planner.studies.uncertainty.event_settings import settings_of
from pilot_planner.studies.uncertainty.samples import Uncertainty
from pilot_planner.studies.uncertainty.trial import Trial

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
        name: of the event.
        title, what: what happens, for lists and as a sentence.
        probability: that draws take, with its low and its high.
        grade: of the probability.
        settings: what it sets, as ``--set`` takes it.
        planned: the plan as it is, under the event.
        answer: the plan as it is run under the event; None where none is asked for.
        anew: status and objective of the best plan if everything is chosen anew; None where it is not asked for.
        amounts: figures of this event only, by name; ``AMOUNT_UNITS`` has the unit of each.
    """

    name: str
    title: str
    what: str
    probability: tuple[float, float, float]
    grade: str
    settings: dict[str, Any]
    planned: Outlook
    answer: Answer | None
    anew: dict[str, Any] | None
    amounts: dict[str, float]


def named_draws(trial: Trial, plan: Plan, known: Uncertainty, recourse: bool) -> tuple[NamedDraw, ...]:
    """Every event that changes anything for the plan, the likeliest first."""
    found = [_named(trial, plan, known, event, recourse) for event in known.events]
    return tuple(sorted(found, key=lambda one: (-one.probability[1], one.name)))


def _named(trial: Trial, plan: Plan, known: Uncertainty, event: Event, recourse: bool) -> NamedDraw:
    values, settings = known.after(event)
    under = DrawnPlan(trial.under(settings), {path: np.array([value]) for path, value in values.items()}, 1)
    low, base, high = event.probability.low, event.probability.base, event.probability.high
    return NamedDraw(
        name=event.name,
        title=event.title,
        what=event.what,
        probability=(low or 0.0, base or 0.0, high or 0.0),
        grade=event.probability.grade,
        settings=settings_of([event], plan.design, plan.inputs),
        planned=under.outlooks()[0],
        answer=AsRun(under).answers()[0] if recourse else None,
        anew=_anew(plan, event) if recourse else None,
        amounts=_amounts(trial, under, event),
    )


def _anew(plan: Plan, event: Event) -> dict[str, Any]:
    """The best plan with everything chosen anew, hosts included."""
    try:
        found = make_plan(plan.design, plan.inputs, settings_of([event], plan.design, plan.inputs))
    except PilotPlannerError as error:
        return {"status": "no plan", "reason": str(error)}
    hosts = "+".join(host.iso3 for host in found.hosts)
    return {"status": found.status, "objective": found.outcome.objective, "hosts": hosts, "plan_id": found.plan_id}


def _amounts(trial: Trial, under: DrawnPlan, event: Event) -> dict[str, float]:
    """What the closing of a host takes and costs; nothing for other events."""
    programme = under.programme
    closed = programme.case.last_open(event.host) if event.host else len(programme.case.periods)
    if closed == len(programme.case.periods) or any(one.path.startswith(OF_INPUTS) for one in event.effects):
        return {}
    host, before = event.host, trial.programme_of_draws({})
    solution = trial.solution(before)
    people = before.q.workers(host, closed).value(solution)
    # Those who would have left in any case are counted by the plan already.
    rates = before.case.rates
    journeys = people * (1.0 - rates.attrition) * rates.return_share * journey_price(before, host)
    wages = before.q.pay("gross_wage", host, closed).value(solution)
    added = journeys + with_percentages(before, wages)
    after = [at_draw(one, 0) for one in under.solution]
    change = at_draw(programme.metric("operating_cost").value(after), 0) - before.metric("operating_cost").value(solution)
    return {
        "people": people,
        "income_lost": sum(before.q.pay("net_pay", host, t).value(solution) for t in before.q.numbers if t > closed),
        "journeys_home": journeys,
        "wages_paid": wages,
        "cost_added": added,
        "cost_saved": added - change,
        "last_balance": after[programme.d.balance[programme.q.numbers[-1]]],
    }


def journey_price(programme: Programme, host: str) -> float:
    """What one journey home costs, USD, with the percentages on direct and on project cost."""
    journey = sum(line.price(host) for line in programme.case.cost_lines if line.driver == "returns")
    return with_percentages(programme, journey)


def with_percentages(programme: Programme, amount: float) -> float:
    """A direct cost with the percentages that donors allow on it, USD."""
    lines = programme.case.cost_lines
    on_direct = [line for line in lines if line.driver == DIRECT]
    direct = sum(line.unit_cost for line in on_direct)
    base = 1.0 + sum(line.unit_cost for line in on_direct if line.in_indirect_base)
    on_project = sum(line.unit_cost for line in lines if line.driver == PROJECT)
    return amount * (1.0 + direct + on_project * base)
