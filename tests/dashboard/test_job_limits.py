"""Long work on a shared server: its turn, its place in the queue, its time, its memory, and whose it is."""

from __future__ import annotations

import threading
import time

import pytest

from pilot_planner.dashboard.runtime.job_queue import Jobs, Limits
from pilot_planner.errors import NotAllowedError


def waiting(task, tell):
    """Works until it is told to stop, or for as long as the task says."""
    until = time.monotonic() + task.get("seconds", 60.0)
    while time.monotonic() < until and tell("progress", ("working", 0.5)):
        time.sleep(0.02)
    tell("item", "found so far")
    return "done"


def effects(task, tell):
    """Under the name of work that begins by itself."""
    return waiting(task, tell)


def deaf(task, tell):
    """Does not ask whether it should stop."""
    time.sleep(60.0)


def greedy(task, tell):
    held = [bytearray(b"x" * 2**20) for _ in range(task["megabytes"])]
    return len(held)


def greedy_array(task, tell):
    import numpy as np

    return float(np.ones(task["megabytes"] * 2**17).sum())


class Server:
    """Jobs of a server, asked for by whoever is named."""

    def __init__(self, **limits):
        self.name = ""
        self.events = []
        self.jobs = Jobs(Limits(**limits), who=lambda: self.name, log=self.log)

    def log(self, event, **values):
        self.events.append({"event": event, **values})

    def start(self, name, key, work=waiting, **task):
        self.name = name
        return self.jobs.start(key, work, task)


@pytest.fixture
def server():
    made = []

    def make(**limits):
        made.append(Server(**limits))
        return made[-1]

    yield make
    for one in made:
        one.jobs.close()


def until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_job_that_waits_says_its_place_and_those_before_it_go_first(server):
    one = server(at_once=1)
    first, second, third = (one.start("ana", key) for key in ("first", "second", "third"))
    until(lambda: first.status == "running")
    until(lambda: third.text == "busy: place 2 in the queue")
    assert second.text == "busy: place 1 in the queue"
    one.jobs.cancel("first")
    until(lambda: second.status == "running")
    assert third.status == "waiting"
    until(lambda: third.text == "busy: place 1 in the queue")
    one.jobs.cancel("second")
    until(lambda: third.status == "running")


def test_a_job_that_is_cancelled_in_the_queue_leaves_it(server):
    one = server(at_once=1)
    first, second, third = (one.start("ana", key) for key in ("first", "second", "third"))
    until(lambda: first.status == "running")
    one.jobs.cancel("second")
    until(lambda: second.status == "cancelled")
    until(lambda: third.text == "busy: place 1 in the queue")


def test_an_account_has_no_more_than_its_share_and_others_are_not_touched(server):
    one = server(at_once=1, per_visitor=2)
    kept = [one.start("ana", f"ana {n}") for n in range(2)]
    refused = one.start("ana", "one too many")
    assert refused.status == "failed"
    assert "you have 2 pieces of work under way or waiting" in refused.message
    assert not one.start("ben", "ben").over
    assert one.start("ana", "ana 0") is kept[0], "to join what is there is no more work"
    one.jobs.cancel("ana 1")
    until(lambda: kept[1].over)
    assert not one.start("ana", "one too many").over


def test_a_full_queue_is_told(server):
    one = server(at_once=1, waiting=2)
    first = one.start("ana", "first")
    until(lambda: first.status == "running")
    for name in ("ben", "cem"):
        assert not one.start(name, name).over
    refused = one.start("dan", "dan")
    assert refused.status == "failed"
    assert "the server is busy: 2 pieces of work wait already" in refused.message


def test_work_that_takes_too_long_ends_with_a_word_and_keeps_what_it_found(server, monkeypatch):
    monkeypatch.setattr("pilot_planner.dashboard.runtime.job_queue._SECONDS_TO_STOP", 30.0)
    one = server(seconds=1.0)
    job = one.start("ana", "long")
    until(lambda: job.over)
    assert (job.status, job.items) == ("failed", ["found so far"])
    assert job.message == "this took longer than the 1 s that the server gives to one piece of work"


def test_work_that_does_not_listen_is_ended(server, monkeypatch):
    monkeypatch.setattr("pilot_planner.dashboard.runtime.job_queue._SECONDS_TO_STOP", 0.5)
    one = server(seconds=0.5)
    job = one.start("ana", "deaf", deaf)
    until(lambda: job.over)
    assert job.status == "failed"
    assert "0.5 s that the server gives" in job.message


@pytest.mark.parametrize("work", [greedy, greedy_array])
def test_work_that_takes_too_much_memory_ends_with_a_word(server, work):
    pytest.importorskip("resource", reason="memory cannot be held on this system")
    one = server(megabytes=400)
    job = one.start("ana", "greedy", work, megabytes=900)
    until(lambda: job.over)
    assert job.status == "failed"
    assert "400 MB of memory" in job.message
    small = one.start("ana", "small", work, megabytes=30)
    until(lambda: small.over)
    assert small.status == "done"


def test_nobody_cancels_what_somebody_else_waits_for(server):
    one = server()
    job = one.start("ana", "shared")
    assert one.start("ben", "shared") is job
    with pytest.raises(NotAllowedError, match="Somebody else waits"):
        one.jobs.cancel("shared")
    one.jobs.leave("shared")
    assert not job.cancelled


def test_what_begins_by_itself_gives_way_to_the_next_of_the_same_visitor(server):
    one = server(at_once=1, per_visitor=2)
    jobs = [one.start("ana", f"prices {n}", effects) for n in range(6)]
    assert all(job.status != "failed" for job in jobs)
    until(lambda: all(job.over for job in jobs[:-1]))
    until(lambda: jobs[-1].status == "running")


def test_each_piece_of_work_is_one_line_of_the_log(server):
    one = server()
    job = one.start("ana", "short", seconds=0.1)
    until(lambda: job.over)
    (line,) = one.events
    assert line["event"] == "work"
    assert (line["kind"], line["status"], line["found"]) == ("waiting", "done", 1)
    assert line["seconds"] > 0
    assert "ana" not in str(line)


def test_many_who_ask_at_once_are_all_served_in_turn(server):
    one = server(at_once=2)
    threads = [threading.Thread(target=one.jobs.start, args=(f"job {n}", waiting, {"seconds": 0.05})) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: all((job := one.jobs.get(f"job {n}")) is not None and job.status == "done" for n in range(12)), 120)
