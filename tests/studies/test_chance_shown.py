"""The chance of a plan comes with the plan, without being asked for."""

import io

import pytest
from rich.console import Console

from pilot_planner.reports.chance_text import headline, sentences
from pilot_planner.reports.plan_text import print_plan
from pilot_planner.studies.planning.comparison import compare
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.studies.uncertainty.chance import chance_of


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan(None, shipped_inputs)


def printed(plan):
    console = Console(file=io.StringIO(), width=200)
    print_plan(plan, console)
    return console.file.getvalue()


def test_the_document_of_a_plan_has_its_chance_of_a_thousand_draws(plan):
    told = plan_document(plan)["chance"]
    assert told == chance_of(plan, 1000, 1, run=False).document()
    assert told["draws"] == 1000
    assert told["as_run"] is None
    low, high = told["as_signed"]["interval"]
    assert low <= told["as_signed"]["share"] <= high


def test_print_says_how_sure_the_plan_is_and_what_breaks_it_before_any_table(plan):
    sure = printed(plan).split("How sure is it")[1].split("Hosts, placements and worker caps")[0]
    words = " ".join(sure.split())
    assert all(sentence in words for sentence in sentences(plan.chance, plan))
    assert "With nothing decided again, it holds in none of 1,000 draws of its evidence" in words
    assert "intake in a period (Kazakhstan, other manufacturing)" in words


def test_a_chance_as_run_stands_in_print_and_document_where_it_was_asked_for(plan):
    found = chance_of(plan, 40)
    asked = plan.with_chance(found)
    assert plan_document(asked)["chance"]["as_run"]["count"] == found.as_run.holds.count
    assert headline(asked.chance) in " ".join(printed(asked).split())
    assert plan.chance.as_run is None


def test_plans_are_compared_by_their_chance(plan):
    surer = plan.with_chance(chance_of(plan, 40))
    lines = {one["metric"]: one for one in compare(plan, surer).metrics}
    assert lines["chance_as_run"]["b"] == surer.chance.as_run.holds.value


def test_a_plan_in_which_nobody_works_has_no_chance(shipped_inputs):
    empty = {"limits.workers_total.min": 0, "limits.worker_months.min": 0, "limits.operating_cost.max": 2_000_000}
    plan = make_plan(None, shipped_inputs, empty)
    assert not plan.placements
    assert plan_document(plan)["chance"] is None
    printed(plan)
