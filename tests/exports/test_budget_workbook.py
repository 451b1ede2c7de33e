"""The budget workbook: equal to the plan before any change, right after one, inert whatever stands in it."""

import dataclasses
import io
import itertools
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from office import converted

from pilot_planner import make_plan
from pilot_planner.exports.budget import RESERVE
from pilot_planner.exports.less_money import brief_front
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.workbook import FILE, make
from pilot_planner.exports.workbook.formula_cells import cell as cell_at
from pilot_planner.exports.workbook.formula_cells import total
from pilot_planner.exports.workbook.workbook_context import SHEETS
from pilot_planner.studies.planning.plan_json import plan_document

ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "Err:")
QUANTITY, PRICE, AMOUNT, LINE = 5, 6, 8, 11
ALL_AGREE = "All totals agree"
CHANGED = "All sheets agree; figures were changed since the plan was made"


@pytest.fixture(scope="module")
def front(plan):
    """The front of the base plan: the same for every dossier here, since it takes seconds."""
    return brief_front(plan)


@pytest.fixture(scope="module")
def book_of(front):
    """Makes the workbook of a plan and terms, with the front of the base plan in it."""

    def of(dossier):
        own = Dossier(dossier.plan, dossier.terms, dossier.made_on)
        own.__dict__["front"] = front
        return make(own)[FILE]

    return of


@pytest.fixture(scope="module")
def raw(book_of, dossier):
    return book_of(dossier)


def values(raw):
    """What a reader sees that works nothing out."""
    return openpyxl.load_workbook(io.BytesIO(raw), data_only=True)


def named(book, name):
    """The value of a defined name."""
    sheet, cell = next(iter(book.defined_names[name].destinations))
    return book[sheet][cell].value


def worked_out(raw, folder):
    """The workbook after LibreOffice has worked every formula out anew."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    file.write_bytes(raw)
    return openpyxl.load_workbook(converted(file, "xlsx", folder), data_only=True)


def all_cells(book):
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from row


def same(first, second):
    if isinstance(first, int | float) and isinstance(second, int | float):
        return abs(first - second) < 1e-6 * max(1.0, abs(first))
    return first == second


def differences(shown, found, raw):
    """Formula cells whose shown value is not what they come to."""
    formulas = [cell for cell in all_cells(openpyxl.load_workbook(io.BytesIO(raw))) if cell.data_type == "f"]
    assert len(formulas) > 700
    places = [(cell.parent.title, cell.coordinate) for cell in formulas]
    return [
        (*place, shown[place[0]][place[1]].value, found[place[0]][place[1]].value)
        for place in places
        if not same(shown[place[0]][place[1]].value, found[place[0]][place[1]].value)
    ]


def faulty(book):
    return [cell for cell in all_cells(book) if isinstance(cell.value, str) and cell.value.startswith(ERRORS)]


def results(book):
    """Every row of the sheet Checks: what is compared, and the result."""
    rows = book["Checks"].iter_rows(values_only=True)
    return {row[0]: row[4] for row in rows if row[4] is not None and row[4] != "Result"}


def dossier_of(design, shipped_inputs, terms, made_on, settings=None):
    return Dossier(make_plan(design, shipped_inputs, settings), terms, made_on)


def test_the_sheets_are_there_in_their_order_and_the_first_carries_gate_and_draft(raw, plan):
    book = values(raw)
    assert tuple(book.sheetnames) == SHEETS
    first = [cell.value for row in book["Summary"].iter_rows() for cell in row if cell.value]
    assert plan.legal_gate in first
    assert any("DRAFT" in str(text) for text in first)
    for text in (plan.plan_id, plan.inputs.hash, ALL_AGREE):
        assert text in first


@pytest.mark.parametrize(
    "design", ["base", *(pytest.param(one, marks=pytest.mark.slow) for one in ("one_host", "low_budget"))]
)
def test_values_shown_and_worked_out_equal_the_plan(design, book_of, dossier, shipped_inputs, tmp_path):
    if design == "base":
        own = dossier
    else:
        own = dossier_of(f"models/{design}.toml", shipped_inputs, dossier.terms, dossier.made_on)
    raw = book_of(own)
    shown, found = values(raw), worked_out(raw, tmp_path)
    assert differences(shown, found, raw) == []
    assert faulty(found) == []
    assert set(results(found).values()) == {"OK"}
    document = plan_document(own.plan)
    figures = {
        "total_cost": document["metrics"]["operating_cost"],
        "needed_from_donors": document["metrics"]["net_donor_ask"],
        # Flows are posted to the cent, channel by channel; flows.csv holds the same.
        "contract_value": float(own.plan.accounts.total("contract_value")),
        "programme_levy": float(own.plan.accounts.total("programme_levy")),
        "worker_months": document["metrics"]["worker_months"],
        "people_reached": document["metrics"]["people_reached"],
        "cost_per_worker_month": document["ratios"]["operating_cost_per_worker_month"],
        "cost_per_dollar_secured": document["ratios"]["operating_cost_per_usd_secured"],
    }
    for name, figure in figures.items():
        for book in (shown, found):
            assert named(book, name) == pytest.approx(figure, abs=0.005), name
    assert named(shown, "all_checks") == ALL_AGREE


def budget_rows(book):
    """Rows of lines by (host, year, line)."""
    return {
        (row[1].value, row[2].value, row[LINE].value): row[0].row
        for row in book["Budget"].iter_rows(min_row=5)
        if row[LINE].value and row[2].value
    }


def changed(raw, edits):
    book = openpyxl.load_workbook(io.BytesIO(raw))
    rows = budget_rows(book)
    for key, column, value in edits:
        cell = book["Budget"].cell(rows[key], column + 1)
        assert not cell.protection.locked
        cell.value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_changed_quantity_and_price_reach_every_total(raw, dossier, tmp_path):
    budget = dossier.budget
    lines = {(line.iso3, line.year, line.cost_line): line for line in budget.lines}
    driver, office = ("KAZ", 1, "head_of_office"), ("MNG", 2, "office_running")
    edited = changed(raw, [(driver, QUANTITY, 15.0), (office, PRICE, 25_000.0)])
    found = worked_out(edited, tmp_path)
    assert faulty(found) == []
    # By hand: what the two lines gain, and each percentage of it, to the cent.
    more = Decimal(str(round(15.0 * lines[driver].unit_cost, 2))) - lines[driver].amount
    dearer = Decimal(str(round(lines[office].quantity * 25_000.0, 2))) - lines[office].amount
    direct = more + dearer

    def rate(line):
        return Decimal(str(round(next(one.unit_cost for one in budget.lines if one.cost_line == line), 6)))

    evaluation, reserve = direct * rate("evaluation"), direct * rate(RESERVE)
    indirect = (direct + evaluation) * rate("indirect_support")
    cent = Decimal("0.02")

    def gained(name, planned):
        return Decimal(str(round(named(found, name), 2))) - planned

    ask = budget.ask(dossier.terms.rules)
    assert gained("direct_cost", ask.direct) == pytest.approx(direct + evaluation, abs=cent)
    assert gained("contingency_reserve", ask.reserve) == pytest.approx(reserve, abs=cent)
    assert gained("indirect_cost", ask.indirect) == pytest.approx(indirect, abs=cent)
    whole = direct + evaluation + reserve + indirect
    assert gained("total_cost", budget.total) == pytest.approx(whole, abs=3 * cent)
    assert gained("contribution_asked", ask.contribution) == pytest.approx(whole, abs=3 * cent)
    checks = results(found)
    stated = {what for what, result in checks.items() if result == "changed"}
    assert {"Total operating cost", "Kazakhstan", "Mongolia", "Year 1", "Year 2", "Indirect support"} <= stated
    assert "Contract value" not in stated
    assert set(checks.values()) == {"OK", "changed"}
    assert named(found, "all_checks") == CHANGED


def test_a_rate_above_the_ceiling_is_said(raw, tmp_path):
    edits = [
        (key, PRICE, 0.09) for key in budget_rows(openpyxl.load_workbook(io.BytesIO(raw))) if key[2] == "indirect_support"
    ]
    found = worked_out(changed(raw, edits), tmp_path)
    assert results(found)["Indirect support as a share of direct cost"] == "above the ceiling"
    assert "does not agree" in named(found, "all_checks")


def test_whole_dollars_add_up_both_ways(raw, dossier):
    """SF-424A: classes and years, by the rule of largest remainders worked out here by hand."""
    exact = {}
    for line in dossier.budget.lines:
        heading = dossier.budget.crosswalk[line.cost_line, "SF-424A"]
        if heading != "-":
            exact[heading, line.year] = exact.get((heading, line.year), Decimal(0)) + line.amount
    floors = {key: int(amount) for key, amount in exact.items()}
    missing = round(sum(exact.values())) - sum(floors.values())
    order = sorted(exact, key=lambda key: floors[key] - exact[key])
    for key in order[:missing]:
        floors[key] += 1
    sheet = values(raw)["SF-424A"]
    rows = {row[0]: row[2:] for row in sheet.iter_rows(max_row=20, values_only=True) if row[0]}
    for heading, year in itertools.product("acdefhj", (1, 2)):
        assert rows[heading][year - 1] == floors.get((heading, year), 0), (heading, year)
    assert rows["k"][4] == sum(floors.values())


def test_another_currency_shows_its_rate_and_adds_up(book_of, dossier, tmp_path):
    currency = dossier.terms.currency.model_copy(update={"code": "EUR", "per_usd": 0.8637, "source": "a bank"})
    terms = dossier.terms.model_copy(update={"currency": currency})
    raw = book_of(dataclasses.replace(dossier, terms=terms))
    shown, found = values(raw), worked_out(raw, tmp_path)
    assert differences(shown, found, raw) == []
    assert set(results(found).values()) == {"OK"}
    assert named(found, "exchange_rate") == 0.8637
    rows = {row[0]: row for row in found["EU Annex III"].iter_rows(values_only=True) if row[0]}
    whole = next(row for what, row in rows.items() if what.startswith("11."))
    lines = [
        row[4] for row in found["EU Annex III"].iter_rows(values_only=True) if row[9] and row[4] and row[9] != "Budget line"
    ]
    assert round(whole[4], 2) == round(float(dossier.budget.total) * 0.8637, 2)
    assert round(sum(amount for amount in lines if isinstance(amount, float | int)), 2) == round(whole[4], 2)
    assert "EUR" in shown["FCDO"]["A1"].value


def test_a_plan_without_a_reserve(book_of, dossier, shipped_inputs, tmp_path):
    settings = {"inputs.cost_lines.contingency": 0.0}
    own = dossier_of("models/base.toml", shipped_inputs, dossier.terms, dossier.made_on, settings)
    lines = tuple(line for line in own.budget.lines if line.cost_line != RESERVE)
    own.__dict__["budget"] = dataclasses.replace(own.budget, lines=lines)
    assert own.budget.total == sum(line.amount for line in own.budget.lines)
    kept = Dossier(own.plan, own.terms, own.made_on)
    kept.__dict__.update(budget=own.budget, front=book_front(book_of))
    raw = make(kept)[FILE]
    found = worked_out(raw, tmp_path)
    assert differences(values(raw), found, raw) == []
    assert set(results(found).values()) == {"OK"}
    assert named(found, "contingency_reserve") == 0


def book_front(book_of):
    return book_of.__closure__[0].cell_contents


def test_hostile_text_stays_text(book_of, hostile_dossier, tmp_path):
    raw = book_of(hostile_dossier)
    plain = {cell.value for cell in all_cells(openpyxl.load_workbook(io.BytesIO(raw))) if cell.data_type == "f"}
    assert not [formula for formula in plain if re.search(r"cmd|HYPERLINK|WEBSERVICE|DDE|\[|http", str(formula), re.I)]
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name.lower()]
        for name in parts.namelist():
            text = parts.read(name).decode()
            if name.endswith(".rels"):
                assert 'TargetMode="External"' not in text
            if "/worksheets/sheet" in name:
                for formula in re.findall(r"<f>(.*?)</f>", text):
                    assert "cmd" not in formula
                for link in re.findall(r"<hyperlink [^>]*>", text):
                    assert "location=" in link
                    assert "r:id" not in link
    found = worked_out(raw, tmp_path)
    assert faulty(found) == []
    assert set(results(found).values()) == {"OK"}
    # The text is still there for people to read: as a text.
    words = [str(cell.value) for cell in all_cells(found)]
    assert any("=cmd()" in word for word in words)


def test_no_sheet_has_text_that_a_reader_would_take_for_a_mistake(raw):
    for cell in all_cells(values(raw)):
        assert "nan" not in str(cell.value).lower().split(), (cell.parent.title, cell.coordinate)
        assert cell.value is None or "None" not in str(cell.value).split(), (cell.parent.title, cell.coordinate)


def test_every_sheet_prints_on_a4_with_its_width_on_one_page(raw):
    book = openpyxl.load_workbook(io.BytesIO(raw))
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == "9" or sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_area
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert "&P" in sheet.oddFooter.right.text or "&[Page]" in sheet.oddFooter.right.text or sheet.oddFooter.right.text


def test_inputs_refuse_what_is_no_quantity(raw):
    book = openpyxl.load_workbook(io.BytesIO(raw))
    rules = book["Budget"].data_validations.dataValidation
    assert [(rule.type, rule.operator, rule.formula1) for rule in rules] == [("decimal", "greaterThanOrEqual", "0")]
    for row in budget_rows(book).values():
        assert book["Budget"].cell(row, PRICE + 1).coordinate in rules[0].sqref
        # Everything but quantities and prices is locked.
        assert book["Budget"].cell(row, AMOUNT + 1).protection.locked


def test_a_sum_of_many_scattered_cells_stays_within_what_functions_take():
    scattered = [cell_at("Budget", 2 * row, 8, 1.0) for row in range(700)]
    formula = total(scattered).formula
    for part in re.findall(r"SUM\(([^()]*)\)", formula):
        assert part.count(",") < 255
    assert all(one.formula in formula for one in scattered)
    assert total(scattered).value == 700.0


def test_wages_are_never_added_to_donor_money(raw):
    """No formula of the flow of funds adds the budget to the contract value."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book["Flow of funds"]
    refers = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f" and "Budget" in cell.value]
    assert len(refers) == 1
    assert re.fullmatch(r"='Budget'!\w+", refers[0].value)
    texts = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "never added to the budget" in texts


def test_weak_inputs_are_marked(raw, plan):
    rows = list(values(raw)["Inputs used"].iter_rows(min_row=5, values_only=True))
    marked = {row[0] for row in rows if row[8] == "to be replaced"}
    assert {one.path for one in plan.weak_inputs} <= marked
    assert {row[7] for row in rows if row[0] and row[8] != "to be replaced" and row[7] != "Grade"} == {"A", "B"}


def test_the_same_plan_gives_the_same_file(raw, book_of, dossier):
    assert book_of(dossier) == raw
