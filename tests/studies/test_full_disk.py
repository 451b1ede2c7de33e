"""A disk that fills up while results are written: what is told, what stays, how a study goes on."""

import csv

import pytest
from command_line import run_here
from full_disk import room_for

from pilot_planner import PilotPlannerError
from pilot_planner.errors import InputError
from pilot_planner.reports.answer_files import write_files
from pilot_planner.reports.risk_report import write_both
from pilot_planner.studies.sweeps.run_folder import RunsFolder
from pilot_planner.studies.sweeps.what_if import what_if

HEADER = ("run", "design", "status", "reason")
STUDY = """
title = "Budgets"
why = "For tests."
metrics = ["worker_income"]

[[vary]]
path = "limits.operating_cost.max"
from = 6e6
to = 8e6
steps = 20
"""
ONE = {"exclusions": ["it_services", "mining", "logging_forestry", "restaurants", "KAZ", "MOZ", "TZA"]}


def record(number):
    return {"run": number, "design": "base", "status": "optimal", "reason": "x" * 50}


def rows(folder):
    text = (folder / "runs.csv").read_text(encoding="utf-8")
    assert text.endswith("\n")
    found = list(csv.reader(text.splitlines()))
    assert all(len(row) == len(found[0]) for row in found)
    return [int(row[0]) for row in found[1:]]


@pytest.mark.parametrize("size", range(100, 600, 23))
def test_rows_are_written_whole_or_not_at_all_and_never_lost_without_a_word(size, tmp_path):
    folder = RunsFolder(tmp_path / "out", HEADER, {"a": 1}, {})
    assert folder.open() == []
    written = []
    with room_for(size), pytest.raises(PilotPlannerError) as told:
        for number in range(0, 30, 3):
            folder.append([record(number), record(number + 1), record(number + 2)])
            written += [number, number + 1, number + 2]
    folder.close()
    assert "whole and kept: free some space and ask again with the same folder" in str(told.value)
    assert str(tmp_path / "out") in str(told.value)
    assert "\n" not in str(told.value)
    assert rows(tmp_path / "out") == written
    again = RunsFolder(tmp_path / "out", HEADER, {"a": 1}, {})
    assert [row["run"] for row in again.open()] == written
    again.append([record(99)])
    again.close()
    assert rows(tmp_path / "out") == [*written, 99]


def test_a_study_that_ran_out_of_room_goes_on_once_there_is_some(shipped_inputs, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(STUDY, encoding="utf-8")
    with room_for(800), pytest.raises(PilotPlannerError, match="whole and kept"):
        what_if(study, "one_host", shipped_inputs, ONE, out=tmp_path / "out")
    before = rows(tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["runs.csv", "study.json"]
    assert 0 < len(before) < 20
    done = what_if(study, "one_host", shipped_inputs, ONE, out=tmp_path / "out")
    assert (done.complete, done.solved) == (True, 20 - len(before))
    assert sorted(rows(tmp_path / "out")) == list(range(1, 21))


def test_the_command_names_the_folder_and_says_what_is_kept(tmp_path, capsys):
    study = tmp_path / "study.toml"
    study.write_text(STUDY, encoding="utf-8")
    with room_for(800):
        ended = run_here(capsys, "whatif", study, "--model", "one_host", "--out", tmp_path / "out")
    assert ended.status == 2
    assert "standard output" not in ended.err
    assert "nothing was written" not in ended.err
    assert f"error: {tmp_path / 'out'} cannot be written any further" in ended.err


@pytest.mark.parametrize("size", [0, 100, 3000, 5000])
def test_files_of_an_answer_are_all_there_or_none(size, tmp_path):
    many = [{"draw": number, "text": "x" * 90} for number in range(40)]
    wrote = {
        "front": lambda folder: write_files(folder, {"front.csv": many, "payoff.csv": many}, {"note.json": {"a": 1}}),
        "risk": lambda folder: write_both(folder, "runs.csv", many, "summary.json", {"a": "y" * 200}),
    }
    for name, write in wrote.items():
        folder = tmp_path / name
        if size == 5000:
            with room_for(size):
                write(folder)
            assert len(list(folder.iterdir())) == (3 if name == "front" else 2)
            continue
        with room_for(size), pytest.raises(InputError) as told:
            write(folder)
        assert not folder.exists()
        assert "expected room on its disk; free some space, or choose another folder" in str(told.value)
