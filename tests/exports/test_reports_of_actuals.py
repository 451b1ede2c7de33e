"""Reports to donors after the signature: each total is that of the actuals to the cent, and what is beyond is told."""

import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from lxml import etree
from simulated_pilot import SimulatedPilot, draw, left_alone
from typer.testing import CliRunner

from pilot_planner import InputError, make_plan, standing
from pilot_planner.cli.main import app
from pilot_planner.data.actuals import Actuals, number
from pilot_planner.data.reading import Row
from pilot_planner.exports.after_signature.book import HeadingRow, flagged
from pilot_planner.exports.after_signature.forms import report_forms
from pilot_planner.exports.after_signature.making import REPORTS, make_reports
from pilot_planner.exports.budget import make_budget
from pilot_planner.exports.formats import make_export
from pilot_planner.exports.iati.checking import check_file, findings
from pilot_planner.exports.terms import load_terms
from pilot_planner.studies.after_signature.template import template_rows

DAY = dt.date(2029, 6, 1)
HEADED = ("un_interim", "eu_interim", "fcdo", "sf_425_classes")


def booked(plan, through, change=lambda name, row: row):
    rows = template_rows(plan, through)
    found = {name: tuple(Row(n, change(name, one)) for n, one in enumerate(some, 2)) for name, some in rows.items()}
    return Actuals("booked", found)


@pytest.fixture(scope="module")
def plan(inputs):
    return make_plan("one_host", inputs)


@pytest.fixture(scope="module", params=["as planned", "otherwise"])
def now(request, plan):
    told = (
        booked(plan, 3) if request.param == "as planned" else SimulatedPilot(plan, draw(plan, 5)).run(left_alone, 5).actuals
    )
    return standing(plan, told)


@pytest.fixture(scope="module")
def files(now):
    return make_reports(now, made_on=DAY).files


def rows_of(raw):
    return list(csv.DictReader(io.StringIO(raw.decode())))


def money(text):
    return Decimal(text or "0")


def spent(now, period=None):
    some = [row for row in now.actuals.current("costs") if number(row, "period") <= now.over]
    if period is not None:
        some = [row for row in some if number(row, "period") == period]
    return sum((Decimal(repr(number(row, "amount"))).quantize(Decimal("0.01")) for row in some), Decimal(0))


@pytest.mark.parametrize("name", HEADED)
def test_every_form_adds_up_to_the_actuals_and_to_the_budget(now, files, name):
    *rows, total = rows_of(files[f"forms/{name}.csv"])
    for column in ("budget", "spent_before", "spent_in_period", "spent_to_date", "left", "forecast"):
        assert sum(money(row[column]) for row in rows) == money(total[column]), column
    assert money(total["spent_to_date"]) == spent(now) == now.funds.spent
    assert money(total["spent_in_period"]) == spent(now, now.over)
    assert money(total["budget"]) == make_budget(now.plan).total
    for row in rows:
        assert money(row["spent_before"]) + money(row["spent_in_period"]) == money(row["spent_to_date"])
        assert money(row["budget"]) - money(row["spent_to_date"]) == money(row["left"])


def test_a_forecast_without_news_is_the_budget_to_the_cent(plan):
    found = make_reports(standing(plan, booked(plan, 3)), ["forms"], made_on=DAY)
    for row in rows_of(found.files["forms/fcdo.csv"]):
        assert row["forecast"] == row["budget"]
        assert row["beyond_tolerance"] == ""


def test_after_the_last_period_the_forecast_is_what_was_spent(plan):
    done = standing(plan, SimulatedPilot(plan, draw(plan, 5)).run(left_alone, 8).actuals)
    total = rows_of(make_reports(done, ["forms"], made_on=DAY).files["forms/fcdo.csv"])[-1]
    assert abs(money(total["forecast"]) - spent(done)) <= Decimal("0.50")


def test_face_asks_for_the_next_period_and_leaves_to_the_agency_what_is_its_own(now, files):
    *rows, total = rows_of(files["forms/face.csv"])
    assert money(total["b_actual"]) == spent(now, now.over)
    for column, period in (("a_authorised", now.over), ("e_requested", now.over + 1)):
        planned = [row for row in template_rows(now.plan, 8)["costs"] if row["period"] == period]
        assert money(total[column]) == sum(Decimal(repr(row["amount"])).quantize(Decimal("0.01")) for row in planned)
    for row in (*rows, total):
        assert row["c_accepted"] == row["f_authorised"] == row["g_outstanding"] == ""
        assert money(row["d_balance"]) == money(row["a_authorised"]) - money(row["b_actual"])


def test_the_lines_of_sf_425_follow_from_each_other_and_from_the_actuals(now, files):
    of = {row["line"]: money(row["cumulative"]) for row in rows_of(files["forms/sf_425.csv"])}
    assert set(of) == {f"10{letter}" for letter in "abcdefghijklmno"} | {"11d", "11e"}
    assert of["10a"] == now.funds.received
    assert of["10c"] == of["10a"] - of["10b"]
    assert of["10g"] == of["10e"] + of["10f"]
    assert of["10h"] == of["10d"] - of["10g"]
    assert of["10k"] == of["10i"] - of["10j"]
    assert of["10o"] == of["10l"] - of["10m"]
    assert of["10l"] == now.funds.levies
    assert of["10e"] + of["10m"] == now.funds.spent
    assert of["11d"] + of["11e"] == now.funds.spent


def test_the_workbook_has_a_sheet_for_each_form_with_totals_that_are_sums(now, files):
    shown = openpyxl.load_workbook(io.BytesIO(files["financial_reports.xlsx"]))
    assert set(shown.sheetnames) == {"un_interim", "face", "eu_interim", "sf_425", "sf_425_classes", "fcdo"}
    sheet = shown["fcdo"]
    assert report_forms()["fcdo"].seen == sheet["A3"].value
    assert "grade C" in sheet["A4"].value
    last = next(row for row in sheet.iter_rows(min_row=7) if row[0].value == "total")
    assert last[2].value == f"=SUM(C7:C{last[0].row - 1})"
    assert sum(Decimal(str(row[5].value)) for row in sheet.iter_rows(min_row=7, max_row=last[0].row - 1)) == now.funds.spent


# --- tolerances ---


def heading(name, budget, before, forecast):
    none = Decimal(0)
    return HeadingRow(name, name, Decimal(budget), none, Decimal(before), none, none, Decimal(forecast))


def test_a_main_heading_beyond_its_tolerance_is_told_with_the_rule():
    eu = report_forms()["eu_interim"]
    rows = (heading("1", 100, 0, 100), heading("1.1", 300, 501, 501), heading("2.1", 100, 0, 124), heading("3", 100, 0, 126))
    of = {row.heading: row.flag for row in flagged(rows, eu)}
    # 501 of 400 is 25.25 % beyond; 124 of 100 is within 25 %, 126 is not.
    assert of["1.1"].startswith("501.00 USD is spent against 400.00, 25.2% beyond")
    assert eu.tolerance.rule in of["1.1"]
    assert of["1"] == of["2.1"] == ""
    assert of["3"].startswith("126.00 USD is forecast against 100.00, 26.0% beyond")


def test_money_that_moves_is_held_against_the_whole_budget():
    us = report_forms()["sf_425"]
    within = (heading("a", 900, 0, 1000), heading("b", 100, 0, 0))
    assert [row.flag for row in flagged(within, us)] == ["", ""]
    beyond = (heading("a", 900, 0, 1001), heading("b", 100, 0, 0))
    first, second = flagged(beyond, us)
    assert "101.00 USD move into headings, 10.1% of the whole budget" in first.flag
    assert second.flag == ""


def test_what_is_beyond_is_told_to_whoever_asks_for_the_reports(plan):
    def dearer(name, row):
        staff = name == "costs" and str(row["code"]).startswith("programme_manager") and row["amount"] is not None
        return row | {"amount": row["amount"] * 9} if staff else row

    now = standing(plan, booked(plan, 4, dearer))
    notes = make_reports(now, ["forms"], made_on=DAY).notes
    assert any("EU interim" in note and "beyond" in note for note in notes)


def test_each_tolerance_has_a_rule_a_source_and_a_grade():
    for form in report_forms().values():
        assert form.seen
        assert form.tolerance.rule.endswith(".")
        assert len(form.tolerance.source) > 20


# --- IATI ---


def test_the_activity_passes_the_official_schema_and_rules_and_keeps_its_identifier(now, files, tmp_path):
    file = tmp_path / "activity.xml"
    file.write_bytes(files["activity.xml"])
    assert [str(one) for one in check_file(file, DAY) if one.severity == "error"] == []
    planned = etree.fromstring(make_export(now.plan, ["iati"], None, DAY).files["activity.xml"])
    reported = etree.fromstring(files["activity.xml"])
    assert reported.findtext(".//iati-identifier") == planned.findtext(".//iati-identifier")
    assert reported.find(".//activity-status").get("code") == "2"
    assert planned.findall(".//transaction") == []


def test_transactions_add_up_to_the_actuals_to_the_cent(now, files):
    root = etree.fromstring(files["activity.xml"])
    sums = {}
    for one in root.iter("transaction"):
        kind = one.find("transaction-type").get("code")
        assert one.find("value").get("currency") == "USD"
        sums[kind] = sums.get(kind, Decimal(0)) + Decimal(one.findtext("value"))
    assert sums["1"] == now.funds.received + now.funds.levies
    assert sums["3"] + sums["4"] == now.funds.spent
    assert all(dt.date.fromisoformat(one.get("iso-date")) <= DAY for one in root.iter("transaction-date"))


def test_what_a_partner_carries_is_disbursed_to_it_and_without_partners_nothing_is(plan):
    now = standing(plan, booked(plan, 3))
    draft = load_terms()
    alone = draft.model_copy(update={"partners": ()})
    kinds = {}
    for name, terms in (("partners", draft), ("alone", alone)):
        root = etree.fromstring(make_reports(now, ["iati"], terms, DAY).files["activity.xml"])
        kinds[name] = {one.find("transaction-type").get("code") for one in root.iter("transaction")}
    assert kinds == {"partners": {"1", "3", "4"}, "alone": {"1", "4"}}


def test_a_measurement_is_the_actual_of_its_year(plan):
    shares = [row for row in plan.inputs.rows("facts/results_framework.csv") if row.text("unit") == "share"]
    measured = shares[0].text("indicator")

    def count(name, row):
        told = name == "indicators" and row["indicator"] == measured and row["period"] in (2, 3)
        return row | {"value": 0.5 if row["period"] == 2 else 0.625, "counted": 80, "correction": None} if told else row

    now = standing(plan, booked(plan, 3, count))
    raw = make_reports(now, ["iati", "logframe"], made_on=DAY).files
    root = etree.fromstring(raw["activity.xml"])
    assert [one for one in findings(root, DAY) if one.severity == "error"] == []
    actuals = root.findall(".//actual")
    assert [one.get("value") for one in actuals] == ["62.5"]
    assert "counted of 80" in actuals[0].findtext("comment/narrative")
    row = next(one for one in rows_of(raw["logframe/logframe_actuals.csv"]) if one["indicator"] == measured)
    assert (row["actual"], row["actual_counted"], row["actual_date"]) == ("0.625", "80", "2027-09-30")
    assert any(one["target"] for one in rows_of(raw["logframe/logframe_actuals.csv"]))


# --- HXL ---


def test_hxl_tables_have_tags_and_add_up_to_the_actuals(now, files):
    for name in ("people_reached", "spending", "funds_received"):
        lines = files[f"hxl/{name}.csv"].decode().splitlines()
        assert lines[1].startswith("#meta+id+plan,#")
    spending = rows_of(files["hxl/spending.csv"])[1:]
    assert sum(money(row["spent_usd"]) for row in spending) == now.funds.spent
    received = rows_of(files["hxl/funds_received.csv"])[1:]
    assert sum(money(row["received_usd"]) for row in received) == now.funds.received
    people = rows_of(files["hxl/people_reached.csv"])[1:]
    there = sum(float(row["workers"]) for row in people if row["period"] == str(now.over))
    assert there == pytest.approx(sum(line.actual_to_date for line in now.lines if line.item == "workers"), abs=1e-5)


# --- asking ---


def test_an_unknown_report_and_a_pilot_without_a_closed_period_are_told(plan):
    now = standing(plan, booked(plan, 3))
    with pytest.raises(InputError, match="is no report"):
        make_reports(now, ["form"])
    with pytest.raises(InputError, match="no period is over"):
        make_reports(standing(plan, booked(plan, 0)), ["forms"])


def test_the_command_writes_every_report(tmp_path, plan):
    from pilot_planner.reports.actuals_files import template_files
    from pilot_planner.whole_files import write_folder

    write_folder(tmp_path / "pilot", template_files(plan, 2))
    words = ["actuals", "report", str(tmp_path / "pilot"), "--today", "2027-07-15", "--out", str(tmp_path / "out")]
    found = CliRunner().invoke(app, [*words, *(word for name in REPORTS for word in ("--to", name))])
    assert found.exit_code == 0, found.output
    there = {one.relative_to(tmp_path / "out").as_posix() for one in (tmp_path / "out").rglob("*") if one.is_file()}
    assert {
        "financial_reports.xlsx",
        "activity.xml",
        "forms/face.csv",
        "hxl/spending.csv",
        "logframe/logframe_actuals.csv",
    } <= there
    wrong = CliRunner().invoke(app, [*words, "--to", "froms"])
    assert "did you mean 'forms'" in str(wrong.exception)
