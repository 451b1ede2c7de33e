"""The commands: exit statuses, what stands on which stream, files, folders, and messages instead of tracebacks."""

import contextlib
import json
import os
import pty
import shlex
import shutil
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import ctrl_c
import pytest
from command_line import run_apart, run_here
from edited_inputs import cell

from pilot_planner.cli.main import app

QUICK = ("--set", "limits.hosts.max=1")


def tree(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(capsys, command):
    result = run_here(capsys, command, "--help")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"Usage: pilot-planner {command}")


def test_the_help_lists_every_command(capsys):
    result = run_here(capsys, "--help")
    assert (result.status, result.err) == (0, "")
    assert all(f"\n  {command} " in result.out for command in COMMANDS)
    assert {"new", "check", "plan"} <= set(COMMANDS)


def test_without_a_command_the_help_is_shown(capsys):
    result = run_here(capsys)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("Usage: pilot-planner")


def test_the_version_is_told(capsys):
    result = run_here(capsys, "--version")
    assert (result.status, result.err) == (0, "")
    assert result.out == f"pilot-planner {version('pilot-planner')}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("nope",), "error: No such command 'nope'."),
        (("plan", "--nope"), "error: No such option: --nope"),
        (("plan", "--set"), "error: Option '--set' requires an argument."),
        (("plan", "extra"), "error: Got unexpected extra argument"),
        (("new",), "error: Missing argument 'FOLDER'."),
    ],
)
def test_wrong_use_is_one_line_and_status_2(capsys, words, expected):
    result = run_here(capsys, *words)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(expected)
    assert result.err.endswith("; see 'pilot-planner --help'\n")
    assert len(result.err.splitlines()) == 1


def test_a_plan_is_status_0_and_its_text_on_standard_output():
    result = run_apart("plan", *QUICK)
    assert (result.status, result.err) == (0, "")
    assert "This plan is not a statement that anything in it is lawful." in result.out


def test_limits_that_cannot_be_met_are_status_3(capsys, tmp_path):
    result = run_here(capsys, "plan", "--set", "limits.operating_cost.max=1000", "--out", tmp_path / "plan")
    assert (result.status, result.out) == (3, "")
    assert result.err.startswith("no plan: no plan meets all limits of this design")
    assert not (tmp_path / "plan").exists()


def test_a_plan_that_is_not_there_says_what_conflicts_and_the_least_repair_with_the_same_settings(capsys):
    words = ["--model", "two_hosts", "--set", "limits.operating_cost.max=7e6", "--set", "required=MNG, KAZ"]
    result = run_here(capsys, "plan", *words)
    assert (result.status, result.out) == (3, "")
    assert "The whole programme costs at most 7,000,000 USD. (money)" in result.err
    (repair,) = [line.strip() for line in result.err.splitlines() if line.startswith("  --set ")]
    (more,) = [line.split(": ", 1)[1] for line in result.err.splitlines() if "pilot-planner explain" in line]
    assert shlex.split(more) == ["pilot-planner", "explain", *words]
    assert run_here(capsys, "plan", *words, *shlex.split(repair)).status == 0


def test_a_plan_that_is_not_there_is_a_document_where_one_is_asked_for(capsys):
    words = ["--set", "limits.operating_cost.max=3e6"]
    result = run_here(capsys, "plan", "--json", *words)
    document = json.loads(result.out)
    assert result.status == 3
    assert document["status"] == "no_plan"
    assert document["explain"] == "pilot-planner explain --set limits.operating_cost.max=3e6"
    explained = json.loads(run_here(capsys, "explain", "--json", *words).out)
    assert document["conflicts"] == explained["conflicts"]
    assert document["conflict"] == document["conflicts"][0]
    assert {one["key"] for one in document["conflict"]} == {"operating_cost", "worker_months"}
    assert document["repairs"] == explained["repairs"]
    (setting,) = document["repairs"][0]["settings"]
    assert setting.startswith("limits.operating_cost.max=")


def test_a_plan_whose_objective_has_no_end_is_a_document_with_the_reason(capsys):
    empty = ["--set", "limits={}", "--set", "objective.metric=operating_cost"]
    result = run_here(capsys, "plan", "--json", *empty)
    document = json.loads(result.out)
    assert result.status == 3
    assert document["conflicts"] == []
    assert "has no end" in document["reasons"][0]


def test_every_command_without_a_plan_names_the_one_that_explains(capsys):
    result = run_here(capsys, "alternatives", "--within", "5%", "--set", "limits.operating_cost.max=3e6")
    assert result.status == 3
    assert "pilot-planner explain --set limits.operating_cost.max=3e6\n" in result.err


def test_no_eligible_placement_is_status_3_and_says_which_floor(capsys):
    result = run_here(capsys, "plan", "--set", "floors.host_willingness=1", "--set", "limits.mean_willingness.min=0")
    assert (result.status, result.out) == (3, "")
    assert result.err.startswith("no plan: ")
    assert "host_willingness" in result.err


@pytest.mark.parametrize("engine", ["structure", "whole"])
def test_a_time_limit_is_status_4_and_said(capsys, tmp_path, engine):
    out = tmp_path / "plan"
    result = run_here(capsys, "plan", "--set", "solver.time_limit=0.001", "--engine", engine, "--out", out)
    assert result.status == 4
    if out.exists():  # a plan was found in time and is called what it is
        assert json.loads((out / "plan.json").read_text(encoding="utf-8"))["status"] == "time_limit"
        assert "Stopped at the time limit" in result.out
    else:
        assert result.err.startswith("error: ")
        assert "stopped after" in result.err
        assert result.out == ""


def test_json_is_one_document_and_nothing_else():
    result = run_apart("plan", "--json", *QUICK)
    assert (result.status, result.err) == (0, "")
    document = json.loads(result.out)
    assert document["status"] == "optimal"
    assert document["legal_gate"].startswith("This plan is not a statement that anything in it is lawful.")


def test_json_with_a_folder_says_so_on_standard_error_only(capsys, tmp_path):
    result = run_here(capsys, "plan", "--json", *QUICK, "--out", tmp_path / "plan")
    document = json.loads(result.out)
    assert result.err == f"plan {document['plan_id']} written to {tmp_path}/plan\n"
    assert json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8")) == document


def test_check_of_what_ships_finds_no_error(capsys):
    result = run_here(capsys, "check")
    assert result.status == 0
    assert result.err.startswith("0 errors, ")
    assert "Values by grade" in result.out


def test_check_tells_warnings_of_one_kind_in_one_sentence_and_each_when_asked(capsys):
    told = [line for line in run_here(capsys, "check").out.splitlines() if line.startswith(("warning", "  and"))]
    each = [line for line in run_here(capsys, "check", "--values").out.splitlines() if line.startswith("warning")]
    assert len(told) == 2 and told[0] in each
    assert told[1].startswith(f"  and {len(each) - 1} more of this kind, in rows ")


def test_check_as_json_is_one_document(capsys):
    result = run_here(capsys, "check", "--json")
    document = json.loads(result.out)
    assert (result.status, result.err, document["errors"]) == (0, "", [])
    assert {"file", "row", "column", "what", "expected", "fix"} == set(document["warnings"][0])
    assert set(document["grades"]["all"]) == {"A", "B", "C", "absent"}


def test_check_reports_inputs_and_design_together_and_is_status_2(copied, capsys):
    own = copied()
    row = cell("estimates/programme.csv", ("attrition_yearly",), "base", "abc")(own / "inputs")
    model = own / "models" / "one_host.toml"
    model.write_text(model.read_text(encoding="utf-8") + "\n[nothing]\nx = 1\n", encoding="utf-8")
    result = run_here(capsys, "check", "--inputs", own / "inputs", "--model", model, "--json")
    errors = json.loads(result.out)["errors"]
    assert result.status == 2
    assert [(one["file"], one["row"], one["column"]) for one in errors] == [
        (f"{own}/inputs/estimates/programme.csv", row, "base"),
        (str(model), len(model.read_text(encoding="utf-8").splitlines()) - 1, "nothing"),
    ]


def test_faults_of_inputs_design_and_settings_come_out_together(copied, capsys):
    own = copied()
    cell("estimates/programme.csv", ("attrition_yearly",), "base", "abc")(own / "inputs")
    result = run_here(capsys, "plan", "--inputs", own / "inputs", "--set", "pay.weekly_hours=90")
    assert [line.split(": ")[1] for line in result.err.splitlines()[:-1]] == [
        f"{own}/inputs/estimates/programme.csv:2:base",
        "--set pay.weekly_hours",
    ]
    assert (result.status, result.err.splitlines()[-1]) == (2, "2 faults found; nothing was written.")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (
            "limits.operating_cots.max=5",
            "limits.operating_cots: no such limit; expected the key of a limit, metric or ratio; ",
        ),
        (
            "inputs.programme.intake_shar=0.2",
            "inputs.programme.intake_shar: no such input; expected the path of an estimate; ",
        ),
        ("solver.tme_limit=5", "--set solver.tme_limit: 'solver.tme_limit' is not a setting of a design; expected a known "),
        (
            "tax.schedule=SIMPLE",
            "tax.schedule: 'SIMPLE' cannot be used as a schedule; expected a complete graduated schedule ",
        ),
        (
            "objective.metric=worker_incom",
            "objective.metric: 'worker_incom' is not a metric; expected a metric; did you mean ",
        ),
    ],
)
def test_a_misspelt_setting_gives_the_nearest_known_ones(capsys, setting, expected):
    result = run_here(capsys, "plan", "--set", setting)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"error: {expected}")
    assert any(word in result.err for word in ("did you mean", "nearest: "))
    assert result.err.endswith("\n1 fault found; nothing was written.\n")


def test_two_settings_that_are_none_are_both_named(capsys):
    result = run_here(capsys, "plan", "--set", "one", "--set", "two")
    assert [line.split(": ")[1] for line in result.err.splitlines()[:-1]] == ["--set one", "--set two"]


def test_a_folder_of_inputs_that_does_not_exist_is_named(capsys, tmp_path):
    result = run_here(capsys, "plan", "--inputs", tmp_path / "nowhere")
    assert result.err == (
        f"error: {tmp_path}/nowhere: does not exist; expected a folder of inputs; check the name and the working folder\n"
        "1 fault found; nothing was written.\n"
    )


def test_new_copies_inputs_and_models_and_nothing_else(capsys, tmp_path):
    result = run_here(capsys, "new", tmp_path / "own")
    assert (result.status, result.out) == (0, "")
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == ["inputs", "models"]
    assert run_here(capsys, "check", "--inputs", tmp_path / "own" / "inputs").status == 0


def test_new_refuses_to_write_over_anything(capsys, tmp_path):
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "mine.txt").write_text("mine", encoding="utf-8")
    result = run_here(capsys, "new", tmp_path)
    assert result.status == 2
    assert result.err == (
        f"error: {tmp_path}/inputs: already exists; expected a folder without it; choose another folder or move it away\n"
        "1 fault found; nothing was written.\n"
    )
    assert tree(tmp_path) == ["inputs", "inputs/mine.txt"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("file", "is a file; expected a folder or a new name; choose another name"),
        ("file/inner", "cannot be written (Not a directory); expected a writable folder; choose another one"),
        ("x" * 300, "cannot be written (File name too long); expected a writable folder; choose another one"),
    ],
)
def test_new_where_nothing_can_be_written_is_refused(capsys, tmp_path, name, reason):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    result = run_here(capsys, "new", tmp_path / name)
    assert result.status == 2
    assert result.err == f"error: {tmp_path}/{name}: {reason}\n1 fault found; nothing was written.\n"
    assert tree(tmp_path) == ["file"]


def test_plan_uses_the_inputs_and_models_of_the_working_folder(copied):
    own = copied()
    base = own / "models" / "base.toml"
    base.write_text(base.read_text(encoding="utf-8").replace('name = "base"', 'name = "ours"'), encoding="utf-8")
    result = run_apart("plan", "--json", *QUICK, "--out", "made", folder=own)
    assert result.status == 0
    assert json.loads(result.out)["design"]["name"] == "ours"
    assert json.loads((own / "made" / "manifest.json").read_text(encoding="utf-8"))["inputs"] == "inputs"


def test_plan_in_an_empty_folder_uses_what_ships(tmp_path):
    result = run_apart("plan", *QUICK, folder=tmp_path)
    assert (result.status, result.err, tree(tmp_path)) == (0, "", [])


def test_a_plan_folder_is_replaced_by_the_next_plan(capsys, tmp_path):
    for setting in ("limits.hosts.max=1", "limits.operating_cost.max=8e6"):
        result = run_here(capsys, "plan", "--json", "--set", setting, "--out", tmp_path / "plan")
        written = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
        assert json.loads(result.out)["plan_id"] == written["plan_id"]
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("file", "is a file; expected a folder; choose another name"),
        ("file/inner", "cannot be written ("),
        (
            "foreign",
            "holds files that are not a plan's: mine.txt; expected an empty folder or an older plan; choose another",
        ),
        ("x" * 300, "cannot be "),
    ],
)
def test_out_where_a_plan_cannot_stand_is_refused_and_nothing_half_written(capsys, tmp_path, name, reason):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "mine.txt").write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    result = run_here(capsys, "plan", *QUICK, "--out", tmp_path / name)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"error: {tmp_path}/{name}: {reason}")
    assert "fault of pilot-planner itself" not in result.err
    assert before == tree(tmp_path)


def test_importing_the_package_loads_nothing_heavy():
    heavy = ["dash", "plotly", "pulp", "pandas", "numpy", "pydantic", "highspy", "rich", "typer"]
    program = f"import sys, pilot_planner; print([name for name in {heavy!r} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("[]\n", "")


def test_every_public_name_can_be_fetched_and_others_cannot():
    import pilot_planner

    assert all(getattr(pilot_planner, name) is not None for name in pilot_planner.__all__)
    assert set(pilot_planner.__all__) <= set(dir(pilot_planner))
    with pytest.raises(AttributeError, match="nothing"):
        _ = pilot_planner.nothing


@pytest.mark.parametrize("command", ["check --values", "plan --set limits.hosts.max=1", "check --inputs . --json"])
def test_a_reader_that_goes_away_is_no_error(command, tmp_path):
    started = subprocess.Popen(
        [sys.executable, "-m", "pilot_planner", *command.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    started.stdout.close()
    _, said = started.communicate(timeout=120)
    assert started.returncode == 0
    assert [line for line in said.splitlines() if not line.startswith("0 errors, ")] == []


def test_a_full_disk_behind_standard_output_is_one_sentence():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "pilot_planner", "check", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr == "error: standard output: cannot be read or written (No space left on device)\n"


def test_ctrl_c_ends_with_a_message_and_its_own_status(tmp_path):
    """Interrupted at the first word of its progress, with more draws before it than it could end meanwhile."""
    told, progress = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "pilot_planner", "risk", "--hedge", "--draws", "100000"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=progress,
        preexec_fn=ctrl_c.heard,
    )
    os.close(progress)
    messages = os.read(told, 4096)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):  # where the other end of a terminal is closed, reading it fails
        while more := os.read(told, 4096):
            messages += more
    os.close(told)
    assert process.wait(timeout=60) == 130
    assert messages.decode().splitlines()[-1].endswith("Interrupted; nothing was written.")
    assert b"Traceback" not in messages


def test_ctrl_c_while_a_file_is_read_ends_the_same_way(tmp_path):
    settings = tmp_path / "settings.toml"
    os.mkfifo(settings)
    process = subprocess.Popen(
        [sys.executable, "-m", "pilot_planner", "plan", "--set", f"@{settings}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=ctrl_c.heard,
    )
    # Comes back once the other end is being read, where the command waits for words that never come.
    with settings.open("w", encoding="utf-8"):
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=60)
    assert (process.returncode, messages) == (130, "Interrupted; nothing was written.\n")


def test_explain_tells_cliffs_in_print_files_and_json(capsys, tmp_path):
    result = run_here(capsys, "explain", *QUICK, "--seconds", "0.5", "--out", str(tmp_path / "why"))
    assert result.status == 0
    assert "What the plan stands on" in result.out
    assert "Mongolia, waiver of the foreign worker fee: without it there is no plan." in result.out.replace("\n", " ")
    assert "cliffs.csv" in tree(tmp_path / "why")

    result = run_here(capsys, "explain", *QUICK, "--cliffs", "near", "--seconds", "0", "--json")
    told = json.loads(result.out)
    assert told["cliffs"] == []
    assert "inputs.hosts.MNG.willingness" in told["not_looked_at"]
    assert all(
        price["step_looser_change"] is not None for price in told["prices"] if price["step_looser_status"] == "optimal"
    )

    result = run_here(capsys, "explain", *QUICK, "--cliffs", "none", "--json")
    assert "cliffs" not in json.loads(result.out)
    result = run_here(capsys, "explain", "--cliffs", "some")
    assert (result.status, result.out) == (2, "")
    assert result.err == "error: --cliffs some: is not known; expected near, all or none\n"


@pytest.mark.parametrize("name", ["budget.csv", "workforce.csv", "flows.csv", "programme.mps"])
def test_a_table_of_a_plan_folder_that_was_altered_is_told_by_whoever_reads_it(capsys, tmp_path, name):
    folder = tmp_path / "plan"
    run_here(capsys, "plan", *QUICK, "--out", folder)
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    file = folder / name
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    told = f"{file}: is not what was written with this plan; expected the table that manifest.json names"
    for words in (
        ("compare", folder, other),
        ("export", folder, "--to", "hxl", "--out", tmp_path / "out"),
        ("verify", folder),
    ):
        ended = run_here(capsys, *words)
        assert (ended.status, told in ended.err) == (2, True), ended.err
    assert not (tmp_path / "out").exists()
    (folder / name).unlink()
    assert f"{file}: cannot be read" in run_here(capsys, "compare", folder, other).err
    assert run_here(capsys, "compare", other, other).status == 0
