"""Folders of inputs with one fault each: one sentence with its place, exit status 2, nothing written, no traceback."""

import csv
import re

import pytest
from command_line import run_apart, run_here
from edited_inputs import cell, columns, content, copied_row, removed, row_cells

from pilot_planner.data.edits import try_edits
from pilot_planner.data.loading import load_inputs, read_inputs

PLACEMENTS = "estimates/placements.csv"
HOSTS = "estimates/hosts.csv"
PROGRAMME = "estimates/programme.csv"
PARCELS = "estimates/family_parcels.csv"
COSTS = "estimates/unit_costs.csv"
LINES = "estimates/cost_lines.csv"
BRACKETS = "facts/tax_brackets.csv"

WAGE = ("MNG", "construction", "market_wage")
QUOTA = ("MNG", "construction", "foreign_worker_quota")
ATTRITION = ("attrition_yearly",)
PARCEL = ("standard_monthly",)
LAST = ("kg_per_parcel",)

NUMBER_WORDS = "expected a number; write digits, with a point for decimals"

# Name, edit, sentence. In the sentence {row} is the row that was edited, {in} the folder, and … stands for any words.
CASES = [
    (
        "wrong_type",
        cell(PLACEMENTS, WAGE, "base", "abc"),
        f"{PLACEMENTS}:{{row}}:base: 'abc' is not a number; {NUMBER_WORDS}",
    ),
    (
        "wrong_type_of_a_year",
        cell(PLACEMENTS, WAGE, "year", "abc"),
        f"{PLACEMENTS}:{{row}}:year: 'abc' is not an integer; expected an integer; write digits only",
    ),
    (
        "missing_column",
        columns(PLACEMENTS, lambda row: row[:-1]),
        f"{PLACEMENTS}:1:note: column missing; expected this column; add a column named 'note'",
    ),
    (
        "unknown_column",
        columns(PARCELS, lambda row: [*row, "notes" if row[0] == "parcel" else ""]),
        f"{PARCELS}:1:notes: unknown column; expected parcel, low, base, high, unit,… status, note; did you mean 'note'?",
    ),
    (
        "column_twice",
        columns(PARCELS, lambda row: [*row, row[-1]]),
        f"{PARCELS}:1:note: this column stands twice; expected each column once; remove one of them",
    ),
    (
        "duplicate_key",
        copied_row("lists/hosts.csv", ("AGO",)),
        "lists/hosts.csv:{row}:iso3: 'AGO' was given before, in row 2; expected each key once; remove one of the two rows",
    ),
    (
        "second_current_value",
        copied_row(PROGRAMME, ATTRITION),
        (
            f"{PROGRAMME}:{{row}}:status: programme.attrition_yearly has a second current value (the first is in row 2); "
            "expected one current value for each key; mark one of them 'superseded' or 'context'"
        ),
    ),
    (
        "unknown_host",
        copied_row(PLACEMENTS, WAGE, iso3="MNX"),
        (
            f"{PLACEMENTS}:{{row}}:iso3: 'MNX' is not known; expected one that stands in {{in}}/lists/hosts.csv; "
            "did you mean 'OMN' or 'MNG'?"
        ),
    ),
    (
        "unknown_sector",
        copied_row("estimates/sectors.csv", ("construction", "capacity_per_million"), sector="constructon"),
        (
            "estimates/sectors.csv:{row}:sector: 'constructon' is not known; expected one that stands in "
            "{in}/lists/sectors.csv; did you mean 'construction'?"
        ),
    ),
    (
        "unknown_source",
        cell(PROGRAMME, ATTRITION, "source_id", "planner_judgment"),
        (
            f"{PROGRAMME}:{{row}}:source_id: 'planner_judgment' is not known; expected one that stands in "
            "{in}/lists/sources.csv; did you mean 'planner_judgement'…?"
        ),
    ),
    (
        "negative_wage",
        cell(PLACEMENTS, WAGE, "low", "-5"),
        (
            f"{PLACEMENTS}:{{row}}:low: placements.MNG.construction.market_wage = -5 is out of bounds; "
            "expected between 0 and … USD/month; correct the value or its unit"
        ),
    ),
    (
        "share_as_percentage",
        cell(PROGRAMME, ATTRITION, "high", "25"),
        (
            f"{PROGRAMME}:{{row}}:high: programme.attrition_yearly = 25 is out of bounds; expected between 0 and 1 share; "
            "correct the value or its unit"
        ),
    ),
    (
        "unknown_unit",
        cell(PLACEMENTS, WAGE, "unit", "USD/mnth"),
        (
            f"{PLACEMENTS}:{{row}}:unit: 'USD/mnth' is not known; expected one that stands in {{in}}/lists/units.csv; "
            "did you mean 'USD/month'…?"
        ),
    ),
    (
        "unit_of_another_indicator",
        cell(PLACEMENTS, WAGE, "unit", "USD/year"),
        (
            f"{PLACEMENTS}:{{row}}:unit: placements.MNG.construction.market_wage is in 'USD/year'; expected 'USD/month'; "
            "convert the value or correct the unit"
        ),
    ),
    (
        "semicolons",
        content(PARCELS, lambda raw: raw.replace(b",", b";")),
        f"{PARCELS}:1: is separated by semicolons; expected commas; save it with the comma as separator and the point …",
    ),
    (
        "tabs",
        content(PARCELS, lambda raw: raw.replace(b",", b"\t")),
        f"{PARCELS}:1: is separated by tabs; expected commas; save it with the comma as separator and the point …",
    ),
    *(
        (
            f"missing_value_as_{number}",
            cell(PROGRAMME, ATTRITION, "base", mark),
            f"{PROGRAMME}:{{row}}:base: {mark!r} stands for a missing value; expected a number;…"
            "leave low, base and high empty, and set reading and grade to absent",
        )
        for number, mark in enumerate(["..", ":", "-", "n/a", "NaN", "\N{EN DASH}"])
    ),
    (
        "namibia_as_pandas_saves_it",
        cell("lists/hosts.csv", ("NAM",), "iso2", ""),
        "lists/hosts.csv:{row}:iso2: empty cell; expected a string; fill it in; where it held NA or n/a, …",
    ),
    (
        "latin_1",
        content(PARCELS, lambda raw: raw.replace(b"Weight behind", b"Gr\xf6\xdfe", 1)),
        f"{PARCELS}:3: holds a byte (0xf6) that is not UTF-8; expected UTF-8; save the file as CSV in UTF-8",
    ),
    (
        "utf_16",
        content(HOSTS, lambda raw: raw.decode().encode("utf-16")),
        f"{HOSTS}:1: is in UTF-16; expected UTF-8; save it as CSV in UTF-8",
    ),
    (
        "spreadsheet_formula_in_a_text",
        cell(PROGRAMME, ATTRITION, "note", "=HYPERLINK(A1)"),
        f"{PROGRAMME}:{{row}}:note: a spreadsheet formula '=HYPERLINK(A1)'; expected a plain value; replace it by its value",
    ),
    (
        "spreadsheet_formula_in_a_number",
        cell(PROGRAMME, ATTRITION, "base", "=A1*2"),
        f"{PROGRAMME}:{{row}}:base: a spreadsheet formula '=A1*2'; expected a plain number; replace it by its value",
    ),
    (
        "hundred_thousand_rows",
        content("estimates/deflators.csv", lambda raw: raw + b"1995,1,1,1,index,,single,afp,C,,context,\n" * 100_000),
        (
            "estimates/deflators.csv:20002: has 100,033 rows; expected at most 20,000; "
            "inputs hold estimates, not records: check that this is the right file"
        ),
    ),
    (
        "empty_file",
        content(HOSTS, lambda raw: b""),
        f"{HOSTS}:1: is empty; expected a header row and data; restore the file",
    ),
    (
        "header_only",
        content(HOSTS, lambda raw: raw.split(b"\n")[0] + b"\n"),
        f"{HOSTS}:2: has a header and no data; expected at least one row; restore the rows",
    ),
    (
        "missing_file",
        removed("estimates/funding_pledges.csv"),
        (
            "estimates/funding_pledges.csv: is missing; expected this file of the inputs; "
            "restore it, or copy the shipped one with 'pilot-planner new FOLDER'"
        ),
    ),
    (
        "too_few_cells",
        row_cells(PARCELS, PARCEL, lambda row: row[:-2]),
        f"{PARCELS}:{{row}}: has 10 cells; expected 12, as in the header; check for a comma inside an unquoted cell",
    ),
    (
        "too_many_cells",
        row_cells(PARCELS, PARCEL, lambda row: [*row, "more"]),
        f"{PARCELS}:{{row}}: has 13 cells; expected 12, as in the header; check for a comma inside an unquoted cell",
    ),
    (
        "unclosed_quote",
        content(PARCELS, lambda raw: raw + b'"grain,1,1,1\n'),
        f"{PARCELS}:{{row}}: is not well-formed CSV (unexpected end of data); expected CSV; check the quotes of this row",
    ),
    (
        "thousands_separators",
        cell(PLACEMENTS, QUOTA, "high", "3,644"),
        f"{PLACEMENTS}:{{row}}:high: '3,644' has thousands separators; expected a plain number; write 3644",
    ),
    ("decimal_comma", cell(PROGRAMME, ATTRITION, "base", "0,12"), f"{PROGRAMME}:{{row}}:base: '0,12' is not…{NUMBER_WORDS}"),
    ("percent_sign", cell(PROGRAMME, ATTRITION, "base", "12%"), f"{PROGRAMME}:{{row}}:base: '12%' is not…{NUMBER_WORDS}"),
    ("not_a_number", cell(PROGRAMME, ATTRITION, "base", "ten"), f"{PROGRAMME}:{{row}}:base: 'ten' is not…{NUMBER_WORDS}"),
    ("infinity", cell(PROGRAMME, ATTRITION, "high", "inf"), f"{PROGRAMME}:{{row}}:high: 'inf' is not…{NUMBER_WORDS}"),
    (
        "digits_of_another_script",
        cell(PROGRAMME, ATTRITION, "high", "١"),
        f"{PROGRAMME}:{{row}}:high: '١' is not…{NUMBER_WORDS}",
    ),
    (
        "overflow",
        cell(COSTS, ("staff_p2_year",), "high", "1e999"),
        f"{COSTS}:{{row}}:high: '1e999' is too large; expected at most 1,000,000,000,000; correct it",
    ),
    (
        "low_above_base",
        cell(PROGRAMME, ATTRITION, "low", "0.2"),
        (
            f"{PROGRAMME}:{{row}}:base: low 0.2, base 0.12, high 0.25 are out of order; expected low <= base <= high; "
            "correct the three values"
        ),
    ),
    (
        "single_reading_with_a_range",
        cell(PROGRAMME, ATTRITION, "reading", "single"),
        (
            f"{PROGRAMME}:{{row}}:reading: a single reading with a range 0.05 to 0.25; expected low = base = high; "
            "set reading to range, or repeat the value"
        ),
    ),
    (
        "no_base",
        cell(PROGRAMME, ATTRITION, "base", ""),
        f"{PROGRAMME}:{{row}}:base: programme.attrition_yearly has no base; expected low, base and high; fill it in…absent",
    ),
    (
        "absent_with_numbers",
        cell(PROGRAMME, ATTRITION, "reading", "absent"),
        (
            f"{PROGRAMME}:{{row}}:reading: has numbers although its reading is 'absent'; expected no numbers; "
            "correct the reading or clear the numbers"
        ),
    ),
    (
        "derived_without_formula",
        cell(PARCELS, PARCEL, "formula", ""),
        f"{PARCELS}:{{row}}:formula: a derived value without formula; expected its formula; write it",
    ),
    (
        "formula_that_is_not_arithmetic",
        cell(PARCELS, PARCEL, "formula", "unit_costs[family_parcel_month"),
        (
            f"{PARCELS}:{{row}}:formula: the formula 'unit_costs[family_parcel_month' cannot be read as arithmetic; "
            "expected arithmetic over values that exist; correct the formula or add the value it needs"
        ),
    ),
    (
        "formula_that_calls_python",
        cell(PARCELS, PARCEL, "formula", "__import__('os').getcwd()"),
        f"{PARCELS}:{{row}}:formula: the formula …, which formulas do not allow; expected arithmetic…",
    ),
    (
        "formula_with_an_unknown_reference",
        cell(PARCELS, PARCEL, "formula", "unit_costs[family_parcel_mont]"),
        (
            f"{PARCELS}:{{row}}:formula: the formula …refers to unit_costs.family_parcel_mont, "
            "which has no row (did you mean 'unit_costs.family_parcel_month'…?); expected…"
        ),
    ),
    (
        "formula_with_an_unknown_table",
        cell(PARCELS, PARCEL, "formula", "prices[family_parcel_month]"),
        (
            f"{PARCELS}:{{row}}:formula: the formula 'prices[family_parcel_month]' refers to 'prices', which is not a table "
            "of estimates; expected…"
        ),
    ),
    (
        "circular_formula",
        cell(PARCELS, PARCEL, "formula", "family_parcels[standard_monthly] + 0"),
        (
            f"{PARCELS}:{{row}}:formula: the formula 'family_parcels[standard_monthly] + 0' goes round in a circle through "
            "family_parcels.standard_monthly; expected…"
        ),
    ),
    (
        "division_by_zero",
        cell(PARCELS, PARCEL, "formula", "unit_costs[family_parcel_month] / 0"),
        f"{PARCELS}:{{row}}:formula: the formula 'unit_costs[family_parcel_month] / 0' divides by zero; expected…",
    ),
    (
        "more_workers_than_the_labour_force",
        copied_row(PLACEMENTS, QUOTA, iso3="GNQ", low="9e5", base="9e5", high="9e5"),
        (
            f"{PLACEMENTS}:{{row}}:base: placements.GNQ.construction.foreign_worker_quota = 900,000 is more than the labour "
            "force of GNQ; expected at most … persons; check the unit"
        ),
    ),
    (
        "tax_brackets_with_a_gap",
        cell(BRACKETS, ("SIMPLE_0_10_20", "2"), "lower_usd_month", "250"),
        (
            f"{BRACKETS}:{{row}}:lower_usd_month: SIMPLE_0_10_20: a bracket starts at 250, the one before ends at 200.0; "
            "expected the upper end of the bracket before; close the gap"
        ),
    ),
    (
        "tax_that_does_not_start_at_nothing",
        cell(BRACKETS, ("SIMPLE_0_10_20", "1"), "lower_usd_month", "10"),
        (
            f"{BRACKETS}:{{row}}:lower_usd_month: SIMPLE_0_10_20: the first bracket starts at 10; expected 0; "
            "start the schedule at 0"
        ),
    ),
    (
        "falling_tax_rate",
        cell(BRACKETS, ("SIMPLE_0_10_20", "3"), "marginal_rate", "0.05"),
        (
            f"{BRACKETS}:{{row}}:marginal_rate: SIMPLE_0_10_20: the rate falls from 0.1 to 0.05; expected rates that never "
            "fall; correct the rates"
        ),
    ),
    (
        "tax_rate_above_one",
        cell(BRACKETS, ("SIMPLE_0_10_20", "3"), "marginal_rate", "20"),
        f"{BRACKETS}:{{row}}:marginal_rate: 20 is too large; expected at most 1; correct the value or its unit",
    ),
    (
        "control_character",
        cell(PROGRAMME, ATTRITION, "note", "ring \x07 the bell"),
        f"{PROGRAMME}:{{row}}:note: a control character in the text; expected plain text; retype the cell",
    ),
    (
        "nul_byte",
        content(PARCELS, lambda raw: raw.replace(b"Weight behind", b"Weight\x00behind", 1)),
        f"{PARCELS}:3:note: a control character in the text; expected plain text; retype the cell",
    ),
    (
        "cell_of_ten_thousand_characters",
        cell(PROGRAMME, ATTRITION, "note", "x" * 10_000),
        f"{PROGRAMME}:{{row}}:note: a text of 10,000 characters; expected at most 4,000 characters; shorten it",
    ),
    (
        "cell_above_the_limit_of_the_csv_reader",
        cell(PROGRAMME, ATTRITION, "note", "x" * 200_000),
        f"{PROGRAMME}:{{row}}:note: a text of 200,000 characters; expected at most 4,000 characters; shorten it",
    ),
    (
        "unknown_driver_of_a_cost_line",
        cell(LINES, ("programme_manager",), "driver", "programme_month"),
        (
            f"{LINES}:{{row}}:driver: 'programme_month' is not known here; expected programme_months, host_setups,…; "
            "did you mean 'programme_months'…?"
        ),
    ),
    (
        "truth_value_in_words",
        cell(LINES, ("programme_manager",), "in_indirect_base", "yes"),
        f"{LINES}:{{row}}:in_indirect_base: 'yes' is not a truth value; expected true or false; write true or false",
    ),
    (
        "fractional_year",
        cell(PROGRAMME, ATTRITION, "year", "2024.5"),
        f"{PROGRAMME}:{{row}}:year: 2024.5 is not a whole number; expected a whole number; round it",
    ),
    (
        "year_out_of_time",
        cell(PROGRAMME, ATTRITION, "year", "20266"),
        f"{PROGRAMME}:{{row}}:year: 20266 is too large; expected at most 2100; correct the value or its unit",
    ),
    (
        "empty_cell_that_is_needed",
        cell(PROGRAMME, ATTRITION, "grade", ""),
        f"{PROGRAMME}:{{row}}:grade: empty cell; expected a string; fill it in",
    ),
    (
        "unknown_grade",
        cell(PROGRAMME, ATTRITION, "grade", "D"),
        f"{PROGRAMME}:{{row}}:grade: 'D' is not known here; expected A, B, C, absent; use one of these",
    ),
    (
        "key_in_small_letters",
        cell(PLACEMENTS, WAGE, "iso3", "mng"),
        f"{PLACEMENTS}:{{row}}:iso3: 'mng' does not have the right form; expected the pattern ^[A-Z]{{{{3}}}}$; correct it",
    ),
    (
        "unknown_indicator",
        copied_row(PLACEMENTS, WAGE, indicator="market_wages"),
        (
            f"{PLACEMENTS}:{{row}}:indicator: 'market_wages' is not in the dictionary of placements; expected …"
            "{in}/lists/indicators.csv; did you mean 'market_wage'…?"
        ),
    ),
    (
        "file_above_the_size_guard",
        content(PARCELS, lambda raw: raw + b"x" * 6_000_000),
        f"{PARCELS}: is 6,000,… bytes long; expected at most 5,000,000; split or check the file",
    ),
]
IN_A_PROCESS = ("wrong_type", "utf_16", "unknown_host", "circular_formula", "missing_file", "nul_byte")


def pattern(sentence, folder, row):
    filled = sentence.replace("{{", "\0").replace("}}", "\1")
    filled = filled.replace("{row}", str(row)).replace("{in}", str(folder)).replace("\0", "{").replace("\1", "}")
    known = ".*".join(re.escape(part) for part in f"error: {folder}/{filled}".split("…"))
    return f"{known}\n1 fault found; nothing was written.\n"


@pytest.mark.parametrize(("name", "edit", "sentence"), CASES, ids=[case[0] for case in CASES])
def test_one_fault_gives_one_sentence_with_its_place(copied, capsys, tmp_path, name, edit, sentence):
    folder = copied() / "inputs"
    row = edit(folder)
    words = ("plan", "--inputs", folder, "--out", tmp_path / "plan")
    result = run_apart(*words) if name in IN_A_PROCESS else run_here(capsys, *words)
    assert re.fullmatch(pattern(sentence, folder, row), result.err), result.err
    assert (result.status, result.out) == (2, "")
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize("limit", [100, 131_072, 2**31 - 1])
def test_a_long_cell_is_told_by_our_limit_whatever_a_library_did_to_that_of_the_csv_reader(copied, capsys, limit):
    folder = copied() / "inputs"
    row = cell(PROGRAMME, ATTRITION, "note", "x" * 200_000)(folder)
    before = csv.field_size_limit(limit)
    try:
        result = run_here(capsys, "plan", "--inputs", folder)
    finally:
        csv.field_size_limit(before)
    assert f"{folder}/{PROGRAMME}:{row}:note: a text of 200,000 characters" in result.err
    assert "1 fault found" in result.err


def test_five_faults_of_a_file_are_reported_in_one_pass(copied, capsys):
    folder = copied() / "inputs"
    cell(PROGRAMME, ATTRITION, "base", "abc")(folder)
    cell(PROGRAMME, ("intake_share",), "year", "soon")(folder)
    cell(PROGRAMME, ("in_kind_uptake",), "grade", "D")(folder)
    cell(PROGRAMME, ("family_uptake",), "unit", "shares")(folder)
    cell(PROGRAMME, ("family_diversion",), "note", "=1+1")(folder)
    result = run_here(capsys, "plan", "--inputs", folder)
    places = [line.split(": ")[1].removeprefix(f"{folder}/") for line in result.err.splitlines()[:-1]]
    file = "estimates/programme.csv"
    assert [f"{file}:2:base", f"{file}:3:year", f"{file}:4:grade", f"{file}:6:note", f"{file}:5:unit"] == places
    assert result.err.splitlines()[-1] == "5 faults found; nothing was written."


def test_faults_of_two_files_come_together(copied, capsys):
    folder = copied() / "inputs"
    wage = cell(PLACEMENTS, WAGE, "base", "abc")(folder)
    cell(PROGRAMME, ATTRITION, "base", "xyz")(folder)
    result = run_here(capsys, "plan", "--inputs", folder)
    assert [
        f"error: {folder}/{PLACEMENTS}:{wage}:base: 'abc' is not a number; {NUMBER_WORDS}",
        f"error: {folder}/{PROGRAMME}:2:base: 'xyz' is not a number; {NUMBER_WORDS}",
        "2 faults found; nothing was written.",
    ] == result.err.splitlines()


def test_a_stored_value_that_its_formula_does_not_give_is_told_not_used_and_written_on_request(
    copied, capsys, shipped_inputs
):
    folder = copied() / "inputs"
    before = (folder / PARCELS).read_bytes()
    row = cell(PARCELS, PARCEL, "base", "28")(folder)
    (warning,) = [one for one in load_inputs(folder).warnings if "formula" in one.what]
    assert str(warning) == (
        f"{folder}/{PARCELS}:{row}:base: 28 is not what the formula 'unit_costs[family_parcel_month] / "
        "unit_costs[inkind_multiplier_dprk]' gives; expected 27.3973, which is used; 'pilot-planner check --write' writes "
        "it; to keep your value, remove the formula and give a source"
    )
    used = load_inputs(folder).number("family_parcels", "standard_monthly")
    assert used == shipped_inputs.number("family_parcels", "standard_monthly")
    told = run_here(capsys, "check", "--write", "--inputs", folder)
    assert told.status == 0
    assert f"{folder}/{PARCELS}:{row}:base: 28 is 27.3973 now (unit_costs[family_parcel_month]" in told.err
    assert "1 derived value written" in told.err
    assert (folder / PARCELS).read_bytes() == before
    assert "0 derived values written" in run_here(capsys, "check", "--write", "--inputs", folder).err


def test_a_rate_that_is_taken_away_leaves_no_error_in_other_hosts(copied, capsys):
    """Medians over hosts follow; they were errors in rows that nobody had touched."""
    folder = copied() / "inputs"
    file = folder / HOSTS
    rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(row for row in rows if not row.startswith("KAZ,employee_contribution_rate,")), encoding="utf-8")
    read, faults = read_inputs(folder)
    assert read is not None
    assert {one.severity for one in faults} == {"warning"}
    assert len([one for one in faults if "is not what the formula" in one.what]) > 20
    printed = run_here(capsys, "check", "--inputs", folder).out
    assert printed.count("is not what the formula") == 1
    assert run_here(capsys, "check", "--write", "--inputs", folder).status == 0
    assert not [one for one in read_inputs(folder)[1] if "is not what the formula" in one.what]


def test_nothing_is_written_over_files_with_errors(copied, capsys):
    folder = copied() / "inputs"
    cell(PARCELS, PARCEL, "base", "28")(folder)
    cell(PROGRAMME, ATTRITION, "base", "abc")(folder)
    before = (folder / PARCELS).read_bytes()
    assert run_here(capsys, "check", "--write", "--inputs", folder).status == 2
    assert (folder / PARCELS).read_bytes() == before


def test_a_minimum_wage_above_the_market_wage_is_a_warning_and_does_not_stop(copied, capsys):
    folder = copied() / "inputs"
    row_cells(HOSTS, ("MNG", "minimum_wage"), lambda row: [*row[:2], "700", "700", "700", *row[5:]])(folder)
    expected = (
        "the minimum wage 700 of MNG is above the market wage 687 of construction; expected a market wage at or above "
        "the legal minimum; check both; pay is planned at the higher of the two"
    )
    assert any(str(warning).endswith(expected) for warning in load_inputs(folder).warnings)
    result = run_here(capsys, "check", "--values", "--inputs", folder)
    assert result.status == 0
    assert f"base: {expected}\n" in result.out


def test_a_fault_in_a_list_is_not_repeated_for_every_row_that_refers_to_it(copied):
    folder = copied() / "inputs"
    row = cell("lists/sources.csv", ("planner_judgement",), "title", "")(folder)
    _, faults = read_inputs(folder)
    assert [f"{folder}/lists/sources.csv:{row}:title"] == [str(fault.place) for fault in faults]


def test_a_source_that_many_rows_miss_is_one_fault_for_each_file(copied):
    folder = copied() / "inputs"
    content(
        "lists/sources.csv", lambda raw: b"".join(line for line in raw.splitlines(True) if b"planner_judgement," not in line)
    )(folder)
    _, faults = read_inputs(folder)
    files = [fault.place.file for fault in faults]
    assert len(set(files)) == len(files)
    assert f"{folder}/{PROGRAMME}" in files
    assert all("'planner_judgement' is not known" in fault.what for fault in faults)


def test_a_file_full_of_faults_ends_with_a_count_of_the_rest(copied):
    folder = copied() / "inputs"
    content(HOSTS, lambda raw: raw.replace(b",current,", b",now,"))(folder)
    _, faults = read_inputs(folder)
    own = [fault for fault in faults if fault.place.file.endswith(HOSTS)]
    assert len(own) == 51
    assert re.fullmatch(r"\d+ more faults in this file", own[-1].what)


def test_a_fault_of_a_founding_fact_is_placed_in_its_own_file(copied):
    folder = copied() / "inputs"
    row = cell("facts/seed_facts.csv", ("P028",), "low", "300")(folder)
    _, faults = read_inputs(folder)
    assert f"{folder}/facts/seed_facts.csv:{row}:base" in [str(fault.place) for fault in faults]


SPREADSHEETS = {
    "byte-order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "line ends of Windows": lambda raw: raw.replace(b"\n", b"\r\n"),
    "truth values in capitals": lambda raw: raw.replace(b",true", b",TRUE").replace(b",false", b",FALSE"),
    "truth values of Python": lambda raw: raw.replace(b",true", b",True").replace(b",false", b",False"),
}


@pytest.mark.parametrize("save", SPREADSHEETS.values(), ids=list(SPREADSHEETS))
def test_what_spreadsheets_and_programs_save_is_read_as_what_it_was(copied, shipped_inputs, save):
    folder = copied() / "inputs"
    for file in folder.rglob("*.csv"):
        file.write_bytes(save(file.read_bytes()))
    again = load_inputs(folder)
    assert again.hash == shipped_inputs.hash


def test_an_amount_out_of_all_proportion_is_warned_of_in_a_file(copied):
    """A thousands point that was read as a decimal one, in all three numbers."""
    folder = copied() / "inputs"
    for column, value in {"low": "32", "base": "42", "high": "58"}.items():
        row = cell("estimates/hosts.csv", ("KAZ", "local_staff_cost"), column, value)(folder)
    warned = [str(one) for one in load_inputs(folder).warnings if "local_staff_cost" in one.what]
    assert warned == [
        f"{folder}/estimates/hosts.csv:{row}:base: hosts.KAZ.local_staff_cost = 42 USD/year is 1,071 times less than the "
        "median of other hosts, 45000; expected a value in proportion; check the unit and the decimal point"
    ]


def test_a_plan_on_such_a_file_says_so_too(copied, capsys):
    folder = copied() / "inputs"
    for column, value in {"low": "32", "base": "42", "high": "58"}.items():
        cell("estimates/hosts.csv", ("KAZ", "local_staff_cost"), column, value)(folder)
    told = run_here(capsys, "plan", "--inputs", folder).out
    assert "hosts.KAZ.local_staff_cost = 42 USD/year is 1,071 times less than the median of other hosts" in told


def test_a_schedule_whose_last_bracket_ends_is_refused(copied, capsys):
    folder = copied() / "inputs"
    file = folder / BRACKETS
    rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = max(number for number, row in enumerate(rows) if row.startswith("SIMPLE_0_5_10_15,"))
    file.write_text("".join(rows[:at] + rows[at + 1 :]), encoding="utf-8")
    told = run_here(capsys, "check", "--inputs", folder)
    assert told.status == 2
    assert (
        f"{BRACKETS}:{at}:upper_usd_month: SIMPLE_0_5_10_15: the last bracket ends at 1000; expected an open end" in told.out
    )


def test_a_living_wage_far_from_the_minimum_wage_is_warned_of(copied):
    folder = copied() / "inputs"
    for column in ("low", "base", "high"):
        cell("estimates/hosts.csv", ("MNG", "living_wage"), column, "3000")(folder)
    assert any(
        "the living wage 3000 of MNG is far from its minimum wage" in one.what for one in load_inputs(folder).warnings
    )


def test_the_shipped_inputs_are_in_proportion(shipped_inputs):
    assert not [one for one in shipped_inputs.warnings if "in proportion" in one.expected or "far from" in one.what]


@pytest.mark.parametrize(
    ("times", "words"), [(0.001, "1,000 times less than"), (200.0, "200 times as much as"), (1.1, None), (0.0, None)]
)
def test_an_edit_out_of_proportion_to_what_it_replaces_is_warned_of(shipped_inputs, times, words):
    path = "unit_costs.staff_p3_year"
    base = shipped_inputs.number(*path.split("."))
    tried = try_edits(shipped_inputs, {path: times * base})
    told = [str(one) for one in tried.warnings if one.place.file == f"inputs.{path}"]
    assert len(told) == (words is not None)
    assert words is None or f"{words} what it replaces, {base:g}" in told[0]
