"""Boxes for numbers in a real browser: what they show can be typed and pasted, what they cannot read they refuse."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

import pilot_planner.dashboard
from pilot_planner.studies.plan import make_plan

WAGE = "placements.MNG.construction.market_wage"
PACKAGE = Path(pilot_planner.dashboard.__file__).parent


def enter(page, box, text, how):
    """The text in the box, typed key by key or pasted, and the box left."""
    field = page.locator(box)
    field.click()
    page.keyboard.press("Control+a")
    if how == "type":
        page.keyboard.type(text)
    else:
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        page.keyboard.press("Control+v")
    page.keyboard.press("Tab")


@pytest.fixture
def typist(context, visitor):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return visitor


def test_no_page_uses_the_number_input_of_the_library():
    """It reads a pasted 8,400,000 as 8.4, and told of separators it reads 0,25 as 25."""
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            assert getattr(node, "attr", getattr(node, "id", "")) != "NumberInput", module
            assert not (isinstance(node, ast.keyword) and node.arg == "type" and _number(node.value)), module


def _number(node):
    return isinstance(node, ast.Constant) and node.value == "number"


@pytest.mark.parametrize("how", ["type", "paste"])
def test_the_ends_of_a_curve(typist, how):
    typist.goto(f"{typist.base}/what-if?model=one_host")
    begin, end = "#lever-x-from", "#lever-x-to"
    expect(typist.locator(begin)).to_have_value("8,400,000")
    expect(typist.locator(end)).to_have_value("15,600,000")
    enter(typist, end, "0,25", how)
    expect(typist.locator(f".mantine-TextInput-root:has({end})")).to_contain_text("write 0.25")
    typist.locator("#what-if-run").click()
    expect(typist.get_by_role("alert").filter(has_text="write 0.25")).to_contain_text("Budget, at most")
    enter(typist, begin, "8,400,000", how)
    enter(typist, end, "9,000,000", how)
    expect(typist.locator(f".mantine-TextInput-root:has({end})")).not_to_contain_text("write")
    typist.locator("#what-if-run").click()
    expect(typist.locator("#what-if-chart .main-svg").first).to_be_visible(timeout=120_000)
    drawn = typist.evaluate("Array.from(document.querySelector('#what-if-chart .js-plotly-plot')._fullData[0].x)")
    assert [drawn[0], drawn[-1]] == pytest.approx([8.4, 9.0])


@pytest.mark.parametrize("how", ["type", "paste"])
def test_the_form_and_the_table_of_inputs(typist, how):
    typist.goto(f"{typist.base}/inputs?inputs.{WAGE}.high=9000")
    expect(typist.locator(".ag-row").first).to_be_visible()
    typist.get_by_label("Search").fill(WAGE)
    expect(typist.locator("#inputs-count")).to_have_text(re.compile(r"^1 of [\d,]+ values shown$"))
    typist.locator('.ag-row [col-id="what"]').first.click()
    expect(typist.locator("#inputs-typed-high")).to_have_value("9,000")
    for bound, text in (("base", "1,200"), ("high", "8,400")):
        enter(typist, f"#inputs-typed-{bound}", text, how)
    typist.get_by_role("button", name="Apply").click()
    expect(typist.locator("#what-changed")).to_contain_text("1,200 (637–8,400)")
    expect(typist.locator(".pp-detail")).to_contain_text("1,200 (637–8,400)")
    enter(typist, "#inputs-typed-base", "1,2", how)
    typist.get_by_role("button", name="Apply").click()
    expect(typist.locator(".pp-refused")).to_contain_text("write 1.2")
    typist.locator('.ag-row [col-id="base"]').first.dblclick()
    enter(typist, '.ag-row [col-id="base"] input', "1,300", how)
    expect(typist.locator("#what-changed")).to_contain_text("1,300 (637–8,400)")


@pytest.mark.parametrize("how", ["type", "paste"])
def test_a_filter_by_what_is_no_axis_says_so_and_offers_the_question(typist, how, shipped_inputs):
    typist.goto(f"{typist.base}/trade-offs?model=base")
    expect(typist.locator("#front-filters")).to_be_visible()
    typist.locator("#front-filter").click()
    typist.get_by_role("option", name="Cost").click()
    enter(typist, "#front-most", "0,25", how)
    expect(typist.locator(".mantine-TextInput-root:has(#front-most)")).to_contain_text("write 0.25")
    typist.locator("#front-clear").click()
    typist.locator("#front-filter").click()
    typist.get_by_role("option", name="Net pay").click()
    enter(typist, "#front-least", "500", how)
    head = typist.locator("#front-kept-head")
    expect(head).to_contain_text("at least 500 USD")
    expect(head).to_contain_text("is no axis of this search, so the filter only sieves")
    head.get_by_role("link", name="Least operating cost within them").click()
    settings = {
        "limits.net_pay_per_worker_month.min": 500,
        "objective.metric": "operating_cost",
        "objective.sense": "min",
    }
    cheapest = make_plan("base", shipped_inputs, settings).metrics["operating_cost"]
    assert cheapest < 8.5e6
    figure = typist.locator("[data-figure=operating_cost] .pp-cell-figure")
    expect(figure).to_have_attribute("title", f"{cheapest:,.0f}\u00a0USD")
