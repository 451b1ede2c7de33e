"""Edits of inputs without a browser: taken or refused by the rules of check, undone, and told as a command."""

import shlex

import pytest

from pilot_planner.cli.options import settings_of
from pilot_planner.dashboard.pages.inputs.rows import input_rows, rests_on
from pilot_planner.dashboard.pages.inputs.scenario import (
    changes_of,
    command_of,
    edit,
    inputs_of,
    overrides_of,
    upload,
    without,
)
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.design.overrides import overrides_text
from pilot_planner.reports.inputs_workbook import workbook_bytes

WAGE = "placements.MNG.construction.market_wage"
FIRST = Question("base")


@pytest.fixture(scope="module")
def planner():
    return Planner("inputs", "base")


def settings(outcome):
    assert outcome.faults == ()
    return dict(outcome.question.settings)


def test_a_base_within_its_range_is_set_and_the_range_kept(planner):
    found = edit(planner, FIRST, WAGE, {"base": "650"})
    assert settings(found) == {f"inputs.{WAGE}.base": 650}
    assert found.question.scenario == "My scenario"
    assert inputs_of(planner, found.question).find(*WAGE.split(".")).high == 772


def test_a_base_without_a_range_is_the_whole_value(planner):
    path = "placements.MNG.construction.foreign_worker_quota"
    assert settings(edit(planner, FIRST, path, {"base": "1000"})) == {f"inputs.{path}": 1000}
    assert settings(edit(planner, FIRST, "hosts.ARE.living_wage", {"base": "300"})) == {"inputs.hosts.ARE.living_wage": 300}


def test_low_base_and_high_are_set_together_where_one_alone_would_break_the_order(planner):
    assert edit(planner, FIRST, WAGE, {"base": "900"}).question is None
    found = settings(edit(planner, FIRST, WAGE, {"low": "637", "base": "900", "high": "1000"}))
    assert found == {f"inputs.{WAGE}.base": 900, f"inputs.{WAGE}.high": 1000}


def test_an_edit_back_to_what_the_files_say_is_no_edit_any_more(planner):
    once = edit(planner, FIRST, WAGE, {"base": "650"}).question
    assert settings(edit(planner, once, WAGE, {"base": "687"})) == {}


@pytest.mark.parametrize(
    ("path", "typed", "reason"),
    [
        (WAGE, {"base": "1,200"}, f"inputs.{WAGE}.base: 1200 breaks low <= base <= high (637, 1200, 772)"),
        (WAGE, {"base": "687,5"}, f"inputs.{WAGE}.base: '687,5' could be read in more than one way"),
        (WAGE, {"base": "much"}, f"inputs.{WAGE}.base: 'much' is not a number"),
        (WAGE, {"base": "=2*3"}, f"inputs.{WAGE}.base: a spreadsheet formula '=2*3'"),
        (WAGE, {"base": None}, f"inputs.{WAGE}.base: empty cell"),
        (WAGE, {"base": "900"}, f"inputs.{WAGE}.base: 900 breaks low <= base <= high (637, 900, 772)"),
        ("programme.intake_share", {"base": "7", "high": "8"}, "inputs.programme.intake_share.base: 7 is out of bounds"),
        ("placements.MNG.construction.demand", {"base": "7"}, "inputs.placements.MNG.construction.demand: is derived: min("),
        ("hosts.ARE.living_wage", {"high": "7"}, "inputs.hosts.ARE.living_wage: hosts.ARE.living_wage has no low, base"),
        ("nowhere.at.all", {"base": "7"}, "inputs.nowhere.at.all: no such input"),
    ],
)  # fmt: skip
def test_a_bad_edit_is_refused_with_its_reason(planner, path, typed, reason):
    found = edit(planner, FIRST, path, typed)
    assert found.question is None
    assert found.faults[0].startswith(reason)


def test_undo_takes_one_edit_or_all_away_and_leaves_the_rest(planner):
    question = edit(planner, FIRST.with_settings({"limits.hosts.max": 1}), WAGE, {"base": "650"}).question
    question = edit(planner, question, "programme.attrition_yearly", {"low": "0.06", "base": "0.1", "high": "0.2"}).question
    assert [one.new.path for one in changes_of(planner, question)] == [WAGE, "programme.attrition_yearly"]
    assert [one.new.path for one in changes_of(planner, without(question, WAGE))] == ["programme.attrition_yearly"]
    assert without(question).settings == {"limits.hosts.max": 1}


def test_the_command_of_a_question_gives_its_settings_again(planner):
    question = read_address(
        "?model=one_host&limits.operating_cost.max=8e6&programme.start_date=2027-04-01&exclusions=[\"KAZ\", \"it_services\"]"
        f"&inputs.{WAGE}.base=650&scenario=A name",
        planner.models,
        planner.first,
    )  # fmt: skip
    words = shlex.split(command_of(planner, question))
    assert words[:4] == ["pilot-planner", "plan", "--model", "one_host"]
    assert settings_of([word for word in words[4:] if word != "--set"], None, None) == question.settings


def test_an_override_file_makes_the_same_question_again(planner):
    question = edit(planner, FIRST.with_settings({"limits.hosts.max": 1}), WAGE, {"base": "650"}).question
    text = overrides_text(overrides_of(question))
    assert upload(planner, FIRST, "own.toml", text.encode()).question == question


def test_faults_of_an_override_file_are_told_by_row_all_in_one_pass(planner):
    text = (
        "[settings]\nlimits.oper_cost.max = 1\n[inputs]\nhosts.MNG.labour_force = -4\nprogramme.x = 1\n"
        "placements.MNG.construction.foreign_worker_quota = 'a'\n[setings]\na = 1\n"
    )
    found = upload(planner, FIRST, "own.toml", text.encode())
    assert found.question is None
    assert sorted({int(fault.split(":")[1]) for fault in found.faults}) == [2, 4, 5, 6, 7]


def test_a_workbook_of_the_scenario_changes_nothing(planner):
    question = edit(planner, FIRST, WAGE, {"base": "650"}).question
    raw = workbook_bytes(inputs_of(planner, question), {}, "A name")
    assert upload(planner, question, "own.xlsx", raw).question == question


def test_more_edits_than_an_address_holds_are_refused(planner):
    ranged = [one for one in planner.inputs.estimates.values() if one.low != one.high and not one.formula][:400]
    text = "[inputs]\n" + "\n".join(f"{one.path} = {one.base!r}" for one in ranged)
    found = upload(planner, FIRST, "own.toml", text.encode())
    assert len(ranged) == 400
    assert found.faults[0].startswith("the scenario: changes 400 values; expected at most 300 that fit into an address")


def test_rows_tell_what_a_plan_rests_on_and_what_is_edited(planner):
    plan = planner.answer(FIRST).plan
    rests = rests_on(plan)
    rows = input_rows(planner.inputs, {WAGE}, rests, {WAGE: 5.0})
    assert len(rows) == len(planner.inputs.estimates)
    assert {path for path, row in rows.items() if row["plan"]} == rests
    assert {path for path, row in rows.items() if row["edited"]} == {WAGE}
    assert rows[WAGE]["swing"] == 5.0
    assert all(row["url"].startswith(("http://", "https://")) for row in rows.values() if row["url"])
    assert all(row["can"] != bool(row["formula"]) for row in rows.values())


def test_the_name_of_a_scenario_is_never_told_to_somebody_else(planner):
    planner.answer(Question("base", {}, "Mine"))
    assert planner.answer(Question("base", {}, "Yours")).question.scenario == "Yours"
    assert planner.known(Question("base")).question.scenario == ""
