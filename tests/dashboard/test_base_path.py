"""The dashboard below the path of a proxy: pages, callbacks, links, downloads, log-in and cookies, and nothing beside it."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request

import pytest
from accounts import PASSWORD, QUICK, make_accounts
from browser import SEEN, served
from playwright.sync_api import expect
from reverse_proxy import proxied
from turning import turn_to

from pilot_planner.access.access import Access, Rules
from pilot_planner.access.roles import Role
from pilot_planner.dashboard.app import make_app
from pilot_planner.dashboard.layout.frame import PAGES
from pilot_planner.dashboard.runtime.base_path import checked_base_path, within
from pilot_planner.dashboard.security.proxy_sso import TrustedProxy
from pilot_planner.dashboard.security.request_guard import Guarded
from pilot_planner.dashboard.security.settings import load_settings
from pilot_planner.errors import InputError

BASE = "/tools/pilot"
BUDGET = "?limits.operating_cost.max=11000000"


@pytest.mark.parametrize(("given", "path"), [("", ""), ("/", ""), ("/pilot", "/pilot"), ("/a/b-c.d/", "/a/b-c.d")])
def test_a_base_path_is_read(given, path):
    assert checked_base_path(given) == path


@pytest.mark.parametrize("given", ["pilot", "//pilot", "/a//b", "/../x", "https://example.org/pilot", "/a?b", "/a b", '/"x'])
def test_what_is_no_path_is_refused(given):
    with pytest.raises(InputError, match="--base-path"):
        checked_base_path(given)


def test_only_what_stands_below_the_path_is_led_to_a_page():
    assert within("/pilot/why", "/pilot") == "/why"
    assert within("/pilot", "/pilot") == within("/pilot/", "/pilot") == "/"
    assert within("/pilotage", "/pilot") == "/pilotage"
    assert within("/why", "/pilot") == "/why"


@pytest.mark.parametrize("strips", [True, False], ids=["the proxy takes the path off", "the proxy leaves the path"])
def test_a_visit_through_a_proxy_stays_below_its_path(context, watched, tmp_path, strips):
    """As a visitor with an account goes: nothing is asked for beside the path, and each link leads where it says."""
    file, settings = make_accounts(tmp_path, Role.PLAN)
    words = ["--accounts", str(file), "--settings", str(settings), "--trusted-proxy", "127.0.0.1", "--base-path", f"{BASE}/"]
    with (
        served(*words, "--log", str(tmp_path / "log.json")) as inner,
        proxied(inner, BASE, tmp_path, strips=strips) as outer,
    ):
        with urllib.request.urlopen(f"{outer}{BASE}/health", timeout=60) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{outer}/health", timeout=60)
        context.add_init_script(SEEN)
        page = watched(context.new_page())
        beside, page.base = [], outer + BASE
        page.on("request", lambda one: beside.append(one.url) if not one.url.startswith((page.base, "data", "blob")) else 0)
        page.goto(f"{page.base}/why{BUDGET}")
        page.get_by_label("Account").fill("plan")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(f"{page.base}/why{BUDGET}")
        expect(page.locator("#status-line")).to_contain_text("1 setting changed")
        assert {one["path"] for one in context.cookies()} == {BASE}
        for path, _ in [] if strips else [*PAGES[4:], PAGES[0]]:
            turn_to(page, path)
            assert page.url == f"{page.base}{path}{BUDGET}"
            assert leads_beside(page) == []
        if strips:
            page.goto(f"{page.base}/{BUDGET}")
        thumb = page.locator("[id*='limits-operating_cost-max'][id*='\"control\"'] [role=slider]")
        thumb.press("ArrowLeft")
        expect(page.locator("[data-figure=operating_cost] .pp-cell-figure")).to_contain_text("10.9")
        assert page.url.startswith(f"{page.base}/?")
        page.get_by_role("link", name="Briefing").click()
        expect(page.locator(".pp-briefing-step")).to_have_count(5)
        assert page.url.startswith(f"{page.base}/briefing?")
        assert leads_beside(page) == []
        page.get_by_role("link", name="Back to the plan").click()
        expect(page.locator("[data-figure=operating_cost] .pp-cell-figure")).to_contain_text("10.9")
        turn_to(page, "/export")
        with page.expect_download() as taken:
            page.locator("#export-body .pp-download a.pp-button-main, #export-body a.pp-button-main").first.click()
        assert taken.value.path().stat().st_size > 1_000
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", name="Logged out")).to_be_visible()
        page.get_by_role("link", name="Log in again").click()
        expect(page).to_have_url(f"{page.base}/log-in")
        assert beside == []


def leads_beside(page):
    """Links, pictures and forms of a page that lead out of the path."""
    found = page.evaluate(
        """() => [...document.querySelectorAll('[href], [src], [action]')].flatMap((one) =>
             ['href', 'src', 'action'].map((name) => one.getAttribute(name)).filter(Boolean))"""
    )
    return [one for one in found if one.startswith("/") and not one.startswith(f"{BASE}/")]


@pytest.fixture(scope="module")
def below(tmp_path_factory):
    """A client of an application below the path, with accounts."""
    access = Access.open(tmp_path_factory.mktemp("below") / "accounts.sqlite", rules=Rules(QUICK))
    access.add("view", Role.VIEW, PASSWORD, by="tests")
    settings = load_settings(proxy={"addresses": ["10.0.0.5"]})
    app = make_app(guarded=Guarded(settings, lambda *_, **__: None, access), base_path=BASE)
    app._setup_server()
    app.server.wsgi_app = TrustedProxy(app.server.wsgi_app, settings.proxy)
    yield app.server
    access.close()


def test_cookies_over_tls_are_for_the_path_alone(below):
    client = below.test_client()
    sent = {
        "headers": {"X-Forwarded-Proto": "https", "Origin": "https://localhost"},
        "environ_base": {"REMOTE_ADDR": "10.0.0.5"},
    }
    # A host of its own has __Host-, which browsers take for the whole host only.
    there = client.post(
        f"{BASE}/log-in?next=%2Fwhy", data={"name": "view", "password": PASSWORD}, base_url="https://localhost", **sent
    )
    assert there.status_code == 303, there.text
    assert there.headers["Location"] == f"{BASE}/why"
    cookies = there.headers.getlist("Set-Cookie")
    assert [one.partition("=")[0] for one in cookies] == ["__Secure-pilot-session", "__Secure-pilot-device"]
    assert all(f"Path={BASE}" in one and "Secure" in one and "HttpOnly" in one for one in cookies)


@pytest.mark.parametrize("leads", ["https://elsewhere.example/", "//elsewhere.example", f"{BASE}/why", "/why", ""])
def test_a_log_in_leads_nowhere_but_below_the_path(below, leads):
    made = below.test_client()
    answer = made.post(
        f"{BASE}/log-in",
        query_string={"next": leads},
        data={"name": "view", "password": PASSWORD},
        headers={"Origin": "http://localhost"},
    )
    assert answer.headers["Location"] == (f"{BASE}/why" if leads.endswith("why") else f"{BASE}/")


def test_a_dashboard_without_a_path_is_as_it_was():
    app = make_app()
    app._setup_server()
    client = app.server.test_client()
    text = client.get("/").text
    assert 'data-base=""' in text
    assert 'href="/assets/favicon.svg"' in text
    frame = json.dumps(client.get("/_dash-layout").json)
    assert re.search(r'"href": "/trade-offs"', frame)
