"""A job in a process beside this one: its result, its error in words, its end when nobody wants it, and its death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pilot_planner.data.loading import load_inputs
from pilot_planner.data.locations import resolve_inputs
from pilot_planner.errors import InputError, NoPlanError
from pilot_planner.studies.execution import subprocess_task
from pilot_planner.studies.execution.subprocess_task import Beside, StoppedError
from pilot_planner.studies.planning.plan import make_plan

PROMPT = 60
"""Seconds after which a process that a test started is a failure."""

# What travels to another process must be found by name there, and it knows nothing of this file: it is of the library, or of
# Python itself.


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(true):
    end = time.monotonic() + PROMPT
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def pid_of(job):
    return job._process.pid


@pytest.fixture
def nothing_here(monkeypatch):
    """Fails a job that is done in this process instead of beside it."""

    def forbidden(job):
        monkeypatch.setattr(job, "_here", lambda: pytest.fail("done here"))
        return job

    return forbidden


def test_the_result_comes_from_another_process_which_is_gone_then(nothing_here):
    job = nothing_here(Beside(os.getpid))
    process = pid_of(job)
    assert job.result() == process != os.getpid()
    assert not alive(process)


def test_a_plan_made_beside_is_the_plan_made_here(nothing_here, shipped_inputs):
    settings = {"limits.operating_cost.max": 9e6}
    there = nothing_here(Beside(make_plan, "one_host", resolve_inputs(None), settings)).result()
    here = make_plan("one_host", shipped_inputs, settings)
    assert (there.plan_id, there.metrics) == (here.plan_id, here.metrics)


def test_words_of_the_job_do_not_stand_among_its_answer(nothing_here):
    assert nothing_here(Beside(print, "a word", flush=True)).result() is None
    assert nothing_here(Beside(os.write, 1, b"another")).result() == len(b"another")


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"limits.operating_cost.max": 1e6}, NoPlanError), ({"limits.operating_cots.max": 9e6}, InputError)],
)
def test_an_error_is_the_one_that_the_job_raises_here(nothing_here, settings, error):
    with pytest.raises(error) as here:
        make_plan("one_host", load_inputs(resolve_inputs(None)), settings)
    job = nothing_here(Beside(make_plan, "one_host", None, settings))
    process = pid_of(job)
    with pytest.raises(error) as there:
        job.result()
    assert str(there.value) == str(here.value) != ""
    assert vars(there.value) == vars(here.value)
    assert not alive(process)


def test_an_error_that_cannot_travel_is_raised_here():
    with pytest.raises(Exception, match="of its own kind") as found:
        Beside(exec, "class Own(Exception): pass\nraise Own('of its own kind')", {"__name__": "nowhere"}).result()
    assert type(found.value).__name__ == "Own"


def test_cancelled_in_the_middle_it_leaves_no_process(nothing_here):
    job = nothing_here(Beside(time.sleep, 600))
    process, asked = pid_of(job), []

    def stopped():
        asked.append(alive(process))
        return len(asked) > 2

    began = time.monotonic()
    with pytest.raises(StoppedError):
        job.result(stopped)
    assert asked == [True, True, True]
    assert time.monotonic() - began < PROMPT
    assert not alive(process)
    assert not job._reader.is_alive()


def test_ended_before_anybody_asked_it_leaves_no_process_and_may_be_ended_again():
    job = Beside(time.sleep, 600)
    process = pid_of(job)
    job.end()
    job.end()
    assert not alive(process)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSEGV])
def test_where_the_process_dies_the_job_is_done_here(sign):
    here = []
    job = Beside(time.sleep, 600)
    job._here = lambda: here.append(os.getpid()) or "done here"
    process = pid_of(job)
    until(lambda: b"subprocess_task" in Path(f"/proc/{process}/cmdline").read_bytes())
    os.kill(process, sign)
    assert job.result() == "done here"
    assert here == [os.getpid()]
    assert not alive(process)


def test_where_no_process_can_be_begun_the_job_is_done_here(monkeypatch):
    monkeypatch.setattr(subprocess_task.sys, "executable", "/nowhere/python")
    assert Beside(os.getpid).result() == os.getpid()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_when_the_one_who_asked_is_killed_the_process_ends_as_well():
    script = (
        "import time\nfrom pilot_planner.studies.execution.subprocess_task import Beside\n"
        "job = Beside(time.sleep, 600)\nprint(job._process.pid, flush=True)\njob.result()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as asking:
        child = int(asking.stdout.readline())
        until(lambda: alive(child))
        asking.kill()
    until(lambda: not alive(child))
