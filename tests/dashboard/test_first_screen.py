"""The first screen says without scrolling what a plan does, how sure it is, its cost, who gains, its limits what next."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from pilot_planner.dashboard.layout.how_sure import next_step
from pilot_planner.dashboard.layout.html_text import as_text
from pilot_planner.dashboard.pages.plan.hints import Effect, Move
from pilot_planner.dashboard.pages.plan.indicator_strip import CELLS, FIRST, strips
from pilot_planner.dashboard.pages.plan.what_limits import dearest_steps
from pilot_planner.dashboard.pages.plan.who_gains import who_gains
from pilot_planner.dashboard.runtime.chances import Told
from pilot_planner.dashboard.runtime.pinned import Baseline, baseline
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.studies.parties.party_records import PARTIES
from pilot_planner.studies.parties.party_records import who_gains as finding
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.uncertainty.chance import chance_of
from pilot_planner.text.labels import exact, signed

BOTTOM = "(one) => Math.round(one.getBoundingClientRect().bottom)"


@pytest.fixture(scope="module")
def plan(shipped_inputs):
    return make_plan("one_host", shipped_inputs)


@pytest.fixture(scope="module")
def smaller(shipped_inputs):
    return make_plan("one_host", shipped_inputs, {"limits.operating_cost.max": 7e6})


@pytest.mark.parametrize("search", ["", "?model=one_host"])
def test_all_six_answers_stand_above_the_fold_of_1280_by_800(visitor, search):
    page = visitor
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{page.base}/{search}")
    expect(page.locator(".pp-sure-bar")).to_be_visible()
    expect(page.locator("#what-limits tr").first).to_be_visible(timeout=60_000)
    parts = {
        "does": "h1",
        "sure": ".pp-sure-bar",
        "lawful": ".pp-gate",
        "cost": "[data-figure=operating_cost]",
        "gains": ".pp-head-two section:first-child",
        "limits": "#what-limits",
        "next": ".pp-next a",
    }
    ends = {name: page.locator(part).first.evaluate(BOTTOM) for name, part in parts.items()}
    assert {name: end for name, end in ends.items() if end > 800} == {}
    assert page.evaluate("window.scrollY") == 0


def test_a_phone_is_not_scrolled_sideways_by_the_table_of_parties(visitor):
    visitor.set_viewport_size({"width": 390, "height": 844})
    visitor.goto(f"{visitor.base}/?model=one_host")
    expect(visitor.locator("#strip")).to_be_visible()
    assert visitor.evaluate("document.documentElement.scrollWidth") == 390


def test_who_gains_are_the_plans_own_figures_and_a_loser_is_named_first(plan):
    text = as_text(who_gains(plan))
    assert [one.key for one in PARTIES] == re.findall(r'data-party="(\w+)"', text)
    for one in PARTIES:
        assert f">{signed(plan.metrics[one.metric], 'USD')}<" in text
    lost = replace(plan, metrics={**plan.metrics, "state_gain": -4.2e5, "donor_gain": -3e6})
    told = finding(lost).replace("\u00a0", " ")
    assert told == "Three parties gain; the state falls 420,000 USD short and donors fall 3.0 m USD short"
    kept = replace(plan, metrics={**plan.metrics, **{one.metric: 1.0 for one in PARTIES}})
    assert finding(kept) == "All five parties gain over what they have without it"


def effect(path, control, change, up=True):
    return Effect(Move(control, path, 1.0, 2.0 if up else 0.0), 1e7, change)


def test_a_safeguard_has_no_price_on_the_first_screen(plan):
    told = dearest_steps(
        plan,
        [
            effect("limits.operating_cost.max", "limits-operating_cost-max", 3e5),
            effect("limits.operating_cost.max", "limits-operating_cost-max", -3e5, up=False),
            effect("limits.mean_willingness.min", "limits-mean_willingness-min", 9e5, up=False),
            effect("limits.funds_at_risk_share.max", "limits-funds_at_risk_share-max", 9e5),
            effect("limits.workers_per_inspector.max", "limits-workers_per_inspector-max", 9e5),
            effect("funding.0.usd", "funding-0-usd", 4e5),
        ],
    )
    assert [one.move.path for one in told] == ["funding.0.usd", "limits.operating_cost.max"]


def test_what_is_next_follows_how_sure_the_plan_is(plan):
    assert next_step(plan, None).page == "/why"
    chance = chance_of(plan)
    broken = next_step(plan, Told(chance))
    assert (broken.page, broken.link) == ("/what-if", "What to find out first")
    assert next(one.label for one in (chance.as_run or chance.as_signed).fails if one.counts) in broken.why


def test_figures_that_are_added_follow_below_the_first_screen(plan):
    first, more = strips(plan, Baseline())
    assert len(first.children) == len(FIRST)
    assert len(first.children) + len(more.children) == len(CELLS)


def test_the_pinned_plan_is_read_from_the_address_and_a_bad_one_harms_nothing(plan, smaller):
    planner = Planner()
    search = "?model=one_host&pin=%3Fmodel%3Done_host%26limits.operating_cost.max%3D7000000&pinned=Monday"
    found = baseline(planner, {"search": search})
    assert found.name == "Monday"
    assert found.plan.metrics["worker_income"] == pytest.approx(smaller.metrics["worker_income"], rel=1e-6)
    assert baseline(planner, {"search": "?model=one_host&pin=%3Fmodel%3Dnobody"}).name == "pinned plan"
    assert baseline(planner, {"search": "?model=one_host"}) == Baseline()


def test_a_plan_that_is_pinned_stays_the_one_to_compare_with(visitor, plan, smaller):
    page = visitor
    page.goto(f"{page.base}/?model=one_host&limits.operating_cost.max=7000000")
    expect(page.locator("[data-figure=worker_income] .pp-cell-figure")).to_have_attribute(
        "title", exact(smaller.metrics["worker_income"], "USD")
    )
    page.get_by_text("Pin this plan to compare with").click()
    page.get_by_label("Name of the pinned plan").fill("the plan the board saw")
    page.get_by_role("button", name="Pin", exact=True).click()
    named = page.locator("#pinned-name")
    expect(named).to_have_text("Compared with the plan the board saw")
    # Through a link that does not know of it, and a reload.
    page.get_by_role("link", name="Take away: Budget").click()
    row = page.locator("[data-figure=worker_income] .pp-mini tr").first
    expect(row).to_contain_text("vs the plan the board saw")
    gain = plan.metrics["worker_income"] - smaller.metrics["worker_income"]
    expect(row).to_contain_text(signed(gain, "USD").removesuffix("\u00a0USD"))
    page.locator("#what-limits a").first.click()
    expect(page).to_have_url(
        f"{page.base}/why?model=one_host&pin=%3Fmodel%3Done_host%26limits.operating_cost.max%3D7000000&pinned=the+plan+the+board+saw"
    )
    expect(named).to_have_text("Compared with the plan the board saw")
    page.get_by_role("link", name="Plan", exact=True).click()
    page.reload()
    expect(row).to_contain_text("vs the plan the board saw")
    page.get_by_role("button", name="Let it go").click()
    expect(named).to_be_empty()
    expect(page).to_have_url(f"{page.base}/?model=one_host")
    # There was no other plan since the page was loaded, so no row speaks of one.
    expect(row).to_contain_text("vs today")
