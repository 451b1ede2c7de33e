"""Browser tests: one dashboard for all of them, and a page that reports whatever a visitor should never meet."""

from __future__ import annotations

import pytest
from browser import SEEN, served
from playwright.sync_api import expect

expect.set_options(timeout=40_000)
"""Long, since machines are shared: a test waits no longer than it must."""


@pytest.fixture(scope="session")
def live_url():
    """Address of a dashboard on the shipped inputs."""
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def held_url():
    """Address of a dashboard whose long work stops where ``held_work`` says, until it is cancelled."""
    with served(held=True) as address:
        yield address


@pytest.fixture
def held_visitor(visitor, held_url):
    """A visitor of that one."""
    visitor.base = held_url
    return visitor


@pytest.fixture
def watched():
    """Makes a page report outside requests, errors and warnings; the test fails at its end if there were any."""
    seen: list[str] = []

    def watch(page):
        def asked(request):
            if not request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
                seen.append(f"asked {request.url}")

        def said(message):
            if message.type in ("error", "warning") and not any(known in message.text for known in KNOWN):
                seen.append(f"{message.type}: {message.text}")

        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: seen.append(f"error: {error}"))
        page.set_default_timeout(30_000)
        return page

    yield watch
    assert seen == []


KNOWN = (
    "GPU stall due to ReadPixels",  # of the software renderer that a headless browser draws with
    "GroupMarkerNotSet",
    "willReadFrequently",  # a hint to the chart library, which reads its 3-D view back to find the point below the mouse
)


@pytest.fixture
def visitor(context, watched, live_url):
    """A page of somebody who has seen the tour."""
    context.add_init_script(SEEN)
    page = watched(context.new_page())
    page.base = live_url
    return page


@pytest.fixture
def another(browser, watched, live_url):
    """Makes pages of further visitors, each with a browser state of its own."""
    contexts = []

    def make():
        contexts.append(browser.new_context())
        contexts[-1].add_init_script(SEEN)
        page = watched(contexts[-1].new_page())
        page.base = live_url
        return page

    yield make
    for context in contexts:
        context.close()
