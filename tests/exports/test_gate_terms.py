"""A gate of the design in the documents: the way that it is decided on, the money that waits, in every file the same."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from pilot_planner.design.schema import Gate
from pilot_planner.errors import InputError
from pilot_planner.exports import iati
from pilot_planner.exports.gate_terms import condition
from pilot_planner.exports.proposal import brief, form_fields
from pilot_planner.exports.proposal.blocks import texts_of, walk
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import budget, conditions, work_plan
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.tranches import tranches
from pilot_planner.reports.gate_text import gate_sentences
from pilot_planner.studies.robust import gate as gates

MADE_ON = dt.date(2026, 11, 20)


def with_gate(plan, terms, **gate):
    design = plan.design.model_copy(update={"gate": Gate(**gate)})
    return Dossier(replace(plan, design=design), terms, MADE_ON)


@pytest.fixture(scope="module")
def gated(plan, terms):
    patch = pytest.MonkeyPatch()
    patch.setattr(gates, "DRAWS", 150)
    patch.setattr(gates, "FRESH", 150)
    made = with_gate(plan, terms, month=12, learns=("host_withdraws.MNG", "oversight.card_diversion"))
    _ = made.studies.gate
    patch.undo()
    return made


def words_of(section):
    told = " ".join(words for inner in walk((section,)) for block in inner.blocks for words in texts_of(block))
    return told.replace("\u00a0", " ")


def test_what_is_signed_before_the_gate_is_the_plan_of_the_document(gated, plan):
    assert gated.studies.gate.plan.plan_id == plan.plan_id
    assert gated.studies.gate.starts == 1


def test_the_work_plan_says_what_is_done_by_what_is_known_and_what_that_is_worth(gated, dossier):
    told = words_of(work_plan.work_plan(Draft(gated)))
    for sentence in gate_sentences(gated.studies.gate):
        assert sentence.replace("\u00a0", " ") in told
    assert "“Mongolia: The host ends the agreement” and “Card diversion at all oversight levels”" in told
    assert "gate" not in words_of(work_plan.work_plan(Draft(dossier)))


def test_money_that_falls_due_after_the_gate_waits_for_it_and_no_other(gated, dossier):
    planned = tranches(gated)
    assert [one.on_gate for one in planned] == [False, True]
    assert [one.usd for one in planned] == [one.usd for one in tranches(dossier)]
    assert not any(one.on_gate for one in tranches(dossier))
    told = words_of(budget.budget(Draft(gated)))
    assert f"{planned[1].usd:,.2f} USD by 1 January 2028 (on the decision at the gate)" in told
    assert told.count("(on the decision at the gate)") == 1
    assert "(on the decision at the gate)" not in words_of(budget.budget(Draft(dossier)))


def test_the_condition_names_the_money_that_waits_and_stands_in_every_file(gated, dossier):
    told = condition(gated, gated.studies.gate)
    waits, asked = tranches(gated)[1].usd, sum((one.usd for one in tranches(gated)), Decimal(0))
    assert f"{waits:,.2f} USD due by 1\u00a0January 2028" in told
    assert f"{100 * waits / asked:.0f} % of what is asked" in told
    (activity,) = [raw for name, raw in iati.make(gated).items() if name.endswith(".xml")]
    kinds = etree.fromstring(activity).findall(".//condition")
    assert kinds[-1].get("type") == "2" and " ".join(kinds[-1].itertext()).strip().endswith(told)
    before = etree.fromstring(iati.make(dossier)["activity.xml"]).findall(".//condition")
    assert len(kinds) == len(before) + 1
    plain = told.replace("\u00a0", " ")
    assert plain in words_of(conditions.conditions(Draft(gated)))
    assert "gate" not in words_of(conditions.conditions(Draft(dossier)))
    assert form_fields._conditions(gated)[-1]["condition"].replace("\u00a0", " ") == plain
    assert any(plain in words_of(one) for one in brief._document(Draft(gated)).sections)


def test_a_brief_with_a_gate_has_two_pages(gated):
    import io

    import pypdf

    assert len(pypdf.PdfReader(io.BytesIO(brief.make(gated)["brief.pdf"])).pages) == brief.PAGES


def test_a_gate_after_the_last_payment_binds_no_money(plan, terms, gated):
    late = with_gate(plan, terms, month=15)
    assert not any(one.on_gate for one in tranches(late))
    assert condition(late, replace(gated.studies.gate, month=15)).endswith("No money falls due after it.")


def test_nothing_names_an_event_or_a_family_by_its_key(gated):
    for section in (work_plan.work_plan(Draft(gated)), conditions.conditions(Draft(gated))):
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", words_of(section))


def test_a_gate_that_cannot_be_is_refused_before_anything_is_written(plan, terms):
    with pytest.raises(InputError, match="month 24 is no gate"):
        brief.make(with_gate(plan, terms, month=24))
