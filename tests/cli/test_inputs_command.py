"""The inputs as a workbook on the command line: written, edited, named with ``--inputs``; as it says, so it is planned."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from tests.support.command_line import run_here
from tests.support.edited_inputs import cell
from tests.support.office import converted

from pilot_planner import load_inputs, make_plan

SHIPPED = Path(__file__).parents[2] / "inputs"
DEMAND = "placements.MNG.construction.demand"
"""Derived from the quota, which is not."""
QUOTA = "placements.MNG.construction.foreign_worker_quota"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of somebody's own, with inputs in it that differ from the shipped ones."""
    shutil.copytree(SHIPPED, tmp_path / "inputs")
    cell("estimates/hosts.csv", ("MNG", "living_wage"), "low", "1")(tmp_path / "inputs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def book(here, capsys):
    assert run_here(capsys, "inputs", "--to", "xlsx", "--out", "book.xlsx").status == 0
    return here / "book.xlsx"


def edit(book, values, target="edited.xlsx"):
    """Other values in cells, (path, column) to value, as a new file; returns it and the row of the last."""
    opened = openpyxl.load_workbook(book)
    number = 0
    for (path, column), value in values.items():
        sheet = opened[path.partition(".")[0]]
        heads = [one.value for one in sheet[1]]
        row = next(one for one in sheet.iter_rows(min_row=2) if one[0].value == path)
        row[heads.index(column)].value = value
        number = row[0].row
    opened.save(book.parent / target)
    return book.parent / target, number


def whole(path, value):
    return {(path, column): value for column in ("low", "base", "high")}


def test_what_was_written_and_not_edited_gives_the_same_inputs(book, capsys):
    assert load_inputs("book.xlsx").hash == load_inputs().hash == load_inputs(book.parent / "inputs").hash
    assert load_inputs("book.xlsx").hash != load_inputs(SHIPPED).hash
    checked = [run_here(capsys, "check", "--json", *words).out for words in ((), ("--inputs", "book.xlsx"))]
    assert checked[0] == checked[1]


def test_what_was_saved_by_libreoffice_gives_the_same_inputs(book, tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    saved = converted(book, "xlsx", tmp_path / "office")
    shutil.copy(saved, "saved.xlsx")
    assert load_inputs("saved.xlsx").hash == load_inputs().hash


def test_a_plan_from_the_workbook_is_the_plan_from_the_folder_and_from_settings(book, capsys):
    """A quota is no operand of a median: the same number in the file, in the workbook and as a setting is one plan."""
    edit(book, whole(QUOTA, 300))
    words = ("plan", "--inputs", "edited.xlsx", "--out", "by_book")
    assert run_here(capsys, *words).status == 0
    assert run_here(capsys, "plan", "--set", f"inputs.{QUOTA}=300", "--out", "by_setting").status == 0
    first, second = (json.loads(Path(one, "plan.json").read_text(encoding="utf-8")) for one in ("by_book", "by_setting"))
    assert first == second
    assert first["input_changes"] == {QUOTA: 300.0}
    unchanged = make_plan().metrics
    for column in ("low", "base", "high"):
        cell("estimates/placements.csv", tuple(QUOTA.split(".")[1:]), column, "300")(book.parent / "inputs")
    by_folder = make_plan()
    assert first["metrics"] == pytest.approx(by_folder.metrics, rel=1e-9)
    assert by_folder.metrics["worker_income"] != pytest.approx(unchanged["worker_income"], rel=1e-3)


def test_a_plan_folder_made_from_a_workbook_is_made_again(book, capsys):
    edit(book, whole(QUOTA, 300))
    assert run_here(capsys, "plan", "--inputs", "edited.xlsx", "--out", "plan").status == 0
    for words in ((), ("--inputs", "edited.xlsx")):
        done = run_here(capsys, "export", "plan", "--to", "hxl", "--out", "files", *words)
        assert done.status == 0, done.err
        shutil.rmtree("files")
    done = run_here(capsys, "verify", "plan", "--inputs", "edited.xlsx")
    assert done.status == 0, done.err
    assert "Every referee agrees" in done.out


def test_settings_stand_in_the_workbook_and_a_setting_goes_on_top_of_it(here, capsys):
    done = run_here(capsys, "inputs", "--set", f"inputs.{DEMAND}=300", "--out", "own.xlsx")
    assert done.status == 0, done.err
    ready = load_inputs("own.xlsx")
    assert ready.number(*DEMAND.split(".")) == 300.0
    assert ready.hash == load_inputs().with_values({DEMAND: 300.0}).hash
    assert make_plan(inputs="own.xlsx", settings={f"inputs.{DEMAND}": 310}).inputs.number(*DEMAND.split(".")) == 310.0


def test_faults_are_told_by_sheet_row_and_column_all_in_one_pass(book, capsys):
    living = "hosts.MNG.living_wage"
    _, row = edit(book, {(living, "base"): "=1+1", (living, "high"): "1,000"})
    for command in ("plan", "check", "explain", "risk"):
        done = run_here(capsys, command, "--inputs", "edited.xlsx")
        assert done.status == 2, command
        told = done.out + done.err
        assert f"edited.xlsx:hosts:{row}:base: a spreadsheet formula '=1+1'" in told
        assert f"edited.xlsx:hosts:{row}:high: '1,000' has thousands separators" in told
        assert "Traceback" not in told


def test_a_value_out_of_proportion_is_warned_of_at_its_cell(book, capsys):
    living = "hosts.MNG.living_wage"
    _, row = edit(book, whole(living, 4_000))
    assert any(str(one).startswith(f"edited.xlsx:hosts:{row}:") for one in load_inputs("edited.xlsx").warnings)


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("torn.xlsx", "half", "torn.xlsx: cannot be read as a workbook"),
        ("text.xlsx", b"placements,MNG", "text.xlsx: cannot be read as a workbook"),
        ("empty.xlsx", b"", "empty.xlsx: cannot be read as a workbook"),
        ("nowhere.xlsx", None, "nowhere.xlsx: does not exist; expected a workbook of inputs"),
        ("book.ods", b"PK", "book.ods: is a file; expected a folder of inputs or a workbook (.xlsx)"),
    ],
)
def test_a_damaged_workbook_is_told(book, capsys, name, raw, told):
    if raw is not None:
        written = book.read_bytes()
        Path(name).write_bytes(written[: len(written) // 2] if raw == "half" else raw)
    done = run_here(capsys, "plan", "--inputs", name, "--out", "plan")
    assert (done.status, done.err.splitlines()[0][: len(told) + 7]) == (2, f"error: {told}")
    assert not Path("plan").exists()


def test_a_workbook_beside_its_inputs_lies_over_them_from_everywhere(book, tmp_path, monkeypatch):
    own = load_inputs("book.xlsx").hash
    monkeypatch.chdir(tmp_path.parent)
    assert load_inputs(book).hash == own


def test_a_workbook_of_other_inputs_is_warned_of(book, tmp_path, capsys):
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.copytree(SHIPPED, other / "inputs")
    shutil.copy(book, other / "book.xlsx")
    found = load_inputs(other / "book.xlsx")
    assert found.changes == {(("hosts", "MNG", "living_wage"), "low"): 1.0}
    assert [one.what for one in found.warnings if "made from inputs" in one.what] != []
    assert [one.what for one in load_inputs(book).warnings if "made from inputs" in one.what] == []


def test_what_writes_into_inputs_refuses_a_workbook(book, capsys):
    before = book.read_bytes()
    sector = ("add", "sector", "x", "--name", "X", "--isic", "C1", "--isic-title", "X")
    for words in (("check", "--write"), sector):
        done = run_here(capsys, *words, "--inputs", "book.xlsx")
        assert done.status == 2
        assert "book.xlsx: is a workbook; expected a folder of inputs, to write into" in done.err
    assert book.read_bytes() == before


def test_nothing_is_written_over_and_every_fault_is_told(book, capsys):
    before = book.read_bytes()
    done = run_here(capsys, "inputs", "--out", "book.xlsx", "--set", "limits.operating_cost.max=3")
    assert done.status == 2
    assert "book.xlsx: is there already" in done.err
    assert "limits.operating_cost.max: is no value of the inputs" in done.err
    assert book.read_bytes() == before
    done = run_here(capsys, "inputs", "--out", "inputs/README.md/book.xlsx")
    assert (done.status, "Traceback" in done.err) == (2, False)
    done = run_here(capsys, "inputs", "--out", "book.csv")
    assert (done.status, Path("book.csv").exists()) == (2, False)
