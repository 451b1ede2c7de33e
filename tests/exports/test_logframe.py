"""The logical framework: a sheet that prints on A4 and a table that says the same."""

import csv
import io

import openpyxl
import pytest

from pilot_planner.exports import logframe

HEAD = 4


@pytest.fixture(scope="module")
def sheet(dossier):
    return openpyxl.load_workbook(io.BytesIO(logframe.make(dossier)["logframe.xlsx"])).active


@pytest.fixture(scope="module")
def table(dossier):
    return list(csv.DictReader(io.StringIO(logframe.make(dossier)["logframe.csv"].decode(), newline="")))


def by_heading(sheet):
    headings = [cell.value for cell in sheet[HEAD]]
    return [dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(min_row=HEAD + 1)]


def test_it_prints_across_one_page_width_with_its_header_on_every_page(sheet):
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows in (f"{HEAD}:{HEAD}", f"${HEAD}:${HEAD}")


def test_it_says_what_it_is_and_that_nothing_in_it_is_lawful_yet(sheet, dossier):
    assert dossier.title in sheet["A1"].value
    assert sheet["A2"].value == dossier.notice


def test_every_indicator_has_its_row_with_the_same_numbers_as_the_table(sheet, table, dossier):
    indicators = [one for result in dossier.results for one in result.indicators]
    made = by_heading(sheet)

    assert len(made) == len(table) == len(indicators)
    for row, line, one in zip(made, table, indicators, strict=True):
        assert row["Indicator"].value == line["indicator"] == one.name
        assert float(line["target"]) == one.targets[-1].value
        # Spreadsheets hold sixteen digits.
        assert row["Target, 2028-12-31"].value == pytest.approx(one.targets[-1].value, rel=1e-15)
        assert row["Baseline"].value == one.baseline == (float(line["baseline"]) if line["baseline"] else None)
        milestone = one.targets[0].value if len(one.targets) > 1 else None
        assert row["Milestone, end of year 1"].value == (milestone and pytest.approx(milestone, rel=1e-15))
        assert (float(line["milestone_1"]) if line["milestone_1"] else None) == milestone


def test_shares_are_shown_in_per_cent_and_people_whole(sheet):
    for row in by_heading(sheet):
        shown = row["Target, 2028-12-31"].number_format
        assert shown == {"per cent": "0.0%", "persons": "#,##0", "worker-months": "#,##0"}.get(row["Unit"].value, "#,##0.0")


def test_a_result_says_its_assumptions_and_weight_once(sheet, dossier):
    made = by_heading(sheet)
    weights = [row["Impact weight"].value for row in made if row["Impact weight"].value is not None]

    assert sum(weights) == pytest.approx(1.0)
    assert sum(row["Result"].value is not None for row in made) == len(dossier.results)


def test_hostile_text_stays_text(hostile_dossier, sheet):
    harmed = openpyxl.load_workbook(io.BytesIO(logframe.make(hostile_dossier)["logframe.xlsx"])).active

    assert "<script>alert(1)</script>" in harmed["A1"].value
    assert all(cell.data_type != "f" for row in harmed.iter_rows() for cell in row)
    assert harmed.max_row == sheet.max_row


def test_a_programme_of_one_year_has_no_milestones(plan, terms):
    import dataclasses

    from pilot_planner.exports.proposal_data import Dossier

    programme = plan.design.programme.model_copy(update={"duration_months": 12})
    design = plan.design.model_copy(update={"programme": programme})
    keep = {1, 2, 3, 4}
    accounts = dataclasses.replace(
        plan.accounts,
        workforce=tuple(row for row in plan.accounts.workforce if row.period in keep),
        budget=tuple(row for row in plan.accounts.budget if row.period in keep),
    )
    short = Dossier(dataclasses.replace(plan, design=design, accounts=accounts), terms, plan.design.programme.start_date)
    (header, *_) = csv.reader(io.StringIO(logframe.make(short)["logframe.csv"].decode(), newline=""))

    assert not [name for name in header if name.startswith("milestone")]
