"""Actuals that are uploaded: taken whole, or every fault beside its row; nothing of a zip is believed."""

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilot_planner import make_plan
from pilot_planner.reports.actuals_files import template_files
from pilot_planner.reports.actuals_upload import read_upload

TODAY = dt.date(2029, 6, 1)


@pytest.fixture(scope="module")
def plan(inputs):
    return make_plan("one_host", inputs)


@pytest.fixture(scope="module")
def files(plan):
    return template_files(plan, 3)


def packed(files, top="pilot/"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for name, raw in files.items():
            into.writestr(top + name, raw)
    return out.getvalue()


def changed(files, table, row, column, value):
    lines = files[f"{table}.csv"].decode().splitlines()
    cells = lines[row - 1].split(",")
    cells[lines[0].split(",").index(column)] = value
    return files | {f"{table}.csv": "\n".join([*lines[: row - 1], ",".join(cells), *lines[row:], ""]).encode()}


@pytest.mark.parametrize("top", ["", "pilot/", "a/b/pilot/"])
def test_a_folder_in_a_zip_is_read_wherever_it_stands(plan, files, top):
    found = read_upload(packed(files, top), "pilot.zip", plan, TODAY)
    assert found.faults == ()
    assert found.actuals.over == 3


def test_the_workbook_says_the_same_as_the_files(plan, files):
    book = read_upload(files["actuals.xlsx"], "actuals.xlsx", plan, TODAY)
    folder = read_upload(packed(files), "pilot.zip", plan, TODAY)
    for name in ("people", "pay", "costs", "oversight"):
        assert [row.cells for row in book.actuals.current(name)] == [row.cells for row in folder.actuals.current(name)]


def test_every_fault_stands_beside_its_row_and_nothing_is_used(plan, files):
    bad = changed(changed(files, "costs", 3, "currency", "EUR"), "people", 4, "arrivals", "-5")
    found = read_upload(packed(bad), "pilot.zip", plan, TODAY)
    assert found.actuals is None
    told = {(one.table, one.row, one.column): one for one in found.faults}
    assert set(told) == {("costs", 3, "currency"), ("people", 4, "arrivals")}
    cells = dict(zip(told["costs", 3, "currency"].heads, told["costs", 3, "currency"].cells, strict=True))
    assert cells["currency"] == "EUR"
    assert "corrected_by" not in cells
    assert told["people", 4, "arrivals"].expected == "at least 0"


def test_a_fault_of_a_workbook_names_sheet_row_and_column(plan, files):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(files["actuals.xlsx"]))
    book["costs"]["D2"] = "much"
    out = io.BytesIO()
    book.save(out)
    (one,) = read_upload(out.getvalue(), "actuals.xlsx", plan, TODAY).faults
    assert (one.table, one.row, one.column) == ("costs", 2, "amount")
    assert "much" in one.cells


def test_days_that_have_not_come_are_refused(plan, files):
    found = read_upload(packed(files), "pilot.zip", plan, dt.date(2027, 1, 15))
    assert found.actuals is None
    assert {one.table for one in found.faults} >= {"reports"}
    assert all(one.heads for one in found.faults if one.row)


def test_a_report_about_another_plan_is_refused(inputs, files):
    (one,) = read_upload(packed(files), "pilot.zip", make_plan("base", inputs), TODAY).faults
    assert "not about the chosen plan" in one.what


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("report.pdf", b"%PDF", "neither"),
        ("report.zip", b"PK", "cannot be read as a zip"),
        ("report.xlsx", b"PK", "cannot be read as a workbook"),
        ("report.zip", packed({"notes.txt": b"x"}), "no table of actuals"),
        ("report.zip", packed({f"{n}.txt": b"" for n in range(400)}), "400 files"),
        ("report.zip", b"x" * 8_000_001, "bytes long"),
    ],
)
def test_what_is_no_report_is_told_in_words(plan, name, raw, words):
    (one,) = read_upload(raw, name, plan, TODAY).faults
    assert words in one.what
    assert one.fix


def test_no_more_is_unpacked_than_a_table_may_be_long(plan, files):
    bomb = files | {"costs.csv": b"iso3,period\n" * 4_000_000}
    raw = packed(bomb)
    assert len(raw) < 1_000_000
    (one,) = read_upload(raw, "pilot.zip", plan, TODAY).faults
    assert "is more than" in one.what


def test_tables_in_another_encoding_are_all_told(plan, files):
    bad = files | {"costs.csv": "iso3;é".encode("latin-1"), "people.csv": "é".encode("utf-16")}
    told = read_upload(packed(bad), "pilot.zip", plan, TODAY).faults
    assert len(told) == 2
    assert all("UTF" in one.what for one in told)


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, 200_000), flip=st.integers(0, 200_000), value=st.integers(0, 255))
def test_a_damaged_zip_is_told_and_never_a_traceback(plan, files, cut, flip, value):
    raw = bytearray(packed({name: one for name, one in files.items() if name.endswith(".csv") and "/" not in name}))
    raw[flip % len(raw)] = value
    found = read_upload(bytes(raw[: len(raw) - cut % len(raw)]), "pilot.zip", plan, TODAY)
    assert (found.actuals is None) == bool(found.faults)
