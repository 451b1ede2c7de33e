"""Floods of log-ins and of silent connections leave pages, ``/health`` and other visitors as they are."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from accounts import PASSWORD, QUICK
from browser import serving
from waitress.wasyncore import close_all, loop

from pilot_planner.access.access import Access, Rules
from pilot_planner.access.roles import Role
from pilot_planner.dashboard.app import make_app
from pilot_planner.dashboard.runtime.log import no_log
from pilot_planner.dashboard.runtime.request_lanes import Lanes
from pilot_planner.dashboard.security.login_pages import weighs_password
from pilot_planner.dashboard.security.request_guard import Guarded
from pilot_planner.dashboard.security.settings import load_settings
from pilot_planner.dashboard.server import listening
from pilot_planner.errors import AccessError

FLOOD = Path(__file__).parents[1] / "support" / "log_in_flood.py"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def answer(host, path, cookie="", wait=30.0):
    """Status and seconds of a request on a connection of its own."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(host, timeout=wait)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        found = connection.getresponse()
        found.read()
        return found.status, time.perf_counter() - began
    finally:
        connection.close()


def log_in(host, name, password):
    """Status and headers of a log-in."""
    connection = http.client.HTTPConnection(host, timeout=120)
    try:
        body = urlencode({"name": name, "password": password})
        connection.request("POST", "/log-in", body, {"Origin": f"http://{host}", **FORM})
        found = connection.getresponse()
        found.read()
        return found.status, found.headers
    finally:
        connection.close()


@pytest.fixture
def access(tmp_path):
    opened = Access.open(tmp_path / "accounts.sqlite", rules=Rules(QUICK))
    opened.add("plan", Role.PLAN, PASSWORD, by="tests")
    yield opened
    opened.close()


@contextmanager
def running(access, **requests):
    """The address of a server in this process."""
    settings = load_settings()
    settings = settings.model_copy(update={"requests": settings.requests.model_copy(update=requests)})
    app = make_app(guarded=Guarded(settings, no_log, access))
    server = listening(app, settings, "127.0.0.1", 0)
    ended = threading.Event()

    def run():
        while not ended.is_set():
            loop(timeout=0.05, use_poll=True, map=server._map, count=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"127.0.0.1:{server.socket.getsockname()[1]}"
    finally:
        ended.set()
        thread.join()
        server.task_dispatcher.shutdown(timeout=1)
        close_all(server._map)


def test_sixty_log_ins_that_do_not_end_hold_up_no_page_and_no_health(access, monkeypatch):
    """As if weighing took for ever: whoever shares threads with log-ins is not answered."""
    go, under_way = threading.Event(), []

    def held(*_):
        under_way.append(1)
        go.wait(60)
        raise AccessError("this name and password do not belong together")

    token = access.log_in("plan", PASSWORD, "127.0.0.1")
    monkeypatch.setattr(access, "log_in", held)
    statuses = []
    with running(access) as host:
        flood = [threading.Thread(target=lambda: statuses.append(log_in(host, "plan", "x")[0])) for _ in range(60)]
        for one in flood:
            one.start()
        try:
            until = time.monotonic() + 30
            most = load_settings().passwords.at_once + load_settings().passwords.waiting + 1
            while len(under_way) < most and time.monotonic() < until:
                time.sleep(0.01)
            assert answer(host, "/health")[0] == 200
            for path in ("/", "/_dash-layout", "/account"):
                assert answer(host, path, f"pilot-session={token}")[0] == 200, path
            assert len(under_way) == most
        finally:
            go.set()
            for one in flood:
                one.join()
    assert statuses == [401] * 60, "each is answered in the end"


def test_who_finds_no_room_is_told_when_to_come_back(access, monkeypatch):
    with running(access) as host, access._passwords.room():
        for _ in range(QUICK.at_once + QUICK.waiting - 1):
            access._passwords._room.acquire()
        status, headers = log_in(host, "plan", PASSWORD)
        assert (status, int(headers["Retry-After"]) > 0) == (503, True)
        for _ in range(QUICK.at_once + QUICK.waiting - 1):
            access._passwords._room.release()


def test_a_request_waits_among_its_like():
    lanes = Lanes(2, 2, weighs_password)
    lane = {
        ("GET", "/health"): "health", ("POST", "/log-in"): "log-ins", ("POST", "/account"): "log-ins",
        ("GET", "/log-in"): "pages", ("GET", "/why"): "pages", ("GET", "/assets/style.css"): "pages",
        ("GET", "/download/plan.zip"): "rest", ("POST", "/_dash-update-component"): "rest", ("", ""): "rest",
    }  # fmt: skip
    assert {one: lanes.lane_of(*one) for one in lane} == lane
    assert lanes.shutdown()


def test_silent_connections_shut_the_door_for_nobody(access):
    """Of whoever has the most of them, the one that has said nothing for longest goes first."""
    with running(access, connections=40) as host:
        name, port = host.split(":")
        mine = http.client.HTTPConnection(host, timeout=30)
        mine.request("GET", "/health")
        assert mine.getresponse().read()
        where = (name, int(port))
        silent = [socket.create_connection(where, timeout=30, source_address=("127.0.0.2", 0)) for _ in range(120)]
        assert answer(host, "/health")[0] == 200
        # The one that I had before is open still.
        own = mine.sock
        mine.request("GET", "/health")
        assert mine.getresponse().status == 200
        assert mine.sock is own
        for one in (mine, *silent):
            one.close()


def test_hashing_gives_way_to_pages(access):
    """On Linux threads have a niceness of their own; that of whoever asks stays. On the command line nobody else waits."""
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    for rules, least in ((load_settings().rules, 10 if sys.platform == "linux" else 0), (Rules(), 0)):
        hashing = Access(access.door, rules)._passwords
        assert hashing._in_turn(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())) == max(own, least)


WEIGHS_ALL = "[log_in]\nmost_per_account = 10000\nmost_per_address = 10000\nmost_elsewhere = 10000\n"
PAGES = ("/", "/_dash-layout", "/health")


def looked_at(host, cookie, seconds):
    """Seconds that each page took, one after another."""
    took, until = {path: [] for path in PAGES}, time.monotonic() + seconds
    while time.monotonic() < until:
        for path in PAGES:
            status, found = answer(host, path, cookie)
            assert status == 200
            took[path].append(found)
        time.sleep(0.02)
    return took


@pytest.mark.slow
@pytest.mark.alone
def test_sixty_log_ins_in_flight_make_a_page_at_most_twice_as_slow(tmp_path, capsys):
    """The dashboard as it is run, with hashing as it is shipped; each refused visitor comes again at once. A minute.

    Three rounds, of which the quickest counts on either side: what else the machine does can only add.
    """
    opened = Access.open(tmp_path / "accounts.sqlite")
    opened.add("plan", Role.PLAN, PASSWORD, by="tests")
    opened.close()
    words = ["--accounts", str(tmp_path / "accounts.sqlite"), "--log", str(tmp_path / "log.json")]
    # Or after some tries from one network none would be weighed any more.
    (tmp_path / "server.toml").write_text(WEIGHS_ALL, encoding="utf-8")
    words += ["--settings", str(tmp_path / "server.toml")]
    rounds = []
    with serving(*words) as (address, _):
        host = urlsplit(address).netloc
        cookie = log_in(host, "plan", PASSWORD)[1]["Set-Cookie"].partition(";")[0]
        looked_at(host, cookie, 1)
        for _ in range(3):
            without = looked_at(host, cookie, 5)
            command = [sys.executable, FLOOD, host, "60"]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
                time.sleep(2)
                during = looked_at(host, cookie, 6)
                statuses = json.loads(process.communicate()[0])
            assert set(statuses) <= {"401", "429", "503"}
            assert sum(statuses.values()) > 100
            rounds.append((without, during))
    longest = [max(during["/health"]) for _, during in rounds]
    sides = list(zip(*rounds, strict=True))
    medians = {path: [[1000 * statistics.median(one[path]) for one in side] for side in sides] for path in PAGES}
    with capsys.disabled():
        told = "; ".join(f"{path} {rounded(before)} ms, then {rounded(after)}" for path, (before, after) in medians.items())
        most = rounded([1000 * one for one in longest])
        print(f"\nsixty log-ins in flight ({statuses}): {told}; /health at most {most} ms")
    for path in ("/", "/_dash-layout"):
        before, after = medians[path]
        assert min(after) <= 2 * min(before), path
    assert min(longest) < 0.05


def rounded(values):
    return "/".join(f"{one:.1f}" for one in values)
