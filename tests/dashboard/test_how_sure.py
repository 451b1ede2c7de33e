"""How sure a plan is stands beside what is proven of it, after the plan and of the plan that is shown."""

from __future__ import annotations

from playwright.sync_api import expect

from pilot_planner.dashboard.layout.how_sure import content
from pilot_planner.dashboard.layout.html_text import as_text
from pilot_planner.dashboard.pages.compare.page import how_sure as compared
from pilot_planner.dashboard.runtime.chances import Chances, Told
from pilot_planner.reports import chance_text
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.uncertainty import chance as of_plans
from pilot_planner.studies.uncertainty.chance import chance_of


def test_the_first_screen_says_how_sure_the_plan_is(visitor, shipped_inputs):
    plan = make_plan("one_host", shipped_inputs)
    visitor.goto(f"{visitor.base}/?model=one_host")
    box = visitor.locator("#how-sure")
    # Never the proof alone: while draws are worked on, it says so.
    expect(box).to_contain_text("draws of")
    chance = chance_of(plan)
    expect(box.locator("h2")).to_have_text(chance_text.headline(chance))
    expect(box).to_contain_text(chance_text.fails(chance))
    expect(box).to_have_attribute("aria-live", "polite")
    before = visitor.locator("#strip").bounding_box()["y"]
    assert box.bounding_box()["y"] < before
    # Another plan has its own.
    thumb = visitor.locator("[id*='limits-operating_cost-max'][id*='\"control\"'] [role=slider]")
    thumb.focus()
    visitor.keyboard.press("PageDown")
    expect(box).to_have_attribute("data-plan", "?" + visitor.url.partition("?")[2])
    other = make_plan("one_host", shipped_inputs, {"limits.operating_cost.max": budget_in(visitor)})
    expect(box.locator("h2")).to_have_text(chance_text.headline(chance_of(other)))
    # It is there at once when the visitor comes back from the page that says what to find out.
    box.get_by_role("link", name="What to find out first").click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("What if")
    visitor.get_by_role("link", name="Plan", exact=True).click()
    expect(box.locator("h2")).to_have_text(chance_text.headline(chance_of(other)))


def budget_in(page):
    words = page.locator("input[id*='limits-operating_cost-max'][id*='control-value']").input_value()
    return float(words.split()[0].replace("\u00a0", " ").split()[0]) * 1e6


def test_chances_are_worked_out_once_and_given_up_for_something_newer(shipped_inputs, monkeypatch):
    plan = make_plan("one_host", shipped_inputs)
    kept = Chances()
    assert kept.of("a", plan, lambda: True) is None
    assert kept.known("a") is None
    looks = iter([False, True])
    # Given up while at work: nothing is kept of it, and the next one gets its turn.
    assert kept.of("a", plan, lambda: next(looks, True)) is None
    told = kept.of("a", plan, lambda: False)
    assert told is not None and told.chance == chance_of(plan)

    def never(*_args, **_more):
        raise AssertionError("worked out twice")

    monkeypatch.setattr(of_plans, "chance_of", never)
    assert kept.of("a", plan, lambda: False) is told


def test_compared_and_saved_plans_say_how_sure_each_is(visitor, shipped_inputs):
    chances = [chance_of(make_plan(name, shipped_inputs)) for name in ("one_host", "low_budget")]
    told = chance_text.rows(chances)
    visitor.goto(f"{visitor.base}/?model=one_host")
    expect(visitor.locator("#how-sure .pp-sure-bar")).to_be_visible()
    visitor.locator("#save-plan").click()
    expect(visitor.locator("#save-told")).to_contain_text("Saved in this browser")
    visitor.goto(f"{visitor.base}/compare?model=one_host&with=%3Fmodel%3Dlow_budget")
    rows = visitor.locator("#compare-how-sure tbody tr")
    for place, row in enumerate(told, start=1):
        expect(rows.nth(place).locator("td")).to_have_text(list(row))
    expect(visitor.locator("#compare-choose tbody tr").first).to_contain_text(chance_text.brief(chances[0]))


def test_where_it_cannot_be_worked_out_both_pages_say_so_without_a_share(shipped_inputs):
    plan = make_plan("one_host", shipped_inputs)
    alone = as_text(content(plan, "", Told(None)))
    assert "is not known" in alone and " of 100" not in alone and "worked on now" not in alone
    assert "worked on now" in as_text(content(plan, "", None))
    beside = str(compared([("A", plan, Told(None)), ("B", plan, Told(chance_of(plan, draws=20)))]))
    assert beside.count("not known") == 2
