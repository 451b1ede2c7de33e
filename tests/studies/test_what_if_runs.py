"""The folder of a study: rows that stream, a study that goes on where it stopped, folders that are refused."""

import csv
import json

import pytest
from stopping import stopped

from pilot_planner.errors import InputError
from pilot_planner.studies.sweeps.what_if import what_if

STUDY = """
title = "Budgets"
why = "For tests."
metrics = ["worker_income", "operating_cost", "card_share"]

[[vary]]
path = "limits.operating_cost.max"
values = [6e6, 6.5e6, 7e6, 7.5e6, 1e3, -1, 7e6]
"""
ONE = {"exclusions": ["it_services", "mining", "logging_forestry", "restaurants", "KAZ", "MOZ", "TZA"]}


@pytest.fixture
def study(tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(STUDY, encoding="utf-8")
    return file


def run(study, inputs, **more):
    return what_if(study, "one_host", inputs, ONE, **more)


def rows(folder):
    with (folder / "runs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_run_is_a_row_with_its_values_status_and_metrics(study, shipped_inputs, tmp_path):
    result = run(study, shipped_inputs, out=tmp_path / "out")
    found = sorted(rows(tmp_path / "out"), key=lambda row: int(row["run"]))
    assert [row["status"] for row in found] == ["optimal"] * 4 + ["infeasible"] * 2 + ["optimal"]
    assert [float(row["limits.operating_cost.max"]) for row in found] == [6e6, 6.5e6, 7e6, 7.5e6, 1e3, -1.0, 7e6]
    assert {row["hosts"] for row in found} == {"MNG", ""}
    assert float(found[0]["operating_cost"]) == pytest.approx(6e6)
    assert float(found[0]["objective"]) < float(found[3]["objective"])
    assert result.table().loc[1, "worker_income"] == float(found[0]["worker_income"])
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["statuses"] == {"optimal": 5, "infeasible": 2}
    assert summary["metrics"]["operating_cost"]["max"] == max(float(row["operating_cost"] or 0) for row in found)
    assert summary["input_hash"] == shipped_inputs.hash
    assert summary["different_runs"] == 6


def test_equal_runs_are_solved_once_and_written_each(study, shipped_inputs):
    result = run(study, shipped_inputs)
    assert result.solved == 6
    third, last = result.records[2], result.records[6]
    assert {**third, "run": 0} == {**last, "run": 0}
    assert last["run"] == 7


def test_a_value_that_cannot_be_is_a_refused_row(tmp_path, shipped_inputs):
    file = tmp_path / "study.toml"
    text = 'title = "T"\nwhy = "W"\n[[vary]]\npath = "pay.wage_parity"\nvalues = [0.9, 1.0, "much"]\n'
    file.write_text(text, encoding="utf-8")
    first, second, third = run(file, shipped_inputs).records
    assert (first["status"], second["status"], third["status"]) == ("refused", "optimal", "refused")
    assert first["reason"] == (
        "--set pay.wage_parity: pay.wage_parity = 0.9 is out of bounds; expected at least 1 (ILO C097, article 6: migrants "
        "are paid no less favourably than nationals); set 1 or more: no design can set away what law sets"
    )
    assert first["worker_income"] is None


def test_a_stopped_study_goes_on_without_solving_a_finished_run_again(study, shipped_inputs, tmp_path):
    whole = run(study, shipped_inputs)
    partial = stopped(run, study, shipped_inputs, out=tmp_path / "out", progress=lambda text, share: share < 0.4)
    assert not partial.complete
    assert not (tmp_path / "out" / "summary.json").exists()
    before = (tmp_path / "out" / "runs.csv").read_bytes()
    resumed = run(study, shipped_inputs, out=tmp_path / "out")
    assert resumed.complete
    assert resumed.solved == 6 - partial.solved
    assert (tmp_path / "out" / "runs.csv").read_bytes().startswith(before)
    assert [row["status"] for row in resumed.records] == [row["status"] for row in whole.records]
    for one, other in zip(resumed.records, whole.records, strict=True):
        assert one["objective"] is None or one["objective"] == pytest.approx(other["objective"], rel=2e-6)
    again = run(study, shipped_inputs, out=tmp_path / "out")
    assert (again.solved, again.records) == (0, resumed.records)


def test_a_half_written_last_line_is_dropped_and_its_run_solved_again(study, shipped_inputs, tmp_path):
    run(study, shipped_inputs, out=tmp_path / "out")
    file = tmp_path / "out" / "runs.csv"
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    resumed = run(study, shipped_inputs, out=tmp_path / "out")
    assert resumed.solved == 1
    assert sorted(int(row["run"]) for row in rows(tmp_path / "out")) == list(range(1, 8))


def test_a_folder_with_a_header_cut_short_starts_over(study, shipped_inputs, tmp_path):
    run(study, shipped_inputs, out=tmp_path / "out")
    (tmp_path / "out" / "runs.csv").write_bytes(b"run,des")
    assert run(study, shipped_inputs, out=tmp_path / "out").solved == 6


def test_the_folder_of_another_study_is_refused(study, shipped_inputs, tmp_path):
    stopped(run, study, shipped_inputs, out=tmp_path / "out", progress=lambda text, share: False)
    study.write_text(STUDY.replace("7.5e6", "7.6e6"), encoding="utf-8")
    with pytest.raises(InputError, match="out: holds another study: values differ; expected this study's own folder"):
        run(study, shipped_inputs, out=tmp_path / "out")
    study.write_text(STUDY, encoding="utf-8")
    changed = shipped_inputs.with_values({"programme.attrition_yearly": 0.1})
    with pytest.raises(InputError, match="holds another study: inputs differ"):
        run(study, changed, out=tmp_path / "out")
    with pytest.raises(InputError, match="holds another study: designs differ"):
        what_if(study, "one_host", shipped_inputs, out=tmp_path / "out")


def test_a_folder_with_other_files_and_a_file_are_refused(study, shipped_inputs, tmp_path):
    with pytest.raises(InputError, match=r"holds files that are not of a study: study\.toml"):
        run(study, shipped_inputs, out=tmp_path)
    with pytest.raises(InputError, match=r"study\.toml: is a file; expected a folder"):
        run(study, shipped_inputs, out=study)


def test_each_design_of_a_study_runs_with_every_value(tmp_path, shipped_inputs):
    file = tmp_path / "study.toml"
    own = tmp_path / "mine.toml"
    own.write_text('extends = "one.toml"\nname = "mine"\n[limits.workers_total]\nmax = 500\n', encoding="utf-8")
    base = tmp_path / "one.toml"
    from pilot_planner.data.locations import resolve_model

    base.write_text(resolve_model("base").read_text(encoding="utf-8"), encoding="utf-8")
    text = (
        'title = "T"\nwhy = "W"\ndesigns = ["one_host", "mine.toml"]\n'
        '[[vary]]\npath = "limits.operating_cost.max"\nvalues = [7e6, 8e6]\n'
    )
    file.write_text(text, encoding="utf-8")
    result = what_if(file, inputs=shipped_inputs, settings=ONE)
    assert [(row["design"], row["limits.operating_cost.max"]) for row in result.records] == [
        ("one_host", 7e6), ("one_host", 8e6), ("mine", 7e6), ("mine", 8e6)
    ]  # fmt: skip
    assert set(result.summary["designs"]) == {"one_host", "mine"}
