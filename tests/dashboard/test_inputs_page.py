"""The Inputs and Export pages in a real browser: edits are checked, followed, undone; files say what the page says."""

from __future__ import annotations

import io
import json
import re
import tomllib
import zipfile

import openpyxl
from command_line import run_apart
from playwright.sync_api import expect

from pilot_planner.dashboard.server import make_app
from pilot_planner.text.labels import signed

WAGE = "placements.MNG.construction.market_wage"


def open_inputs(page, search=""):
    page.goto(f"{page.base}/inputs{search}")
    expect(page.locator(".ag-row").first).to_be_visible()


def find(page, path):
    page.get_by_label("Search").fill(path)
    expect(page.locator("#inputs-count")).to_have_text(re.compile(r"^1 of [\d,]+ values shown$"))


def cell(page, column):
    return page.locator(f'.ag-row [col-id="{column}"]').first


def type_into(page, column, text):
    cell(page, column).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_bad_edit_is_refused_a_good_one_changes_the_plan_and_undo_restores(visitor):
    open_inputs(visitor)
    find(visitor, WAGE)
    type_into(visitor, "base", "687,5")
    expect(visitor.locator(".pp-refused")).to_contain_text("so write 687.5")
    expect(cell(visitor, "base")).to_have_text("687")
    type_into(visitor, "base", "900")
    expect(visitor.locator(".pp-refused")).to_contain_text("900 breaks low <= base <= high (637, 900, 772)")
    expect(cell(visitor, "base")).to_have_text("687")
    assert "inputs." not in visitor.url

    type_into(visitor, "base", "650")
    changed = visitor.locator("#what-changed")
    expect(changed).to_contain_text(f"inputs.{WAGE}")
    expect(changed).to_contain_text("650 (637–772)")
    expect(cell(visitor, "base")).to_have_text("650")
    assert f"inputs.{WAGE}.base=650" in visitor.url and "scenario=" in visitor.url
    ended = json.loads(run_apart("plan", "--set", f"inputs.{WAGE}.base=650", "--json").out)
    first = json.loads(run_apart("plan", "--json").out)
    gain = ended["metrics"]["worker_income"] - first["metrics"]["worker_income"]
    assert abs(gain) > 1000
    expect(changed).to_contain_text(signed(gain, "USD"))

    changed.get_by_role("link", name="Undo all").click()
    expect(changed).to_have_count(0)
    expect(cell(visitor, "base")).to_have_text("687")
    assert "inputs." not in visitor.url


def test_low_base_and_high_are_set_together_in_the_form_and_one_is_undone(visitor):
    open_inputs(visitor, "?inputs.programme.attrition_yearly.base=0.1")
    find(visitor, WAGE)
    cell(visitor, "what").click()
    visitor.locator("#inputs-typed-base").fill("900")
    visitor.locator("#inputs-typed-high").fill("1000")
    visitor.get_by_role("button", name="Apply").click()
    changed = visitor.locator("#what-changed")
    expect(changed).to_contain_text("900 (637–1,000)")
    curve = changed.get_by_role("row").filter(has_text="market_wage").get_by_role("link", name="Its curve")
    assert f"x=inputs.{WAGE}" in curve.get_attribute("href")
    changed.get_by_role("row").filter(has_text="market_wage").get_by_role("link", name="Undo").click()
    expect(changed).not_to_contain_text("market_wage")
    expect(changed).to_contain_text("attrition_yearly")


def test_values_are_found_by_grade_and_use_with_their_sources_and_formulas(visitor):
    open_inputs(visitor)
    link = visitor.locator(".ag-row a").first
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in link.get_attribute("rel")

    whole = visitor.locator("#inputs-count").inner_text()
    visitor.get_by_label("Which values").get_by_text("Behind this plan").click()
    expect(visitor.locator("#inputs-count")).not_to_have_text(whole)
    visitor.get_by_label("Grade").first.click()
    visitor.get_by_role("option", name="C", exact=True).click()
    visitor.keyboard.press("Escape")
    expect(visitor.locator('.ag-row [col-id="grade"]').first).to_have_text("C")
    assert set(visitor.locator('.ag-row [col-id="grade"]').all_inner_texts()) == {"C"}

    visitor.get_by_label("Grade").first.click()
    visitor.get_by_role("option", name="C", exact=True).click()
    visitor.keyboard.press("Escape")
    find(visitor, "placements.MNG.construction.demand")
    cell(visitor, "base").dblclick()
    expect(visitor.locator(".pp-detail")).to_contain_text("Derived, so it is not edited")
    expect(visitor.locator(".pp-detail")).to_contain_text("min(3000, placements.foreign_worker_quota)")
    expect(visitor.locator(".ag-cell-inline-editing")).to_have_count(0)


def test_the_excel_round_trip_changes_nothing_and_an_edit_in_it_becomes_one_here(visitor):
    search = f"?inputs.{WAGE}.base=650&scenario=Mine"
    open_inputs(visitor, search)
    expect(visitor.locator("#what-changed")).to_contain_text("650")
    with visitor.expect_download() as begun:
        visitor.get_by_role("link", name="Inputs as an Excel workbook").click()
    file = begun.value.path()
    assert begun.value.suggested_filename == "inputs_mine.xlsx"
    before = visitor.url
    raw = file.read_bytes()

    def give(content, name="own.xlsx"):
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        visitor.locator("#inputs-upload input").set_input_files({"name": name, "mimeType": kind, "buffer": content})

    give(raw)
    expect(visitor.locator("#inputs-uploaded")).to_contain_text("nothing differs, nothing is changed")
    assert visitor.url == before

    give(edited(raw, "programme.attrition_yearly", "a tenth"), "wrong.xlsx")
    expect(visitor.locator("#inputs-uploaded")).to_contain_text(":base: 'a tenth' is not a number")
    assert visitor.url == before
    give(edited(raw, "programme.attrition_yearly", 0.1), "right.xlsx")
    expect(visitor.locator("#what-changed")).to_contain_text("attrition_yearly")
    assert f"inputs.{WAGE}.base=650" in visitor.url


def edited(raw, path, value):
    """The workbook with another base of one value; only its table is kept, which changes nothing else."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    for name in book.sheetnames:
        if name != path.split(".")[0]:
            del book[name]
    for row in book.active.iter_rows(min_row=2):
        if row[0].value == path:
            row[4].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_pasted_override_file_is_the_scenario(visitor):
    open_inputs(visitor)
    visitor.get_by_text("Paste an override file").click()
    text = f'[scenario]\nname = "Pasted"\n[settings]\nlimits.hosts.max = 1\n[inputs]\n{WAGE} = 650\n'
    visitor.get_by_label("An override file in TOML").fill(text.replace("hosts.max", "hosts.mx"))
    visitor.get_by_role("button", name="Use it").click()
    expect(visitor.locator("#inputs-uploaded")).to_contain_text("pasted.toml:4:")
    visitor.get_by_label("An override file in TOML").fill(text)
    visitor.get_by_role("button", name="Use it").click()
    expect(visitor.locator("#what-changed")).to_contain_text("“Pasted” changes one value")
    assert "limits.hosts.max=1" in visitor.url


def test_ranking_by_influence_begins_and_can_be_cancelled(held_visitor):
    page = held_visitor
    open_inputs(page, "?limits.hosts.max=1&inputs.programme.attrition_yearly=0.11")
    expect(page.locator("#what-changed")).to_be_visible()
    page.get_by_role("button", name="Rank by influence").click()
    expect(page.locator("#influence-progress")).to_contain_text("Held")
    page.locator("#influence-cancel").click()
    expect(page.locator("#influence-progress")).to_contain_text("Cancelled")
    expect(page.locator("#influence-progress")).to_contain_text("moves worker income most")
    expect(page.locator('.ag-header-cell[col-id="swing"]')).to_be_visible()


def test_the_zip_holds_the_plan_of_the_command_line_and_says_how_to_make_it_again(visitor):
    search = f"?limits.hosts.max=1&inputs.{WAGE}=650&scenario=Mine"
    visitor.goto(f"{visitor.base}/export{search}")
    expect(visitor.locator("#files")).to_contain_text("manifest.json")
    expect(visitor.locator(".pp-gate")).to_contain_text("1718 Committee")
    with visitor.expect_download() as begun:
        visitor.get_by_role("link", name="Download plan_").click()
    with zipfile.ZipFile(begun.value.path()) as packed:
        assert packed.testzip() is None
        held = {name.rpartition("/")[2]: packed.read(name) for name in packed.namelist()}
    ended = run_apart("plan", "--set", "limits.hosts.max=1", "--set", f"inputs.{WAGE}=650", "--json")
    assert json.loads(held["plan.json"]) == json.loads(ended.out)
    shown = visitor.locator("#files tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in shown] == list(held)
    readme = held["README.txt"].decode()
    assert "1718 Committee" in readme
    command = visitor.locator("#command").inner_text()
    assert command == f"pilot-planner plan --set inputs.{WAGE}=650 --set limits.hosts.max=1"
    assert command in readme
    assert tomllib.loads(held["scenario.toml"].decode())["scenario"]["name"] == "Mine"


def test_a_file_is_complete_or_absent():
    client = make_app("inputs", "base").server.test_client()
    for path in ("/download/plan.zip", "/download/scenario.toml", "/download/inputs.xlsx"):
        refused = client.get(f"{path}?model=nope")
        assert (refused.status_code, refused.mimetype) == (422, "text/plain")
        assert "'nope' is not a design" in refused.text
    impossible = client.get("/download/plan.zip?limits.operating_cost.max=1000")
    assert impossible.status_code == 422
    assert "Traceback" not in impossible.text


def test_the_curve_of_an_input_is_offered_by_a_link(visitor):
    visitor.goto(f"{visitor.base}/what-if?x=inputs.{WAGE}")
    expect(visitor.locator("#lever-x")).to_have_value(re.compile("^Market wage, Mongolia, Construction"))
    expect(visitor.locator("#lever-x-from")).to_have_value("637")
