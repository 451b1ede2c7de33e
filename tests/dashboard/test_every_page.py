"""What holds on every page: readable by a screen reader and by keyboard, in light and dark, and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from turning import settled, turn_to

from pilot_planner.dashboard.layout.frame import PAGES

PATHS = [path for path, _ in PAGES]
PHONE = {"width": 390, "height": 844}


def violations(page):
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"]][:4])
        for one in found
        if one["impact"] in ("critical", "serious")
    ]


def open_page(page, path):
    page.goto(page.base + path)
    settled(page, path)


def on_every_page(page, look):
    """What ``look`` finds on each page, without those where it finds nothing."""
    found = {}
    for path in (*PATHS[1:], PATHS[0]):
        turn_to(page, path)
        found[path] = look(page)
    return {path: faults for path, faults in found.items() if faults}


def test_no_serious_violation_in_light_and_dark(visitor):
    open_page(visitor, "/")
    assert on_every_page(visitor, violations) == {}
    visitor.locator("#dark").check(force=True)
    expect(visitor.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    visitor.wait_for_timeout(400)
    assert on_every_page(visitor, violations) == {}


WIDTHS = ({"width": 1440, "height": 900}, PHONE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_briefing_and_the_first_screen_have_no_violation_at_all(visitor, scheme):
    """Moderate and minor ones too, wide and on a phone."""
    page, found = visitor, {}
    page.emulate_media(color_scheme=scheme)
    for path in ("/briefing", "/"):
        for size in WIDTHS:
            page.set_viewport_size(size)
            page.goto(f"{page.base}{path}?model=one_host")
            expect(page.locator(".pp-sure-bar")).to_be_visible(timeout=90_000)
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            faults = Axe().run(page).response["violations"]
            found[path, size["width"]] = [
                (one["id"], one["impact"], [node["html"][:160] for node in one["nodes"]][:4]) for one in faults
            ]
    assert {place: faults for place, faults in found.items() if faults} == {}


def cut_off(page):
    """What reaches beyond the window, and the page itself where it is wider than that."""
    wide = page.evaluate(
        """() => {
          const out = [];
          for (const one of document.querySelectorAll('#main *, header *')) {
            const box = one.getBoundingClientRect();
            const scrolls = one.closest('.pp-scroll, .pp-nav, .ag-root-wrapper, .js-plotly-plot, .pp-hidden');
            // What a drawing's own window cuts, such as the countries at the edge of a map, is cut on purpose.
            if (one.ownerSVGElement) { continue; }
            const cut = box.width && box.right > window.innerWidth + 1;
            if (cut && !scrolls) { out.push(one.className + ' ' + Math.round(box.right)); }
          }
          return out;
        }"""
    )
    width = page.evaluate("document.documentElement.scrollWidth")
    return wide + ([f"page {width}"] if width > PHONE["width"] else [])


def test_nothing_is_cut_off_on_a_phone(visitor):
    visitor.set_viewport_size(PHONE)
    open_page(visitor, "/")
    assert on_every_page(visitor, cut_off) == {}


def test_the_main_job_can_be_done_on_a_phone(visitor):
    visitor.set_viewport_size(PHONE)
    open_page(visitor, "/")
    bar = visitor.locator("#phone-summary")
    expect(bar).to_contain_text("income")
    before = bar.inner_text()
    visitor.get_by_role("button", name="Settings").click()
    thumb = visitor.locator("[id*='limits-operating_cost-max'][id*='\"control\"'] [role=slider]")
    thumb.focus()
    for _ in range(10):
        visitor.keyboard.press("ArrowLeft")
    visitor.get_by_role("button", name="Show plan").click()
    expect(visitor.locator("#controls")).to_be_hidden()
    expect(bar).not_to_have_text(before)
    expect(visitor.locator("[data-figure=operating_cost] .pp-cell-figure")).to_contain_text("11.0")


def test_every_control_is_reached_by_tab_and_has_a_name(visitor):
    open_page(visitor, "/")
    wanted = visitor.evaluate(
        """() => {
          const movable = '#controls [role=slider], #controls button, #controls input:not([type=hidden])';
          const seen = (one) => one.checkVisibility({visibilityProperty: true}) && one.type !== 'radio';
          return [...document.querySelectorAll(movable)].filter(seen).length;
        }"""
    )
    reached = set()
    nameless = []
    visitor.locator(".pp-skip").focus()
    for _ in range(2 * wanted):
        visitor.keyboard.press("Tab")
        found = visitor.evaluate(
            """() => {
              const one = document.activeElement;
              if (!one.closest('#controls')) { return null; }
              one.dataset.reached = one.dataset.reached || String(Math.random());
              const label = one.labels && one.labels.length ? one.labels[0].textContent : '';
              return [one.dataset.reached, one.type, one.getAttribute('aria-label') || label || one.textContent];
            }"""
        )
        if found:
            if found[1] != "radio":
                reached.add(found[0])
            if not found[2]:
                nameless.append(found)
    assert nameless == []
    assert len(reached) == wanted


def test_navigation_keeps_the_settings(visitor):
    open_page(visitor, "/?limits.operating_cost.max=11000000")
    for path, label in PAGES[1:]:
        visitor.get_by_role("link", name=label, exact=True).click()
        expect(visitor).to_have_url(f"{visitor.base}{path}?limits.operating_cost.max=11000000")
        expect(visitor.locator("#status-line")).to_contain_text("1 setting changed")
