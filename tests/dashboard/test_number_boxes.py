"""Boxes for numbers in a real browser: what they show can be typed and pasted, what they cannot read they refuse."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

import pilot_planner.dashboard
from pilot_planner.studies.planning.plan import make_plan

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


def box_of(page, name):
    return page.locator(f"input[id*='{name}'][id*='control-value']")


CONTROLS = (
    # Name, what is typed, what the address then says, what the box then shows.
    ("limits-operating_cost-max", "9,000,000", "limits.operating_cost.max=9000000", "9.0 m USD"),
    ("funding-pledges-0-usd", "7.5 m USD", "funding.pledges.0.usd=7500000", "7.5 m USD"),
    ("funding-pledges-1-usd", "8 400 000", "funding.pledges.1.usd=8400000", "8.4 m USD"),
    ("limits-hosts-max", "3", "limits.hosts.max=3", "3"),
    ("floors-host_willingness", "≥ 0.20", "floors.host_willingness=0.2", "≥ 0.20"),
    ("limits-mean_willingness-min", "0.35", "limits.mean_willingness.min=0.35", "≥ 0.35"),
    ("limits-workers_total-min", "1,000", "limits.workers_total.min=1000", "1,000"),
    ("limits-workers_total-min-to", "2,400", "limits.workers_total.max=2400", "2,400"),
    ("limits-funds_at_risk_share-max", "5.5 %", "limits.funds_at_risk_share.max=0.055", "≤ 5.5 %"),
    ("limits-workers_per_inspector-max", "200", "limits.workers_per_inspector.max=200", "≤ 200"),
    ("limits-inspectors_total-max", "≤ 12", "limits.inspectors_total.max=12", "≤ 12"),
    ("limits-in_kind_share-max", "35", "limits.in_kind_share.max=0.35", "≤ 35 %"),
    ("pay-wage_parity", "105 %", "pay.wage_parity=1.05", "105 %"),
    ("limits-net_pay_per_worker_month-min", "500", "limits.net_pay_per_worker_month.min=500", "≥ 500 USD"),
    # Last: from here on each plan is searched over draws, for which the page of files does not wait.
    ("confidence", "20", "confidence=0.2", "20 %"),
)


@pytest.mark.parametrize("how", ["type", "paste"])
def test_every_box_beside_a_control_takes_what_it_shows(typist, how):
    typist.goto(f"{typist.base}/export")
    expect(box_of(typist, '"limits-operating_cost-max"')).to_have_value("12.0\u00a0m USD")
    for name, text, says, shows in CONTROLS:
        enter(typist, f"input[id*='\"{name}\"'][id*='control-value']", text, how)
        expect(box_of(typist, f'"{name}"')).to_have_value(re.compile(re.escape(shows).replace("\\ ", r"\s") + "$"))
        typist.wait_for_url(f"**{says}*")
    every = typist.locator("input[id*='control-value']").evaluate_all("all => all.map(one => JSON.parse(one.id).name)")
    assert sorted(every) == sorted(name for name, *_ in CONTROLS)
    before = typist.url
    for name, text, cure in (
        ("limits-operating_cost-max", "0,25", "write 0.25"),
        ("pay-wage_parity", "90 %", "at least 1"),
        ("limits-hosts-max", "many", "write digits"),
    ):
        enter(typist, f"input[id*='\"{name}\"'][id*='control-value']", text, how)
        head = typist.locator(f".pp-control-head:has(input[id*='\"{name}\"'])")
        expect(head).to_contain_text(cure)
        expect(box_of(typist, f'"{name}"')).to_have_value(text)
    assert typist.url == before
    # Emptied, the design's own value is back.
    enter(typist, "input[id*='\"limits-hosts-max\"'][id*='control-value']", " ", how)
    expect(box_of(typist, '"limits-hosts-max"')).to_have_value("2")


def test_a_limit_on_any_figure_is_added_with_a_number_as_it_is_shown(typist, shipped_inputs):
    typist.goto(f"{typist.base}/")
    expect(typist.locator("[data-figure=state_revenue]")).to_be_visible()
    typist.locator("#limit-name").click()
    typist.locator("#limit-name").fill("state revenue")
    typist.get_by_role("option", name="State revenue", exact=True).click()
    typist.locator("#limit-side").get_by_text("At most").click()
    enter(typist, "#limit-bound", "0,9", "paste")
    typist.locator("#limit-add").click()
    expect(typist.locator(".pp-limit-form")).to_contain_text("write 0.9")
    enter(typist, "#limit-bound", "900,000", "paste")
    typist.locator("#limit-add").click()
    typist.wait_for_url("**limits.state_revenue.max=900000*")
    metrics = make_plan("base", shipped_inputs, {"limits.state_revenue.max": 9e5}).metrics
    figure = typist.locator("[data-figure=worker_income] .pp-cell-figure")
    expect(figure).to_have_attribute("title", f"{metrics['worker_income']:,.0f}\u00a0USD")
