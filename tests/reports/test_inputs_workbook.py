"""Inputs out to Excel and back: nothing changes by itself, every edit is checked, nothing hostile gets through."""

import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from pilot_planner.data.edits import same, triple
from pilot_planner.data.inputs_upload import read_workbook
from pilot_planner.errors import InputError
from pilot_planner.reports.inputs_workbook import workbook_bytes
from pilot_planner.text.names import host_names

SCENARIO = {
    "hosts.ARE.living_wage": 300.0,
    "hosts.MNG.living_wage.low": 100.0,
    "placements.MNG.construction.demand": 70.0,
    "placements.MNG.construction.foreign_worker_quota": 1000.0,
    "placements.MNG.construction.market_wage.base": 650.123456789,
}
WAGE = "placements.MNG.construction.market_wage"


@pytest.fixture(scope="module")
def whole(shipped_inputs):
    """The workbook of all inputs."""
    return workbook_bytes(shipped_inputs, host_names(shipped_inputs))


@pytest.fixture(scope="module")
def plain(shipped_inputs):
    """A workbook with some rows of one table, which is quick to edit; rows that are not there change nothing."""
    some = ("MNG", "KAZ", "RUS", "CHN", "QAT")
    kept = {address: one for address, one in shipped_inputs.estimates.items() if address[:1] == ("placements",)}
    kept = {address: one for address, one in kept.items() if address[1] in some}
    return workbook_bytes(replace(shipped_inputs, estimates=kept), host_names(shipped_inputs))


def edited(raw, cells, sheet="placements", loose=None):
    """The workbook with other values in cells: (path, column) to value."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    table = book[sheet]
    heads = [cell.value for cell in table[1]]
    rows = {row[0].value: row for row in table.iter_rows(min_row=2)}
    for (path, column), value in cells.items():
        rows[path][heads.index(column)].value = value
    if loose:
        loose(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(raw, path, sheet="placements"):
    table = openpyxl.load_workbook(io.BytesIO(raw))[sheet]
    return next(row[0].row for row in table.iter_rows(min_row=2) if row[0].value == path)


def refused(raw, inputs, changes=None, name="own.xlsx"):
    with pytest.raises(InputError) as error:
        read_workbook(raw, name, inputs, changes or {})
    return str(error.value).splitlines()


def test_a_round_trip_without_edits_changes_nothing(whole, shipped_inputs):
    found = read_workbook(whole, "own.xlsx", shipped_inputs, {})
    assert (found.changes, found.warnings) == ({}, ())


def test_a_round_trip_of_a_scenario_gives_the_same_scenario(shipped_inputs):
    raw = workbook_bytes(shipped_inputs.with_values(SCENARIO), {})
    assert read_workbook(raw, "own.xlsx", shipped_inputs, SCENARIO).changes == SCENARIO


def test_somebody_else_gets_the_scenario_from_the_workbook(shipped_inputs):
    """One value of it is derived and set to what it is: it must not follow the quota that is set beside it."""
    same_as_read = shipped_inputs.number("placements", "MNG", "construction", "intake_quarter")
    changed = shipped_inputs.with_values({**SCENARIO, "placements.MNG.construction.intake_quarter": same_as_read})
    found = read_workbook(workbook_bytes(changed, {}), "own.xlsx", shipped_inputs, {})
    assert changed.changes == shipped_inputs.with_values(found.changes).changes
    again = shipped_inputs.with_values(found.changes)
    for address, estimate in changed.estimates.items():
        other = again.estimates[address]
        assert same(triple(estimate), triple(other)), estimate.path


def test_values_are_numbers_with_every_digit_and_derived_ones_are_locked(plain, shipped_inputs):
    table = openpyxl.load_workbook(io.BytesIO(plain))["placements"]
    assert table.protection.sheet
    heads = [cell.value for cell in table[1]]
    for row in table.iter_rows(min_row=2):
        estimate = shipped_inputs.find(*row[0].value.split("."))
        for name in ("low", "base", "high"):
            cell = row[heads.index(name)]
            assert cell.value == getattr(estimate, name) or cell.value == pytest.approx(getattr(estimate, name), rel=1e-15)
            assert cell.protection.locked == bool(estimate.formula)
        assert row[heads.index("unit")].protection.locked
        assert row[heads.index("source_id")].value == estimate.source_id


def test_there_is_a_sheet_for_each_table_and_the_legal_gate_on_the_first(whole, shipped_inputs):
    book = openpyxl.load_workbook(io.BytesIO(whole), read_only=True)
    assert set(book.sheetnames) == {"Read me", *(address[0] for address in shipped_inputs.estimates)}
    assert "1718 Committee" in book["Read me"]["A2"].value


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "@SUM(1)", "+1+1", "-2+3", "http://evil.example"]
)
def test_hostile_text_stays_text(shipped_inputs, text):
    address = tuple(WAGE.split("."))
    hostile = replace(shipped_inputs.estimates[address], note=text)
    inputs = replace(shipped_inputs, estimates={address: hostile})
    raw = workbook_bytes(inputs, {"MNG": text})
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
        assert not any(name for name in packed.namelist() if "externalLink" in name)
    found = [row for row in openpyxl.load_workbook(io.BytesIO(raw))["placements"].iter_rows(values_only=True) if text in row]
    assert found


def test_differences_become_the_fewest_settings(plain, shipped_inputs):
    raw = edited(plain, {(WAGE, "base"): 650, ("placements.MNG.construction.dprk_workers_present", "high"): 5})
    found = read_workbook(raw, "own.xlsx", shipped_inputs, {})
    assert found.changes == {f"{WAGE}.base": 650, "placements.MNG.construction.dprk_workers_present.high": 5}


def test_low_base_and_high_alike_are_one_whole_value(plain, shipped_inputs):
    raw = edited(plain, {(WAGE, bound): 650 for bound in ("low", "base", "high")})
    assert read_workbook(raw, "own.xlsx", shipped_inputs, {}).changes == {WAGE: 650}


def test_an_edit_that_is_taken_back_in_the_workbook_is_undone(plain, shipped_inputs):
    assert read_workbook(plain, "own.xlsx", shipped_inputs, {WAGE: 650.0}).changes == {}


def test_rows_may_be_sorted_and_left_out(plain, shipped_inputs):
    def loose(book):
        book["placements"].delete_rows(2, 10)

    raw = edited(plain, {(WAGE, "base"): 650}, loose=loose)
    assert read_workbook(raw, "own.xlsx", shipped_inputs, {}).changes == {f"{WAGE}.base": 650}


RUS, KAZ, MNG = "placements.RUS.construction", "placements.KAZ.construction", "placements.MNG.construction"
BROKEN = {
    (WAGE, "base"): ("1,200", "'1,200' has thousands separators; expected a plain number; write 1200"),
    (f"{KAZ}.market_wage", "low"): ("=A1*2", "a spreadsheet formula '=A1*2'; expected a plain number"),
    (f"{MNG}.foreign_worker_quota", "low"): (-1, "-1 is out of bounds; expected between 0 and"),
    (f"{MNG}.labour_shortage", "base"): (1, "low 240000, base 1, high 240000 are out of order"),
    (f"{RUS}.market_wage", "unit"): ("EUR", "'EUR' instead of 'USD/month'"),
    (f"{RUS}.worker_keeps_today", "high"): (None, f"{RUS}.worker_keeps_today has no high"),
    (f"{MNG}.worker_keeps_today", "high"): (True, "True is a truth value; expected a number"),
    (f"{MNG}.intake_quarter", "base"): (7, f"{MNG}.intake_quarter is derived: programme.intake_share"),
    (f"{MNG}.state_take_today", "path"): (f"{MNG}.state_take_tody", f"'{MNG}.state_take_tody' is no value of this table"),
}


def test_every_fault_is_told_with_its_cell_in_one_pass(plain, shipped_inputs):
    told = refused(edited(plain, {place: value for place, (value, _) in BROKEN.items()}), shipped_inputs)
    for (path, column), (_, words) in BROKEN.items():
        start = f"own.xlsx:placements:{row_of(plain, path)}:{column}: {words}"
        assert sum(line.startswith(start) for line in told) == 1, (start, told)
    assert len(told) == len(BROKEN)


def test_what_check_would_refuse_is_refused_at_its_cell(plain, shipped_inputs):
    path = "placements.MNG.construction.foreign_worker_quota"
    raw = edited(plain, {(path, bound): 900_000 for bound in ("low", "base", "high")})
    told = refused(raw, shipped_inputs, {"hosts.MNG.labour_force": 0.5})
    expected = f"own.xlsx:placements:{row_of(plain, path)}:base: {path} = 900,000 is more than the labour force of MNG"
    assert told[0].startswith(expected)


def added(raw, name, content=b"x"):
    out = io.BytesIO(raw)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_entity(raw):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/sharedStrings.xml":
                text = re.sub(
                    rb"(<\?xml[^>]*\?>)", rb'\1<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', text, count=1
                )
            new.writestr(part, text)
    return out.getvalue()


def with_damage(raw):
    """The packed bytes of one part turned into what no unpacking can have made."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        part = packed.getinfo("xl/workbook.xml")
    begin = part.header_offset + 30 + len(part.filename)
    return raw[: begin + 4] + b"\xff" * (part.compress_size - 4) + raw[begin + part.compress_size :]


@pytest.mark.parametrize(
    ("spoil", "name", "expected"),
    [
        (with_damage, "own.xlsx", "own.xlsx: cannot be read as a workbook"),
        (lambda raw: added(raw, "xl/vbaProject.bin"), "own.xlsx", "own.xlsx: holds macros"),
        (lambda raw: added(raw, "xl/externalLinks/externalLink1.xml"), "own.xlsx", "own.xlsx: holds links to other files"),
        (lambda raw: added(raw, "xl/embeddings/a.bin"), "own.xlsx", "own.xlsx: holds files within the file"),
        (lambda raw: added(raw, "xl/big.xml", b"0" * 90_000_000), "own.xlsx", "own.xlsx: is far larger inside"),
        (with_entity, "own.xlsx", "own.xlsx: holds definitions of its own in its XML"),
        (lambda raw: raw, "own.xlsm", "own.xlsm: is no workbook by its name"),
        (lambda raw: raw[:5000], "own.xlsx", "own.xlsx: cannot be read as a workbook"),
        (lambda raw: b"0" * 8_000_001, "own.xlsx", "own.xlsx: is 8,000,001 bytes long"),
        (lambda raw: b"", "own.xlsx", "own.xlsx: cannot be read as a workbook"),
    ],
)
def test_what_is_no_plain_workbook_is_refused_before_it_is_opened(plain, shipped_inputs, spoil, name, expected):
    assert refused(spoil(plain), shipped_inputs, name=name)[0].startswith(expected)


def test_another_workbook_is_refused_in_words(shipped_inputs):
    book = openpyxl.Workbook()
    book.active.append(["something", "else"])
    out = io.BytesIO()
    book.save(out)
    told = refused(out.getvalue(), shipped_inputs)
    assert told[0].startswith("own.xlsx: holds no table of the inputs")


def test_a_table_without_its_columns_is_told(plain, shipped_inputs):
    def loose(book):
        book["placements"]["E1"].value = "bsae"

    assert "own.xlsx:placements:1:base: column missing" in refused(edited(plain, {}, loose=loose), shipped_inputs)[0]


def test_a_sheet_of_ones_own_is_left_alone_and_said_so(plain, shipped_inputs):
    def note(book):
        book.create_sheet("My notes").append(["Ask the ministry"])

    found = read_workbook(edited(plain, {(WAGE, "base"): 650}, loose=note), "own.xlsx", shipped_inputs, {})
    assert found.changes == {f"{WAGE}.base": 650}
    assert [str(one) for one in found.warnings] == [
        "own.xlsx:My notes: was not read; expected a table of the inputs; "
        "values of the inputs belong in a sheet of the download"
    ]


def test_a_table_under_another_name_is_refused(plain, shipped_inputs):
    def rename(book):
        book["placements"].title = "placement"

    told = refused(edited(plain, {}, loose=rename), shipped_inputs)
    assert told[0].startswith("own.xlsx:placement: is no table of the inputs")
    assert "placements" in told[0]


def test_rows_with_nothing_but_a_format_do_not_count(plain, shipped_inputs):
    def colour(book):
        book["placements"].cell(row=25_000, column=5).number_format = "0.00"

    found = read_workbook(edited(plain, {(WAGE, "base"): 650}, loose=colour), "own.xlsx", shipped_inputs, {})
    assert found.changes == {f"{WAGE}.base": 650}


def test_a_value_of_a_workbook_that_is_a_thousandth_of_the_files_is_marked(whole, shipped_inputs):
    cells = {("unit_costs.staff_p3_year", column): value for column, value in (("low", 165), ("base", 195), ("high", 235))}
    found = read_workbook(edited(whole, cells, "unit_costs"), "own.xlsx", shipped_inputs, {})
    assert len(found.changes) == 3
    assert any("195 USD/year is 1,000 times less than what it replaces" in str(one) for one in found.warnings)
