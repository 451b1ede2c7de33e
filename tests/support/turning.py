"""Turning from one page of a dashboard to another, as a visitor does: to load each anew takes seconds."""

from playwright.sync_api import expect

from pilot_planner.dashboard.layout.frame import PAGES

LABELS = dict(PAGES)


def turn_to(page, path):
    """Another page by its link; waits until it stands there whole."""
    page.evaluate("for (const one of document.querySelectorAll('h1')) { one.dataset.before = 'yes' }")
    page.locator(".pp-nav").get_by_role("link", name=LABELS[path], exact=True).click()
    expect(page.locator("h1[data-before]")).to_have_count(0)
    settled(page, path)


def settled(page, path):
    """Waits until the page of this path stands there whole."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#busy")).not_to_have_class("pp-busy pp-busy-on")
    if path == "/inputs":
        # A grid without its rows is not yet the page.
        expect(page.locator(".ag-row").first).to_be_visible()
    if path == "/":
        # Nor is the plan without the last of its charts, which come after the figures.
        expect(page.locator(".pp-chart:has(#budget) svg").first).to_be_visible()
