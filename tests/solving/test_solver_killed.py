"""A solver that is a program of its own, killed in the middle of a solve: a clear word, and nothing half done."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the solver's process in /proc")

WHOLE = ("--set", "solver.name=cbc", "--set", "solver.engine=whole")
PROMPT = 120
"""Seconds after which a process that a test started is a failure."""
KILLED = (
    "error: the solver 'cbc' was killed or crashed before it had an answer (a machine short of memory does that to what "
    "uses most); try again, or set solver.name to 'highs'\n"
)


def planning(out, temporary):
    temporary.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "pilot_planner", "plan", "--model", "one_host", *WHOLE, "--out", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip


def solver_of(process):
    """The process of the solver, as soon as it is there."""
    end = time.monotonic() + PROMPT
    while time.monotonic() < end and process.poll() is None:
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split():
            with contextlib.suppress(OSError):  # a short-lived one has gone meanwhile
                if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() == "cbc":
                    # It stands still from here on: on a busy machine it would be done before it is killed.
                    os.kill(int(child), signal.SIGSTOP)
                    return int(child)
        time.sleep(0.002)
    raise AssertionError(f"no solver was begun: {process.communicate()}")


def killed(out, temporary, sign):
    with planning(out, temporary) as process:
        try:
            child = solver_of(process)
            assert list(temporary.rglob("*.mps"))
            os.kill(child, sign)
            with contextlib.suppress(ProcessLookupError):  # gone at once
                os.kill(child, signal.SIGCONT)
            said = process.communicate(timeout=PROMPT)
        finally:
            process.kill()
    return process.returncode, *said


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_solver_is_told_in_words_and_leaves_nothing_behind(tmp_path, sign):
    assert killed(tmp_path / "plans" / "plan", tmp_path / "temporary", sign) == (2, "", KILLED)
    assert not (tmp_path / "plans").exists()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_plan_that_was_there_stays_as_it_was_and_asking_again_works(tmp_path):
    out, temporary = tmp_path / "plan", tmp_path / "temporary"
    first = planning(out, temporary)
    assert first.communicate(timeout=PROMPT)[1].endswith(f" written to {out}\n")
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()}
    assert len(before) > 5
    assert killed(out, temporary, signal.SIGKILL) == (2, "", KILLED)
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan", "temporary"]
    again = planning(out, temporary)
    assert again.communicate(timeout=PROMPT)[1].endswith(f" written to {out}\n")
    assert again.returncode == 0
    assert (out / "plan.json").read_bytes() == before["plan.json"][0]
    assert list(temporary.iterdir()) == []


def test_the_solver_dies_with_the_planner_and_the_next_start_clears_up(tmp_path):
    out, temporary = tmp_path / "plans" / "plan", tmp_path / "temporary"
    with planning(out, temporary) as process:
        child = solver_of(process)
        process.kill()
        process.communicate(timeout=PROMPT)
    end = time.monotonic() + 5.0
    while Path(f"/proc/{child}").exists() and state(child) not in "ZX" and time.monotonic() < end:
        time.sleep(0.01)
    assert not Path(f"/proc/{child}").exists() or state(child) in "ZX"
    assert list(temporary.rglob("*.mps"))
    subprocess.run(
        [sys.executable, "-m", "pilot_planner", "--version"], env={**os.environ, "TMPDIR": str(temporary)}, check=True
    )
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "plans").exists()


def state(process):
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return "X"
