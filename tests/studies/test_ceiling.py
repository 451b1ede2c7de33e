"""What a ceiling on cost is about, what the other kind would give, and that asking it changes no plan."""

import datetime as dt
import json
from pathlib import Path

import pytest
from command_line import run_here
from random_designs import random_settings

from pilot_planner.case.case import make_case
from pilot_planner.dashboard.pages.plan.page import rest
from pilot_planner.errors import NoPlanError
from pilot_planner.exports.proposal.blocks import plain
from pilot_planner.exports.proposal.section_builder import Draft
from pilot_planner.exports.proposal.sections import budget
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import load_terms
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.ceiling import beside, ceiling
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up

MODELS = Path(__file__).parents[2] / "models"
OTHER_KIND = {"limits.operating_cost": {}, "limits.net_donor_ask.max": 12e6}


@pytest.fixture(scope="module")
def base(inputs):
    return make_plan(MODELS / "base.toml", inputs)


def joined(text):
    return " ".join(text.replace("\u00a0", " ").split())


def objective(inputs, settings, model="base.toml"):
    return make_plan(MODELS / model, inputs, settings).outcome.objective


def test_base_says_that_its_ceiling_is_on_operating_cost_and_what_the_other_would_give(inputs, base):
    found = base.ceiling
    assert (found.kind, found.usd, found.other) == ("operating_cost", 12e6, "net_donor_ask")
    assert found.other_objective == pytest.approx(22_275_838.48, abs=0.5)
    assert found.other_objective == pytest.approx(objective(inputs, found.settings), rel=1e-7)
    assert found.sentence == (
        "The ceiling of 12.0 m USD is on operating cost, before the programme's levies are taken off "
        "(limits.operating_cost.max). The same sum as a ceiling on what donors are asked for (limits.net_donor_ask.max) "
        "would give 22.3 m USD of worker income instead of 19.6 m USD."
    )


def test_a_ceiling_on_what_donors_are_asked_for_says_what_one_on_cost_would_give(inputs, base):
    found = make_plan(MODELS / "base.toml", inputs, OTHER_KIND).ceiling
    assert (found.kind, found.other) == ("net_donor_ask", "operating_cost")
    assert found.other_objective == pytest.approx(base.outcome.objective, rel=1e-7)
    assert "after the programme's levies are taken off (limits.net_donor_ask.max)" in found.sentence
    assert "would give 19.6 m USD of worker income instead of 22.3 m USD" in found.sentence


def test_where_other_limits_hold_the_plan_back_the_kind_changes_nothing_and_that_is_said(inputs):
    found = make_plan(MODELS / "one_host.toml", inputs).ceiling
    assert found.other_objective == pytest.approx(found.objective, rel=1e-9)
    assert "would change nothing: other limits hold the plan back first" in found.sentence


def test_two_ceilings_and_none_are_told_and_nothing_more_is_solved(inputs):
    both = make_plan(MODELS / "base.toml", inputs, {"limits.net_donor_ask.max": 11e6}).ceiling
    assert (both.kind, both.other, both.other_objective) == ("both", "", None)
    assert both.sentence.startswith("This design has two ceilings: 12.0 m USD on operating cost")
    free = make_plan(MODELS / "base.toml", inputs, {"limits.operating_cost": {}})
    assert free.ceiling is None


def test_a_ceiling_of_the_other_kind_that_leaves_no_plan_is_told_as_such(inputs):
    settings = {**OTHER_KIND, "limits.net_donor_ask.max": 8e6, "limits.worker_income.min": 11.5e6}
    found = make_plan(MODELS / "base.toml", inputs, settings).ceiling
    with pytest.raises(NoPlanError):
        make_plan(MODELS / "base.toml", inputs, {**found.settings, "limits.worker_income.min": 11.5e6})
    assert (found.other_status, found.other_objective) == ("no_plan", None)
    assert found.sentence.endswith("would leave no plan.")


def test_what_was_not_looked_for_in_the_time_is_not_told_as_known(inputs, base):
    found = ceiling(base.programme, base.outcome, 0.0)
    assert (found.other_status, found.other_objective) == ("not_known", None)
    assert found.sentence.endswith("what it would give was not found in the time.")


@pytest.mark.parametrize("name", ["base", "in_kind_first", "released_revenue", "two_hosts"])
def test_asking_costs_the_plan_nothing_and_says_the_same_from_its_search_and_by_itself(inputs, name):
    design, ready = set_up(MODELS / f"{name}.toml", inputs, None)
    programme = build(make_case(design, ready))
    alone, asking = Session(programme), Session(programme, beside(programme))
    first, second = alone.solve(), asking.solve()
    assert alone.break_ties(first) == asking.break_ties(second)
    warm = ceiling(programme, second, 60.0, asking)
    assert warm.document() == ceiling(programme, first, 60.0).document()


@pytest.mark.parametrize("seed", range(12))
def test_random_designs_are_told_what_a_plan_of_the_other_kind_gives(inputs, seed):
    try:
        plan = make_plan(MODELS / "base.toml", inputs, random_settings(seed))
    except NoPlanError:
        return
    found = plan.ceiling
    if found.kind == "both":
        return
    settings = {**random_settings(seed), **found.settings}
    settings.pop(f"limits.{found.kind}.max", None)
    if found.other_status == "no_plan":
        with pytest.raises(NoPlanError):
            make_plan(MODELS / "base.toml", inputs, settings)
    else:
        assert found.other_objective == pytest.approx(objective(inputs, settings), rel=1e-7, abs=1.0)


def test_print_document_page_and_proposal_say_it(capsys, base):
    said = " ".join(run_here(capsys, "plan").out.split())
    assert base.ceiling.sentence in said
    assert "Everything is counted in periods of 3 months, 3 months of set-up first" in said
    document = json.loads(run_here(capsys, "plan", "--json").out)
    assert document["ceiling"]["other_objective"] == 22_275_838.0
    assert document["ceiling"]["sentence"] == base.ceiling.sentence
    assert document["grid_of_periods"].startswith("Everything is counted in periods of 3 months")
    page = str(rest(base, "")).replace("\u00a0", " ")
    assert "The same sum as a ceiling on what donors are asked for" in page
    assert "the grid moves the result" in page
    dossier = Dossier(base, load_terms(MODELS / "proposals" / "draft.toml"), dt.date(2026, 11, 20))
    # Outsiders read it without the key of the setting.
    told = Draft(dossier).in_labels(base.ceiling.sentence)
    assert told in joined(plain(budget.budget(Draft(dossier)).sections[0].blocks[-1].words))
    assert "limits." not in told and "22.3 m USD" in told


def test_check_says_the_kind_of_ceiling_and_the_grid(capsys):
    said = run_here(capsys, "check", "--model", MODELS / "base.toml")
    assert "Design: The ceiling of 12.0 m USD is on operating cost" in said.out
    assert "Design: Everything is counted in periods of 3 months, 3 months of set-up first" in said.out
    told = json.loads(run_here(capsys, "check", "--json", "--model", MODELS / "base.toml").out)["design_says"]
    assert len(told) == 2
