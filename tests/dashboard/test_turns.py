"""Plans asked by more visitors than are solved at a time: each in its turn, and told its place when it waits."""

from __future__ import annotations

import gc
import threading
import time

import pytest
from browser import SEEN
from playwright.sync_api import expect
from werkzeug.serving import make_server

from pilot_planner.dashboard.app import make_app, services_of
from pilot_planner.dashboard.pages.plan.solve_callbacks import place_in_words
from pilot_planner.dashboard.runtime.plan_cache import OutdatedError, Planner
from pilot_planner.dashboard.runtime.turns import Turns
from pilot_planner.dashboard.runtime.url_state import Question


def never():
    return False


def until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def test_turns_are_taken_in_the_order_in_which_they_were_asked_for():
    turns, order = Turns(1), []
    assert turns.take("at work", never)

    def wait(key):
        assert turns.take(key, never)
        order.append(key)
        turns.release()

    threads = []
    for number, key in enumerate("abcde", 1):
        threads.append(threading.Thread(target=wait, args=(key,)))
        threads[-1].start()
        until(lambda: turns.place(key) == number)  # noqa: B023 - asked at once
    assert turns.place("at work") is None
    turns.release()
    for thread in threads:
        thread.join(60)
    assert order == list("abcde")
    assert turns.place("a") is None


def test_no_more_are_at_work_than_may_be_and_who_gives_up_leaves_the_row():
    turns, most, now, lock = Turns(2), [0], [0], threading.Lock()

    def work(key):
        assert turns.take(key, never)
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        turns.release()

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == [2]
    assert turns.take("x", never)
    assert turns.take("y", never)
    assert not turns.take("z", lambda: True)
    assert turns.place("z") is None
    turns.release()
    assert turns.take("next", never)


def test_at_the_end_those_at_work_are_waited_for_and_nobody_begins():
    turns = Turns(1)
    assert turns.take("at work", never)
    assert not turns.all_back(0.05)
    other = Turns(1)
    assert other.all_back(1.0)
    asked = iter([False, True])
    assert not other.take("late", lambda: next(asked))


def test_a_question_that_waits_has_a_place_and_gives_it_up_for_a_newer_one():
    planner = Planner()
    for key in ("one", "two"):
        assert planner._turns.take(key, never)
    asked, ended = Question("one_host", {"limits.operating_cost.max": 9e6}), []

    def ask(visitor, question):
        try:
            ended.append(planner.answer(question, visitor, planner.ticket(visitor)).status)
        except OutdatedError:
            ended.append("outdated")

    first = threading.Thread(target=ask, args=("ana", Question("one_host", {"limits.operating_cost.max": 8e6})))
    first.start()
    until(lambda: planner._turns._row)
    second = threading.Thread(target=ask, args=("ben", asked))
    second.start()
    until(lambda: planner.place(asked) == 2)
    told = place_in_words(planner, asked.search)
    assert told == "The server is busy with the plans of others: yours is number 2 of those that wait."
    planner.ticket("ana")
    until(lambda: planner.place(asked) == 1)
    assert ended == ["outdated"]
    assert place_in_words(planner, asked.search).endswith("yours is the next.")
    planner._turns.release()
    second.join(60)
    first.join(60)
    assert ended == ["outdated", "solved"]
    assert place_in_words(planner, asked.search) == ""


@pytest.mark.parametrize("search", ["?model=none_such", "?limits.operating_cots.max=1", "", None])
def test_what_waits_nowhere_or_cannot_be_read_has_no_place(search):
    assert place_in_words(Planner(), search) == ""


# The server is in this process, where flask_compress leaves the files that it sends to be closed by the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning")
def test_a_visitor_who_waits_is_told_so_until_the_plan_is_there(browser):
    app = make_app()
    services = services_of(app)
    planner = services.planner
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    try:
        planner.answer(Question("base"))
        context.add_init_script(SEEN)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/?model=one_host")
        expect(page.locator("[data-figure=worker_income] .pp-cell-figure")).to_be_visible()
        word = page.locator("#waits")
        expect(word).to_be_hidden()
        for key in ("one", "two"):
            assert planner._turns.take(key, never)
        page.evaluate("history.pushState(null, '', '?model=one_host&limits.operating_cost.max=9000000')")
        page.evaluate("window.dispatchEvent(new PopStateEvent('popstate'))")
        expect(word).to_be_visible()
        expect(word).to_have_text("The server is busy with the plans of others: yours is the next.")
        for _ in range(2):
            planner._turns.release()
        expect(word).to_be_hidden()
        expect(page.locator("#status-line")).to_contain_text("1 setting changed")
    finally:
        context.close()
        server.shutdown()
        server.server_close()
        planner.close()
        services.jobs.close()
        gc.collect()
