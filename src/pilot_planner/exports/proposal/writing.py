"""From a dossier to the document: all sections in order, numbered, once for every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pilot_planner.exports.proposal.blocks import Block, Document, Figure, Section, Table
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import (
    CHAPTERS,
    ON_A_NEW_PAGE,
    annexes,
    budget,
    chapter,
    conditions,
    context,
    flow,
    mechanisms,
    narrative,
    opening,
    outlook,
    people,
    rationale,
    results,
    risks,
    safeguards,
    work_plan,
)
from pilot_planner.exports.proposal_data import Dossier

_KEY = "proposal"
_WRITERS: dict[str, Callable[[Draft], Section]] = {
    "summary": opening.summary,
    "context": context.context,
    "rationale": rationale.rationale,
    "target_group": people.target_group,
    "mechanisms": mechanisms.mechanisms,
    "results": results.results_framework,
    "safeguards": safeguards.safeguards,
    "oversight": safeguards.oversight,
    "work_plan": work_plan.work_plan,
    "risks": risks.risk_register,
    "budget": budget.budget,
    "flow_of_funds": flow.flow_of_funds,
    "trade_offs": outlook.outlook,
    "conditions": conditions.conditions,
    **narrative.WRITERS,
}
SECTIONS = {name: _WRITERS[name] for name in CHAPTERS}
"""What writes each of ``CHAPTERS``."""


def proposal(dossier: Dossier) -> Document:
    """The document of a dossier, made once."""
    if _KEY not in dossier.kept:
        dossier.kept[_KEY] = _write(dossier)
    made: Document = dossier.kept[_KEY]
    return made


def _write(dossier: Dossier) -> Document:
    dossier.studies.begin()
    try:
        studies = dossier.studies
        dossier.tell("sensitivity of the plan", 0.1)
        _ = studies.sensitivity
        dossier.tell("draws of the evidence", 0.2)
        _ = studies.chance
        _ = studies.gate
        dossier.tell("what to find out first", 0.24)
        _ = studies.evidence
        dossier.tell("hosts left out, and prices of the limits", 0.25)
        _ = (studies.left_out, studies.prices)
        # Last: it has been running beside these.
        dossier.tell("trading off cost, income and state revenue", 0.4)
        _ = studies.front
    finally:
        dossier.studies.end()
    dossier.tell("writing the proposal", 0.6)
    draft = Draft(dossier)
    cover = opening.cover(draft)
    sections = [SECTIONS[name](draft) for name in CHAPTERS]
    sections += annexes.annexes(draft)
    plan = dossier.plan
    return Document(
        cover=cover,
        sections=_numbered(sections),
        language=_ENGLISH,
        author=dossier.terms.organisation.name.strip("<>"),
        subject=f"Plan {plan.plan_id}, inputs {dossier.input_hash}",
        keywords=", ".join(("pilot_planner", plan.plan_id, *(host.name for host in plan.hosts))),
        running=f"Plan {plan.plan_id}{' · DRAFT' if cover.draft else ''}",
    )


def _numbered(sections: list[Section]) -> tuple[Section, ...]:
    """Sections from 1, annexes from A, tables and figures through the whole document."""
    counts: dict[type[Any], int] = {Table: 0, Figure: 0}

    def block_of(block: Block) -> Block:
        if isinstance(block, (Table, Figure)):
            counts[type(block)] += 1
            return replace(block, number=counts[type(block)])
        return block

    new_pages = {chapter(name).removeprefix("section ") for name in ON_A_NEW_PAGE}

    def number(section: Section, label: str) -> Section:
        blocks = tuple(block_of(block) for block in section.blocks)
        inner = tuple(number(one, f"{label}.{place}") for place, one in enumerate(section.sections, start=1))
        return replace(section, number=label, blocks=blocks, sections=inner, new_page=section.annex or label in new_pages)

    found = []
    chapters = annex = 0
    for section in sections:
        if section.annex:
            annex += 1
            found.append(number(section, chr(ord("A") + annex - 1)))
        else:
            chapters += 1
            found.append(number(section, str(chapters)))
    return tuple(found)


_ENGLISH = "en"
"""The language that the sentences are in, whatever that of the names in the terms is."""
