"""The Parties page in a real browser: floors that are typed move what nobody vetoes, and plans open from it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from pilot_planner.dashboard.pages.parties.page import changed_floors
from pilot_planner.studies.parties.agreement import parties
from pilot_planner.text.names import path_label

SMALL = "?model=one_host&limits.operating_cost.max=8000000"
SETTINGS = {"limits.operating_cost.max": 8e6}
SLOW = 120_000


def words(locator):
    return re.sub(r"\s", " ", locator.inner_text())


def test_the_page_tells_what_python_tells_and_a_floor_moves_it(visitor, shipped_inputs):
    room = parties("one_host", shipped_inputs, SETTINGS)
    visitor.goto(f"{visitor.base}/parties{SMALL}")
    expect(visitor.locator("#party-scales .main-svg").first).to_be_visible(timeout=SLOW)
    title = visitor.get_by_role("heading", level=1)
    assert words(title) == room.headline.removesuffix(".")
    expect(visitor.locator("#deals tbody tr")).to_have_count(len(room.deals))
    picture = visitor.locator("#scales [role=img]").first.get_attribute("aria-label")
    for one in room.scales:
        assert one.name in picture

    asked = room.deals["open"].gains["employers"] / 1e6 + 0.2
    box = visitor.locator("#parties-floor-employers")
    box.fill(f"{asked:.2f}")
    visitor.keyboard.press("Tab")
    expect(visitor).to_have_url(re.compile(r"parties\.floors\.employers=\d"))
    expect(title).to_contain_text(
        "mployers would veto" if _has_room(shipped_inputs, asked) else "vetoes every plan", timeout=SLOW
    )
    expect(box).to_have_value(f"{asked:.2f}")
    expect(visitor.locator("#chips, .pp-plan-bar, main").get_by_text("Floor of employers").first).to_be_visible()


def _has_room(inputs, asked):
    found = parties("one_host", inputs, SETTINGS | {"parties.floors.employers": round(asked, 2) * 1e6}, concessions=False)
    return found.has_room


def test_a_compromise_opens_as_a_plan_with_what_it_gives_each_party(visitor):
    visitor.goto(f"{visitor.base}/parties{SMALL}")
    link = visitor.locator("#deals").get_by_role("link", name="Nash point")
    expect(link).to_be_visible(timeout=SLOW)
    link.click()
    expect(visitor).to_have_url(re.compile(r"limits\.worker_gain\.min"))
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    expect(visitor.locator("#budget .main-svg").first).to_be_visible(timeout=SLOW)


def test_what_is_typed_is_read_in_millions_and_what_cannot_be_read_changes_nothing():
    assert changed_floors({}, ["0", None, "", " ", "1.5"]) == {"parties.floors.donors": 1_500_000.0}
    assert changed_floors({"donors": 1.5e6}, ["0", "0", "0", "0", "1.5"]) == {}
    assert changed_floors({"donors": 1.5e6}, [None] * 5) == {"parties.floors.donors": 0.0}
    assert changed_floors({}, ["ten", "−0.2", "1,000", "x", None]) == {
        "parties.floors.state": -200_000.0,
        "parties.floors.hosts": 1e9,
    }


def test_a_floor_has_a_name_in_words():
    assert path_label("parties.floors.state", {}) == "Floor of the state"
    assert path_label("parties.floors.workers", {}) == "Floor of workers"
