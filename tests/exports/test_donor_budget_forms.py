"""Donors' budget forms as data: rows of the public forms, the plan's money to the last cent, live sums, faults in words."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from office import converted
from PIL import Image

from pilot_planner import make_plan
from pilot_planner.errors import InputError
from pilot_planner.exports import forms
from pilot_planner.exports.budget import RESERVE
from pilot_planner.exports.currency import one_in_currency
from pilot_planner.exports.forms.form_schema import form_file, form_names, load_form
from pilot_planner.exports.forms.ledger import COST, LEVY, make_ledger
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.terms import Terms
from pilot_planner.studies.planning.plan_json import plan_document

MODELS = Path(__file__).parents[2] / "models"
MADE_ON = dt.date(2026, 11, 20)
DESIGNS = tuple(sorted(path.stem for path in MODELS.glob("*.toml")))
RATES = {"USD": 1.0, "EUR": 0.8637, "JPY": 151.37, "KWD": 0.30673}
FORMS = tuple(name for name in form_names() if load_form(form_file(name)).sheets)
TABLES = tuple(table for name in form_names() for table in load_form(form_file(name)).tables)

EU = """1. Human Resources
1.1 Salaries (gross salaries including social security charges and other related costs, local staff)
1.1.1 Technical
1.1.2 Administrative/support staff
1.2 Salaries (gross salaries including social security charges and other related costs, expat/int. staff)
1.3 Per diems for missions/travel
1.3.1 Abroad (staff assigned to the Action)
1.3.2 Local (staff assigned to the Action)
1.3.3 Seminar/conference participants
Subtotal Human Resources
2. Travel
2.1 International travel
2.2 Local transportation
Subtotal Travel
3. Equipment and supplies
3.1 Purchase or rent of vehicles
3.2 Furniture, computer equipment
3.3 Machines, tools…
3.4 Spare parts/equipment for machines, tools
3.5 Other (please specify)
Subtotal Equipment and supplies
4. Local office
4.1 Vehicle costs
4.2 Office rent
4.3 Consumables - office supplies
4.4 Other services (tel/fax, electricity/heating, maintenance)
Subtotal Local office
5. Other costs, services
5.1 Publications
5.2 Studies, research
5.3 Expenditure verification/Audit
5.4 Evaluation costs
5.5 Translation, interpreters
5.6 Financial services (bank guarantee costs etc.)
5.7 Costs of conferences/seminars
5.8 Visibility actions
Subtotal Other costs, services
6. Other
Subtotal Other
7. Subtotal direct eligible costs of the Action (1-6)
8. Indirect costs (maximum 7% of 7, subtotal of direct eligible costs of the Action)
9. Total eligible costs of the Action, excluding reserve (7+8)
10. Provision for contingency reserve (maximum 5% of 7, subtotal of direct eligible costs of the Action)
11. Total eligible costs (9+10)"""
SF_424A_B = """a. Personnel
b. Fringe Benefits
c. Travel
d. Equipment
e. Supplies
f. Contractual
g. Construction
h. Other
i. Total Direct Charges (sum of 6a-6h)
j. Indirect Charges
k. TOTALS (sum of 6i and 6j)
7. Program Income"""
UNSDG = """1. Staff and other personnel costs
2. Supplies, Commodities, Materials
3. Equipment, Vehicles and Furniture, including Depreciation
4. Contractual Services
5. Travel
6. Transfers and Grants to Counterparts
7. General Operating and Other Direct Costs
Sub-total project costs
8. Indirect Support Costs
TOTAL"""
PUBLIC = {
    # Copies of the European Commission's Annex III that applicants published (models of 2016 and of 2021-27).
    ("eu_annex_iii", "1. Budget for the Action"): EU,
    # OMB 4040-0006, version 1.0, with the instructions of grants.gov.
    ("us_sf_424a", "B Budget categories"): SF_424A_B,
    # UNSDG harmonised budget categories of 2012.
    ("un_mptf", "UNSDG categories"): UNSDG,
    ("un_mptf", "UNSDG by year"): UNSDG,
}
LINES_OF_SF_424A = {
    "C": ["8.", "9.", "10.", "11.", "12."],
    "D": ["13.", "14.", "15."],
    "E": ["16.", "17.", "18.", "19.", "20."],
}
COLUMNS_OF_SF_424A = {
    "A": ["(a) ", "(b) ", "(c) ", "(d) ", "(e) ", "(f) ", "(g) "],
    "C": ["(a) ", "(b) ", "(c) ", "(d) ", "(e) "],
    "D": ["Total for 1st Year", "1st Quarter", "2nd Quarter", "3rd Quarter", "4th Quarter"],
    "E": ["(a) ", "(b) First", "(c) Second", "(d) Third", "(e) Fourth"],
}


@pytest.fixture(scope="module")
def plan_of(shipped_inputs):
    return cache(lambda design: make_plan(MODELS / f"{design}.toml", shipped_inputs))


@pytest.fixture(scope="module")
def dossier_of(plan_of, terms):
    """The dossier of a design in a currency."""

    @cache
    def make(design, code="USD"):
        tree = terms.model_dump()
        tree["currency"] |= {"code": code, "per_usd": RATES[code]}
        return Dossier(plan_of(design), Terms.model_validate(tree), MADE_ON)

    return make


@pytest.fixture(scope="module")
def books(dossier_of):
    """Every form of ``base`` in euro, by name."""
    made = forms.make(dossier_of("base", "EUR"))
    return workbooks(made)


def workbooks(made):
    return {
        name: openpyxl.load_workbook(io.BytesIO(raw), data_only=True) for name, raw in made.items() if name.endswith(".xlsx")
    }


def rows_of(sheet):
    """Cells that hold something, row by row; empty rows are left out."""
    return [row for cells in sheet.iter_rows(values_only=True) if (row := [cell for cell in cells if cell is not None])]


def labels(sheet):
    """The words at the left of each row, below the head of the table."""
    texts = [" ".join(str(cell) for cell in row[:2] if isinstance(cell, str)) for row in rows_of(sheet)]
    return [text for text in texts if text and not text.startswith("–")]


def test_there_are_forms_of_six_donors():
    assert FORMS == ("eu_annex_iii", "uk_fcdo", "un_mptf", "un_pbf", "us_prm", "us_sf_424a")


@pytest.mark.parametrize(("form", "sheet"), PUBLIC, ids=str)
def test_rows_are_those_of_the_public_form_in_its_order(books, form, sheet):
    found = labels(books[f"forms/{form}.xlsx"][sheet])
    for line in PUBLIC[form, sheet].splitlines():
        place = next((place for place, text in enumerate(found) if text.startswith(line)), None)
        assert place is not None, (line, found)
        found = found[place + 1 :]


def test_sections_of_sf_424a_have_the_lines_and_columns_of_the_form(books):
    book = books["forms/us_sf_424a.xlsx"]
    sheets = {name[0]: book[name] for name in book.sheetnames if name[1] == " "}
    assert list(sheets) == ["A", "B", "C", "D", "E", "F"]
    for section, lines in LINES_OF_SF_424A.items():
        assert [row[0] for row in rows_of(sheets[section]) if row and row[0] in lines] == lines
    for section, columns in COLUMNS_OF_SF_424A.items():
        head = [one for one in next(row for row in rows_of(sheets[section]) if row[:1] == ["Line"]) if one]
        assert all(one.startswith(start) for one, start in zip(head[1:], columns, strict=True)), (section, head)


@pytest.mark.parametrize("design", DESIGNS)
def test_each_form_adds_up_to_the_plan_in_four_currencies(dossier_of, design):
    for code in RATES:
        dossier = dossier_of(design, code)
        planned = Decimal(str(plan_document(dossier.plan)["metrics"]["operating_cost"])).quantize(Decimal("0.01"))
        assert dossier.budget.total == planned
        for name in FORMS:
            form = load_form(form_file(name))
            ledger = make_ledger(dossier, form, name)
            if form.whole_units:
                whole = planned.quantize(Decimal(1))
            else:
                whole = planned if ledger.currency == "USD" else one_in_currency(planned, dossier.terms.currency)
            assert ledger.currency == ("USD" if form.currency == "USD" else code)
            assert ledger.total(measure=COST) == whole, (name, code)
            assert all(one.amount % ledger.step == 0 for one in ledger.entries)
            direct, indirect = (
                ledger.total(measure=COST) - ledger.total(line=RESERVE) - ledger.total(line="indirect_support"),
                ledger.total(line="indirect_support"),
            )
            ask = dossier.budget.ask(dossier.terms.rules)
            if not form.whole_units and ledger.currency != "USD":
                assert direct == one_in_currency(ask.direct, dossier.terms.currency)
                assert direct + indirect == one_in_currency(ask.direct + ask.indirect, dossier.terms.currency)
                assert whole - ledger.total(measure=LEVY) == one_in_currency(ask.net, dossier.terms.currency)


@pytest.mark.parametrize(("design", "code"), [("base", "KWD"), ("one_host", "JPY"), ("in_kind_first", "EUR")])
def test_totals_in_the_files_are_those_of_the_ledger_and_nothing_is_left_out(dossier_of, design, code):
    dossier = dossier_of(design, code)
    for name, book in workbooks(forms.make(dossier)).items():
        told = [row for sheet in book for row in rows_of(sheet) if row and str(row[0]).startswith("Equal to all lines")]
        assert told, name
        assert {row[-1] for row in told} == {"OK"}, name


def test_amounts_are_those_of_the_budget_workbook(dossier_of):
    from pilot_planner.exports.formats import make_export

    dossier = dossier_of("base", "EUR")
    raw = make_export(dossier.plan, ["xlsx"], dossier.terms, MADE_ON).files["budget.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    made = forms.make(dossier)
    eu = openpyxl.load_workbook(io.BytesIO(made["forms/eu_annex_iii.xlsx"]), data_only=True).worksheets[0]
    ours = {str(row[0]).lstrip("– "): row[-4] for row in rows_of(eu) if len(row) > 5 and isinstance(row[-4], int | float)}
    theirs = {
        str(row[0]): row[4] for row in book["EU Annex III"].iter_rows(values_only=True) if isinstance(row[4], int | float)
    }
    shared = ours.keys() & theirs.keys()
    assert len(shared) > 30
    assert {name: ours[name] for name in shared} == pytest.approx({name: theirs[name] for name in shared}, abs=1e-6)
    us = openpyxl.load_workbook(io.BytesIO(made["forms/us_sf_424a.xlsx"]), data_only=True)
    classes = {
        row[0].rstrip("."): row[2:] for row in rows_of(us["B Budget categories"]) if len(row) > 4 and row[0][1:] == "."
    }
    for row in rows_of(book["SF-424A"]):
        if len(row) == 5 and row[0] in classes and isinstance(row[2], int | float):
            assert classes.pop(row[0]) == row[2:], row
    assert set(classes) <= {"7"}


def test_the_legal_gate_and_what_was_seen_stand_on_every_sheet(books, plan):
    for name, book in books.items():
        form = load_form(form_file(Path(name).stem))
        for sheet in book.worksheets[:-1]:
            text = " ".join(str(cell) for row in rows_of(sheet) for cell in row)
            assert plan.legal_gate in text, (name, sheet.title)
            assert form.not_seen in text
            assert form.publisher in text


def test_a_budget_line_stands_once_among_results_and_partners(books, dossier_of):
    sheet = books["forms/un_mptf.xlsx"]["Results and partners"]
    rows = rows_of(sheet)
    head = next(row for row in rows if row[:1] == ["Number"])
    names = [
        one.replace("<", "").replace(">", " (to be named)")
        for one in ["<Lead agency>", *(p.name for p in dossier_of("base").terms.partners)]
    ]
    assert head[2 : 2 + len(names)] == names
    done = [row for row in rows if str(row[0]).startswith("Activity")]
    outputs = {row[0].split()[1].split(".")[0] for row in done}
    assert outputs == {"O1", "O2", "O3", "O4", "O5", "O6"}
    for row in done:
        assert sum(1 for amount in row[2:-2] if amount) == 1, row


def test_forms_follow_five_edits_in_libreoffice(dossier_of, tmp_path):
    """What is typed into the lines is what titles, sums and shares say after they are worked out anew."""
    made = forms.make(dossier_of("one_host", "EUR"))
    for name in ("eu_annex_iii", "un_pbf"):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(made[f"forms/{name}.xlsx"])
        book = openpyxl.load_workbook(path)
        lines = book["Lines"]
        head = next(row for row in lines.iter_rows() if row[0].value == "Measure")
        amount = next(cell.column for cell in head if str(cell.value).startswith("Amount"))
        edited = [row for row in lines.iter_rows(min_row=head[0].row + 1) if row[0].value == "cost"][:5]
        for row in edited:
            row[amount - 1].value = 1000
        book.save(path)
        before = openpyxl.load_workbook(io.BytesIO(made[f"forms/{name}.xlsx"]), data_only=True)
        after = openpyxl.load_workbook(converted(path, "xlsx", tmp_path / name), data_only=True)
        old = [before["Lines"].cell(row[0].row, amount).value for row in edited]
        # EU: all years before units, unit value and total of year 1; Peacebuilding Fund: the last column that is filled in.
        label = "11. Total eligible costs (9+10)" if name == "eu_annex_iii" else "Total"

        def total(book, label=label):
            found = next(row for row in rows_of(book.worksheets[0]) if row[0] == label)
            return found[1] if label[0] == "1" else found[-1]

        assert total(after) == pytest.approx(total(before) - sum(old) + 5000, abs=0.005)
        checks = [row[-1] for sheet in after for row in rows_of(sheet) if row and str(row[0]).startswith("Equal to all")]
        assert set(checks) == {"OK"}


def test_every_fault_of_a_form_is_told_at_once_with_its_place(tmp_path, monkeypatch, dossier_of):
    (tmp_path / "models" / "forms").mkdir(parents=True)
    text = form_file("un_pbf").read_text(encoding="utf-8")
    wrong = text.replace('hotline = ""\n', "").replace('selection = ""\n', "")
    (tmp_path / "models" / "forms" / "un_pbf.toml").write_text(wrong, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        forms.make(dossier_of("base"))
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 2
    assert "un_pbf.toml" in told[0] and "hotline" in told[0] and "selection" in told[1]
    broken = text.replace('sum = ["sub", "reserve", "indirect"]', 'sum = ["sub", "reserves", "indirekt"]')
    (tmp_path / "models" / "forms" / "un_pbf.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        forms.make(dossier_of("base"))
    told = " ".join(str(fault) for fault in caught.value.faults)
    assert "'reserves'" in told and "'indirekt'" in told and "Table 1" in told
    (tmp_path / "models" / "forms" / "un_pbf.toml").write_text(text.replace("{title}", "{titel}"), encoding="utf-8")
    with pytest.raises(InputError, match="titel"):
        forms.make(dossier_of("base"))


def test_names_that_mean_harm_stay_texts(hostile_dossier):
    made = forms.make(hostile_dossier)
    for table in TABLES:
        cells = [cell for row in csv.reader(io.StringIO(made[f"forms/{table.file}"].decode())) for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "@", "+")], table.file
    assert b"<script" not in made["forms/gantt.svg"]
    for name in FORMS:
        book = openpyxl.load_workbook(io.BytesIO(made[f"forms/{name}.xlsx"]))
        formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert formulas
        assert not [one for one in formulas if "cmd" in str(one) or "script" in str(one)]


def test_the_form_that_the_docs_show_adds_up(tmp_path, monkeypatch, dossier_of):
    page = (MODELS.parent / "docs" / "donor_forms.md").read_text(encoding="utf-8")
    folder = tmp_path / "models" / "forms"
    folder.mkdir(parents=True)
    (folder / "foundation.toml").write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = forms.make(dossier_of("one_host", "JPY"))
    assert {Path(name).stem for name in made if name.endswith(".xlsx")} == {*FORMS, "foundation"}
    for table in TABLES:
        assert f"`{table.file}`" in page
    sheet = openpyxl.load_workbook(io.BytesIO(made["forms/foundation.xlsx"]), data_only=True)["Budget"]
    dossier = dossier_of("one_host", "JPY")
    total = next(row for row in rows_of(sheet) if row[0] == "Total" and len(row) > 2)
    assert total[-1] == float(one_in_currency(dossier.budget.total, dossier.terms.currency))
    for name in FORMS:
        assert f"`{name}.xlsx`" in page


def table(made, file):
    return list(csv.DictReader(io.StringIO(made[f"forms/{file}"].decode(), newline="")))


@pytest.mark.parametrize(("design", "code"), [("base", "EUR"), ("released_revenue", "KWD")])
def test_tables_for_other_systems_hold_the_plans_money_and_its_days(dossier_of, design, code):
    dossier = dossier_of(design, code)
    made = forms.make(dossier)
    for file in ("un_quantum_budget.csv", "un_umoja_budget.csv"):
        rows = table(made, file)
        assert sum(Decimal(row["Amount"]) for row in rows) == dossier.budget.total
        assert not [row for row in rows if Decimal(row["Amount"]) == 0]
    by_category = {key: Decimal(0) for key in dossier.budget.categories}
    for row in rows:
        by_category[row["Sponsored class (UNSDG category)"]] += Decimal(row["Amount"])
    assert by_category == dossier.budget.by_category
    flows = table(made, "ocha_fts_flows.csv")
    ask = dossier.budget.ask(dossier.terms.rules)
    assert sum(Decimal(row["amountUSD"]) for row in flows) == ask.contribution
    assert sum(Decimal(row["originalAmount"]) for row in flows) == one_in_currency(ask.contribution, dossier.terms.currency)
    assert {row["originalCurrency"] for row in flows} == {code}
    days = [(row["Start"], row["Finish"]) for row in table(made, "gantt.csv")]
    assert min(days)[0] == dossier.start.isoformat()
    assert max(day for _, day in days) == dossier.end.isoformat()
    assert all(start <= end for start, end in days)
    for one in TABLES:
        assert dossier.plan.legal_gate in table(made, one.file)[0]["notice"], one.file


def test_the_columns_of_flows_are_those_that_the_service_publishes(dossier_of):
    """As in fts_incoming_funding on HDX, in its order."""
    wanted = (
        "date budgetYear description amountUSD srcOrganization srcOrganizationTypes srcLocations srcUsageYearStart "
        "srcUsageYearEnd destPlan destPlanCode destPlanId destOrganization destOrganizationTypes destGlobalClusters "
        "destLocations destProject destProjectCode destEmergency destUsageYearStart destUsageYearEnd contributionType "
        "flowType method boundary onBoundary status firstReportedDate decisionDate keywords originalAmount originalCurrency "
        "exchangeRate id refCode createdAt updatedAt"
    )
    rows = table(forms.make(dossier_of("one_host")), "ocha_fts_flows.csv")
    assert list(rows[0]) == [*wanted.split(), "notice"]


def test_the_chart_of_tasks_shows_each_task_and_the_gate(dossier_of):
    dossier = dossier_of("base")
    made = forms.make(dossier)
    words = " ".join(etree.fromstring(made["forms/gantt.svg"]).itertext())
    for row in table(made, "gantt.csv"):
        assert row["Task"][:30] in words, row
    told = re.sub(r"\s+", "", words)
    assert re.sub(r"\s+", "", dossier.plan.legal_gate) in told
    with Image.open(io.BytesIO(made["forms/gantt.png"])) as picture:
        assert picture.width == pytest.approx(2500, abs=3)


def test_a_field_of_a_table_that_does_not_exist_is_named(tmp_path, monkeypatch, dossier_of):
    (tmp_path / "models" / "forms").mkdir(parents=True)
    text = form_file("gantt").read_text(encoding="utf-8").replace("{task}", "{tusk}")
    (tmp_path / "models" / "forms" / "gantt.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no field 'tusk'"):
        forms.make(dossier_of("one_host"))
