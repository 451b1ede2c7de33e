"""Long work in processes of its own: streamed, shared, cancelled, and told when it dies."""

from __future__ import annotations

import os
import time

import pytest

from pilot_planner.dashboard.runtime.job_queue import Jobs
from pilot_planner.errors import PilotPlannerError


def counting(task, tell):
    for number in range(task["to"]):
        tell("item", number)
        if not tell("progress", (f"{number} counted", number / task["to"])):
            return "stopped early"
        time.sleep(task.get("pause", 0.0))
    return task["to"]


def refusing(task, tell):
    raise PilotPlannerError("there is nothing to do")


def breaking(task, tell):
    raise ValueError("a fault of ours")


def dying(task, tell):
    tell("item", "last words")
    os._exit(9)


@pytest.fixture
def jobs():
    made = Jobs()
    yield made
    made.close()


def ended(jobs, key, seconds=60.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = jobs.get(key)
        if job.over:
            return job
        time.sleep(0.05)
    raise AssertionError(f"{key} did not end: {jobs.get(key)}")


def test_items_and_the_result_arrive(jobs):
    jobs.start("count", counting, {"to": 4})
    job = ended(jobs, "count")
    assert (job.status, job.result, job.items) == ("done", 4, [0, 1, 2, 3])


def test_what_a_page_reads_of_a_job_is_one_moment_of_it(jobs):
    jobs.start("count", counting, {"to": 4, "pause": 0.05})
    before = jobs.get("count")
    assert ended(jobs, "count").status == "done"
    assert (before.over, before.result, len(before.items) < 4) == (False, None, True)


def test_the_same_work_is_begun_once(jobs):
    first = jobs.start("same", counting, {"to": 3, "pause": 0.2})
    assert jobs.start("same", counting, {"to": 3, "pause": 0.2}) is first
    assert ended(jobs, "same").items == [0, 1, 2]


def test_cancelled_work_stops_soon_and_keeps_what_it_found(jobs):
    first = jobs.start("long", counting, {"to": 10_000, "pause": 0.05})
    until = time.monotonic() + 60
    while not jobs.get("long").items and time.monotonic() < until:
        time.sleep(0.05)
    jobs.cancel("long")
    job = ended(jobs, "long")
    assert job.status == "cancelled"
    assert 0 < len(job.items) < 10_000
    again = jobs.start("long", counting, {"to": 2})
    assert again is not first
    anew = ended(jobs, "long")
    assert anew.status == "done"
    # What was told before it was begun again is still there for a page that has nothing newer.
    assert anew.earlier == tuple(job.items)


@pytest.mark.parametrize(
    ("work", "words"),
    [(refusing, "there is nothing to do"), (breaking, "a fault of the planner itself"), (dying, "died")],
)
def test_what_goes_wrong_is_told_in_words(jobs, work, words):
    jobs.start(work.__name__, work, {})
    job = ended(jobs, work.__name__)
    assert job.status == "failed"
    assert words in job.message
    assert "Traceback" not in job.message


def test_work_that_nobody_asks_about_any_more_is_stopped(jobs, monkeypatch):
    monkeypatch.setattr("pilot_planner.dashboard.runtime.job_queue._SECONDS_UNWANTED", 0.5)
    job = jobs.start("forgotten", counting, {"to": 10_000, "pause": 0.05})
    until = time.monotonic() + 60
    while not job.over and time.monotonic() < until:
        time.sleep(0.1)
    assert job.status == "cancelled"
