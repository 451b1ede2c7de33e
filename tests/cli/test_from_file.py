"""A point of a front, an alternative and a repair open as plans from the command line; no plan is a document with --json."""

import json

import pytest
from tests.support.command_line import run_here

TWO = ("--set", 'hosts.allowed=["KAZ","MNG"]', "--set", "limits.operating_cost.max=9e6")
IMPOSSIBLE = (*TWO, "--set", "limits.worker_months.min=60000")


def document(capsys, *words, status=0):
    shown = run_here(capsys, *words, "--json")
    assert shown.status == status, shown.err
    return json.loads(shown.out)


def test_a_point_of_the_front_is_the_plan_that_opens(capsys, tmp_path):
    assert run_here(capsys, "tradeoffs", *TWO, "--points", "6", "--out", tmp_path).status == 0
    lines = (tmp_path / "front.csv").read_text(encoding="utf-8").splitlines()
    header, row = lines[0].split(","), lines[3].split(",")
    opened = document(capsys, "plan", "--from", f"{tmp_path / 'front.csv'}:{row[0]}")

    for axis in ("operating_cost", "worker_income", "state_revenue"):
        assert opened["metrics"][axis] == pytest.approx(float(row[header.index(axis)]), rel=1e-3)
    assert opened["design"]["hosts"] == {"allowed": ["KAZ", "MNG"]}
    narrower = document(
        capsys, "plan", "--from", f"{tmp_path / 'front.csv'}:{row[0]}", "--set", "limits.operating_cost.max=8e6"
    )
    assert narrower["metrics"]["operating_cost"] <= 8e6 + 1


def test_an_alternative_of_a_document_opens(capsys, tmp_path):
    found = document(capsys, "alternatives", *TWO, "--count", "2", "--within", "20%")
    (tmp_path / "found.json").write_text(json.dumps(found), encoding="utf-8")
    one = found["alternatives"][1]
    opened = document(capsys, "plan", "--from", f"{tmp_path / 'found.json'}:{one['number']}")

    assert opened["metrics"]["worker_income"] == pytest.approx(one["worker_income"], rel=1e-6)


@pytest.mark.parametrize("command", ["tradeoffs", "alternatives", "risk", "scale", "plan"])
def test_no_plan_is_a_document_with_its_conflict(command, capsys):
    told = document(capsys, command, *IMPOSSIBLE, status=3)

    assert told["status"] == "no_plan"
    assert any(one["path"] == "limits.worker_months.min" for one in told["conflict"])
    assert told["settings"]["limits.worker_months.min"] == 60000


def test_a_repair_opens_as_a_plan(capsys, tmp_path):
    assert run_here(capsys, "explain", *IMPOSSIBLE, "--out", tmp_path).status == 3
    repairs = json.loads((tmp_path / "diagnosis.json").read_text(encoding="utf-8"))["repairs"]
    opened = document(capsys, "plan", "--from", f"{tmp_path / 'diagnosis.json'}:1")

    for path, value in repairs[0]["changes"].items():
        _, key, side = path.split(".")
        assert opened["design"]["limits"][key][side] == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("front.csv", "number,a\n1,2\n", "does not say what it is made of"),
        ("front.csv", 'number,settings\n1,"{}"\n', "has no row 3"),
        ("front.csv", 'number,settings\n1,"{"\n', "cannot be read"),
        ("front.json", "[]", "no document of a study"),
        ("front.json", "{}", "holds none of"),
        ("missing.csv", None, "cannot be read"),
    ],
)
def test_a_file_that_holds_no_such_row_is_refused(name, text, told, capsys, tmp_path):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    number = 1 if "made of" in told else 3
    shown = run_here(capsys, "plan", "--from", f"{tmp_path / name}:{number}")

    assert shown.status == 2
    assert told in shown.err
    assert run_here(capsys, "plan", "--from", "front.csv").status == 2
