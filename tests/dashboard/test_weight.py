"""What a first visit weighs on the wire, as the browser tells it: many who answer for workers sit behind slow lines."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

MOST_OF_A_FIRST_VISIT = 1_000_000
"""Bytes, headers counted, until a plan and its charts can be read and everything has come to rest."""
CHARTS, GRID = "/chart-library.js", "/dash_ag_grid/"


@pytest.fixture
def weighed(visitor):
    """A visitor, and what the browser has got so far: bytes by address."""
    names, bytes_of = {}, {}
    session = visitor.context.new_cdp_session(visitor)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished", lambda event: bytes_of.update({names[event["requestId"]]: event["encodedDataLength"]})
    )
    return visitor, bytes_of


def asked_for(bytes_of, part):
    return [one for one in bytes_of if part in one]


def test_a_readable_plan_with_its_charts_weighs_less_than_a_megabyte(weighed):
    page, bytes_of = weighed
    page.goto(page.base)
    for name in ("map", "caps", "flow", "budget"):
        expect(page.locator(f".pp-chart:has(#{name}) .pp-still svg")).to_be_visible()
    expect(page.locator(".pp-sure-bar")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert 200_000 < sum(bytes_of.values()) < MOST_OF_A_FIRST_VISIT, sorted(bytes_of.items(), key=lambda one: -one[1])[:8]
    assert not asked_for(bytes_of, CHARTS)
    assert not asked_for(bytes_of, GRID)
    # Who points at a link to a table gets the table's library meanwhile; who points at a chart, that of charts.
    page.get_by_role("link", name="Inputs", exact=True).hover()
    page.wait_for_function("window.dash_ag_grid !== undefined")
    assert len(asked_for(bytes_of, GRID)) == 1
    assert not asked_for(bytes_of, CHARTS)


@pytest.mark.parametrize("path", ["/export", "/inputs"])
def test_a_page_without_charts_asks_for_no_chart_library(weighed, path):
    page, bytes_of = weighed
    page.goto(f"{page.base}{path}?model=one_host")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not asked_for(bytes_of, CHARTS)


def test_a_chart_without_a_drawing_brings_the_library_by_itself(weighed):
    page, bytes_of = weighed
    page.goto(f"{page.base}/why?model=one_host")
    expect(page.locator(".main-svg").first).to_be_visible(timeout=90_000)
    assert len(asked_for(bytes_of, CHARTS)) == 1
