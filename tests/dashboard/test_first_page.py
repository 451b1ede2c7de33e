"""What comes with the first page: the plan if it is known, scripts that are needed, and nothing twice."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from pilot_planner.dashboard.app import make_app, services_of
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.runtime.compression import CHARTS
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.figures.core.theme import palette


@pytest.fixture(scope="module")
def app():
    made = make_app()
    services_of(made).planner.answer(Question("one_host"))
    return made


@pytest.fixture
def client(app):
    return app.server.test_client()


def parts(component):
    """Every component of a layout by its id."""
    found, waiting = {}, [component]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict) and "props" in one:
            props = one["props"]
            if isinstance(props.get("id"), str):
                found[props["id"]] = props
            waiting.append(props.get("children"))
    return found


def frame(client, page, look=""):
    answer = client.get(
        "/_dash-layout", headers=({"Referer": page} if page else {}) | ({"Pilot-Look": look} if look else {})
    )
    return parts(json.loads(answer.data))


def figures_in(found):
    return 'id="strip"' in found[ids.PLAN_TOP]["data-html"]


CHARTS_OF_A_PLAN = ("map", "caps", "flow", "budget")


def test_a_page_that_tells_its_look_comes_with_its_charts(client):
    light, dark = (frame(client, "http://localhost/?model=one_host", f"{theme} 860") for theme in ("light", "dark"))
    for name in CHARTS_OF_A_PLAN:
        pages = [found[name]["figure"]["layout"]["paper_bgcolor"] for found in (light, dark)]
        assert pages == [palette("light").page, palette("dark").page]
    assert dark[ids.MANTINE]["forceColorScheme"] == "dark"
    for part in (ids.PLAN_MAP, ids.PLAN_CAPS, ids.PLAN_MONEY):
        assert light[ids.drawn(part)]["data"].endswith("light 860")


@pytest.mark.parametrize(
    "look", ["", "light", "blue 860", "light 12", "light 99999", "light 8e2", "light -860", "light 860 1"]
)
def test_a_look_that_is_none_leaves_the_charts_for_later(client, look):
    found = frame(client, "http://localhost/?model=one_host", look)
    assert figures_in(found)
    assert not set(CHARTS_OF_A_PLAN) & set(found)
    assert found[ids.drawn(ids.PLAN_MAP)].get("data") is None


def test_our_own_script_comes_before_all_others_and_no_unused_one_comes(client):
    text = client.get("/").text
    scripts = [line.partition('"')[2].partition('"')[0] for line in text.split("<script src=")[1:]]
    assert scripts[0].startswith("/assets/client.js")
    assert sum("client.js" in one for one in scripts) == 1
    assert not [one for one in scripts if "dash_table" in one]


def test_a_frame_is_kept_by_no_cache_since_it_holds_the_page_that_asked(client):
    answer = client.get("/_dash-layout", headers={"Referer": "http://localhost/inputs"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_plan_that_is_known_comes_with_the_frame(client):
    found = frame(client, "http://localhost/?model=one_host")
    assert found[ids.PLAN]["data"]["status"] == "solved"
    assert found[ids.PLAN]["data"]["search"] == "?model=one_host"
    assert found[ids.TURNED]["data"] == "/"
    assert figures_in(found)


def test_a_plan_that_is_not_known_is_asked_for_from_the_page(client):
    found = frame(client, "http://localhost/?model=one_host&limits.operating_cost.max=9100000")
    assert found[ids.PLAN].get("data") is None
    assert not figures_in(found)


@pytest.mark.parametrize("page", [None, "http://elsewhere.example/?model=one_host", "not an address"])
def test_without_a_page_of_ours_named_the_frame_is_empty(client, page):
    found = frame(client, page)
    assert found[ids.PLAN].get("data") is None
    assert found[ids.TURNED].get("data") is None


@pytest.mark.parametrize("search", ["?model=nobody", "?limits.nothing.max=1", "?limits.operating_cost.max=%00"])
def test_an_address_that_cannot_be_read_is_left_to_the_first_question(client, search):
    found = frame(client, f"http://localhost/{search}")
    assert found[ids.PLAN].get("data") is None


def test_a_page_that_does_not_exist_is_left_to_the_first_question(client):
    found = frame(client, "http://localhost/nothing?model=one_host")
    assert found[ids.TURNED].get("data") is None


def test_the_table_library_is_loaded_at_once_only_where_there_is_a_table(client):
    plan, inputs = (client.get(path).data.decode() for path in ("/", "/inputs"))
    assert '<script src="/_dash-component-suites/dash_ag_grid' not in plan
    assert 'data-src="/_dash-component-suites/dash_ag_grid' in plan
    assert '<script src="/_dash-component-suites/dash_ag_grid' in inputs


def test_the_chart_library_travels_compressed_and_the_same_each_time(client):
    wants = {"Accept-Encoding": "gzip"}
    first, again = (client.get(CHARTS, headers=wants) for _ in range(2))
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.data == again.data
    assert len(first.data) < 1_700_000
    plain = client.get(CHARTS)
    assert plain.data.startswith(b"//# allFunctionsCalledOnLoad\nwindow.pilotCharts = function () {\n")
    assert b"window.Plotly = Plotly" in plain.data


def test_answers_are_never_taken_from_what_was_kept(client):
    wants = {"Accept-Encoding": "gzip"}
    known = client.get("/_dash-layout", headers={**wants, "Referer": "http://localhost/?model=one_host"})
    unknown = client.get("/_dash-layout", headers=wants)
    assert known.headers["Content-Encoding"] == unknown.headers["Content-Encoding"] == "gzip"
    assert known.data != unknown.data


def test_a_page_with_a_table_is_reached_from_one_without(visitor):
    page = visitor
    page.goto(f"{page.base}/?model=one_host")
    expect(page.locator("[data-figure=worker_income]")).to_be_visible()
    page.get_by_role("link", name="Inputs", exact=True).click()
    expect(page.locator(".ag-row").first).to_be_visible()
    assert page.url == f"{page.base}/inputs?model=one_host"
    page.go_back()
    expect(page.locator("[data-figure=worker_income]")).to_be_visible()
    assert page.url == f"{page.base}/?model=one_host"
