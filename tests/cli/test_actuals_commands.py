"""``actuals`` and ``replan`` as a user types them: one document with ``--json``, a status, and every fault with its cure."""

import json

import pytest
from actuals import edit, write_files
from command_line import run_here

from pilot_planner import make_plan
from pilot_planner.reports.actuals_files import template_files
from pilot_planner.reports.plan_folder import write_plan

LATE = ("--today", "2027-10-01")


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan("one_host", shipped_inputs)


@pytest.fixture
def folder(plan, tmp_path):
    return write_files(template_files(plan, 3), tmp_path / "pilot")


def test_a_template_of_a_plan_is_made_and_checked(plan, tmp_path, capsys):
    write_plan(plan, tmp_path / "signed")
    made = run_here(capsys, "actuals", "new", tmp_path / "signed", tmp_path / "pilot")
    assert (made.status, made.out) == (0, "")
    assert plan.plan_id in made.err
    assert run_here(capsys, "actuals", "check", tmp_path / "pilot").status == 0
    again = run_here(capsys, "actuals", "new", tmp_path / "signed", tmp_path / "pilot")
    assert again.status == 2
    assert "never written over" in again.err


def test_what_is_asked_as_json_is_one_document(plan, folder, capsys, tmp_path):
    told = run_here(capsys, "actuals", "report", folder, *LATE, "--json", "--out", tmp_path / "report")
    document = json.loads(told.out)
    assert document["periods"] == {"over": 3, "reported": 3, "last": 8}
    assert document["metrics"]["worker_income"]["plan"] == pytest.approx(plan.metrics["worker_income"])
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == {"lines.csv", "differences.csv", "indicators.csv", "limits.csv", "metrics.csv"}
    found = json.loads(run_here(capsys, "replan", folder, *LATE, "--json", "--way", "go_on").out)
    assert [(one["way"], one["status"], one["same_as_signed"]) for one in found["answers"]] == [("go_on", "optimal", True)]
    lessons = json.loads(run_here(capsys, "actuals", "learned", folder, *LATE, "--json").out)
    assert {"programme.attrition_yearly", "programme.visits_per_inspector_month"} <= {one["path"] for one in lessons}


def test_faults_are_told_with_status_2_and_no_traceback(folder, capsys):
    edit(folder, "pay", {"period": "2", "channel": "card"}, {"currency": "EUR"})
    for words in (("actuals", "check"), ("actuals", "report"), ("replan",)):
        told = run_here(capsys, *words, folder, *LATE)
        assert told.status == 2
        assert "pay.csv:" in told.err
        assert "'EUR' is not known here" in told.err
    for words in (("replan", folder, "--way", "back"), ("actuals", "check", folder, "--today", "tomorrow")):
        assert run_here(capsys, *words).status == 2
    assert run_here(capsys, "actuals", "report", folder / "nowhere").status == 2
