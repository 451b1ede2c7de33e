"""Links that others pass on keep what is good of them; every setting in force stands above the page with a way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pilot_planner.dashboard.layout.settings_chips import bar, chips
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.shared_links import read_link
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.dashboard.runtime.visitor_state import answer_to, record
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.text.labels import exact
from pilot_planner.text.names import host_names


@pytest.fixture(scope="module")
def planner():
    return Planner()


FOREIGN = "utm_source=letter&fbclid=x1"


@pytest.mark.parametrize(
    ("search", "kept", "named"),
    [
        (f"?{FOREIGN}&limits.operating_cost.max=11000000", {"limits.operating_cost.max": 11e6}, ["utm_source", "fbclid"]),
        ("?limits.operating_cost.max=abc&limits.hosts.max=1", {"limits.hosts.max": 1}, ["limits.operating_cost.max"]),
        ("?limits.operating_cots.max=3&limits.hosts.max=1", {"limits.hosts.max": 1}, ["limits.operating_cots.max"]),
        ("?pay.wage_parity=0.5&limits.hosts.max=1", {"limits.hosts.max": 1}, ["pay.wage_parity"]),
        ("?model=..%2F..%2Fetc&limits.hosts.max=1", {"limits.hosts.max": 1}, ["model"]),
        ("?inputs.hosts.XYZ.nothing=3&limits.hosts.max=1", {"limits.hosts.max": 1}, ["inputs.hosts.XYZ.nothing"]),
        ("?tax.schedule=NONE&limits.hosts.max=1", {"limits.hosts.max": 1}, ["tax.schedule"]),
        ("?inputs.hosts.MNG.willingness=high&limits.hosts.max=1", {"limits.hosts.max": 1}, ["inputs.hosts.MNG.willingness"]),
    ],
)  # fmt: skip
def test_what_is_good_of_a_link_is_kept_and_what_is_not_is_named(planner, search, kept, named):
    found = answer_to(planner, search)
    assert found.status == "solved"
    assert found.question == Question("base", kept)
    assert [one.name for one in found.left_out] == named
    assert all(one.why for one in found.left_out)


def test_the_nearest_setting_is_named_for_a_misspelt_one(planner):
    [out] = answer_to(planner, "?limits.operating_cots.max=3").left_out
    assert "operating_cost" in out.words


def test_a_link_within_its_right_is_not_touched(planner):
    search = "?model=one_host&limits.operating_cost.max=11000000&points=6&with=%3Fmodel%3Dbase"
    question, out = read_link(planner, search)
    assert out == ()
    assert question == read_address(search, planner.models, planner.first)


def test_a_chip_for_each_setting_in_force_with_the_designs_own_value(planner):
    names = host_names(planner.inputs)
    question = Question(
        "base",
        {
            "limits.operating_cost.max": 11.9e6,
            "limits.state_revenue.max": 9e5,
            "limits.workers_total.min": 300,
            "objective.metric": "operating_cost",
            "objective.sense": "min",
            "inputs.hosts.MNG.willingness": 0.6,
        },
    )
    found = {one.words.replace("\u00a0", " "): one.names for one in chips(planner, question, names)}
    assert found == {
        "Aim: least operating cost": ("objective.metric", "objective.sense"),
        "Budget 11,900,000 USD (design 12,000,000)": ("limits.operating_cost.max",),
        "State revenue, at most 900,000 USD": ("limits.state_revenue.max",),
        "Workers, at least 300 (design 200)": ("limits.workers_total.min",),
        "Willingness, Mongolia (an input) 0.6": ("inputs.hosts.MNG.willingness",),
    }
    asked = record(answer_to(planner, question.search), question.search, None)
    text = str(bar(planner, asked, "/why", names))
    for paths in found.values():
        rest = {path: value for path, value in question.settings.items() if path not in paths}
        assert f"'/why{Question('base', rest).search}'" in text


def test_a_mail_programs_parameters_and_a_broken_number_lose_nothing_else(visitor, shipped_inputs):
    page = visitor
    page.goto(f"{page.base}/?{FOREIGN}&limits.operating_cost.max=12%20million&limits.hosts.max=1")
    income = make_plan("base", shipped_inputs, {"limits.hosts.max": 1}).metrics["worker_income"]
    figure = page.locator("[data-figure=worker_income] .pp-cell-figure")
    expect(figure).to_have_attribute("title", exact(income, "USD"))
    said = page.locator("#chips")
    expect(said).to_contain_text("Three parts of this link could not be used")
    for words in ("utm_source", "fbclid", "limits.operating_cost.max = '12 million'", "Hosts, at most 1 (design 2)"):
        expect(said).to_contain_text(words)
    assert "NaN" not in page.locator("body").inner_text()
    box = page.locator("input[id*='limits-operating_cost-max'][id*='control-value']")
    expect(box).to_have_value("12.0\u00a0m USD")
    said.get_by_role("link", name="Clean the link").click()
    expect(said).not_to_contain_text("could not be used")
    assert page.url == f"{page.base}/?limits.hosts.max=1"
    said.get_by_role("link", name="Take away: Hosts").click()
    expect(said).to_be_empty()
    own = make_plan("base", shipped_inputs).metrics["worker_income"]
    expect(figure).to_have_attribute("title", exact(own, "USD"))


def test_a_plan_opened_from_the_trade_offs_shows_its_limits_and_can_put_them_down(visitor):
    page = visitor
    page.goto(f"{page.base}/trade-offs?limits.hosts.max=1")
    page.locator("#front-kept tbody a").first.click()
    said = page.locator(".pp-opened-from")
    expect(said).to_contain_text("Opened from the trade-offs")
    chips_shown = page.locator(".pp-chip")
    assert chips_shown.count() > 1
    said.get_by_role("link", name="Keep its limits").click()
    expect(said).to_have_count(0)
    assert chips_shown.count() > 1
    page.go_back()
    said.get_by_role("link", name="Only looked").click()
    expect(chips_shown).to_have_count(1)
    expect(chips_shown).to_contain_text("Hosts, at most 1")


def test_an_unknown_page_says_so(visitor):
    visitor.goto(f"{visitor.base}/no-such-page")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("There is no such page")
