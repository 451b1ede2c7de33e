"""A plan on paper and in a room: the print says its settings, day and link; the briefing has five steps, each on a sheet."""

from __future__ import annotations

import io

from playwright.sync_api import expect
from pypdf import PdfReader

from pilot_planner.reports.plan_text import headline
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.text.labels import shown

SETTINGS = {"limits.operating_cost.max": 7e6}
ASKED = "?model=one_host&limits.operating_cost.max=7000000"
STEPS = ["problem", "plan", "trade-off", "risk", "ask"]


def sheets(page):
    """The text of each sheet that the browser prints."""
    raw = page.pdf(format="A4", landscape=True, print_background=True)
    return [" ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(raw)).pages]


def test_a_printed_plan_says_its_settings_its_day_and_its_link_and_hides_nothing(visitor):
    page = visitor
    page.goto(f"{page.base}/{ASKED}")
    expect(page.locator(".pp-sure-bar")).to_be_visible()
    expect(page.locator("#chips .pp-chip")).to_have_count(1)
    expect(page.locator("main details").last).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    text = " ".join(sheets(page))
    assert "Budget 7,000,000 USD" in text
    assert f"{page.base}/{ASKED}" in text.replace(" ", "")
    assert "printed on" in text
    assert "1718 Committee" in text
    # What is folded on the screen is open on paper: each draw's meaning, and the conditions.
    assert "sets all uncertain inputs" in text
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() == 0


def test_the_briefing_takes_five_screens_and_five_sheets(visitor, shipped_inputs):
    plan = make_plan("one_host", shipped_inputs, SETTINGS)
    page = visitor
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{page.base}/{ASKED}")
    page.get_by_role("link", name="Briefing").click()
    steps = page.locator(".pp-briefing-step")
    expect(steps).to_have_count(len(STEPS))
    assert steps.evaluate_all("(all) => all.map((one) => one.dataset.step)") == STEPS
    expect(steps.nth(1).locator(".pp-title")).to_have_text(headline(plan).replace("\u00a0", " "))
    expect(steps.nth(4)).to_contain_text(shown(plan.metrics["net_donor_ask"], "USD").replace("\u00a0", " "))
    expect(page.locator(".pp-sure-bar")).to_be_visible()
    heights = steps.evaluate_all("(all) => all.map((one) => Math.round(one.getBoundingClientRect().height))")
    assert heights == [800] * len(STEPS)
    found = sheets(page)
    assert len(found) == len(STEPS)
    for place, text in enumerate(found, start=1):
        assert f"{place} of {len(STEPS)}" in text
    page.get_by_role("link", name="Back to the plan").click()
    expect(page.locator("[data-figure=worker_income]")).to_be_visible()
    assert page.url == f"{page.base}/{ASKED}"
