"""A process that saves is killed at random moments, and a server with it: what was acknowledged is there and whole.

Twenty moments for each kind of store take about ten seconds; two hundred, in 'make test-full', a minute and a half.
"""

import pickle
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from postgres import Server, find_programs

from pilot_planner import Store

LOOP = Path(__file__).parents[1] / "support" / "saving_loop.py"
LONGEST_LIFE = 0.25
"""Seconds until a process is killed, at most: half of them from its start, half from its first acknowledged save."""


class Loop:
    """The process of ``saving_loop.py``."""

    def __init__(self, address, file):
        self.process = subprocess.Popen(
            [sys.executable, LOOP, address, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def begin(self):
        """Start a child that saves; gives its number."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        word, number = self.process.stdout.readline().split()
        assert word == "pid"
        self.first = None
        return int(number)

    def first_save(self):
        """Wait until something is acknowledged."""
        self.first = self.process.stdout.readline()
        assert self.first.startswith("ack"), self.first

    def until_dead(self):
        """What was acknowledged before the end of the child, and the reasons of what failed."""
        acknowledged, failed = [], []
        if self.first:
            _, item, number, content = self.first.split()
            acknowledged.append((item, int(number), content))
        for line in self.process.stdout:
            word, *rest = line.split()
            if word == "dead":
                return acknowledged, failed
            if word == "ack":
                acknowledged.append((rest[0], int(rest[1]), rest[2]))
            else:
                failed.append(rest[0])
        raise AssertionError("the loop itself has ended")

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=30)


@pytest.fixture
def loop_on(prepared, tmp_path):
    """Starts a process that saves, with a plan small enough to be saved often."""
    loops = []
    parts, record, about = prepared
    small = {name: raw for name, raw in parts.items() if name.startswith("files/")}
    (tmp_path / "prepared.pickle").write_bytes(pickle.dumps((small, record, about)))

    def start(address):
        loops.append(Loop(address, tmp_path / "prepared.pickle"))
        return loops[-1]

    yield start
    for loop in loops:
        loop.end()


def whole(address, acknowledged):
    """Everything acknowledged is there as it was saved, and the history has no hole."""
    store = Store.open(address)
    for item, number, content in acknowledged:
        found, parts, _ = store.parts(item, number)
        assert (found.revision, found.content) == (number, content)
        assert len(parts["files/programme.mps"]) == 20_000
    store.close()


def kill_again_and_again(loop, address, moments, seed):
    chance = random.Random(seed)
    everything = []
    for moment in range(moments):
        child = loop.begin()
        if moment % 2:
            loop.first_save()
        time.sleep(chance.uniform(0.0, LONGEST_LIFE))
        subprocess.run(["kill", "-9", str(child)], check=True)
        acknowledged, failed = loop.until_dead()
        assert failed == []
        whole(address, acknowledged)
        everything += acknowledged
        if moment % 20 == 19:
            assert Store.open(address).check().changes >= len(everything)
    assert len(everything) >= moments // 2
    whole(address, everything)
    # One save may have been done at each moment without its answer having been read.
    assert len(everything) <= Store.open(address).check().changes <= len(everything) + moments


def test_every_acknowledged_save_outlives_twenty_kills(loop_on, new_address):
    address = new_address()
    Store.open(address).close()
    kill_again_and_again(loop_on(address), address, 20, seed=1)


@pytest.mark.slow
def test_every_acknowledged_save_outlives_two_hundred_kills(loop_on, new_address):
    """About a minute and a half for each kind of store."""
    address = new_address()
    Store.open(address).close()
    kill_again_and_again(loop_on(address), address, 200, seed=2)


def test_a_process_killed_while_it_makes_the_store_leaves_one_that_opens(loop_on, new_address):
    chance = random.Random(3)
    for _ in range(3):
        address = new_address()
        loop = loop_on(address)
        child = loop.begin()
        time.sleep(chance.uniform(0.0, 0.1))
        subprocess.run(["kill", "-9", str(child)], check=True)
        acknowledged, _ = loop.until_dead()
        whole(address, acknowledged)
        Store.open(address).check()


@pytest.fixture
def own_server():
    """A server that may be killed."""
    if find_programs() is None:
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    server = Server().start()
    yield server
    server.remove()


def kill_server_again_and_again(loop, server, address, moments, how, seed):
    chance = random.Random(seed)
    everything = []
    for _ in range(moments):
        child = loop.begin()
        loop.first_save()
        time.sleep(chance.uniform(0.0, LONGEST_LIFE))
        server.stop(how)
        acknowledged, failed = loop.until_dead()
        assert failed == ["gone"], child
        server.start()
        whole(address, acknowledged)
        everything += acknowledged
    assert everything
    whole(address, everything)
    assert len(everything) <= Store.open(address).check().changes <= len(everything) + moments


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "stopped"])
def test_a_server_that_goes_in_mid_save_loses_nothing_acknowledged(loop_on, own_server, how):
    """Three moments each; about ten seconds."""
    address = own_server.new_database()
    Store.open(address).close()
    kill_server_again_and_again(loop_on(address), own_server, address, 3, how, seed=4)


@pytest.mark.slow
def test_a_server_killed_at_forty_moments_loses_nothing_acknowledged(loop_on, own_server):
    """About two minutes: each start reads the server's log again."""
    address = own_server.new_database()
    Store.open(address).close()
    kill_server_again_and_again(loop_on(address), own_server, address, 40, signal.SIGKILL, seed=5)
