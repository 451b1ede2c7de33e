"""Studies on several processes and on a dask cluster of real processes, some of which are killed in mid-run."""

import contextlib
import csv
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import ctrl_c
import pytest
from stopping import stopped

from pilot_planner.errors import PilotPlannerError
from pilot_planner.studies.sweeps.what_if import what_if

INPUTS = Path(__file__).parents[2] / "inputs"
HOSTS = ["KAZ", "MOZ", "TZA"]
ONE = {"exclusions": ["it_services", "mining", "logging_forestry", "restaurants", *HOSTS]}
PROMPT = 120
"""Seconds after which a process that a test started is a failure."""


def study(tmp_path, steps, wages=3):
    file = tmp_path / "study.toml"
    text = (
        'title = "T"\nwhy = "W"\nmetrics = ["worker_income", "operating_cost", "card_share"]\n'
        f'[[vary]]\npath = "limits.operating_cost.max"\nfrom = 6e6\nto = 9e6\nsteps = {steps}\n'
        f'[[vary]]\npath = "inputs.placements.MNG.construction.market_wage"\nfrom = 650\nto = 770\nsteps = {wages}\n'
    )
    file.write_text(text, encoding="utf-8")
    return file


def lines(folder):
    file = folder / "runs.csv"
    return file.read_bytes().splitlines(keepends=True) if file.exists() else []


def ids(folder):
    with (folder / "runs.csv").open(encoding="utf-8", newline="") as file:
        return [int(row["run"]) for row in csv.DictReader(file)]


def gone(pid):
    """Whether a process has ended; one that waits for its parent to notice has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def until(condition, seconds=PROMPT):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_two_workers_give_the_same_rows_as_one(tmp_path, shipped_inputs):
    file = study(tmp_path, 12)
    one = what_if(file, "one_host", shipped_inputs, ONE, out=tmp_path / "one")
    two = what_if(file, "one_host", INPUTS, ONE, out=tmp_path / "two", workers=2)
    assert two.records == one.records
    assert sorted(lines(tmp_path / "two")) == sorted(lines(tmp_path / "one"))
    assert multiprocessing.active_children() == []


def test_a_worker_killed_in_mid_run_loses_nothing(tmp_path, shipped_inputs):
    killed = []

    def kill_one(text, share):
        children = multiprocessing.active_children()
        if share > 0.1 and not killed and children:
            killed.append(children[0].pid)
            os.kill(children[0].pid, signal.SIGKILL)
        return True

    result = what_if(study(tmp_path, 20), "one_host", INPUTS, ONE, tmp_path / "out", workers=2, progress=kill_one)
    assert killed
    assert result.complete
    assert sorted(ids(tmp_path / "out")) == list(range(1, 61))
    assert {record["status"] for record in result.records} == {"optimal"}
    assert multiprocessing.active_children() == []


def test_workers_that_die_again_and_again_end_the_study_with_a_message(tmp_path, shipped_inputs):
    def kill_all(text, share):
        for child in multiprocessing.active_children():
            os.kill(child.pid, signal.SIGKILL)
        return True

    with pytest.raises(PilotPlannerError, match=r"workers died 4 times( before any of them .*)?; finished runs are kept"):
        what_if(study(tmp_path, 4), "one_host", INPUTS, ONE, workers=2, progress=kill_all)
    assert multiprocessing.active_children() == []


def command(file, out, *more):
    sets = f"exclusions={','.join(ONE['exclusions'])}"
    return [
        sys.executable, "-m", "pilot_planner", "whatif", str(file), "--model", "one_host",
        "--inputs", str(INPUTS), "--set", sets, "--out", str(out), *more,
    ]  # fmt: skip


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_study_killed_half_way_goes_on_and_solves_no_finished_run_again(tmp_path, workers):
    file, out = study(tmp_path, 32), tmp_path / "out"
    first = subprocess.Popen(command(file, out, "--workers", workers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: len(lines(out)) > 12)
    children = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text(encoding="utf-8").split()
    first.kill()
    first.wait(PROMPT)
    until(lambda: all(gone(pid) for pid in children), 20)
    with (out / "runs.csv").open("ab") as cut:
        cut.write(b"95,one_host,6e6")
    before = b"".join(lines(out)[:-1])
    finished = before.count(b"\n") - 1
    assert 0 < finished < 96
    second = subprocess.run(
        command(file, out, "--workers", workers), capture_output=True, text=True, check=True, timeout=PROMPT
    )
    assert f"96 runs in {out} ({96 - finished:,} solved now, {finished:,} known or equal to others)" in second.stderr
    assert b"".join(lines(out)).startswith(before)
    assert sorted(ids(out)) == list(range(1, 97))


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path):
    file, out = study(tmp_path, 400), tmp_path / "out"
    process = subprocess.Popen(
        command(file, out, "--workers", "2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=ctrl_c.heard,
    )
    until(lambda: len(lines(out)) > 5)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PROMPT)
    assert process.returncode == 130
    assert told == f"Interrupted; finished runs are kept in {out}: the same command goes on.\n"
    assert lines(out)[-1].endswith(b"\n")


def test_a_wrong_address_of_a_scheduler_is_told(tmp_path, shipped_inputs):
    with pytest.raises(PilotPlannerError, match=r"--scheduler nonsense://x: no scheduler answers there"):
        what_if(study(tmp_path, 2), "one_host", shipped_inputs, ONE, scheduler="nonsense://x")


@pytest.mark.slow
def test_an_address_where_nothing_listens_is_told_after_ten_seconds(tmp_path, shipped_inputs):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(PilotPlannerError, match=f"--scheduler {address}: no scheduler answers there"):
            what_if(study(tmp_path, 2), "one_host", shipped_inputs, ONE, scheduler=address)


@contextlib.contextmanager
def started(*arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PROMPT)


@contextlib.contextmanager
def cluster(workers=2):
    """A scheduler and workers on this machine, each a process of its own; all are ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    with contextlib.ExitStack() as stack:
        stack.enter_context(
            started("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        )
        processes = [stack.enter_context(started(*worker)) for _ in range(workers)]
        until(lambda: listening(port))
        yield address, *processes


def listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_cluster_gives_the_same_rows_though_one_of_its_workers_is_killed(tmp_path, shipped_inputs):
    file = study(tmp_path, 32)
    here = what_if(file, "one_host", shipped_inputs, ONE)
    killed = []
    with cluster() as (address, first, _):

        def kill_one(text, share):
            if share > 0.1 and not killed:
                killed.append(first.pid)
                first.kill()
            return True

        there = what_if(file, "one_host", INPUTS, ONE, tmp_path / "out", scheduler=address, progress=kill_one)
    assert killed
    assert there.complete
    assert there.records == here.records
    assert sorted(ids(tmp_path / "out")) == list(range(1, 97))


@pytest.mark.slow
@pytest.mark.alone
def test_two_workers_are_faster_than_one(tmp_path):
    file = study(tmp_path, 200, wages=10)
    seconds = {}
    for workers in (1, 2):
        begin = time.perf_counter()
        what_if(file, "one_host", INPUTS, ONE, tmp_path / str(workers), workers=workers)
        seconds[workers] = time.perf_counter() - begin
    assert seconds[1] / seconds[2] >= 1.3


def test_a_study_stopped_on_a_cluster_goes_on_there_and_solves_no_finished_run_again(tmp_path, shipped_inputs):
    file, out = study(tmp_path, 32), tmp_path / "out"
    with cluster() as (address, *_):
        told = {"scheduler": address, "progress": lambda text, share: share < 0.3}
        first = stopped(what_if, file, "one_host", INPUTS, ONE, out, **told)
        before = b"".join(lines(out))
        second = what_if(file, "one_host", INPUTS, ONE, out, scheduler=address)
    assert not first.complete
    assert 0 < first.solved < 96
    assert second.complete
    assert second.solved == 96 - first.solved
    assert b"".join(lines(out)).startswith(before)
    assert sorted(ids(out)) == list(range(1, 97))


MANY = (100, 100)
"""Budgets and wages: 10,000 different runs."""
MEGABYTES_A_RUN = 0.008
"""What the parent may need for a finished run, which is its row: a programme takes megabytes."""


def on_a_cluster(file, out, address, stop_at=None):
    """The command on a cluster, interrupted once it has so many runs: its exit, seconds and peak memory in MB."""
    begin = time.monotonic()
    there = command(file, out, "--scheduler", address)
    process = subprocess.Popen(there, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=ctrl_c.heard)
    if stop_at is not None:
        until(lambda: len(lines(out)) > stop_at, 10 * PROMPT)
        process.send_signal(signal.SIGINT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, time.monotonic() - begin, used.ru_maxrss / 1024


def peak(pid):
    """Peak memory of a living process, MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


@pytest.mark.slow
@pytest.mark.alone
def test_ten_thousand_runs_on_a_cluster_are_faster_with_two_workers_flat_in_memory_and_go_on(tmp_path):
    few, one, two = (tmp_path / name for name in ("few", "one", "two"))
    for folder in (few, one, two):
        folder.mkdir()
    with cluster(workers=1) as (address, worker):
        assert on_a_cluster(study(few, 100, wages=10), few / "out", address)[0] == 0
        until_here = peak(worker.pid)
        _, _, small = on_a_cluster(study(few, 100, wages=10), few / "again", address)
        ended, of_one, large = on_a_cluster(study(one, *MANY), one / "out", address)
        at_the_end = peak(worker.pid)
    assert ended == 0
    with cluster(workers=2) as (address, *_):
        # As warm as the one before: what workers import and read at first is not what is compared.
        assert on_a_cluster(study(few, 100, wages=10), few / "by_two", address)[0] == 0
        stopped, first, _ = on_a_cluster(study(two, *MANY), two / "out", address, stop_at=3000)
        before = b"".join(lines(two / "out"))
        ended, rest, _ = on_a_cluster(study(two, *MANY), two / "out", address)
    print(f"one worker {of_one:.0f} s, two {first + rest:.0f} s, stop included; ratio {of_one / (first + rest):.2f}")
    print(
        f"parent {small:.0f} MB for 1,000 runs, {large:.0f} MB for 10,000; worker {until_here:.0f} MB, {at_the_end:.0f} MB"
    )
    assert (stopped, ended) == (130, 0)
    assert 3000 <= before.count(b"\n") - 1 < 10_000
    assert b"".join(lines(two / "out")).startswith(before)
    assert sorted(ids(two / "out")) == list(range(1, 10_001))
    for (_, mine), (_, other) in zip(objectives(one / "out"), objectives(two / "out"), strict=True):
        assert mine == pytest.approx(other, rel=1e-6)
    assert large - small < 9_000 * MEGABYTES_A_RUN
    assert at_the_end < 1.2 * until_here
    assert of_one / (first + rest) >= 1.3


def objectives(folder):
    """Run numbers and objectives, in order; all of them have a plan."""
    with (folder / "runs.csv").open(encoding="utf-8", newline="") as file:
        return sorted((int(row["run"]), float(row["objective"])) for row in csv.DictReader(file))


def test_a_cluster_without_workers_is_said_within_seconds(tmp_path):
    file = study(tmp_path, 4)
    with cluster(workers=0) as (address,):
        started_at = time.monotonic()
        with pytest.raises(PilotPlannerError, match=f"--scheduler {address}: no worker has been there for 10 s"):
            what_if(file, "one_host", INPUTS, ONE, tmp_path / "out", scheduler=address)
        assert time.monotonic() - started_at < 60


def test_a_cluster_whose_last_worker_died_is_said_and_what_was_finished_is_kept(tmp_path):
    file = study(tmp_path, 32)
    with cluster(workers=1) as (address, worker):

        def kill_it(text, share):
            if share > 0.1:
                worker.kill()
            return True

        with pytest.raises(PilotPlannerError, match="no worker has been there"):
            what_if(file, "one_host", INPUTS, ONE, tmp_path / "out", scheduler=address, progress=kill_it)
    assert len(ids(tmp_path / "out")) > 0


NO_GUARD = """
from pilot_planner import risk

print("run")
risk(model="one_host", draws=60, workers=2, recourse=False)
"""


@pytest.mark.parametrize("hidden", [False, True])
def test_workers_of_a_script_without_a_guard_are_refused_before_the_first(tmp_path, hidden):
    """``hidden``: the call comes from a thread, where the line of the script cannot be seen; then it ends all the same."""
    text = NO_GUARD
    if hidden:
        text = "import threading\n" + NO_GUARD.replace("risk(model", "call = lambda: risk(model")
        text += "thread = threading.Thread(target=call)\nthread.start()\nthread.join()\n"
    script = tmp_path / "script.py"
    script.write_text(text, encoding="utf-8")
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=PROMPT, check=False)
    if not hidden:
        assert ended.returncode == 1
        assert ended.stdout == "run\n"
        assert f"{script}:5: workers are started outside a main guard" in ended.stderr
    assert "guard" in ended.stderr
    assert ended.stderr.count("Traceback") == 1


def test_workers_of_a_script_with_a_guard_work(tmp_path):
    script = tmp_path / "script.py"
    body = NO_GUARD.replace("\nprint", "\nif __name__ == '__main__':\n    print").replace("\nrisk", "\n    risk")
    script.write_text(body, encoding="utf-8")
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=PROMPT, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "run\n", "")
