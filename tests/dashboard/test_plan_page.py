"""The Plan page in a real browser: what is moved is what is shown, and what is shown is what the command line says."""

from __future__ import annotations

import json
import random

import pytest
from command_line import run_apart
from playwright.sync_api import expect

from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.text.labels import exact


def figure(page, name):
    return page.locator(f"[data-figure={name}] .pp-cell-figure")


def open_plan(page, search=""):
    page.goto(f"{page.base}/{search}")
    expect(figure(page, "worker_income")).to_be_visible()


def press(page, name, key, times=1):
    thumb = page.locator(f"[id*='{name}'][id*='\"control\"'] [role=slider]").first
    thumb.focus()
    for _ in range(times):
        page.keyboard.press(key)


def shows(page, metrics):
    """Waits until the strip shows these figures, each to the last digit that it has."""
    for name in ("worker_income", "secured_income", "state_revenue", "expected_state_take", "operating_cost"):
        expect(figure(page, name)).to_have_attribute("title", exact(metrics[name], "USD"))


def test_first_visit_finds_a_solved_plan_with_all_its_parts(visitor):
    open_plan(visitor)
    for part in ("map", "caps", "flow", "budget"):
        expect(still(visitor, part)).to_be_visible()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Kazakhstan and Mongolia")
    expect(visitor.locator(".pp-gate").first).to_contain_text("1718 Committee")


def still(page, name):
    """The drawing that stands where a chart will be."""
    return page.locator(f".pp-chart:has(#{name}) > .pp-still svg")


def test_drawings_stand_where_charts_will_be_once_somebody_points_at_one(visitor):
    held = []
    visitor.route("**/chart-library.js", lambda route: held.append(route))
    visitor.goto(visitor.base, wait_until="domcontentloaded")
    expect(figure(visitor, "worker_income")).to_be_visible()
    for name, words in (("map", "Kazakhstan"), ("caps", "cap 578"), ("flow", "Worker's own card"), ("budget", "5.28")):
        expect(still(visitor, name)).to_be_visible()
        expect(still(visitor, name)).to_contain_text(words)
    assert visitor.locator(".main-svg").count() == 0
    # Nobody has pointed at one: the library, larger than all the rest, is not even asked for.
    expect(visitor.locator("#how-sure .pp-sure-bar")).to_be_visible()
    expect(visitor.locator("#what-limits tr").nth(1)).to_be_visible()
    assert held == []
    still(visitor, "budget").scroll_into_view_if_needed()
    visitor.locator(".pp-chart:has(#budget)").hover()
    visitor.wait_for_function("document.querySelector('script[src$=\"/chart-library.js\"]')")
    box = still(visitor, "budget").bounding_box()
    held[0].continue_()
    expect(visitor.locator("#budget .main-svg").first).to_be_visible()
    expect(still(visitor, "budget")).to_be_hidden()
    # Nothing on the page moves when the chart comes.
    drawn = visitor.locator("#budget .main-svg").first.bounding_box()
    assert [drawn[side] for side in ("x", "y", "width", "height")] == pytest.approx(
        [box[side] for side in ("x", "y", "width", "height")], abs=1.5
    )


def test_figures_equal_the_command_line_to_the_cent(visitor):
    open_plan(visitor)
    press(visitor, "limits-operating_cost-max", "ArrowLeft", 3)
    ended = run_apart("plan", "--set", "limits.operating_cost.max=11700000", "--json")
    shows(visitor, json.loads(ended.out)["metrics"])
    assert "limits.operating_cost.max=11700000" in visitor.url


MOVES = (
    ("pay-wage_parity", "ArrowRight", 2, {"pay.wage_parity": 1.02}),
    ("limits-in_kind_share-max", "ArrowLeft", 5, {"limits.in_kind_share.max": 0.35}),
    ("floors-host_willingness", "ArrowLeft", 2, {"floors.host_willingness": 0.2}),
    ("funding-pledges-0-usd", "ArrowRight", 4, {"funding.pledges.0.usd": 6.4e6}),
)


def test_each_slider_moves_its_setting_and_a_reset_undoes_it(visitor, shipped_inputs):
    open_plan(visitor)
    own = make_plan("base", shipped_inputs).metrics
    for name, key, times, settings in MOVES:
        press(visitor, name, key, times)
        shows(visitor, make_plan("base", shipped_inputs, settings).metrics)
        visitor.get_by_role("button", name="Reset").click()
        shows(visitor, own)


def test_number_of_hosts_and_tax_schedule(visitor, shipped_inputs):
    open_plan(visitor)
    visitor.locator("[id*='limits-hosts-max'][id*='\"control\"']").get_by_text("1", exact=True).click()
    shows(visitor, make_plan("base", shipped_inputs, {"limits.hosts.max": 1}).metrics)
    visitor.get_by_role("textbox", name="Income tax").click()
    visitor.get_by_role("option", name="Steeper two-step design").click()
    settings = {"limits.hosts.max": 1, "tax.schedule": "SIMPLE_0_10_20"}
    shows(visitor, make_plan("base", shipped_inputs, settings).metrics)


def test_twenty_quick_moves_end_on_the_last(visitor, shipped_inputs):
    open_plan(visitor)
    moves = random.Random(5).choices(["ArrowLeft", "ArrowRight"], weights=[3, 1], k=20)
    for key in moves:
        press(visitor, "limits-operating_cost-max", key)
    budget = 12e6 + 1e5 * (moves.count("ArrowRight") - moves.count("ArrowLeft"))
    shows(visitor, make_plan("base", shipped_inputs, {"limits.operating_cost.max": budget}).metrics)
    expect(visitor.locator("#busy")).not_to_have_class("pp-busy pp-busy-on")
    shows(visitor, make_plan("base", shipped_inputs, {"limits.operating_cost.max": budget}).metrics)


def test_reload_keeps_the_settings_and_back_undoes_the_last(visitor, shipped_inputs):
    open_plan(visitor)
    press(visitor, "limits-operating_cost-max", "ArrowLeft")
    shows(visitor, make_plan("base", shipped_inputs, {"limits.operating_cost.max": 11.9e6}).metrics)
    visitor.reload()
    shows(visitor, make_plan("base", shipped_inputs, {"limits.operating_cost.max": 11.9e6}).metrics)
    expect(visitor.locator("input[id*='limits-operating_cost-max'][id*='control-value']")).to_have_value("11.9\u00a0m USD")
    visitor.go_back()
    shows(visitor, make_plan("base", shipped_inputs).metrics)
    expect(visitor.locator("input[id*='limits-operating_cost-max'][id*='control-value']")).to_have_value("12.0\u00a0m USD")


def test_impossible_budget_is_diagnosed_and_a_repair_gives_a_plan(visitor):
    open_plan(visitor)
    visitor.goto(f"{visitor.base}/?limits.operating_cost.max=3000000")
    box = visitor.get_by_role("alert")
    expect(box).to_contain_text("No plan meets these settings")
    repair = box.get_by_role("link").first
    expect(repair).to_contain_text("Raise budget", timeout=90_000)
    expect(box).to_contain_text("Safeguards kept")
    repair.click()
    expect(box).to_have_count(0)
    expect(figure(visitor, "worker_income")).to_be_visible()
    assert "limits.operating_cost.max=" in visitor.url
    assert "3000000" not in visitor.url


def test_what_cannot_be_read_of_an_address_is_named_and_one_without_measure_is_refused(visitor):
    visitor.goto(f"{visitor.base}/?limits.operating_cots.max=3&model=..%2F..%2Fetc")
    expect(visitor.locator("#chips")).to_contain_text("is not a design")
    expect(visitor.locator("#chips")).to_contain_text("operating_cost")
    expect(figure(visitor, "worker_income")).to_be_visible()
    visitor.goto(f"{visitor.base}/?{'&'.join(f'a{number}=1' for number in range(400))}")
    expect(visitor.get_by_role("alert").filter(has_text="cannot be used")).to_contain_text("at most 300")
    visitor.get_by_role("link", name="Start from the first design").click()
    expect(figure(visitor, "worker_income")).to_be_visible()


def test_two_visitors_never_see_each_others_plan(browser, watched, live_url, shipped_inputs):
    pages = []
    for budget in (10e6, 11e6):
        page = watched(browser.new_context().new_page())
        page.base = live_url
        page.goto(f"{live_url}/?limits.operating_cost.max={budget:.0f}")
        pages.append((page, budget))
    for page, budget in pages * 2:
        shows(page, make_plan("base", shipped_inputs, {"limits.operating_cost.max": budget}).metrics)


def test_the_tour_opens_once(context, watched, live_url):
    page = watched(context.new_page())
    page.goto(live_url)
    expect(page.get_by_role("dialog")).to_contain_text("Welcome")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-figure=worker_income]")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_page_of_the_plan_opened_before_the_answer_shows_the_answer(visitor, shipped_inputs):
    """A setting is moved on another page, and the plan is opened while its answer is on its way."""
    page, held = visitor, []
    page.goto(f"{page.base}/export")
    expect(page.locator("#status-line")).not_to_be_empty()

    def hold(route):
        if '"output":"..plan.data' in (route.request.post_data or "").replace(" ", ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", hold)
    press(page, "limits-operating_cost-max", "ArrowLeft", 3)
    page.locator("nav a", has_text="Plan").first.click()
    expect(figure(page, "operating_cost")).to_have_attribute("title", exact(12e6, "USD"))
    assert held, "the question is on its way"
    for route in held:
        route.continue_()
    page.unroute("**/_dash-update-component*")
    shows(page, make_plan("base", shipped_inputs, {"limits.operating_cost.max": 11.7e6}).metrics)
