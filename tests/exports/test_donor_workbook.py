"""A donor's own Excel form: filled in cell by cell, every other part as it was, and faults by sheet and cell."""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from office import converted

from pilot_planner.errors import InputError
from pilot_planner.exports import forms
from pilot_planner.exports.proposal_data import Dossier

MADE_ON = dt.date(2026, 11, 20)


@pytest.fixture
def form(tmp_path):
    """Writes a donor's form as Excel does it: text box, button, check box, validation, named cells, a formula."""

    def make(cells, names=(), file="donor.xlsx"):
        path = tmp_path / file
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Budget")
            other = book.add_worksheet("Notes & rules")
            bold = book.add_format({"bold": True, "num_format": "#,##0.00"})
            for address, words in cells.items():
                sheet.write_string(address, words, bold)
            sheet.write_formula("D20", "=C20*2", bold, 99)
            other.insert_textbox("B2", "Read the rules before you sign")
            other.insert_button("B12", {"caption": "Check"})
            other.insert_checkbox("E3", True)
            sheet.data_validation("F5", {"validate": "list", "source": ["yes", "no"]})
            sheet.conditional_format("C1:C30", {"type": "cell", "criteria": ">", "value": 5, "format": bold})
            for name, where in names:
                book.define_name(name, where)
            sheet.protect("secret")
        return path

    return make


def filled(dossier, path, terms=None):
    other = Dossier(dossier.plan, terms or dossier.terms, MADE_ON, options={"forms.template": str(path)})
    other.__dict__["studies"] = dossier.studies
    (raw,) = forms.make(other).values()
    return raw, other.notes


def parts(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(path, content):
    with zipfile.ZipFile(path, "w") as file:
        for name, raw in content.items():
            file.writestr(name, raw)


def workbook_that_asks_for_nothing(path):
    return parts(path.read_bytes())["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")


def test_cells_are_filled_in_and_every_other_byte_stays(form, dossier, tmp_path):
    path = form(
        {
            "A1": "Plan {{ plan_id }} of {{ organisation }}", "C20": "{{ total_cost }}", "A3": "{{ legal_gate }}",
            "C7": "{{ budget_by_category.4.amount }}", "C8": "{{budget_by_year.2.amount}}",
            "C9": "{{ budget_by_host.99.amount }}", "A5": "Ours & <theirs>",
        },
        [("pilot_asked_of_donors", "=Budget!$C$21"), ("pilot_plan_id", "=Budget!$B$40"), ("total_cost", "=Budget!$E$1")],
    )  # fmt: skip
    # Excel itself does not ask for its formulas to be worked out; the writer of this form does.
    packed(path, {**parts(path.read_bytes()), "xl/workbook.xml": workbook_that_asks_for_nothing(path)})
    raw, notes = filled(dossier, path)
    before, after = parts(path.read_bytes()), parts(raw)
    assert notes == []
    assert sorted(name for name in before if before[name] != after.get(name)) == [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
    ]
    assert before.keys() == after.keys()
    assert {"xl/drawings/drawing1.xml", "xl/drawings/vmlDrawing1.vml"} <= after.keys()
    assert after["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"") == before["xl/workbook.xml"]
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["Budget"]
    budget = dossier.budget
    assert sheet["A1"].value == f"Plan {dossier.plan.plan_id} of Lead agency (to be named)"
    assert sheet["A3"].value == dossier.plan.legal_gate or dossier.plan.legal_gate in sheet["A3"].value
    assert sheet["C20"].value == float(budget.total)
    assert sheet["C7"].value == float(budget.by_category["4"])
    assert sheet["C8"].value == float(budget.by_year[2])
    assert sheet["C9"].value in (None, "")
    assert sheet["C21"].value == float(budget.ask(dossier.terms.rules).contribution)
    assert sheet["B40"].value == dossier.plan.plan_id
    assert sheet["E1"].value is None
    assert sheet["A5"].value == "Ours & <theirs>"
    assert sheet["C20"].number_format == "#,##0.00"
    # But for the cells that were filled in, the sheet is what it was, byte by byte.
    changed = ("A1", "C20", "A3", "C7", "C8", "C9", "C21", "B40")

    def rest(content):
        for address in changed:
            content = re.sub(rb'<c r="%s"[^>]*?(/>|>.*?</c>)' % address.encode(), b"", content)
        return re.sub(rb'<row r="(21|40)"[^>]*></row>', b"", content)

    assert rest(after["xl/worksheets/sheet1.xml"]) == rest(before["xl/worksheets/sheet1.xml"])
    made = tmp_path / "made.xlsx"
    made.write_bytes(raw)
    worked_out = openpyxl.load_workbook(converted(made, "xlsx", tmp_path), data_only=True)["Budget"]
    assert worked_out["D20"].value == pytest.approx(2 * float(budget.total))


def test_a_form_without_the_gate_gets_it_on_a_sheet_of_its_own(form, dossier, tmp_path):
    raw, notes = filled(dossier, form({"A1": "{{ total_cost }}"}))
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert book.sheetnames == ["Budget", "Notes & rules", "Legal gate"]
    assert book["Legal gate"]["A1"].value == dossier.plan.legal_gate
    assert "no {{ legal_gate }}" in notes[-1]
    made = tmp_path / "made.xlsx"
    made.write_bytes(raw)
    assert openpyxl.load_workbook(converted(made, "xlsx", tmp_path)).sheetnames[-1] == "Legal gate"
    raw, notes = filled(dossier, form({"A1": "nothing"}))
    assert "no field was found" in notes[0]
    assert openpyxl.load_workbook(io.BytesIO(raw)).sheetnames[-1] == "Legal gate"


def test_all_faults_are_told_at_once_by_sheet_and_cell(form, dossier):
    path = form(
        {
            "A1": "{{ total_costs }}", "B2": "{{ total_cost * 2 }}", "C3": "{% for row in budget_lines %}",
            "D4": "{{ total_cost", "E5": "{{ budget_by_year }}", "F6": "{{ budget_by_year.1.sum }}",
            "G7": "{{ title.1.amount }}", "H8": "{{ plan_id }}",
        },
        [("pilot_colour", "=Budget!$B$9"), ("pilot_title", "=Budget!$B$9:$C$10")],
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        filled(dossier, path)
    told = [str(fault) for fault in caught.value.faults]
    for cell in ("A1", "B2", "C3", "D4", "E5", "F6", "G7"):
        assert len([one for one in told if f"sheet 'Budget', cell {cell}" in one]) == 1, (cell, told)
    assert any("'total_costs'" in one and "total_cost" in one.split("'total_costs'")[1] for one in told)
    assert any("name 'pilot_colour'" in one for one in told)
    assert any("name 'pilot_title'" in one and "one cell" in one for one in told)
    assert len(told) == 9


def test_what_is_no_workbook_or_holds_macros_is_refused(tmp_path, form, dossier):
    for raw in (b"", b"PK", b"\xd0\xcf\x11\xe0" + b"0" * 600):
        path = tmp_path / "bad.xlsx"
        path.write_bytes(raw)
        with pytest.raises(InputError, match="is not an Excel workbook"):
            filled(dossier, path)
    good = form({"A1": "{{ title }}"})
    path = tmp_path / "macros.xlsx"
    packed(path, {**parts(good.read_bytes()), "xl/vbaProject.bin": b"x"})
    broken = tmp_path / "broken.xlsx"
    packed(broken, {**parts(good.read_bytes()), "xl/sharedStrings.xml": b"<sst><si>"})
    with pytest.raises(InputError, match="cannot be filled in"):
        filled(dossier, broken)
    with pytest.raises(InputError, match="macros"):
        filled(dossier, path)
    with pytest.raises(InputError, match="cannot be read"):
        filled(dossier, tmp_path / "none.xlsx")


def test_texts_that_mean_harm_stay_texts(form, dossier, hostile_terms):
    raw, _ = filled(dossier, form({"A1": "{{ organisation }}", "A2": "{{ title }} {{ contact_name }}"}), hostile_terms)
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["Budget"]
    assert sheet["A1"].data_type in ("s", "inlineStr")
    assert sheet["A1"].value == hostile_terms.organisation.name
    assert "<script>" in sheet["A2"].value


def test_cells_with_a_prefix_and_rich_text_are_read(form, dossier, tmp_path):
    """Some programs write every element with a prefix, and a field may be spread over runs of several looks."""
    path = form({"A1": "{{ plan_id }}", "A3": "{{ legal_gate }}"})
    content = parts(path.read_bytes())
    sheet = content["xl/worksheets/sheet1.xml"]
    sheet = re.sub(rb"<(/?)(?!\?)(\w+)(?=[\s/>])", rb"<\1x:\2", sheet).replace(b"xmlns=", b"xmlns:x=", 1)
    content["xl/worksheets/sheet1.xml"] = sheet
    content["xl/sharedStrings.xml"] = content["xl/sharedStrings.xml"].replace(
        b"<si><t>{{ plan_id }}</t></si>", b"<si><r><t>{{ pl</t></r><r><t>an_id }}</t></r></si>"
    )
    path = tmp_path / "prefixed.xlsx"
    packed(path, content)
    raw, notes = filled(dossier, path)
    assert notes == []
    assert openpyxl.load_workbook(io.BytesIO(raw))["Budget"]["A1"].value == dossier.plan.plan_id
