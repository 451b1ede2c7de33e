"""Plans are saved with a name, hosts and cost; files can be taken singly; studies are found again; viewers are told why."""

from __future__ import annotations

import pytest
from flask import Flask, g
from playwright.sync_api import expect

from pilot_planner.access.access import Visitor
from pilot_planner.access.roles import Role
from pilot_planner.dashboard.app import make_app, services_of
from pilot_planner.dashboard.pages.compare.save_in_browser import kept
from pilot_planner.dashboard.pages.compare.saved_plans import readable
from pilot_planner.dashboard.pages.export import page as export
from pilot_planner.dashboard.pages.inputs import page as inputs
from pilot_planner.dashboard.pages.tradeoffs import page as tradeoffs
from pilot_planner.dashboard.pages.what_if import page as what_if
from pilot_planner.dashboard.runtime.opened_plans import Opened
from pilot_planner.studies.planning.plan import make_plan

SLOW = 120_000


@pytest.fixture(scope="module")
def app():
    return make_app()


def test_a_saved_plan_says_its_hosts_and_cost_and_no_two_have_one_name(shipped_inputs):
    plan = make_plan("base", shipped_inputs)
    rows, name, _ = kept([], "?a=1", plan, "2026-01-01 00:00")
    assert name == "Kazakhstan and Mongolia, 12.0 m USD"
    assert readable(rows) == rows
    assert (rows[0]["hosts"], rows[0]["cost"]) == ("Kazakhstan and Mongolia", "12.0 m USD")
    more, other, _ = kept(rows, "?a=2", plan, "2026-01-01 00:01")
    assert other != name
    again, same, told = kept(more, "?a=1", plan, "2026-01-01 00:02")
    assert (again, same) == (more, name)
    assert "already" in told


def test_saving_asks_for_a_name_and_refuses_one_that_is_taken(visitor):
    page = visitor
    page.goto(f"{page.base}/")
    expect(page.locator("[data-figure=worker_income]")).to_be_visible()
    page.get_by_role("button", name="Save plan").click()
    box = page.get_by_label("Name of the saved plan")
    expect(box).to_have_value("Kazakhstan and Mongolia, 12.0 m USD")
    box.fill("For the board")
    box.press("Enter")
    expect(page.locator("#save-told")).to_contain_text("Saved as “For the board”")
    page.goto(f"{page.base}/compare?limits.hosts.max=1")
    expect(page.locator("#compare-choose")).to_contain_text("For the board")
    expect(page.locator("#compare-choose tbody tr").first).to_contain_text("Kazakhstan and Mongolia")
    expect(page.locator("#compare-choose tbody tr").first).to_contain_text("12.0 m USD")
    page.get_by_role("button", name="Save plan").click()
    expect(page.locator("#compare-choose tbody tr")).to_have_count(2)
    box.fill("For the board")
    box.press("Enter")
    expect(page.locator(".pp-save-form")).to_contain_text("Another saved plan has this name")


def test_the_proposal_comes_first_and_each_file_can_be_taken_by_itself(visitor):
    page = visitor
    page.goto(f"{page.base}/export?limits.hosts.max=1")
    expect(page.locator("#files")).to_be_visible(timeout=SLOW)
    assert page.locator("#donor-make").bounding_box()["y"] < page.locator("#files").bounding_box()["y"]
    with page.expect_download() as got:
        page.locator("#files").get_by_role("link", name="budget.csv").click()
    assert got.value.suggested_filename == "budget.csv"
    assert page.url.endswith("/export?limits.hosts.max=1")


def test_a_file_that_is_none_of_the_plan_is_refused_in_words(app):
    client = app.server.test_client()
    assert client.get("/download/plan/budget.csv").text.startswith("iso3,")
    told = client.get("/download/plan/secrets.csv")
    assert told.status_code == 422
    assert "is no file of this plan" in told.text


def test_a_study_is_found_again_after_another_page_and_a_reload(visitor):
    page = visitor
    page.goto(f"{page.base}/what-if?model=one_host")
    expect(page.locator("#lever-x-from")).not_to_have_value("")
    page.locator("#what-if-run").click()
    expect(page.locator("#what-if-chart .main-svg").first).to_be_visible(timeout=SLOW)
    page.locator("nav a", has_text="Export").click()
    chip = page.locator("#study-chips a")
    expect(chip).to_contain_text("What-if: done")
    page.reload()
    expect(chip).to_contain_text("What-if: done")
    chip.click()
    expect(page.locator("#what-if-chart .main-svg").first).to_be_visible()
    page.reload()
    expect(page.locator("#what-if-chart .main-svg").first).to_be_visible()


def buttons(part):
    """Every button in a layout, by its id."""
    found = {}
    for one in part._traverse():
        if type(one).__name__ == "Button" and getattr(one, "id", None):
            found[one.id] = one
    return found


@pytest.mark.parametrize(("page", "names"), [
    (what_if, ("what-if-run", "risk-run")), (tradeoffs, ("front-start", "near-start")),
    (export, ("donor-make",)), (inputs, ("influence-run", "inputs-pasted")),
])  # fmt: skip
def test_what_a_viewer_may_not_press_is_disabled_with_the_reason(app, page, names):
    services = services_of(app)
    for role, may in ((Role.VIEW, False), (Role.EDIT, True)):
        with Flask(__name__).test_request_context("/"):
            g.visitor = Visitor("ana", role)
            found = buttons(page.layout(services, Opened()))
        for name in names:
            assert bool(getattr(found[name], "disabled", False)) is not may, name
            assert may or "needs the role" in found[name].title
