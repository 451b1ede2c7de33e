"""What people come for, counted in actions: a click, or a value that is typed and entered. Each by keyboard as well."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


class Hand:
    """Counts what a visitor does; ``keys`` does the same without a mouse."""

    def __init__(self, page, keys):
        self.page, self.keys, self.actions = page, keys, 0

    def press(self, one):
        self.actions += 1
        if not self.keys:
            one.click()
            return
        # What Tab does not reach has no keyboard path.
        assert one.evaluate("(one) => one.tabIndex") >= 0
        one.focus()
        self.page.keyboard.press("Enter")

    def enter(self, one, text):
        self.actions += 1
        if self.keys:
            one.focus()
            self.page.keyboard.press("Control+a")
        else:
            one.click(click_count=3)
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")


@pytest.fixture(params=[False, True], ids=["mouse", "keyboard"])
def hand(visitor, request):
    visitor.goto(f"{visitor.base}/")
    expect(visitor.locator("[data-figure=worker_income]")).to_be_visible()
    return Hand(visitor, request.param)


def test_why_not_viet_nam_takes_two_actions(hand):
    page = hand.page
    hand.press(page.locator(".pp-nav").get_by_role("link", name="Why", exact=True))
    more = page.locator("#floors summary, summary", has_text=re.compile(r"Show \d+ more hosts"))
    expect(more).to_be_visible()
    hand.press(more)
    words = page.locator(".pp-matrix tbody tr", has_text="Viet Nam").locator("td").nth(-2)
    expect(words).to_be_visible()
    expect(words).to_contain_text("Nearest in")
    assert hand.actions <= 2


def test_an_impossible_budget_and_its_repair_take_two_actions(hand):
    page = hand.page
    hand.enter(page.locator("input[id*='limits-operating_cost-max'][id*='control-value']"), "0.3")
    repair = page.locator(".pp-repair", has_text="Safeguards kept").first
    expect(repair).to_be_visible(timeout=60_000)
    hand.press(repair)
    expect(page.locator(".pp-alert")).to_have_count(0)
    expect(page.locator("[data-figure=operating_cost] .pp-cell-figure")).to_contain_text("5.0")
    assert hand.actions <= 2
