"""The Why and the What-if pages in a real browser: what they tell is what the studies find, and it is about this plan."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from pilot_planner.dashboard.pages.what_if.page import outdated, ranges_typed, study_of
from pilot_planner.dashboard.pages.why.page import standing_of
from pilot_planner.studies.explain.host_exclusion import why_not
from pilot_planner.studies.explain.shadow_prices import prices
from pilot_planner.studies.planning.plan import make_plan

SMALL = "?model=one_host&limits.operating_cost.max=9000000"
SETTINGS = {"limits.operating_cost.max": 9e6}
SLOW = 120_000


def test_the_why_page_tells_prices_hosts_and_safeguards(visitor, shipped_inputs):
    visitor.goto(f"{visitor.base}/why{SMALL}")
    expect(visitor.locator("#price-bars .main-svg").first).to_be_visible(timeout=SLOW)
    priced = prices("one_host", shipped_inputs, SETTINGS, resolve=False)
    spoken = re.sub(r"\s", " ", visitor.locator("#prices").inner_text())
    binding = [one for one in priced.prices if one.binding]
    assert binding
    for one in binding:
        # With re-solves the sentence goes on; its beginning is the price itself.
        assert one.sentence in spoken

    expect(visitor.locator("#safeguards .main-svg").first).to_be_visible(timeout=SLOW)
    left = why_not("one_host", shipped_inputs, SETTINGS)
    passed = [one for one in left.left if one.status != "excluded"]
    assert visitor.locator("#possible tbody tr").count() == len(passed)
    for one in left.floors:
        expect(visitor.get_by_text(one.protects, exact=True)).to_be_visible()


def test_hosts_that_fail_are_those_without_an_eligible_placement(visitor, shipped_inputs):
    plan = make_plan("one_host", shipped_inputs, SETTINGS)
    eligible = {one.iso3 for one in plan.verdicts if one.eligible}
    hosts = {one.iso3 for one in plan.verdicts}
    visitor.goto(f"{visitor.base}/why{SMALL}")
    visitor.get_by_text("more hosts").click()
    expect(visitor.locator("#floors tbody tr")).to_have_count(len(hosts - eligible))


def test_a_missing_wage_leaves_floors_on_pay_unknown(shipped_inputs):
    plan = make_plan("one_host", shipped_inputs, SETTINGS)
    unknown = [one for one in plan.verdicts if "wage_evidence" in one.reasons]
    assert unknown
    assert standing_of(unknown, ("wage_evidence",)) == "□"
    assert standing_of(unknown, ("living_wage",)) == "□"
    passing = [one for one in plan.verdicts if one.eligible]
    assert standing_of(passing, ("living_wage",)) == "·"


def test_a_curve_has_the_values_of_plans_solved_apart_and_goes_with_its_plan(visitor, shipped_inputs):
    visitor.goto(f"{visitor.base}/what-if{SMALL}")
    start = visitor.locator("#lever-x-from")
    expect(start).not_to_have_value("")
    for field, value in (("#lever-x-from", "8000000"), ("#lever-x-to", "10000000")):
        visitor.locator(field).fill(value)
        visitor.keyboard.press("Tab")
    visitor.locator("#what-if-run").click()
    expect(visitor.locator("#what-if-chart .main-svg").first).to_be_visible(timeout=SLOW)
    drawn = visitor.evaluate(
        """() => { const [line] = document.querySelector('#what-if-chart .js-plotly-plot')._fullData;
                   return [Array.from(line.x), Array.from(line.y)]; }"""
    )
    for budget in (8e6, 10e6):
        expected = make_plan("one_host", shipped_inputs, {"limits.operating_cost.max": budget}).metrics["worker_income"]
        place = drawn[0].index(budget / 1e6)
        assert drawn[1][place] == pytest.approx(expected / 1e6, rel=1e-9)

    visitor.locator("[id*='pay-wage_parity'][id*='\"control\"'] [role=slider]").focus()
    visitor.keyboard.press("ArrowRight")
    expect(visitor.locator("#what-if-body")).to_contain_text("The plan has changed")


def test_a_range_that_ends_before_it_begins_is_refused_in_words(visitor):
    visitor.goto(f"{visitor.base}/what-if{SMALL}")
    expect(visitor.locator("#lever-x-from")).not_to_have_value("")
    visitor.locator("#lever-x-from").fill("20000000")
    visitor.keyboard.press("Tab")
    visitor.locator("#what-if-run").click()
    expect(visitor.get_by_role("alert")).to_contain_text("the end must be larger")


def test_a_test_of_the_plan_can_be_cancelled(held_visitor):
    page = held_visitor
    page.goto(f"{page.base}/what-if{SMALL}")
    expect(page.locator("#lever-x-from")).not_to_have_value("")
    page.locator("#risk-run").click()
    expect(page.locator("#risk-progress")).to_contain_text("Held")
    page.locator("#risk-cancel").click()
    expect(page.locator("#risk-progress")).to_contain_text("Cancelled", timeout=SLOW)
    expect(page.locator("#risk-run")).to_be_enabled()


def test_the_plan_is_put_to_the_test(visitor):
    visitor.goto(f"{visitor.base}/what-if{SMALL}")
    expect(visitor.locator("#lever-x-from")).not_to_have_value("")
    visitor.locator("#risk-run").click()
    for chart in ("risk-broken", "risk-bands", "risk-spread", "risk-tornado", "risk-events"):
        expect(visitor.locator(f"#{chart} .main-svg").first).to_be_visible(timeout=SLOW)
    expect(visitor.locator("#risk-body")).to_contain_text(re.compile("Share of 100 draws"))


def test_two_axes_share_the_steps_and_ranges_are_checked_together():
    study = study_of([("limits.operating_cost.max", 8e6, 12e6), ("pay.wage_parity", 1.0, 1.2)], 9)
    assert [len(one.values) for one in study.vary] == [6, 6]
    assert study.vary[0].values[0] == 8e6
    assert study.vary[0].values[-1] == 12e6
    wanted, wrong = ranges_typed([("a", "2", "1"), ("b", "", "3"), ("a", "1", "2,000")], {"a": "Budget", "b": "Other"})
    assert wanted == [("a", 1.0, 2000.0)]
    assert [text.partition(":")[0] for text in wrong[:2]] == ["Budget", "Other"]
    assert len(wrong) == 3


def test_an_answer_is_outdated_when_another_plan_is_open():
    assert not outdated(None, {"good": "?a=1"})
    assert not outdated({"search": "?a=1"}, {"good": "?a=1"})
    assert outdated({"search": "?a=1"}, {"good": ""})
