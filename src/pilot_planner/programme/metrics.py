"""Metrics: named linear expressions. The same object is objective, limit, axis, and the figure on every screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pilot_planner.programme.linear import Linear

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme

Sense = Literal["min", "max"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A quantity of the whole programme.

    Attributes:
        label: what a person reads.
        unit: USD, persons, months, share of a person-month ...
        better: the good direction for the people the pilot is for; None where it depends on who asks.
        meaning: one sentence.
        rests_on: topics of evidence behind it (see ``case/evidence.py``).
        senses: directions in which it may be optimised or, reversed, limited.
        express: the expression over a programme's decisions.
    """

    name: str
    label: str
    unit: str
    better: Sense | None
    meaning: str
    rests_on: tuple[str, ...]
    express: Callable[[Programme], Linear]
    senses: tuple[Sense, ...] = ("min", "max")


METRICS: dict[str, Metric] = {}

_PAY = ("pay", "demand", "attrition")
_COST = ("cost", "oversight", "sites", "protection", "returns", *_PAY)
_DIVERSION = ("diversion", "uptake", "basket", *_PAY)
_TODAY = ("status_quo", "demand", "attrition")


def _metric(
    name: str, label: str, unit: str, better: Sense | None, rests_on: tuple[str, ...], meaning: str
) -> Callable[[Callable[[Programme], Linear]], Callable[[Programme], Linear]]:
    def register(express: Callable[[Programme], Linear]) -> Callable[[Programme], Linear]:
        senses: tuple[Sense, ...] = ("min",) if name == "peak_workers" else ("min", "max")
        METRICS[name] = Metric(name, label, unit, better, meaning, rests_on, express, senses)
        return express

    return register


# --- money of the programme ---


@_metric("operating_cost", "Operating cost", "USD", "min", _COST, "All cost lines, indirect cost included.")
def _operating_cost(p: Programme) -> Linear:
    return Linear(dict.fromkeys(p.d.cost.values(), 1.0))


@_metric("levy_income", "Levy income", "USD", "max", _PAY, "Programme levies that employers pay on gross wages.")
def _levy_income(p: Programme) -> Linear:
    return p.q.total(lambda h, t: p.q.pay("programme_levy", h, t))


@_metric("net_donor_ask", "Asked of donors", "USD", "min", _COST, "Operating cost less levy income.")
def _net_donor_ask(p: Programme) -> Linear:
    return _operating_cost(p) - _levy_income(p)


@_metric("contract_value", "Contract value", "USD", None, _PAY, "What firms pay into escrow for the work done.")
def _contract_value(p: Programme) -> Linear:
    return p.q.total(lambda h, t: p.q.pay("contract_value", h, t))


@_metric("gross_wages", "Gross wages", "USD", "max", _PAY, "Gross wages, before any tax or contribution.")
def _gross_wages(p: Programme) -> Linear:
    return p.q.total(lambda h, t: p.q.pay("gross_wage", h, t))


# --- workers' money ---


@_metric(
    "worker_income",
    "Worker income",
    "USD",
    "max",
    _PAY,
    "Net pay of all workers at face value: card, goods and services, family parcels.",
)
def _worker_income(p: Programme) -> Linear:
    return p.q.total(lambda h, t: p.q.pay("net_pay", h, t))


@_metric("card_pay", "Paid to own cards", "USD", "max", _DIVERSION, "Net pay that reaches workers' own debit cards.")
def _card_pay(p: Programme) -> Linear:
    return p.q.total(p.q.card)


@_metric("in_kind_pay", "Paid in kind", "USD", None, _DIVERSION, "Net pay that workers take as goods and services.")
def _in_kind_pay(p: Programme) -> Linear:
    return p.q.total(p.q.in_kind)


@_metric("family_pay", "Sent as family parcels", "USD", None, _DIVERSION, "Net pay that workers send home as goods.")
def _family_pay(p: Programme) -> Linear:
    return p.q.total(p.q.family)


@_metric(
    "diverted_income",
    "Diverted income",
    "USD",
    "min",
    _DIVERSION,
    "Expected loss from cards, goods and parcels after payday: amount x diversion rate of the channel.",
)
def _diverted_income(p: Programme) -> Linear:
    return p.q.total(p.q.diverted)


@_metric(
    "secured_income",
    "Secured income",
    "USD",
    "max",
    _DIVERSION,
    "Worker income less diverted income: what workers can be expected to keep.",
)
def _secured_income(p: Programme) -> Linear:
    return _worker_income(p) - _diverted_income(p)


@_metric(
    "income_gain",
    "Gain of workers over today",
    "USD",
    "max",
    (*_PAY, *_TODAY),
    "Worker income, returned tax and refunds less what the same workers keep in the same months today, abroad or at home.",
)
def _income_gain(p: Programme) -> Linear:
    return _worker_income(p).add(_returned_tax(p)).add(_refunded_contributions(p)).add(p.q.total(p.q.kept_today), -1.0)


@_metric(
    "balance_at_return",
    "Workers' own balance at return",
    "USD",
    "max",
    ("saving", *_DIVERSION),
    "Card pay that workers have not spent when they go home: theirs to take, leave or send.",
)
def _balance_at_return(p: Programme) -> Linear:
    return _card_pay(p) * p.case.rates.card_saving


# --- the state's money ---


@_metric("state_revenue", "State revenue", "USD", None, ("tax", *_PAY), "Income tax collected for the state.")
def _state_revenue(p: Programme) -> Linear:
    return p.q.total(lambda h, t: p.q.pay("income_tax", h, t))


@_metric(
    "released_revenue",
    "Released revenue",
    "USD",
    None,
    ("tax", *_PAY),
    "Income tax whose social use is verified and which is released.",
)
def _released_revenue(p: Programme) -> Linear:
    return p.q.total(p.q.released)


@_metric(
    "held_revenue",
    "Held revenue",
    "USD",
    None,
    ("tax", *_PAY),
    "Income tax that is not verified: held in escrow (released all the same where the design says so).",
)
def _held_revenue(p: Programme) -> Linear:
    return p.q.total(p.q.held)


@_metric(
    "misused_revenue",
    "Misused revenue",
    "USD",
    "min",
    ("tax", *_PAY),
    "Released tax expected to miss its social purpose; held tax cannot.",
)
def _misused_revenue(p: Programme) -> Linear:
    return p.q.total(p.q.misused)


@_metric(
    "expected_state_take",
    "Expected take of the state",
    "USD",
    "min",
    ("tax", "predeparture", *_DIVERSION),
    "Misused revenue, diverted income and fees before departure: the flow that sanctions care about.",
)
def _expected_state_take(p: Programme) -> Linear:
    fees = p.q.total(p.q.arrivals) * p.case.rates.predeparture_fee_usd
    return _misused_revenue(p) + _diverted_income(p) + fees


@_metric(
    "state_loss",
    "Loss of the state against today",
    "USD",
    None,
    ("tax", *_PAY, *_TODAY),
    "What the state takes today from the same workers less the income tax of the plan that is not returned.",
)
def _state_loss(p: Programme) -> Linear:
    return p.q.total(p.q.state_take_today).add(_state_revenue(p), -1.0).add(_returned_tax(p))


@_metric(
    "net_state_gain",
    "Gain of the state over today",
    "USD",
    None,
    ("tax", *_PAY, *_TODAY),
    "Income tax of the plan that is not returned less what the state takes today from those who would be abroad anyway.",
)
def _net_state_gain(p: Programme) -> Linear:
    return _state_loss(p) * -1.0


@_metric(
    "returned_tax",
    "Tax returned to workers",
    "USD",
    "max",
    ("tax", *_PAY),
    "Held tax that workers get back when the programme ends, where the design says so.",
)
def _returned_tax(p: Programme) -> Linear:
    return p.q.total(lambda h, t: p.q.at_the_end("returned", h, t))


@_metric(
    "effective_state_benefit",
    "Effective benefit of the state",
    "USD",
    None,
    ("tax", "predeparture", "fungibility", *_DIVERSION),
    "Expected take of the state, and the part of rightly used tax that frees other money of its own.",
)
def _effective_state_benefit(p: Programme) -> Linear:
    used = p.q.total(p.q.transferred) - _misused_revenue(p)
    return _expected_state_take(p).add(used, p.case.rates.fungibility)


@_metric(
    "state_receipts",
    "What the state gets",
    "USD",
    None,
    ("tax", "predeparture", *_DIVERSION),
    "Tax that reaches it, diverted income, fees before departure, and what else it is granted, as it values it.",
)
def _state_receipts(p: Programme) -> Linear:
    fees = p.q.total(p.q.arrivals) * p.case.rates.predeparture_fee_usd
    granted = Linear().add_term(p.d.programme, p.case.design.participation.relief)
    return p.q.total(p.q.transferred) + _diverted_income(p) + fees + granted


@_metric(
    "state_reservation",
    "Least the state would accept",
    "USD",
    None,
    ("state_reservation", *_TODAY),
    "What the state takes today from the same worker-months, times the least share of it that it would take part for.",
)
def _state_reservation(p: Programme) -> Linear:
    return p.q.total(p.q.state_take_today) * p.case.rates.state_reservation


# --- hosts' money ---


@_metric(
    "host_revenue",
    "Revenue of host governments",
    "USD",
    None,
    ("refund", *_PAY),
    "Hosts' income tax, social contributions of both sides less what is refunded, and fees on foreign workers.",
)
def _host_revenue(p: Programme) -> Linear:
    return p.q.total(p.q.host_revenue)


@_metric(
    "refunded_contributions",
    "Contributions refunded to workers",
    "USD",
    "max",
    ("refund", *_PAY),
    "Social contributions that hosts refund to workers who go home, where the design says so.",
)
def _refunded_contributions(p: Programme) -> Linear:
    return p.q.total(p.q.refunded)


@_metric(
    "vacancies_filled",
    "Vacancies filled",
    "persons",
    "max",
    ("vacancies", "demand", "attrition"),
    "Persons employed in the last period in work for which a host is known to lack workers.",
)
def _vacancies_filled(p: Programme) -> Linear:
    return Linear.total(p.q.vacancies(h, p.q.numbers[-1]) for h in p.q.hosts)


@_metric(
    "host_gain",
    "Gain of host governments",
    "USD",
    None,
    ("refund", "vacancies", "host_services", *_PAY),
    "Revenue of hosts, and the worth to them of vacancies filled, less what their services cost.",
)
def _host_gain(p: Programme) -> Linear:
    worth = p.q.total(p.q.vacancy_wages) * p.case.rates.vacancy_value
    services = p.q.total(p.q.worker_months) * p.case.rates.host_service_cost
    return _host_revenue(p) + worth - services


# --- gains of the parties, each over its own alternative ---


@_metric(
    "worker_gain",
    "Gain of workers",
    "USD",
    "max",
    ("tax", *_DIVERSION, *_TODAY),
    "What workers can be expected to keep, returned tax and refunds included, less what they keep today.",
)
def _worker_gain(p: Programme) -> Linear:
    return _secured_income(p).add(_returned_tax(p)).add(_refunded_contributions(p)).add(p.q.total(p.q.kept_today), -1.0)


@_metric(
    "state_gain",
    "Gain of the state",
    "USD",
    None,
    ("tax", "predeparture", "state_reservation", *_DIVERSION, *_TODAY),
    "What the state gets less the least that it would accept.",
)
def _state_gain(p: Programme) -> Linear:
    return _state_receipts(p) - _state_reservation(p)


@_metric(
    "employer_gain",
    "Gain of employers",
    "USD",
    None,
    ("employer_value", *_PAY),
    "The most that employers would pay for the work less what they pay.",
)
def _employer_gain(p: Programme) -> Linear:
    return p.q.total(p.q.employer_worth) - _contract_value(p)


@_metric(
    "donor_gain",
    "Gain of donors",
    "USD",
    None,
    ("tax", "donor_alternative", *_COST, *_DIVERSION, *_TODAY),
    "Gain of workers less what the same money would bring people elsewhere.",
)
def _donor_gain(p: Programme) -> Linear:
    return _worker_gain(p).add(_net_donor_ask(p), -p.case.rates.donor_alternative)


# --- risk ---


@_metric(
    "funds_at_risk",
    "Funds at risk",
    "USD",
    "min",
    ("tax", *_DIVERSION),
    "Diverted income and misused revenue.",
)
def _funds_at_risk(p: Programme) -> Linear:
    return _diverted_income(p) + _misused_revenue(p)


@_metric(
    "system_loss",
    "System loss",
    "USD",
    "min",
    ("system_loss", *_PAY),
    "Contract value x the rate lost to fraud on procurement and escrow; its own figure, cured by other means.",
)
def _system_loss(p: Programme) -> Linear:
    return _contract_value(p) * p.case.rates.system_loss


@_metric(
    "procurement_loss",
    "Lost on baskets and parcels",
    "USD",
    "min",
    ("procurement", "uptake", "basket", *_PAY),
    "Baskets and parcels x the rate of kickbacks of who buys them: before goods reach workers, so not in diverted income.",
)
def _procurement_loss(p: Programme) -> Linear:
    return (_in_kind_pay(p) + _family_pay(p)) * p.case.rates.procurement_kickback


# --- people ---


@_metric("workers", "Workers at the end", "persons", None, ("demand", "attrition"), "Persons employed in the last period.")
def _workers(p: Programme) -> Linear:
    return Linear.total(p.q.workers(h, p.q.numbers[-1]) for h in p.q.hosts)


@_metric("peak_workers", "Most workers at once", "persons", None, ("demand", "attrition"), "Persons in the fullest period.")
def _peak_workers(p: Programme) -> Linear:
    return Linear.of(p.d.peak)


@_metric("people_reached", "People reached", "persons", None, ("demand", "attrition"), "Persons who start work at any time.")
def _people_reached(p: Programme) -> Linear:
    return p.q.total(p.q.arrivals)


@_metric(
    "women_worker_months",
    "Worker-months of women",
    "months",
    None,
    ("women", "demand", "attrition"),
    "Worker-months of women, by the share of women in each sector.",
)
def _women_worker_months(p: Programme) -> Linear:
    return Linear.total(p.q.women(h, t) * float(p.q.months(t)) for h in p.q.hosts for t in p.q.numbers)


@_metric("worker_months", "Worker-months", "months", "max", ("demand", "attrition"), "Persons employed x months.")
def _worker_months(p: Programme) -> Linear:
    return p.q.total(p.q.worker_months)


@_metric(
    "inspector_months",
    "Inspector-months",
    "months",
    None,
    ("oversight", "sites", "demand"),
    "Inspectors on the ground x months.",
)
def _inspector_months(p: Programme) -> Linear:
    return p.q.total(p.q.inspector_months)
