"""``pilot-planner store``, ``backup`` and ``restore`` as a user types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run_here

from pilot_planner import Store, write_plan
from pilot_planner.design.overrides import Overrides, overrides_text

INPUTS = Path(__file__).parents[2] / "inputs"


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Runs a command on a store in an empty folder; gives the result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PILOT_PLANNER_STORE", str(tmp_path / "data" / "store.sqlite"))
    return lambda *words: run_here(capsys, *words)


@pytest.fixture
def scenario_file(tmp_path):
    file = tmp_path / "lower.toml"
    file.write_text(overrides_text(Overrides({"limits.operating_cost.max": 8e6}, "Lower")), encoding="utf-8")
    return file


def test_a_plan_folder_is_saved_shown_exported_and_made_again(run, plan, tmp_path):
    folder = write_plan(plan, tmp_path / "plan")
    saved = run("store", "save", folder, "--name", "First", "--description", "For the board.", "--json")
    item = json.loads(saved.out)

    assert (saved.status, item["kind"], item["name"], item["revision"]) == (0, "plan", "First", 1)
    assert "First" in run("store", "list").out
    shown = run("store", "show", "First").out
    assert plan.plan_id in shown
    assert "For the board." in shown
    assert json.loads(run("store", "show", item["id"], "--json").out)["record"]["manifest"]["plan_id"] == plan.plan_id
    assert run("store", "export-folder", "First", "--out", "again").status == 0
    assert (tmp_path / "again" / "plan.json").read_bytes() == (folder / "plan.json").read_bytes()
    again = run("store", "remake", "First")
    assert (again.status, again.out) == (
        0,
        "The plan was made again and is the same: every setting, choice and figure, and every table.\n",
    )
    assert json.loads(run("store", "remake", "First", "--json").out)["identical"] is True


def test_a_design_is_solved_and_saved_and_compared(run):
    first = run("store", "save", "one_host", "--plan", "--name", "A")
    second = run("store", "save", "one_host", "--plan", "--name", "B", "--set", "limits.operating_cost.max=7e6")
    found = json.loads(run("store", "compare", "A", "B", "--json").out)

    assert (first.status, second.status) == (0, 0), first.err + second.err
    assert [row["b"] for row in found["settings"]] == [7e6]
    assert "Operating cost" in run("store", "compare", "A", "B").out
    assert json.loads(run("store", "show", "B", "--json").out)["record"]["asked"] == {
        "model": "one_host",
        "settings": {"limits.operating_cost.max": 7e6},
    }


def test_a_plan_that_comes_out_otherwise_says_why_and_ends_with_a_status(run):
    wage = "inputs.placements.MNG.construction.market_wage"
    run("store", "save", "one_host", "--plan", "--name", "A", "--set", f"{wage}=650")
    result = run("store", "remake", "A", "--inputs", INPUTS)

    assert result.status == 2
    assert f"settings ({wage}: 650 then, 687 now)" in result.out
    assert "the inputs in" in result.out
    assert "are not those that were saved with it" in result.out


def test_changes_are_told_with_who_and_values(run, scenario_file):
    run("store", "save", scenario_file)
    run("store", "rename", "Lower", "Lowest", "--why", "there is a lower one")
    run("store", "describe", "Lowest", "For May.")
    run("store", "copy", "Lowest", "--name", "Twin")
    run("store", "archive", "Twin")
    listed = json.loads(run("store", "list", "--all", "--json").out)
    changes = json.loads(run("store", "history", "--json").out)
    told = run("store", "history", "Lowest").out

    assert {one["name"]: one["archived"] for one in listed} == {"Lowest": False, "Twin": True}
    assert [one["action"] for one in changes] == ["archive", "copy", "describe", "rename", "save"]
    assert "name: Lower -> Lowest" in told
    assert "why: there is a lower one" in told
    assert "Twin" not in run("store", "list").out
    assert run("store", "restore", "Twin").status == 0
    assert "Twin" in run("store", "list", "--kind", "scenario").out
    assert run("store", "restore", "Lowest", "--to", "1").status == 0
    assert "7 changes" in run("store", "check").err
    assert run("store", "history", "--most", "1").out.count("UTC") == 1


def test_backup_and_restore(run, scenario_file, tmp_path):
    run("store", "save", scenario_file)
    assert run("backup", "kept.sqlite").status == 0
    assert run("restore", "kept.sqlite", "--store", tmp_path / "other.sqlite").status == 0
    refused = run("restore", "kept.sqlite")

    assert (refused.status, refused.out) == (2, "")
    assert "is not empty; restore into a new one" in refused.err
    assert Store.open(tmp_path / "other.sqlite").check() == Store.open().check()


def test_reading_makes_no_store(run, tmp_path):
    for words in (("list",), ("history",), ("show", "x"), ("check",), ("rename", "x", "y"), ("upgrade",)):
        result = run("store", *words)
        assert (result.status, result.out) == (2, "")
        assert "there is no store at" in result.err
    assert run("backup", "x.sqlite").status == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("store", "save", "nothing.toml"),
        ("store", "save", "nothing"),
        ("store", "save", "."),
        ("store", "save", "lower.toml", "--plan"),
        ("store", "save", "lower.toml", "--set", "limits.operating_cost.max=1e6"),
        ("store", "save", "lower.toml", "--name", " "),
        ("store", "save", "lower.toml", "--name", "\x1b[31mred"),
        ("store", "save", "lower.toml", "--onto", "nothing"),
        ("store", "save", "lower.toml", "--store", "mysql://x"),
        ("store", "save", "lower.toml", "--store", "postgresql://ana:secret@127.0.0.1:1/x"),
        ("store", "save", "lower.toml", "--store", "lower.toml"),
        ("store", "rename", "nothing", "x"),
        ("store", "list", "--kind", "x"),
        ("store", "show", "nothing", "--revision", "0"),
        ("store",),
        ("restore", "lower.toml"),
        ("restore", "missing"),
    ],
)
def test_what_cannot_be_done_ends_in_a_sentence(run, scenario_file, words):
    run("store", "save", scenario_file, "--name", "There")
    before = scenario_file.read_bytes()
    result = run(*words)

    assert result.status == 2
    assert result.out == "" or words == ("store",)
    assert "Traceback" not in result.err
    assert "fault of pilot-planner itself" not in result.err
    assert "secret" not in result.err
    assert "\x1b" not in result.err
    assert scenario_file.read_bytes() == before


def test_a_name_that_would_move_a_terminals_letters_is_shown_by_number(run, scenario_file):
    run("store", "save", scenario_file, "--name", "a\u202eb")
    for words in (("list",), ("show", "a\u202eb"), ("history",)):
        out = run("store", *words).out
        assert "\u202e" not in out
        assert "a\\u202eb" in out


def test_the_command_line_starts_without_the_databases_library():
    asked = "import sys, pilot_planner.cli.main; print([name for name in ('sqlalchemy', 'alembic') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_history_that_was_cut_shows_against_a_seal_that_was_noted_elsewhere(run, tmp_path):
    run("store", "save", "one_host", "--name", "A")
    run("store", "rename", "A", "B")
    seal = json.loads(run("store", "check", "--json").out)["seal"]
    assert "the history holds the seal that you noted" in run("store", "check", "--seal", seal).err
    told = run("store", "check", "--seal", "0" * 64)
    assert told.status == 2
    assert "it was cut or written anew since" in told.err
    assert "shows only by --seal" in run("store", "check").err
