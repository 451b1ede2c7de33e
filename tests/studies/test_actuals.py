"""Actuals: a template that says nothing is clean, and whatever is wrong is told by its place, all of it in one pass."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest
from actuals import append, edit, find, read_rows, write_files

from pilot_planner import InputError, load_actuals, make_plan, standing
from pilot_planner.reports.actuals_files import signed_plan, template_files, write_template

TODAY = dt.date(2027, 10, 1)


@pytest.fixture(scope="module")
def plan(inputs):
    return make_plan("base", inputs)


@pytest.fixture(scope="module")
def files(plan):
    return template_files(plan, 3)


@pytest.fixture
def folder(files, tmp_path):
    return write_files(files, tmp_path / "pilot")


def place(plan):
    one = plan.placements[0]
    return {"iso3": one.iso3, "sector": one.sector}


def told(folder, today=TODAY):
    with pytest.raises(InputError) as caught:
        load_actuals(folder, today=today)
    return [str(fault) for fault in caught.value.faults]


def test_a_template_is_clean_whatever_it_says_and_the_workbook_says_the_same(plan, files, folder):
    found = load_actuals(folder, today=TODAY)
    book = load_actuals(folder / "actuals.xlsx", today=TODAY)
    assert (found.over, found.reported) == (3, 3)
    for name, rows in found.tables.items():
        assert [row.cells for row in book.tables[name]] == [row.cells for row in rows]
    empty = template_files(plan)
    write_files({name: raw for name, raw in empty.items() if name.endswith(".csv")}, folder)
    nothing = load_actuals(folder, today=dt.date(2026, 1, 1))
    assert (nothing.over, nothing.reported, nothing.current("pay")) == (0, 0, ())


def test_the_signed_plan_is_made_again_on_the_inputs_that_were_kept(inputs, tmp_path, monkeypatch):
    signed = make_plan("one_host", inputs, {"inputs.placements.MNG.construction.market_wage": 700})
    write_files(template_files(signed), tmp_path / "pilot")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inputs").mkdir()  # those of today cannot even be read
    again = signed_plan(tmp_path / "pilot")
    assert (again.plan_id, again.metrics) == (signed.plan_id, signed.metrics)
    assert load_actuals(tmp_path / "pilot", today=TODAY).over == 0


def test_a_folder_that_is_there_is_never_written_over(plan, folder):
    with pytest.raises(InputError, match="never written over"):
        write_template(plan, folder)


PAID = {"period": "2", "channel": "card"}
CASES = {
    "a day that has not come": (
        "reports", {"period": "3"}, {"reported_to": "2027-09-30"}, "reported_to", "has not come yet",
    ),
    "a day of another period": ("reports", {"period": "2"}, {"reported_to": "2027-03-30"}, "reported_to", "not in period 2"),
    "no day": ("reports", {"period": "2"}, {"reported_to": "2027-06-31"}, "reported_to", "is no day"),
    "another form of day": ("reports", {"period": "2"}, {"reported_to": "30.06.2027"}, "reported_to", "right form"),
    "closed half-way": ("reports", {"period": "3"}, {"reported_to": "2027-09-29"}, "closed", "reported to 2027-09-29 only"),
    "closed and not reported": ("reports", {"period": "4"}, {"closed": "true"}, "reported_to", "no day up to which"),
    "no such period": ("reports", {"period": "8"}, {"period": "9"}, "period", "there is no period 9"),
    "negative people": ("people", {"period": "2"}, {"arrivals": "-3"}, "arrivals", "too small"),
    "negative pay": ("pay", PAID, {"amount": "-0.01"}, "amount", "too small"),
    "negative cost": ("costs", {"period": "1"}, {"amount": "-5"}, "amount", "too small"),
    "words": ("pay", PAID, {"amount": "a lot"}, "amount", "is not a number"),
    "thousands": ("pay", PAID, {"amount": "1,000.50"}, "amount", "thousands separators"),
    "a formula": ("pay", PAID, {"amount": "=A1"}, "amount", "spreadsheet formula"),
    "half a cent": ("pay", PAID, {"amount": "10.005"}, "amount", "parts of a cent"),
    "half a cent of cost": ("costs", {"period": "1"}, {"amount": "0.001"}, "amount", "parts of a cent"),
    "euros of pay": ("pay", PAID, {"currency": "EUR"}, "currency", "'EUR' is not known here"),
    "euros of cost": ("costs", {"period": "1"}, {"currency": "EUR"}, "currency", "'EUR' is not known here"),
    "tugrik of escrow": ("escrow", {"period": "1"}, {"currency": "MNT"}, "currency", "'MNT' is not known here"),
    "roubles of funds": ("funds", {"period": "1"}, {"currency": "RUB"}, "currency", "'RUB' is not known here"),
    "no currency": ("pay", PAID, {"currency": ""}, "currency", "empty cell"),
    "an unknown line": ("costs", {"period": "1"}, {"code": "programme_managr"}, "code", "did you mean 'programme_manager'"),
    "an unknown line of the ledger": (
        "ledger", {"code": "inspectors"}, {"cost_line": "inspector"}, "cost_line", "no cost line",
    ),
    "an unknown host": ("people", {"period": "2"}, {"iso3": "UZB"}, "iso3", "no host of this pilot"),
    "an unknown host of cost": ("costs", {"period": "1"}, {"iso3": "UZB"}, "iso3", "no host of this pilot"),
    "an unknown sector": ("people", {"period": "2"}, {"sector": "mining"}, "sector", "was not signed"),
    "an unknown channel": ("pay", PAID, {"channel": "cash"}, "channel", "'cash' is not known here"),
    "an unknown flow": ("escrow", {"period": "1"}, {"flow": "loss"}, "flow", "'loss' is not known here"),
    "an unknown indicator": ("indicators", {"period": "1"}, {"indicator": "Happiness"}, "indicator", "no indicator"),
    "an unknown level": ("signed", {}, {"oversight_level": "lax"}, "oversight_level", "'lax' is not known"),
    "a share above all": (
        "indicators", {"period": "1", "indicator": "Women among worker-months"}, {"value": "12"}, "value", "no share",
    ),
    "people before work": ("people", {"period": "2"}, {"period": "1"}, "period", "nobody can work in period 1"),
    "period nought": ("people", {"period": "2"}, {"period": "0"}, "period", "too small"),
    "a period beyond the last": ("costs", {"period": "8"}, {"period": "12"}, "period", "there is no period 12"),
    "half a period": ("costs", {"period": "8"}, {"period": "7.5"}, "period", "not a whole number"),
    "a figure of the future": ("costs", {"period": "8"}, {"amount": "5"}, "period", "period 8 begins on 2028-10-01"),
    "more left than were there": ("people", {"period": "2"}, {"leavers": "99999"}, "leavers", "left, of"),
    "more at work than arrived": ("people", {"period": "2"}, {"workers": "99999"}, "workers", "are employed, of"),
    "a total that does not add": (
        "pay", {"period": "2", "channel": "gross_wage"}, {"amount": "1"}, "amount", "its parts add up to",
    ),
    "a contract that does not add": (
        "pay", {"period": "3", "channel": "contract_value"}, {"amount": "1"}, "amount", "add up to",
    ),
    "more tax verified than taken": (
        "escrow", {"period": "2", "flow": "tax_verified"}, {"amount": "99999999"}, "amount", "of tax is verified",
    ),
    "people not told": ("people", {"period": "2"}, {"workers": ""}, "workers", "empty in a period that is closed"),
    "pay not told": ("pay", PAID, {"amount": ""}, "amount", "has no figure"),
    "escrow not told": ("escrow", {"period": "1"}, {"amount": ""}, "amount", "has no figure"),
    "visits not told": ("oversight", {"period": "2"}, {"visits_made": ""}, "visits_made", "is empty in a period"),
    "half a grievance": ("oversight", {"period": "2"}, {"grievances": "0.5"}, "grievances", "not a whole number"),
    "who without a correction": ("pay", PAID, {"corrected_by": "Ana"}, "correction", "correction is not"),
    "money before its time": ("funds", {"period": "1"}, {"received_on": "2027-12-01"}, "received_on", "no day up to"),
    "money of another period": ("funds", {"period": "1"}, {"received_on": "2027-05-01"}, "received_on", "not in period 1"),
    "a truth value": ("reports", {"period": "2"}, {"closed": "yes"}, "closed", "not a truth value"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_wrong_is_told_by_its_place(folder, case):
    table, where, cells, column, words = case
    number = edit(folder, table, where, cells)
    today = dt.date(2027, 9, 1) if words == "has not come yet" else TODAY
    here = [one for one in told(folder, today) if one.startswith(f"{folder.as_posix()}/{table}.csv:{number}:{column}: ")]
    assert any(words in one for one in here), told(folder, today)


def test_periods_close_in_order(folder):
    edit(folder, "reports", {"period": "2"}, {"closed": "false"})
    assert any("reports.csv:4:period: period 3 is reported and period 2 is not closed" in one for one in told(folder))


def test_many_faults_of_many_tables_are_told_in_one_pass(folder):
    broken = [name for name in CASES if CASES[name][4] in ("too small", "thousands separators", "'EUR' is not known here")]
    for name in broken:
        table, where, cells, *_ = CASES[name]
        edit(folder, table, where, cells)
    found = told(folder)
    assert {one.split("/")[-1].split(":")[0] for one in found} == {"people.csv", "pay.csv", "costs.csv"}
    assert len(found) >= 6


def test_the_same_figure_twice_is_a_fault(folder):
    rows = read_rows(folder, "pay")
    again = dict(zip(rows[0], rows[find(rows, **PAID) - 1], strict=True))
    number = append(folder, "pay", again)
    assert any(f"pay.csv:{number}:iso3" in one and "was given before" in one for one in told(folder))


def test_a_correction_counts_keeps_what_it_replaces_and_says_who_when_and_why(plan, folder):
    key = {**place(plan), "period": "2"}
    rows = read_rows(folder, "people")
    old = dict(zip(rows[0], rows[find(rows, **key) - 1], strict=True))
    number = append(folder, "people", {**old, "leavers": "1", "correction": "1"})
    assert {one.split(":")[2] for one in told(folder)} == {"corrected_on", "corrected_by", "why"}
    cells = {"corrected_on": "2027-09-01", "corrected_by": "Ana", "why": "one came back"}
    edit(folder, "people", {"correction": "1"}, cells)
    found = load_actuals(folder, today=TODAY)
    (corrected,) = [row for row in found.current("people") if all(row.text(name) == one for name, one in key.items())]
    assert (corrected.number, corrected["leavers"]) == (number, 1.0)
    assert [(name, row["corrected_by"]) for name, row in found.corrections()] == [("people", "Ana")]
    assert any(row.number != number and row.text("leavers") != "1" for row in found.tables["people"])
    edit(folder, "people", {"correction": "1"}, {"correction": "2"})
    assert any("no correction 1 before it" in one for one in told(folder))


def test_codes_of_a_ledger_are_booked_under_their_cost_line(plan, folder):
    append(folder, "ledger", {"code": "6100-STAFF", "cost_line": "programme_manager", "ledger": "agency"})
    edit(folder, "costs", {"code": "programme_manager", "period": "1"}, {"code": "6100-STAFF"})
    assert load_actuals(folder, today=TODAY).line_of["6100-STAFF"] == "programme_manager"


def test_a_cell_of_the_workbook_is_told_by_its_sheet(folder):
    book = openpyxl.load_workbook(folder / "actuals.xlsx")
    book["pay"]["E2"], book["reports"]["C9"] = -1, "perhaps"
    book.create_sheet("pya")
    book.save(folder / "actuals.xlsx")
    found = told(folder / "actuals.xlsx")
    where = (folder / "actuals.xlsx").as_posix()
    assert any(one.startswith(f"{where}:pay:2:amount: -1 is too small") for one in found)
    assert any(one.startswith(f"{where}:reports:9:closed: ") for one in found)
    assert any(one.startswith(f"{where}:pya: is no table of actuals") for one in found)


def test_a_file_that_is_missing_or_no_text_is_told(folder):
    (folder / "pay.csv").unlink()
    (folder / "people.csv").write_bytes("iso3\n".encode("utf-16"))
    (folder / "ledger.csv").unlink()
    found = told(folder)
    assert any("pay.csv: is missing" in one and "actuals new" in one for one in found)
    assert any("people.csv:1: is in UTF-16" in one for one in found)
    assert not any("ledger.csv" in one for one in found)


def test_a_period_may_be_reported_in_part_and_is_not_over(plan, folder):
    edit(folder, "reports", {"period": "4"}, {"reported_to": "2027-11-15"})
    key = {**place(plan), "period": "4", "channel": "card"}
    edit(folder, "pay", key, {"amount": "1234.50"})
    found = load_actuals(folder, today=dt.date(2027, 11, 20))
    assert (found.over, found.reported) == (3, 4)
    whole = standing(plan, load_actuals(write_files(template_files(plan, 3), folder.parent / "whole"), today=TODAY))
    now = standing(plan, found)
    (line,) = [one for one in now.lines if (one.place, one.item) == (f"{key['iso3']}.{key['sector']}", "card")]
    assert line.so_far == Decimal("1234.50")
    assert [one.forecast for one in now.lines] == [one.forecast for one in whole.lines]


def test_cost_booked_under_a_code_of_the_ledger_stands_in_its_line(plan, folder):
    append(folder, "ledger", {"code": "6100", "cost_line": "programme_manager", "ledger": "agency"})
    where = {"iso3": "PRG", "code": "programme_manager", "period": "3"}
    rows = read_rows(folder, "costs")
    booked = rows[find(rows, **where) - 1][rows[0].index("amount")]
    before = standing(plan, load_actuals(folder, today=TODAY))
    edit(folder, "costs", where, {"code": "6100"})
    append(
        folder, "costs", {"iso3": "PRG", "period": "3", "code": "programme_manager", "amount": "100.25", "currency": "USD"}
    )
    after = standing(plan, load_actuals(folder, today=TODAY))
    was, now = (next(one for one in some.lines if one.item == "programme_manager") for some in (before, after))
    assert float(booked) > 0
    assert now.actual_to_date - was.actual_to_date == Decimal("100.25")
    (moved,) = [one for one in after.splits if one.item == "programme_manager"]
    assert (moved.difference, moved.price) == (Decimal("100.25"), Decimal("100.25"))
