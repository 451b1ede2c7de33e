"""Two pages for somebody who has five minutes: what, for whom, how sure, what it costs, what must be true first."""

from __future__ import annotations

from dataclasses import replace

from pilot_planner.exports.gate_terms import condition
from pilot_planner.exports.proposal.blocks import Block, Bullets, Document, Section, text, unmarked
from pilot_planner.exports.proposal.layout import records
from pilot_planner.exports.proposal.section_builder import Draft, cents, day, line, paragraph, table
from pilot_planner.exports.proposal.sections import narrative, opening, risks
from pilot_planner.exports.proposal.typesetting import typeset
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.exports.results import women_reached
from pilot_planner.exports.tranches import on_gate, tranches
from pilot_planner.reports import chance_text
from pilot_planner.reports.plan_text import proof
from pilot_planner.studies.parties.party_records import PARTIES, alternative, who_gains
from pilot_planner.text.labels import counted, listed, signed
from pilot_planner.text.number_format import count, money

FILE = "brief.pdf"
PAGES = 2
_MOST_RISKS, _MOST_CONDITIONS = 4, 3
"""That two pages have room for."""
_FOOT = "No statement of lawfulness: see the last box"


def make(dossier: Dossier) -> Files:
    """``brief.pdf``. Nothing is solved for it beyond the plan, its chance and what would make it surer."""
    draft = Draft(dossier)
    return {FILE: typeset(records(_document(draft), {}), []).pdf}


def _document(draft: Draft) -> Document:
    dossier = draft.dossier
    cover = opening.cover(draft)
    sections = (
        Section("What it does", (*_promise(draft),)),
        Section("Who gains", _sums(draft)),
        Section("How sure it is, and what would make it surer", (_sure(draft),)),
        Section("What could go wrong, and the answer", (Bullets(tuple(text(one) for one in answers(draft))),)),
        Section("What is asked, and when", (*_asked(draft),)),
        Section("What must be true first", (*_conditions(draft), cover.gate)),
    )
    return Document(
        cover=replace(cover, kind="Project proposal in brief"),
        sections=tuple(replace(one, blocks=tuple(unmarked(block) for block in one.blocks)) for one in sections),
        language="en",
        author=dossier.terms.organisation.name.strip("<>"),
        subject=f"Plan {draft.plan.plan_id}, inputs {dossier.input_hash}",
        keywords=", ".join(("pilot_planner", draft.plan.plan_id)),
        running=f"Plan {draft.plan.plan_id}{' · DRAFT' if cover.draft else ''} · {day(dossier.made_on)}",
        length="brief",
        foot=_FOOT,
    )


def _promise(draft: Draft) -> tuple[Block, ...]:
    loosened = tuple(paragraph(one.sentence) for one in draft.plan.loosened)
    shown = (opening.promise(draft), opening.key_figures(draft), opening.how_it_works(draft))
    return (*shown, paragraph(proof(draft.plan)), *loosened)


def _sure(draft: Draft) -> Block:
    return paragraph(*chance_text.sentences(draft.dossier.studies.chance, draft.plan), opening.surer(draft))


def parties_table(draft: Draft) -> list[tuple[str, str, str]]:
    """Each party, what it gains over its own alternative, and what that is."""
    plan = draft.plan
    return [(one.name, signed(plan.metrics[one.metric], "USD"), alternative(one, plan.programme)) for one in PARTIES]


def _sums(draft: Draft) -> tuple[Block, ...]:
    """What each of the five parties gains, and who they are."""
    plan = draft.plan
    people = count(plan.metrics["people_reached"])
    return (
        paragraph(f"{who_gains(plan)}. The workers are {people} people, of whom {count(women_reached(plan))} women."),
        table(
            f"Gain of each party over what it has without the plan ({draft.prices})",
            [("Party", 24), ("Gain", 20, True), ("Without the plan", 56)],
            [line(*row) for row in parties_table(draft)],
        ),
    )


def answers(draft: Draft) -> list[str]:
    """The gravest risks, each with what is done about it."""
    return [f"{row.text('risk')} {row.text('mitigation')}" for row in risks.gravest_first(draft)[:_MOST_RISKS]]


def tranches_in_words(draft: Draft) -> str:
    """When how much is needed."""
    return listed([f"{money(float(one.usd))} USD by {day(one.start)}{on_gate(one)}" for one in tranches(draft.dossier)])


def first_conditions(draft: Draft) -> list[str]:
    """The conditions that come before all others, in the order of their file."""
    return [one.text for one in draft.plan.conditions[:_MOST_CONDITIONS]]


def _asked(draft: Draft) -> tuple[Block, ...]:
    dossier = draft.dossier
    ask = dossier.budget.ask(dossier.terms.rules)
    words = (
        f"{cents(ask.contribution)} USD are asked of donors, of a whole cost of {cents(ask.total)} USD: "
        f"{tranches_in_words(draft)}."
    )
    spenders = narrative.DRAWN["partners"](draft)
    return (paragraph(words), *((spenders,) if spenders is not None else ()))


def _conditions(draft: Draft) -> tuple[Block, ...]:
    words = (
        f"The plan relies on {counted(len(draft.plan.conditions), 'condition')}, none of which is in place today; without "
        "each of them nobody travels and no donor money is drawn. First of all:"
    )
    gate = draft.dossier.studies.gate
    later = () if gate is None else (paragraph(condition(draft.dossier, gate)),)
    return (paragraph(words), Bullets(tuple(text(one) for one in first_conditions(draft))), *later)
