"""A visitor in a browser: comes in, works, goes out; what he may not do is told. The policy of contents breaks no page."""

from __future__ import annotations

import re

import pytest
from accounts import PASSWORD, make_accounts
from axe_playwright_python.sync_playwright import Axe
from browser import SEEN, served
from playwright.sync_api import expect
from turning import turn_to

from pilot_planner.access.access import Access
from pilot_planner.dashboard.layout.frame import PAGES

SMALL = "?model=one_host&points=9"
"""A front that is soon there."""
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """Address of a dashboard with accounts, and its file of accounts."""
    folder = tmp_path_factory.mktemp("accounts")
    file, settings = make_accounts(folder)
    with served("--accounts", str(file), "--settings", str(settings), "--log", str(folder / "log.json")) as address:
        yield address, file


@pytest.fixture
def page(context, watched, guarded):
    context.add_init_script(SEEN)
    made = watched(context.new_page())
    made.base = guarded[0]
    return made


def log_in(page, name, path="/"):
    page.goto(page.base + path)
    page.get_by_label("Account").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def serious(page):
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("critical", "serious")]


def test_coming_in_working_and_going_out(page, guarded):
    log_in(page, "plan", "/why?limits.operating_cost.max=11000000")
    expect(page).to_have_url(f"{page.base}/why?limits.operating_cost.max=11000000")
    expect(page.locator("#status-line")).to_contain_text("1 setting changed")
    page.get_by_role("link", name="Plan", exact=True).click()
    thumb = page.locator("[id*='limits-operating_cost-max'][id*='\"control\"'] [role=slider]")
    thumb.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-figure=operating_cost] .pp-cell-figure")).to_contain_text("10.9")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Logged out")).to_be_visible()
    page.goto(f"{page.base}/inputs")
    expect(page).to_have_url(re.compile(r"/log-in\?next=%2Finputs$"))
    access = Access.open(guarded[1], create=False)
    assert [(one.who, one.action) for one in access.events(most=2)] == [("plan", "log-out"), ("plan", "log-in")]
    access.close()


def test_the_policy_of_contents_breaks_no_page(page):
    """Every page reports its errors; a script or a file that the policy refused would be one."""
    log_in(page, "edit", "/trade-offs" + SMALL)
    page.get_by_role("button", name="Find the trade-offs").click()
    expect(page.locator("#front-graph .main-svg").first).to_be_visible(timeout=120_000)
    # Parallel coordinates and the turning view are drawn by WebGL, which compiles what it runs.
    expect(page.locator("#front-lines .axis-brush").first).to_be_visible(timeout=120_000)
    page.get_by_text("3-D", exact=True).click()
    expect(page.locator("#front-graph canvas").first).to_be_visible()
    for path, _ in PAGES:
        turn_to(page, path)


def test_a_session_that_ends_while_a_page_is_open_leads_to_the_log_in(context, guarded):
    # Not watched: the refusal itself is told to the console by the browser.
    page = context.new_page()
    page.add_init_script(SEEN)
    page.base = guarded[0]
    log_in(page, "plan")
    # Whatever the page still asks for by itself would lead to the log-in before the link does.
    expect(page.locator("#controls").get_by_text("Binds. ").first).to_be_visible(timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page).to_have_url(re.compile(r"/log-in\?next=%2Fcompare"))


def test_whoever_may_only_look_is_told_what_he_may_not(context, guarded):
    page = context.new_page()
    page.add_init_script(SEEN)
    page.base = guarded[0]
    log_in(page, "view")
    expect(page.get_by_text("settings stay as they are")).to_be_visible()
    expect(page.locator("#controls [role=slider]").first).to_have_attribute("data-disabled", "true")
    page.goto(f"{page.base}/trade-offs")
    start = page.get_by_role("button", name="Find the trade-offs")
    expect(start).to_be_disabled()
    expect(start).to_have_attribute("title", re.compile("To make plans and run studies it needs the role “plan”"))
    page.goto(f"{page.base}/?limits.operating_cost.max=9876000")
    expect(page.get_by_role("alert")).to_contain_text("nobody has made it yet")


def test_the_way_out_takes_no_room_from_the_pages(page):
    """Every link to a page is in the header or reached by scrolling it, and nothing lies on top of anything else."""
    log_in(page, "administer")
    for width in (390, 1024, 1280, 1500):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        expect(page.locator("#strip")).to_be_visible()
        boxes = [page.locator(one).bounding_box() for one in (".pp-brand", ".pp-nav", ".pp-side")]
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                apart = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
                below = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
                assert apart or below, width
        header = page.locator(".pp-header").bounding_box()
        assert max(one["y"] + one["height"] for one in boxes) <= header["height"] + 1, width
        if width >= 1280:
            assert page.evaluate(
                "(() => { const nav = document.querySelector('.pp-nav'); return nav.scrollWidth <= nav.clientWidth; })()"
            ), width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_log_in_can_be_read_by_all_in_light_and_dark_and_on_a_phone(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{page.base}/log-in")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
    expect(page.get_by_label("Account")).to_be_focused()
    assert serious(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    log_in(page, "administer", "/account")
    expect(page.get_by_role("heading", name="What was done")).to_be_visible()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_wrong_password_is_told_on_the_page(context, guarded):
    page = context.new_page()
    page.goto(f"{guarded[0]}/log-in?next=%2Fwhy")
    page.get_by_label("Account").fill("plan")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text("This name and password do not belong together.")
    expect(page.get_by_label("Account")).to_have_value("plan")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{guarded[0]}/why")
