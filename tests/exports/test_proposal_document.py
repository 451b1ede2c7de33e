"""The proposal before it has a format: what it says follows from the plan, and every figure leads to its source."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pilot_planner import make_plan
from pilot_planner.design.schema import Gate
from pilot_planner.exports.proposal.blocks import Caution, Figure, Mark, Table, all_texts, plain, texts_of, walk
from pilot_planner.exports.proposal.section_builder import TO_REPLACE, Draft
from pilot_planner.exports.proposal.sections import CHAPTERS, chapter, opening
from pilot_planner.exports.proposal.sections.work_plan import work_plan
from pilot_planner.exports.proposal.writing import SECTIONS, proposal
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.reports import chance_text
from pilot_planner.studies.uncertainty.chance import chance_of
from pilot_planner.text.labels import shown
from pilot_planner.text.names import metric_label, metric_unit

MODELS = Path(__file__).parents[2] / "models"
MADE_ON = dt.date(2026, 11, 20)
PLACEHOLDERS = re.compile(
    r"\b(todo|tbd|fixme|lorem|placeholder|nan|inf|none|null|undefined)\b|[{}<>]|\.\.|  |\[\]", re.IGNORECASE
)
ALLOWED = {"none", "None"}
"""Words of the language: ``none`` as a baseline, ``None is in place today``."""


def tables(document):
    return [block for section in walk(document.sections) for block in section.blocks if isinstance(block, Table)]


def the_table(document, words):
    return next(one for one in tables(document) if words in one.caption)


def section(document, title):
    return next(one for one in walk(document.sections) if one.title == title)


def words_of(found):
    return " ".join(text for one in walk((found,)) for block in one.blocks for text in texts_of(block))


@pytest.fixture(scope="session")
def document(dossier):
    return proposal(dossier)


def of_design(name, shipped_inputs, terms):
    dossier = Dossier(make_plan(MODELS / f"{name}.toml", shipped_inputs), terms, MADE_ON)
    return dossier, proposal(dossier)


def check_reads_well(document):
    """What must hold of every proposal."""
    for one in walk(document.sections):
        assert one.title
        assert one.blocks or any(inner.blocks for inner in one.sections), f"nothing under {one.title}"
        for block in one.blocks:
            assert any(texts_of(block)), one.title
            if isinstance(block, Table):
                assert block.rows, block.caption
                assert all(len(row.cells) == len(block.columns) for row in block.rows if row.kind != "group"), block.caption
            if isinstance(block, Figure):
                assert len(block.alternative) > 40
                assert block.caption.endswith(".")
    for text in all_texts(document):
        found = [one.group() for one in PLACEHOLDERS.finditer(text) if one.group() not in ALLOWED]
        assert not found, (found, text)


def check_marks(document):
    """Every mark in the text leads to one row of an annex, and that row tells a grade or is no graded source."""
    anchors = [row.anchor for table in tables(document) for row in table.rows if row.anchor]
    assert len(anchors) == len(set(anchors))
    used = {
        part.key
        for table in tables(document)
        for row in table.rows
        for cell in row.cells
        for part in cell
        if isinstance(part, Mark)
    }
    used |= set(re.findall(r"\[([SF]\d+)\]", " ".join(all_texts(document))))
    assert used <= set(anchors)
    assert {one for one in anchors if one.startswith("F")} <= used


def test_no_heading_is_empty_and_nothing_reads_like_a_form_to_be_filled_in(document):
    check_reads_well(document)


def test_each_mark_leads_to_its_source_or_figure(document):
    check_marks(document)


def test_the_three_figures_that_donors_ask_for_first_stand_on_the_summary(document, plan):
    told = words_of(section(document, "Summary"))
    for name in ("operating_cost_per_worker_month", "operating_cost_per_usd_secured"):
        assert shown(plan.ratios[name], "USD").removesuffix("\u00a0USD") in told
    assert "12.0 m" in told.replace("\u00a0", " ")


def test_figures_of_the_annex_are_those_of_the_plan(document, plan):
    figures = {**plan.metrics, **plan.ratios}
    rows = the_table(document, "Figures of the plan").rows
    told = {plain(row.cells[1]).split(". ")[0]: plain(row.cells[2]) for row in rows}
    checked = 0
    for name in (*METRICS, *RATIOS):
        if metric_label(name) in told:
            assert told[metric_label(name)] == shown(figures[name], metric_unit(name)), name
            checked += 1
    assert checked > 20


def test_weak_figures_say_so_where_they_are_printed_and_in_the_annex(document, plan):
    weak = the_table(document, "Inputs of grade C")
    assert len(weak.rows) == len(plan.weak_inputs)
    lines = the_table(document, "Budget lines")
    of_plan = {(row.cost_line, row.iso3): row.grade for row in plan.accounts.budget}
    printed = sum(TO_REPLACE in plain(row.cells[-1]) for row in lines.rows)
    assert printed == sum(grade == "C" for grade in of_plan.values())


def test_budget_tables_add_up_to_the_cent(document, dossier):
    def amounts(caption, kind):
        return [
            [Decimal(plain(cell).replace(",", "")) for cell in row.cells[1:]]
            for row in the_table(document, caption).rows
            if row.kind == kind
        ]

    for caption in ("category and year", "category and host"):
        (total,) = amounts(caption, "total")
        assert [sum(column) for column in zip(*amounts(caption, "plain"), strict=True)] == total
        assert total[-1] == dossier.budget.total == sum(total[:-1])
    lines = the_table(document, "Budget lines").rows
    printed = [Decimal(plain(row.cells[4]).replace(",", "")) for row in lines if row.kind == "plain"]
    assert sum(printed) == dossier.budget.total


def test_each_form_of_a_donor_has_the_same_total(document, dossier):
    rows = the_table(document, "Crosswalk").rows
    totals = [Decimal(plain(row.cells[2]).replace(",", "")) for row in rows if row.kind == "subtotal"]
    assert totals == [dossier.budget.total] * 3


def test_the_contract_value_is_split_to_the_cent_and_never_added_to_donors_money(document, plan):
    rows = the_table(document, "Where the contract value goes").rows
    *parts, total = (Decimal(plain(row.cells[3]).replace(",", "")) for row in rows)
    assert sum(parts) == total == plan.accounts.total("contract_value")
    both = f"{total + Decimal(str(round(plan.metrics['operating_cost'], 2))):,.2f}"
    assert both not in " ".join(all_texts(document))


def test_the_people_of_the_target_group_are_those_of_the_plan(document, plan):
    rows = the_table(document, "People who start work").rows
    people, women, men, months = ([int(plain(row.cells[place]).replace(",", "")) for row in rows] for place in (2, 3, 4, 5))
    assert sum(people[:-1]) == people[-1] == round(plan.metrics["people_reached"])
    assert [a + b for a, b in zip(women, men, strict=True)] == people
    assert sum(months[:-1]) == months[-1] == round(plan.metrics["worker_months"])


def test_the_work_plan_follows_the_workforce(document, plan):
    rows = the_table(document, "Work plan by quarter").rows
    assert len(rows) == len(plan.case.periods)
    told = 0
    for row, period in zip(rows, plan.case.periods, strict=True):
        arrivals = sum(one.arrivals for one in plan.accounts.workforce if one.period == period.number)
        shown = 0 if plain(row.cells[3]) == "–" else int(plain(row.cells[3]).replace(",", ""))
        assert abs(shown - arrivals) < 1
        told += shown
    assert told == round(plan.metrics["people_reached"])
    assert "mid-term review" in plain(rows[3].cells[2])
    assert "evaluation" in plain(rows[-1].cells[2])


def test_the_events_that_the_plan_reckons_with_stand_with_how_likely_each_is(document, dossier):
    rows = the_table(document, "Events that the plan reckons with").rows
    events = dossier.studies.sensitivity.events
    assert [plain(row.cells[0]) for row in rows] == [one.what for one in events]
    for row, one in zip(rows, events, strict=True):
        assert plain(row.cells[1]).startswith(f"{100 * one.probability[1]:.0f}")
        assert plain(row.cells[2]) == one.grade
        assert (plain(row.cells[3]) == "Nothing") == (not one.planned.broken and not one.planned.floors)


def test_a_gate_of_the_design_stands_in_the_work_plan_at_its_month(dossier):
    design = dossier.plan.design.model_copy(update={"gate": Gate(month=12)})
    plan = replace(dossier.plan, design=design)
    told = [plain(row.cells[2]) for row in the_table_of(work_plan(Draft(Dossier(plan, dossier.terms, MADE_ON))))]
    assert [place for place, words in enumerate(told, 1) if "ate after month 12" in words] == [4]
    assert not any("ate after month" in plain(row.cells[2]) for row in the_table_of(work_plan(Draft(dossier))))


def the_table_of(section):
    return next(block for block in section.blocks if isinstance(block, Table)).rows


def test_all_eleven_indicators_have_an_answer_that_the_plan_enforces(document):
    rows = the_table(document, "indicators of forced labour").rows
    assert len(rows) == 11
    assert all(plain(cell) for row in rows for cell in row.cells)
    assert not re.search(r"\([PV]\d{3}", " ".join(plain(row.cells[1]) for row in rows))


def test_the_legal_gate_and_the_draft_mark_stand_on_the_cover(document, plan):
    assert isinstance(document.cover.gate, Caution)
    assert plan.legal_gate[:60] in plain(document.cover.gate.words)
    assert document.cover.draft.startswith("DRAFT")
    told = {label: plain(value) for label, value in document.cover.lines}
    assert plan.plan_id in told["Plan"]
    assert plan.inputs.hash in told["Inputs"]


def test_another_currency_shows_its_rate_with_day_and_source(plan, dossier, terms):
    euro = terms.currency.model_copy(update={"code": "EUR", "per_usd": 0.9, "source": "European Central Bank", "grade": "A"})
    other = Dossier(plan, terms.model_copy(update={"currency": euro}), MADE_ON)
    other.__dict__["studies"] = dossier.studies
    document = proposal(other)
    told = words_of(section(document, "What is asked for")).replace("\u00a0", " ")
    assert "0.9 EUR for one USD on 20 November 2026, European Central Bank" in told
    rows = the_table(document, "What is asked for").rows
    amounts = {plain(row.cells[0]): Decimal(plain(row.cells[2]).replace(",", "").replace("\u2212", "-")) for row in rows}
    direct = [amounts[name] for name in ("Direct cost", "Contingency reserve", "Indirect support cost")]
    assert sum(direct) == amounts["Operating cost"] == Decimal("10800000.00")


def test_with_real_names_nothing_is_called_a_draft(plan, dossier, terms):
    def real(body):
        return body.model_copy(update={"name": "International Organization for Migration", "reference": "XM-DAC-47066"})

    contact = terms.contact.model_copy(update={"name": "Ana Pak", "email": "apak@iom.int"})
    changes = {"organisation": real(terms.organisation), "donor": real(terms.donor), "contact": contact}
    named = terms.model_copy(update=changes | {"partners": tuple(real(one) for one in terms.partners)})
    other = Dossier(plan, named, MADE_ON)
    other.__dict__["studies"] = dossier.studies
    told = " ".join(all_texts(proposal(other)))
    assert "DRAFT" not in told
    assert "to be named" not in told


def test_one_host_reads_as_one_host(shipped_inputs, terms):
    dossier, document = of_design("one_host", shipped_inputs, terms)
    check_reads_well(document)
    check_marks(document)
    told = " ".join(all_texts(document))
    assert "Two offices under two legal systems" not in told
    assert "Everything rests on one host" in told
    assert "settles on one host" in told
    assert len(the_table(document, "Escrow accounts").rows) == 1
    assert dossier.plan.hosts[0].name in told


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "low_budget",
        "in_kind_first",
        "strict_oversight",
        "two_hosts",
        "secured_income",
        "released_revenue",
        "wide_eligibility",
    ],
)
def test_every_shipped_design_reads_well(name, shipped_inputs, terms):
    dossier, document = of_design(name, shipped_inputs, terms)
    check_reads_well(document)
    check_marks(document)
    in_kind = any(one.title == "Goods and services by choice" for one in walk(document.sections))
    assert in_kind == (dossier.plan.accounts.total("in_kind") > 0)


def test_a_text_that_refers_to_a_chapter_names_the_one_it_means(document):
    headings = {section.number: section.title for section in document.sections if not section.annex}
    assert tuple(SECTIONS) == CHAPTERS
    assert headings[chapter("oversight").removeprefix("section ")] == "Oversight and audit"
    assert headings[chapter("trade_offs").removeprefix("section ")] == "Trade-offs and sensitivity"
    assert headings[chapter("conditions").removeprefix("section ")] == "Conditions precedent"
    # Every number named is one of the document's; 321 is a section of a law that a condition names.
    referred = set(re.findall(r"[Ss]ection (\d+)", " ".join(all_texts(document))))
    assert referred - {"321"} == {"13", "20", "22"}


def test_the_first_page_says_how_sure_the_plan_is(document, plan):
    chance = chance_of(plan)
    told = plain(dict(document.cover.lines)["How sure it is"])
    first = f"{chance_text.headline(chance)}. {chance_text.fails(chance)}"
    # Whoever reads the first page alone learns what a draw is, and what would make the plan surer at what cost.
    assert told == f"{first} {chance_text.what_a_draw_is(chance)}"
    assert plain(dict(document.cover.lines)["To be surer"]).startswith(("First to find out: ", "Of nine studies"))
    summary = words_of(section(document, "Summary"))
    assert first in summary and chance_text.meaning(chance, plan.design) in summary


def test_a_first_page_without_a_chance_says_that_it_is_not_known(plan, terms):
    other = Dossier(plan, terms, MADE_ON)
    vars(other.studies)["chance"] = None
    told = plain(dict(opening.cover(Draft(other)).lines)["How sure it is"])
    assert told == chance_text.without(plan) and "not known" in told
