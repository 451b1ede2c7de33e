"""The fields that a donor's own Word form can ask for: a flat set of texts, and a few tables of rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pilot_planner.exports.currency import one_in_currency, written
from pilot_planner.exports.gate_terms import condition as at_the_gate
from pilot_planner.exports.proposal.blocks import (
    Block,
    Bullets,
    Caution,
    Document,
    Figure,
    KeyFigures,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    plain,
    walk,
    without_marks,
)
from pilot_planner.exports.proposal.section_builder import body_name, cents, day
from pilot_planner.exports.proposal.sections import CHAPTERS
from pilot_planner.exports.proposal_data import DRAFT_NOTICE, Dossier
from pilot_planner.text.labels import listed, shown
from pilot_planner.text.names import metric_unit

FIELDS: dict[str, str] = {
    "title": "title of the proposal",
    "draft": "the draft mark, empty once no example is left",
    "legal_gate": "the legal gate; keep it in every form",
    "plan_id": "id of the plan",
    "design": "name of the design",
    "version": "version of pilot_planner",
    "input_hash": "SHA-256 of the inputs",
    "made_on": "day of the file",
    "start": "first day of the programme",
    "end": "last day of the programme",
    "duration_months": "months",
    "hosts": "host countries",
    "organisation": "who proposes",
    "organisation_reference": "its IATI identifier",
    "contact_name": "contact, name",
    "contact_email": "contact, e-mail",
    "contact_telephone": "contact, telephone",
    "donor": "who is asked",
    "currency": "the donor's currency",
    "currency_rate": "units of it for one USD, with day and source",
    "price_year": "year of the prices",
    "total_cost": "operating cost, USD to the cent",
    "levy": "levy of employers, USD to the cent",
    "asked_of_donors": "contribution asked for, USD to the cent",
    "asked_of_donors_in_currency": "the same in the donor's currency",
    "direct_cost": "direct cost without reserve, USD to the cent",
    "contingency": "contingency reserve, USD to the cent",
    "indirect_cost": "indirect support cost, USD to the cent",
    "cost_per_worker_month": "cost per worker-month protected",
    "cost_per_dollar_secured": "cost per dollar of wage secured",
    "worker_income": "paid to workers",
    "secured_income": "what workers can be expected to keep",
    "state_revenue": "income tax for the state",
    "contract_value": "what firms pay into escrow",
    "people_reached": "people who start work",
    "peak_workers": "most workers at a time",
    "worker_months": "months of work",
    "funds_at_risk_share": "funds at risk over contract value",
    "text_summary": "the section Summary as text",
    "text_context": "the section Context as text",
    "text_rationale": "the section Rationale as text",
    "text_target_group": "the section Target group as text",
    "text_mechanisms": "the section How the pilot works as text",
    "text_results": "the section Results framework as text",
    "text_safeguards": "the section Safeguards as text",
    "text_oversight": "the section Oversight and audit as text",
    "text_work_plan": "the section Work plan as text",
    "text_risks": "the section Risk register as text",
    "text_budget": "the section Budget as text",
    "text_flow_of_funds": "the section Flow of funds as text",
    "text_trade_offs": "the section Trade-offs and sensitivity as text",
    "text_conditions": "the section Conditions precedent as text",
    "text_lessons": "the section Lessons from precedents as text",
    "text_theory_of_change": "the section Theory of change as text",
    "text_governance": "the section Governance and partners as text",
    "text_inclusion": "the section Gender and inclusion as text",
    "text_protection": "the section Do no harm as text, with abuse, accountability, data and environment",
    "text_value_for_money": "the section Value for money as text",
    "text_sustainability": "the section Sustainability and exit as text",
    "text_monitoring": "the section Monitoring, evaluation and learning as text, with visibility",
}
"""Every field that is one text, with what it holds; sections come without tables, a paragraph on a line of its own."""

LISTS: dict[str, tuple[str, ...]] = {
    "budget_by_category": ("category", "name", "amount"),
    "budget_by_year": ("year", "amount"),
    "budget_by_host": ("host", "amount"),
    "budget_lines": ("host", "year", "category", "line", "unit", "quantity", "unit_cost", "amount", "grade"),
    "placements": ("host", "sector", "worker_cap", "gross_wage", "net_pay"),
    "indicators": ("result", "statement", "indicator", "baseline", "target", "verification"),
    "risks": ("risk", "likelihood", "impact", "mitigation", "owner", "residual"),
    "conditions": ("condition", "owner", "hosts"),
}
"""Every table with its columns: ``{%tr for row in budget_by_year %}`` ... ``{{ row.year }}`` ... ``{%tr endfor %}``."""

_METRICS = {
    "cost_per_worker_month": "operating_cost_per_worker_month",
    "cost_per_dollar_secured": "operating_cost_per_usd_secured",
    **{
        name: name
        for name in (
            "worker_income",
            "secured_income",
            "state_revenue",
            "contract_value",
            "people_reached",
            "peak_workers",
            "worker_months",
            "funds_at_risk_share",
        )
    },
}


def fields(dossier: Dossier, document: Document) -> dict[str, Any]:
    """Every field and table with its value."""
    found: dict[str, Any] = {
        **short_fields(dossier),
        "title": document.cover.title,
        "draft": document.cover.draft,
        "legal_gate": plain(document.cover.gate.words),
    }
    chapters = [section for section in document.sections if not section.annex]
    found |= {f"text_{name}": _as_text(section) for name, section in zip(CHAPTERS, chapters, strict=True)}
    return {name: _clean(value) for name, value in (found | {name: make(dossier) for name, make in _ROWS.items()}).items()}


def short_fields(dossier: Dossier) -> dict[str, str]:
    """The fields that are no chapters and no tables: they need no proposal."""
    plan, terms, ask = dossier.plan, dossier.terms, dossier.budget.ask(dossier.terms.rules)
    currency = terms.currency
    found = {
        "title": dossier.title,
        "draft": DRAFT_NOTICE if terms.has_examples else "",
        "legal_gate": plan.legal_gate,
        "plan_id": plan.plan_id,
        "design": plan.design.name,
        "version": dossier.version,
        "input_hash": dossier.input_hash,
        "made_on": day(dossier.made_on),
        "start": day(dossier.start),
        "end": day(dossier.end),
        "duration_months": str(plan.design.programme.duration_months),
        "hosts": listed([host.name for host in plan.hosts]),
        "organisation": body_name(terms.organisation.name),
        "organisation_reference": terms.organisation.reference,
        "contact_name": body_name(terms.contact.name),
        "contact_email": terms.contact.email,
        "contact_telephone": terms.contact.telephone,
        "donor": body_name(terms.donor.name),
        "currency": currency.code,
        "currency_rate": f"{currency.per_usd:,.6g} {currency.code} for one USD on {day(currency.date)}, {currency.source}",
        "price_year": str(plan.design.programme.price_year),
        "total_cost": cents(ask.total),
        "levy": cents(ask.levy),
        "asked_of_donors": cents(ask.contribution),
        "asked_of_donors_in_currency": f"{written(one_in_currency(ask.contribution, currency), currency)} {currency.code}",
        "direct_cost": cents(ask.direct),
        "contingency": cents(ask.reserve),
        "indirect_cost": cents(ask.indirect),
    }
    for name, metric in _METRICS.items():
        found[name] = shown(plan.metrics.get(metric, plan.ratios.get(metric)), metric_unit(metric))
    return {name: _clean(value) for name, value in found.items()}


def _clean(value: Any) -> Any:
    from pilot_planner.exports.sanitise import xml_text

    if isinstance(value, list):
        return [{key: xml_text(words) for key, words in row.items()} for row in value]
    return xml_text(value)


def _as_text(section: Section) -> str:
    """A section and those within it as text that stands by itself in somebody else's form.

    Lists and tables of words become lines; marks, figures and tables of numbers stay behind, and with them every sentence
    that points to them or to another part of our own document.
    """
    lines: list[str] = []
    for place, one in enumerate(walk((section,))):
        told = [alone for block in one.blocks for words in _words(block) if (alone := _without_pointers(words))]
        if told and place:
            lines.append(one.title)
        lines += told
    return "\n".join(lines)


def _words(block: Block) -> list[str]:
    match block:
        case Paragraph(words):
            return [_unmarked(words)]
        case Bullets(items):
            return [f"– {_unmarked(item)}" for item in items]
        case Caution(title, words):
            return [title, _unmarked(words)]
        case KeyFigures(figures):
            return [f"{one.label}: {one.value} {one.unit}" for one in figures]
        case Table(columns=columns, rows=rows) if not any(column.numbers for column in columns):
            heads = [column.title for column in columns[1:]]
            return [_as_line(row, heads) for row in rows]
        case Table() | Figure():
            return []


def _as_line(row: Row, heads: Sequence[str]) -> str:
    """A row of a table of words: its first cell, then the others under their heads."""
    first, *others = (_unmarked(cell) for cell in row.cells)
    told = [f"{head.lower()}: {words}" for head, words in zip(heads, others, strict=False) if words]
    return f"– {first.rstrip('.')}" + (f" ({'; '.join(told)})" if told else "")


_POINTER = re.compile(
    r"\b(columns?|sections? \d+|Annex(es)? [A-Z]|tables? \d+|figures? \d+"
    r"|this (table|figure)|(table|figure) (below|above))\b"
)
_NEXT_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“–])")


def _without_pointers(words: str) -> str:
    """The sentences that point to nothing which is not there."""
    return " ".join(one for one in _NEXT_SENTENCE.split(words) if not _POINTER.search(one))


def _unmarked(words: Text) -> str:
    return plain(without_marks(words))


def _categories(dossier: Dossier) -> list[dict[str, str]]:
    budget = dossier.budget
    return [
        {"category": key, "name": name, "amount": cents(budget.by_category[key])} for key, name in budget.categories.items()
    ]


def _years(dossier: Dossier) -> list[dict[str, str]]:
    return [{"year": str(year), "amount": cents(amount)} for year, amount in dossier.budget.by_year.items()]


def _hosts(dossier: Dossier) -> list[dict[str, str]]:
    budget = dossier.budget
    return [{"host": budget.hosts[host], "amount": cents(amount)} for host, amount in budget.by_host.items()]


def _lines(dossier: Dossier) -> list[dict[str, str]]:
    return [
        {
            "host": one.host,
            "year": str(one.year),
            "category": one.category,
            "line": one.what,
            "unit": one.unit,
            "quantity": f"{one.quantity:,.2f}",
            "unit_cost": f"{one.unit_cost:,.4f}",
            "amount": cents(one.amount),
            "grade": one.grade,
        }
        for one in dossier.budget.lines
    ]


def _placements(dossier: Dossier) -> list[dict[str, str]]:
    plan = dossier.plan
    names = {host.iso3: host.name for host in plan.hosts}
    return [
        {
            "host": names[one.iso3],
            "sector": one.sector.replace("_", " "),
            "worker_cap": f"{one.worker_cap:,}",
            "gross_wage": f"{one.gross_wage_usd_month:,.2f}",
            "net_pay": f"{one.net_pay_usd_month:,.2f}",
        }
        for one in plan.placements
    ]


def _indicators(dossier: Dossier) -> list[dict[str, str]]:
    from pilot_planner.exports.proposal.sections.results import value_of

    return [
        {
            "result": result.ref,
            "statement": result.statement,
            "indicator": one.name,
            "baseline": "none" if one.baseline is None else value_of(one, one.baseline),
            "target": value_of(one, one.targets[-1].value),
            "verification": one.verification,
        }
        for result in dossier.results
        for one in result.indicators
    ]


def _risks(dossier: Dossier) -> list[dict[str, str]]:
    from pilot_planner.exports.proposal.section_builder import Draft
    from pilot_planner.exports.proposal.sections.risks import FILE, runs

    draft = Draft(dossier)
    columns = LISTS["risks"]
    return [
        {name: row.text(name) for name in columns}
        for row in dossier.plan.inputs.rows(FILE)
        if runs(draft, row.text("applies_when"))
    ]


def _conditions(dossier: Dossier) -> list[dict[str, str]]:
    names = {host.iso3: host.name for host in dossier.plan.hosts}
    gate = dossier.studies.gate
    later = (
        [] if gate is None else [{"condition": at_the_gate(dossier, gate), "owner": "not yet named", "hosts": "all hosts"}]
    )
    precedent = [
        {
            "condition": one.text,
            "owner": one.owner,
            "hosts": listed([names.get(host, host) for host in one.hosts]) or "all hosts",
        }
        for one in dossier.plan.conditions
    ]
    return precedent + later


_ROWS: dict[str, Callable[[Dossier], list[dict[str, str]]]] = {
    "budget_by_category": _categories,
    "budget_by_year": _years,
    "budget_by_host": _hosts,
    "budget_lines": _lines,
    "placements": _placements,
    "indicators": _indicators,
    "risks": _risks,
    "conditions": _conditions,
}
