"""Plans saved for everybody: one saves, another sees, compares and changes them, and the history says who."""

import re

import pytest
from browser import SEEN, served
from playwright.sync_api import expect

from pilot_planner.store.store import Store


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server with a store, and the store."""
    file = tmp_path_factory.mktemp("team") / "plans.sqlite"
    with served("--store", str(file)) as address:
        yield address, file


@pytest.fixture
def visit(browser, shared):
    """Opens the Compare page as a new visitor."""
    contexts = []

    def begin(search=""):
        context = browser.new_context()
        context.add_init_script(SEEN)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{shared[0]}/compare{search}")
        expect(page.get_by_role("heading", name="Plans of everybody here")).to_be_visible()
        expect(page.locator("#compare-body h1")).to_be_visible()
        return page

    yield begin
    for context in contexts:
        context.close()


def told(page, words):
    expect(page.locator("#team-told")).to_contain_text(words)


def save(page, name, note=""):
    page.locator("#team-name").fill(name)
    page.locator("#team-note").fill(note)
    page.get_by_role("button", name="Save for everybody").click()


def choose(page, name):
    page.locator("#team-entry").click()
    page.get_by_role("option", name=name).click()


def test_a_plan_saved_by_one_is_opened_compared_and_changed_by_another(visit, shared):
    first = visit("?limits.operating_cost.max=9000000")
    save(first, "Board, nine million", "For May")
    told(first, "Saved “Board, nine million” for everybody.")
    row = first.locator("#team-list tr", has_text="Board, nine million")
    expect(row).to_contain_text("For May")
    expect(row).to_contain_text("Present plan")

    second = visit()
    row = second.locator("#team-list tr", has_text="Board, nine million")
    expect(row.get_by_role("link", name="Open")).to_have_attribute("href", re.compile(r"operating_cost.max=9000000"))
    row.get_by_role("link", name="Add").click()
    expect(second.locator("#compare-body")).to_contain_text("Two plans side by side")
    expect(second.locator("#team-list tr", has_text="Board, nine million")).to_contain_text("Take out")

    choose(second, "Board, nine million")
    second.locator("#team-new-name").fill("Board, 9 m USD")
    second.get_by_role("button", name="Rename").last.click()
    told(second, "revision 2")
    expect(second.locator("#team-list")).to_contain_text("Board, 9 m USD")
    second.locator("#team-history summary").click()
    expect(second.locator("#team-history")).to_contain_text("name: Board, nine million → Board, 9 m USD")

    # The first visitor chose before the second changed it: nothing is overwritten unseen.
    choose(first, "Board, nine million")
    first.get_by_role("button", name="Put away").click()
    told(first, "Nothing was changed")
    told(first, "look again")

    store = Store.open(shared[1])
    try:
        (item,) = (one for one in store.list("plan") if one.name.startswith("Board"))
        assert (item.name, item.revision) == ("Board, 9 m USD", 2)
        assert store.remake(item.id).identical
    finally:
        store.close()


def test_what_is_put_away_is_brought_back(visit):
    page = visit("?limits.operating_cost.max=8000000")
    save(page, "Eight million")
    told(page, "Saved")
    choose(page, "Eight million")
    page.get_by_role("button", name="Put away").click()
    told(page, "put away, revision 2")
    expect(page.locator("#team-list")).not_to_contain_text("Eight million")
    page.get_by_label("Show what was put away").check()
    expect(page.locator("#team-list")).to_contain_text("Eight million (put away)")
    choose(page, "Eight million")
    page.get_by_role("button", name="Bring back").click()
    told(page, "kept, revision 3")


def test_a_plan_needs_a_name(visit):
    page = visit()
    save(page, "   ")
    told(page, "Give the plan a name first.")


def test_without_a_store_there_is_nothing_of_it(page, live_url):
    page.add_init_script(SEEN)
    page.goto(f"{live_url}/compare")
    expect(page.get_by_role("heading", name="Plans to choose from")).to_be_visible()
    expect(page.get_by_text("Plans of everybody here")).to_have_count(0)
