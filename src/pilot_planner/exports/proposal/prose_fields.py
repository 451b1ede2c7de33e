"""What a template of the proposal may ask for: figures of the plan, facts, costs and precedents, each with its mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pilot_planner.data.reading import Row
from pilot_planner.exports.proposal.blocks import Mark
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import chapter
from pilot_planner.exports.results import women_reached
from pilot_planner.reports.plan_text import proof
from pilot_planner.text.labels import EN_DASH, NBSP, shown
from pilot_planner.text.number_format import count, money, percent

MARK, ABSENT = "\ue000", "\ue001"
"""Characters for private use: around the key of a mark; in place of what the inputs do not hold."""
_COSTS, _DIVERSION, _PRECEDENTS = (
    "estimates/unit_costs.csv",
    "estimates/diversion_evidence.csv",
    "estimates/precedents.csv",
)

FIELDS: dict[str, str] = {
    "figure(name)": "a metric or ratio of the plan with its unit and its mark",
    "value(name)": "the same without the mark",
    "mark(name)": "only the mark",
    "people(name)": "a head count of the plan: people_reached, women_reached, peak_workers",
    "cases(name)": "expected over the programme: grievances, protection_cases",
    "fact(id[, side])": "a fact of facts/seed_facts.csv with its mark; side is low, base or high",
    "year(id, side)": "a year of facts/seed_facts.csv, without a mark",
    "cost(id[, side])": "a value of estimates/unit_costs.csv with its mark",
    "diversion(id[, side])": "a value of estimates/diversion_evidence.csv with its mark",
    "precedent(name, ratio)": "a ratio of estimates/precedents.csv with its mark",
    "source(id)": "only the mark of a source",
    "chapter(name[, capital])": "section 8",
    "organisation, donor, hosts, period, months, wage_parity": "names and numbers of the plan and its terms",
    "weak_cost_share, weak_count": "share of cost on grade C, number of inputs of grade C",
    "levy_share, levy_positive": "levy over operating cost, and whether there is one",
    "in_kind, parcels, released, one_host": "whether the plan has them",
    "proof": "what is proven of the plan",
}
"""Every field with what it gives."""


def fields(draft: Draft) -> dict[str, Any]:
    """The fields of a draft, by the name that a template calls them by."""
    plan = draft.plan
    levy, cost = draft.value("levy_income"), draft.value("operating_cost")
    return {
        **_of_plan(draft),
        **_of_evidence(draft),
        "chapter": lambda name, capital=False: chapter(name).capitalize() if capital else chapter(name),
        "organisation": draft.body(draft.dossier.terms.organisation.name, "the lead agency"),
        "donor": draft.body(draft.dossier.terms.donor.name, "the donor"),
        "hosts": draft.host_list,
        "period": draft.period,
        "months": plan.design.programme.duration_months,
        "wage_parity": percent(plan.design.pay.wage_parity),
        "weak_cost_share": percent(draft.weak_cost_share),
        "weak_count": count(len(plan.weak_inputs)),
        "levy_share": percent(levy / cost if cost else 0.0),
        "levy_positive": levy > 0,
        "in_kind": plan.accounts.total("in_kind") > 0,
        "parcels": plan.accounts.total("family") > 0,
        "released": plan.design.tax.release != "none",
        "one_host": len(plan.hosts) == 1,
        "proof": proof(plan),
    }


def _of_plan(draft: Draft) -> dict[str, Callable[..., str]]:
    plan = draft.plan
    people = {**plan.metrics, "women_reached": women_reached(plan)}
    expected = {
        "grievances": plan.case.rates.grievances_per_worker_month,
        "protection_cases": plan.case.rates.protection_cases_per_worker_month,
    }

    def mark(name: str) -> str:
        return _key(draft.marks.figure(name))

    return {
        "figure": lambda name: f"{draft.told_value(name)} {mark(name)}",
        "value": draft.told_value,
        "mark": mark,
        "people": lambda name: count(people[name]),
        "cases": lambda name: count(expected[name] * plan.metrics["worker_months"]),
    }


def _of_evidence(draft: Draft) -> dict[str, Callable[..., str]]:
    inputs = draft.plan.inputs
    costs = {row.text("cost_id"): row for row in inputs.rows(_COSTS)}
    diversion = {row.text("diversion_id"): row for row in inputs.rows(_DIVERSION)}
    precedents = {(row.text("precedent"), row.text("ratio")): row for row in inputs.rows(_PRECEDENTS)}

    def told(row: Row | None, side: str) -> str:
        number = None if row is None else row[side]
        if row is None or not isinstance(number, (int, float)):
            return ABSENT
        return f"{_quantity(number, row.text('unit'))} {_key(draft.marks.source(row.text('source_id'), row.text('grade')))}"

    def fact(fact_id: str, side: str = "") -> str:
        found = draft.fact(fact_id)
        number = None if found is None else getattr(found, side) if side else found.value
        return ABSENT if found is None or number is None else f"{money(number)} {_key(found.mark)}"

    def year(fact_id: str, side: str) -> str:
        found = draft.fact(fact_id)
        number = None if found is None else getattr(found, side)
        return ABSENT if number is None else f"{number:.0f}"

    return {
        "fact": fact,
        "year": year,
        "cost": lambda name, side="base": told(costs.get(name), side),
        "diversion": lambda name, side="base": told(diversion.get(name), side),
        "precedent": lambda name, ratio, side="base": told(precedents.get((name, ratio)), side),
        "source": lambda source_id, grade="": _key(draft.marks.source(source_id, grade)),
    }


def _quantity(number: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * number:.3g}{NBSP}%"
    if unit.startswith("USD"):
        return shown(number, "USD")
    return count(number) if unit in ("persons", "permits") else f"{number:g} {unit}".replace("-", EN_DASH)


def _key(mark: Mark) -> str:
    return f"{MARK}{mark.key}{MARK}"
