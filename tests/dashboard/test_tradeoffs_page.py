"""Trade-offs and Compare in a real browser: points stream in, are filtered, selected and opened; plans are compared."""

from __future__ import annotations

import json
import re
from urllib.parse import quote_plus, urlencode

import pytest
from playwright.sync_api import expect

AXES = '[{metric = "worker_income", sense = "max"}, {metric = "operating_cost", sense = "min"}]'
"""Two axes only, and below few sectors: a front of eight plans in some seconds."""
FEW = "it_services,mining,logging_forestry,restaurants,health_care,agriculture,food_seafood_processing,shipbuilding"
POINTS = "#front-graph .scatterlayer .trace path.point"


def address(**settings):
    return "?" + urlencode(
        {"model": "one_host", "exclusions": FEW, **{name.replace("__", "."): value for name, value in settings.items()}}
    )


SMALL = address(tradeoffs__axes=AXES, points="4")


def open_trade_offs(page, search):
    page.goto(f"{page.base}/trade-offs{search}")
    expect(page.locator("#status-line")).not_to_be_empty()


def finished(page):
    expect(page.locator("#front-cancel")).to_be_hidden(timeout=90_000)
    for earlier in ("they follow every setting", "so far"):
        expect(page.locator(".pp-lead").first).not_to_contain_text(earlier, timeout=90_000)
    expect(page.locator("h1")).to_contain_text("Each further dollar", timeout=90_000)
    expect(page.locator("#front-kept tbody tr").first).to_be_visible()


def figures(page):
    """Exact figures of the Plan page, as it shows them on hover."""
    return {
        name: page.locator(f"[data-figure={name}] .pp-cell-figure").get_attribute("title")
        for name in ("worker_income", "operating_cost")
    }


def shown_count(page):
    found = re.match(r"(\w+) plans?", page.locator(".pp-lead").first.inner_text())
    return found[1] if found else ""


def test_points_stream_in_and_can_be_cancelled_and_begun_again(held_visitor):
    page = held_visitor
    open_trade_offs(page, address(points="60", exclusions="it_services,mining,restaurants"))
    expect(page.locator(".pp-lead").first).to_contain_text("they follow every setting")
    looked_at = page.locator(POINTS).count()
    page.get_by_role("button", name="Find the trade-offs").click()
    # What was seen stays until as many plans are found exactly; what is found is told.
    expect(page.locator("#front-progress")).to_contain_text("Three plans found")
    assert page.locator(POINTS).count() >= looked_at > 3

    page.locator("#front-cancel").click()
    expect(page.locator(".pp-lead").first).to_contain_text("Stopped early.")
    expect(page.locator(".pp-lead").first).to_contain_text("found until then stay below")
    assert page.locator(POINTS).count() >= looked_at
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("#front-progress")).to_contain_text("Three plans found")
    page.locator("#front-cancel").click()
    expect(page.get_by_role("button", name="Start again")).to_be_visible()


def test_a_point_of_a_finished_front_leads_to_its_plan(visitor):
    page = visitor
    # A small front, which no other test asks for.
    open_trade_offs(page, address(tradeoffs__axes=AXES, points="5"))
    page.get_by_role("button", name="Find the trade-offs").click()
    finished(page)
    page.locator(POINTS).nth(2).click(force=True)
    link = page.get_by_role("link", name="Open this plan")
    expect(link).to_be_visible()
    row = page.locator(".pp-front-side tr", has_text="Income")
    income = row.locator("td").nth(1).inner_text()
    link.click()
    expect(page.locator("[data-figure=worker_income] .pp-cell-figure")).to_contain_text(income)
    own = figures(page)

    # Back on the page, the same front with the open plan in it.
    page.locator("nav a", has_text="Trade-offs").click()
    expect(page.locator(".pp-lead").first).to_contain_text("from which the open plan was chosen")
    expect(page.locator("#front-graph")).to_contain_text("Open plan")
    page.go_back()
    expect(page.locator("[data-figure=worker_income] .pp-cell-figure")).to_have_attribute("title", own["worker_income"])


def test_the_front_moves_with_a_setting_without_being_asked_for(visitor):
    page = visitor
    open_trade_offs(page, address(tradeoffs__axes=AXES, points="6", limits__operating_cost__max=8_000_000))
    lead, costs = page.locator(".pp-lead").first, page.locator("#front-kept tbody td:nth-child(4)")
    expect(lead).to_contain_text("they follow every setting")
    expect(costs.first).to_have_text("8.0")
    page.locator("[id*='limits-operating_cost-max'][id*='\"control\"'] [role=slider]").focus()
    page.keyboard.press("ArrowLeft")
    expect(costs.first).to_have_text("7.9")
    assert max(float(text) for text in costs.all_inner_texts()) <= 7.9
    # Nothing was begun that could be stopped, and what was seen is there again at once.
    expect(page.locator("#front-cancel")).to_be_hidden()
    page.locator("nav a", has_text="Plan").first.click()
    expect(page.locator("#strip")).to_be_visible()
    page.locator("nav a", has_text="Trade-offs").click()
    expect(costs.first).to_have_text("7.9")

    # A plan of it is opened by itself: the same to a thousandth, and the front that it came from is still known.
    page.locator(POINTS).nth(3).click(force=True)
    income = page.locator(".pp-front-side tr", has_text="Income").locator("td").nth(1).inner_text()
    page.get_by_role("link", name="Open this plan").click()
    expect(page.locator("[data-figure=worker_income] .pp-cell-figure")).to_contain_text(income)
    page.locator("nav a", has_text="Trade-offs").click()
    expect(lead).to_contain_text("from which the open plan was chosen")


def test_a_front_that_was_begun_is_found_again_and_filtered_by_brush_and_by_number(visitor):
    page = visitor
    open_trade_offs(page, SMALL)
    expect(page.locator(POINTS).first).to_be_visible()  # a look at the front, or the front where it is known already
    start = page.get_by_role("button", name="Find the trade-offs")
    if start.is_visible():
        start.click()
        expect(start).to_be_hidden()
        page.locator("nav a", has_text="Plan").first.click()
        expect(page.locator("#strip")).to_be_visible()
        page.locator("nav a", has_text="Trade-offs").click()
    finished(page)
    rows = page.locator("#front-kept tbody tr")
    every = rows.count()
    assert every > 3

    axis = page.locator("#front-lines .axis-brush").first
    axis.scroll_into_view_if_needed()
    box = axis.bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + box["height"] * 0.05)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + box["height"] * 0.4, steps=6)
    page.mouse.up()
    expect(page.locator("#front-kept-head")).to_contain_text("Clear shows all of them again")
    expect(rows).not_to_have_count(every)
    left = rows.count()
    assert 0 < left < every
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(rows).to_have_count(every)

    page.locator("#front-filter").click()
    page.get_by_role("option", name=re.compile("Income")).click()
    page.locator("#front-least").fill("10")
    expect(page.locator("#front-kept-head")).to_contain_text("worker income at least 10.0")
    incomes = [
        float(text.split()[0].replace("m", ""))
        for text in page.locator("#front-kept tbody td:nth-child(3)").all_inner_texts()
    ]
    assert incomes and all(income >= 10.0 for income in incomes)

    # The table opens plans as well, without loading the page anew.
    page.evaluate("window.stays = true")
    page.locator("#front-kept tbody a").first.click()
    expect(page.locator("#strip")).to_be_visible()
    assert page.evaluate("window.stays") is True


def test_two_visitors_never_see_each_others_front(another):
    pages = []
    for most in ("7000000", "6000000"):
        page = another()
        open_trade_offs(page, address(tradeoffs__axes=AXES, points="3", limits__operating_cost__max=most))
        page.get_by_role("button", name="Find the trade-offs").click()
        pages.append((page, float(most) / 1e6))
    dearest = []
    for page, most in pages:
        finished(page)
        costs = [
            float(text.split()[0].replace("m", ""))
            for text in page.locator("#front-kept tbody td:nth-child(4)").all_inner_texts()
        ]
        assert costs and max(costs) <= most + 0.05
        dearest.append(max(costs))
    assert dearest == [7.0, 6.0]


def test_axes_are_chosen_by_name_and_stand_in_the_address(visitor):
    page = visitor
    # A front over two axes that was looked at and not searched stands there when the third is chosen.
    open_trade_offs(page, address(tradeoffs__axes=AXES, points="7"))
    expect(page.locator(".pp-lead").first).to_contain_text("they follow every setting")
    expect(page.locator(POINTS).first).to_be_visible()
    page.get_by_text("Axes and number of plans").click()
    third = page.get_by_role("textbox", name="Third axis (colour)")
    third.click()
    third.fill("Funds at risk")
    page.get_by_role("option", name="Funds at risk: less is better").click()
    page.wait_for_url(re.compile("funds_at_risk"))
    expect(page.locator(".pp-lead").first).to_contain_text("funds at risk")
    page.reload()
    page.get_by_text("Axes and number of plans").click()
    expect(page.get_by_role("textbox", name="Third axis (colour)")).to_have_value("Funds at risk: less is better")


HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:alert(2)) |b|"
SAVED = [
    {"name": "One host", "search": "?model=one_host", "at": "2027-01-01 10:00"},
    {"name": HOSTILE, "search": "?model=base&limits.operating_cost.max=10000000", "at": "2027-01-02 10:00"},
]


@pytest.fixture
def saver(visitor):
    text = json.dumps(json.dumps(SAVED))
    stores = f"localStorage.setItem('saved-plans', {text}); localStorage.setItem('saved-plans-timestamp', '1');"
    visitor.context.add_init_script(f"try {{ if (!localStorage.getItem('saved-plans')) {{ {stores} }} }} catch (e) {{}}")
    return visitor


def test_two_saved_plans_are_compared_by_links_that_can_be_shared(saver):
    page = saver
    page.goto(f"{page.base}/compare")
    expect(page.locator("h1")).to_have_text("Compare the present plan with others")
    rows = page.locator("#compare-choose tbody tr")
    expect(rows).to_have_count(2)
    rows.filter(has_text="One host").get_by_role("link", name="Add").click()
    expect(page.locator("#compare-bars .main-svg").first).to_be_visible()
    expect(page.locator("h1")).to_contain_text("more worker income than One host")
    rows.filter(has_text="onerror").get_by_role("link", name="Add").click()
    expect(page.locator(".pp-compare-head")).to_have_count(3)
    assert page.locator("#main img").count() == 0
    assert page.locator("#main a[href^=javascript]").count() == 0

    settings = page.locator("section", has=page.get_by_role("heading", name="Two settings differ"))
    expect(settings.locator("tbody tr").filter(has_text="Budget")).to_contain_text("10.0 m USD")
    figures_of = page.locator("section", has=page.get_by_role("heading", name=re.compile("figures differ")))
    income = figures_of.locator("tbody tr").filter(has_text="Worker income").first
    assert income.locator("td").nth(1).locator("strong").count() == 1
    assert income.locator("td").nth(2).locator("strong").count() == 0

    shared = page.url
    page.evaluate("localStorage.setItem('saved-plans', '[]')")
    page.goto(shared)
    expect(page.locator(".pp-compare-head")).to_have_count(3)
    page.get_by_role("link", name="Take out").first.click()
    expect(page.locator(".pp-compare-head")).to_have_count(2)


def test_saved_plans_are_renamed_downloaded_deleted_and_uploaded(saver, tmp_path):
    page = saver
    page.goto(f"{page.base}/compare?limits.hosts.max=1")
    expect(page.locator("#status-line")).not_to_be_empty()
    expect(page.locator("#compare-choose tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Save plan").click()
    expect(page.locator("#compare-choose tbody tr")).to_have_count(3)
    expect(page.locator("#compare-choose")).to_contain_text("Present plan")

    page.locator("#compare-entry").click()
    page.get_by_role("option", name="One host").click()
    page.locator("#compare-name").fill("Mongolia alone")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator("#compare-choose")).to_contain_text("Mongolia alone")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download list").click()
    file = tmp_path / "plans.json"
    got.value.save_as(file)
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#compare-choose tbody tr")).to_have_count(2)
    page.locator("#compare-upload input[type=file]").set_input_files(file)
    expect(page.locator("#compare-problem")).to_have_text("Added 1 plan.")
    expect(page.locator("#compare-choose tbody tr")).to_have_count(3)

    page.locator("#compare-paste").fill("https://elsewhere.example/?model=nothing")
    page.get_by_role("button", name="Add to comparison").click()
    expect(page.locator("#compare-problem")).to_contain_text("'nothing' is not a design")
    page.locator("#compare-paste").fill(f"{page.base}/why?{quote_plus('limits.operating_cost.max')}=9000000")
    page.get_by_role("button", name="Add to comparison").click()
    expect(page.locator(".pp-compare-head")).to_have_count(2)
