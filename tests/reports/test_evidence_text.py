"""What to find out first, in words: what is worth its cost, nothing that cannot be told from nothing, one text for all."""

import datetime as dt
from dataclasses import replace

import pytest

from pilot_planner import make_plan
from pilot_planner.errors import CancelledError
from pilot_planner.exports.proposal.blocks import Table, plain
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import opening, outlook
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.studies import Studies
from pilot_planner.exports.terms import load_terms
from pilot_planner.reports.evidence_text import (
    NOT_WORKED_OUT,
    ceiling,
    first_to_find_out,
    known_heads,
    known_rows,
    rest,
    study_rows,
    told_apart,
)
from pilot_planner.studies.uncertainty.value_of_information import Worth
from pilot_planner.studies.uncertainty.what_to_find_out import Evidence, Known, Study, evidence, evidence_of

MADE_ON = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan(None, shipped_inputs)


def study(name, cost, worth, error, points=0.01):
    return Study(name, f"Ask {name}", ("x",), cost, 0.8, "C", points, worth, error, worth - cost)


def made(plan, studies=(), known=()):
    every = Known("everything", Worth(0.07, 0.01), Worth(900_000.0, 100_000.0))
    return Evidence(plan, 1000, 1, (0.19, 0.21), every, tuple(known), tuple(studies), {})


def test_the_first_study_is_the_first_that_can_be_told_to_be_worth_its_cost(plan):
    found = made(plan, [study("Unsure", 10_000.0, 300_000.0, 200_000.0), study("Sure", 20_000.0, 250_000.0, 50_000.0)])
    told = first_to_find_out(found).replace("\u00a0", " ")
    assert told.startswith("First to find out: ask Sure, for 20,000 USD.")
    assert "1.0 of 100 draws more hold and about 250,000 USD of worker income more on average" in told
    assert told.endswith("To know everything would add 7.0.")


def test_where_none_can_be_told_to_be_worth_its_cost_none_is_named(plan):
    assert first_to_find_out(made(plan)) == "The inputs name no study that could find out more before signing."
    for one in (study("Unsure", 10_000.0, 30_000.0, 20_000.0), study("Idle", 10_000.0, 0.0, 0.0, 0.0)):
        told = first_to_find_out(made(plan, [one]))
        assert told.startswith("Of one study that was looked at none can be told to be worth its cost")


def test_what_cannot_be_told_from_nothing_is_counted_and_not_ranked(plan):
    known = [
        Known("hosts.KAZ.willingness", Worth(0.03, 0.01), Worth(5e5, 1e5)),
        Known("fee_waiver_refused.MNG", Worth(0.02, 0.02), Worth(4e5, 3e5)),
    ]
    found = made(plan, known=known)
    assert [told_apart(one) for one in known] == [True, False]
    assert known_rows(found, 8) == [("Willingness, Kazakhstan", "3.0 ± 2.0", "500,000 ± 200,000")]
    assert rest(found).startswith("1 of 2 ")
    assert len(known_heads(found)) == len(known_rows(found, 8)[0])


def test_the_ceiling_says_how_sure_the_plan_and_the_surest_rival_are(plan):
    told = ceiling(made(plan))
    assert "beside one rival in 1,000 draws" in told
    assert "holds in 19 of 100, the surest of them in 21" in told
    assert "7.0 ± 2.0 of 100 draws more, and 900,000 ± 200,000 USD of worker income more" in told


def test_of_a_plan_that_is_there_it_is_what_the_command_says(plan, shipped_inputs):
    assert evidence_of(plan, 120, 3).document() == evidence(None, shipped_inputs, draws=120, seed=3).document()


def test_a_document_has_the_same_words_and_rows(plan):
    dossier = Dossier(plan, load_terms(), MADE_ON)
    found = evidence_of(plan, 120, 3)
    dossier.studies.__dict__["evidence"] = found
    section = outlook._to_find_out(Draft(dossier))
    assert plain(section.blocks[0].words).replace("\u00a0", " ") == first_to_find_out(found).replace("\u00a0", " ")
    table = [one for one in section.blocks if isinstance(one, Table)][-1]
    assert [tuple(plain(cell).replace("\u00a0", " ") for cell in row.cells) for row in table.rows] == study_rows(found)


def test_where_time_was_too_short_it_is_said_and_no_figure_told(plan):
    short = plan.design.model_copy(update={"solver": plan.design.solver.model_copy(update={"time_limit": 1e-6})})
    dossier = Dossier(replace(plan, design=short), load_terms(), MADE_ON)
    assert dossier.studies.evidence is None
    assert opening.surer(Draft(dossier)) == NOT_WORKED_OUT
    (words,) = outlook._to_find_out(Draft(dossier)).blocks
    assert plain(words.words) == NOT_WORKED_OUT


def test_whoever_stops_an_export_is_not_told_that_time_was_too_short(plan):
    with pytest.raises(CancelledError):
        _ = Studies(plan, lambda text, share: False).evidence
