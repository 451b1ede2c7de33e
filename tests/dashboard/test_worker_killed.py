"""A process that works for a page, killed in the middle: the page says so, nothing saved is lost, and asking again works."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import signal
import time
import tomllib
from pathlib import Path
from urllib.parse import urlencode

import held_work
import pytest
from browser import SEEN, serving
from playwright.sync_api import expect

from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.job_queue import Jobs, Limits
from pilot_planner.store.store import Store

ROOT = Path(__file__).parents[2]
AXES = '[{metric = "worker_income", sense = "max"}, {metric = "operating_cost", sense = "min"}]'
FEW = "it_services,mining,logging_forestry,restaurants,health_care,agriculture,food_seafood_processing,shipbuilding"
DIED = "the process that worked on this died; ask again"


def until(true, seconds=90.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def front_of(points):
    settings = {"exclusions": FEW.split(","), "tradeoffs.axes": tomllib.loads(f"axes = {AXES}")["axes"]}
    task = {"model": str(ROOT / "models" / "one_host.toml"), "inputs": str(ROOT / "inputs"), "settings": settings}
    return {**task, "points": points}


def waiting(task, tell):
    while tell("progress", ("working", 0.5)):
        time.sleep(0.02)


def stubborn(task, tell):
    """Hears that it should stop and goes on."""
    while True:
        tell("progress", ("working", 0.5))
        time.sleep(0.02)


def silent(task, tell):
    """A first word, then none for long."""
    tell("item", "at work")
    time.sleep(600)


@pytest.fixture
def jobs():
    made = []

    def make(**limits):
        made.append(Jobs(Limits(**limits)))
        return made[-1]

    yield make
    for one in made:
        one.close()
    until(lambda: not workers())


def workers():
    return [process.pid for process in multiprocessing.active_children()]


def kill(*pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_front_killed_half_way_keeps_its_points_and_is_found_when_asked_again(jobs):
    one = jobs()
    job = one.start("front", held_work.front, front_of(60))
    until(lambda: one.get("front").over or len(job.items) == 3)
    assert not job.over, job.message
    kill(*workers())
    until(lambda: job.over)
    assert (job.status, job.message, job.result) == ("failed", DIED, None)
    assert len(job.items) == 3
    until(lambda: not workers())
    again = one.start("front", job_functions.front, front_of(4))
    assert again is not job
    until(lambda: one.get("front").over)
    assert again.status == "done", again.message
    assert again.result["complete"]


@pytest.mark.parametrize("process", [waiting, silent])
def test_others_go_on_and_the_next_in_the_queue_gets_the_place_of_the_killed(jobs, process):
    one = jobs(at_once=2)
    first = one.start("first", process, {})
    until(lambda: first.status == "running" and workers())
    (pid,) = workers()
    second, third = one.start("second", waiting, {}), one.start("third", waiting, {})
    until(lambda: second.status == "running")
    assert third.status == "waiting"
    kill(pid)
    until(lambda: first.over and third.status == "running")
    assert (first.status, first.message) == ("failed", DIED)
    assert second.status == "running"


def test_where_memory_is_limited_the_word_names_the_limit(jobs):
    one = jobs(megabytes=700)
    job = one.start("job", waiting, {})
    until(lambda: job.status == "running" and job.share > 0)
    kill(*workers())
    until(lambda: job.over)
    assert job.message == f"{DIED}, for less if this was too much: one piece of work may have 700 MB of memory"


def test_what_dies_after_it_was_cancelled_is_cancelled(jobs):
    one = jobs()
    job = one.start("job", stubborn, {})
    until(lambda: job.share > 0)
    one.cancel("job")
    kill(*workers())
    until(lambda: job.over)
    assert (job.status, job.message) == ("cancelled", "")


# In a browser, on a server with a store.


def descendants(pid):
    """Processes below one, the deepest last."""
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            for child in map(int, (thread / "children").read_text(encoding="utf-8").split()):
                found += [child, *descendants(child)]
    return found


def at_work(server):
    """Those that work for pages: begun by the process that has loaded what they need."""
    return [pid for first in descendants(server) if is_source(first) for pid in descendants(first)]


def is_source(pid):
    """Whether this is the process that has loaded what those need that work for pages, and begins them."""
    with contextlib.suppress(OSError):
        return b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes() and bool(descendants(pid))
    return False


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the processes of a server in /proc")
@pytest.mark.parametrize(
    "with_its_source", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["worker", "worker and what it is a copy of"]
)
def test_the_page_says_that_its_worker_died_and_finds_the_front_when_asked_again(browser, tmp_path, with_its_source):
    file = tmp_path / "plans.sqlite"
    with serving("--store", str(file), held=True) as (address, server):
        context = browser.new_context()
        context.add_init_script(SEEN)
        page = context.new_page()
        search = urlencode({"model": "one_host", "exclusions": FEW, "points": 60})
        page.goto(f"{address}/compare?{search}")
        expect(page.locator("#status-line")).not_to_be_empty()  # there is a plan to save
        page.locator("#team-name").fill("Before the fault")
        page.get_by_role("button", name="Save for everybody").click()
        expect(page.locator("#team-told")).to_contain_text("Saved “Before the fault” for everybody.")
        page.locator("nav a", has_text="Trade-offs").click()
        page.get_by_role("button", name="Find the trade-offs").click()
        expect(page.locator("#front-progress")).to_contain_text("Three plans found")
        found = at_work(server)
        assert found
        kill(*found, *([pid for pid in descendants(server) if is_source(pid)] if with_its_source else []))
        expect(page.locator(".pp-lead").first).to_contain_text(f"The search broke off: {DIED}.")
        expect(page.locator(".pp-lead").first).to_contain_text(re.compile(r"plans found until then stay below"))
        page.get_by_role("button", name="Start again").click()
        expect(page.locator("#front-progress")).to_contain_text("Three plans found")
        expect(page.locator(".pp-lead").first).to_contain_text("so far that cannot be bettered")
        page.locator("#front-cancel").click()
        expect(page.locator(".pp-lead").first).to_contain_text("Stopped early.")
        page.locator("nav a", has_text="Compare").click()
        expect(page.locator("#team-list")).to_contain_text("Before the fault")
        context.close()
    store = Store.open(file, create=False)
    assert [item.name for item in store.list()] == ["Before the fault"]
    store.close()
