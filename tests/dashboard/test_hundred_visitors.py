"""A full house: visitors who log in, open pages and move settings for minutes. Nothing fails, and memory does not grow."""

from __future__ import annotations

import http.client
import json
import random
import statistics
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from accounts import PASSWORD, make_accounts
from asking import question
from browser import serving

from pilot_planner.access.roles import Role

BUDGETS = [7.0e6 + 1e5 * step for step in range(60)]
"""Moves that visitors make: more than the server keeps plans, so that some are solved anew all the time."""
THINKS = (4.0, 12.0)
"""Seconds between two moves of one visitor."""
WAITS = 120.0


class Visitor:
    """Somebody with a browser: a session and a connection that stays open."""

    def __init__(self, address, number):
        self.host = urlsplit(address).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=WAITS)
        self.name = f"visitor-{number}"
        self.cookie = ""
        self.last = None

    def send(self, method, path, body=None, kind="application/json"):
        """Status, headers, text and seconds of one request."""
        headers = {"Origin": f"http://{self.host}", "Cookie": self.cookie, "Accept-Encoding": "gzip"}
        if body is not None:
            headers["Content-Type"] = kind
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        raw = answer.read()
        return answer.status, answer.headers, raw, time.perf_counter() - began

    def log_in(self, name):
        form = urlencode({"name": name, "password": PASSWORD})
        status, headers, _, _ = self.send("POST", "/log-in", form, "application/x-www-form-urlencoded")
        assert status == 303, status
        self.cookie = headers["Set-Cookie"].partition(";")[0]

    def move(self, budget):
        """Another budget; the seconds until its plan was there, and what was wrong."""
        search = f"?limits.operating_cost.max={budget:.0f}"
        body = json.dumps(question(search, self.name, self.last))
        status, headers, raw, seconds = self.send("POST", "/_dash-update-component", body)
        if status != 200:
            return seconds, f"{status} {raw[:200]!r}"
        found = json.loads(unpacked(headers, raw))["response"]["plan"]["data"]
        if found["search"] != search or found["status"] != "solved":
            return seconds, f"{search}: {found['status']} {found['messages']}"
        self.last = found
        return seconds, ""

    def open(self, path):
        """A page with its frame, as a browser asks for it."""
        wrong = [f"{one}: {status}" for one in (path, "/_dash-layout") if (status := self.send("GET", one)[0]) != 200]
        return ", ".join(wrong)


def unpacked(headers, raw):
    import gzip

    return gzip.decompress(raw) if headers["Content-Encoding"] == "gzip" else raw


def megabytes(process):
    """Memory of a process and of those that it has begun."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["Pid"]) == process or int(lines["PPid"]) == process:
            total += int(lines.get("VmRSS", "0 kB").split()[0])
    return total / 1024


def full_house(folder, visitors, warm_up, seconds):
    """Answers in seconds, what was wrong, and the memory every few seconds after the warm-up."""
    file, settings = make_accounts(folder, Role.PLAN)
    took, wrong, sizes, lock = [], [], [], threading.Lock()
    ends = threading.Event()
    with serving("--accounts", str(file), "--settings", str(settings), "--log", str(folder / "log.json")) as (
        address,
        process,
    ):

        def visit(number):
            draw, own = random.Random(number), Visitor(address, number)
            try:
                own.log_in("plan")
                while not ends.is_set():
                    if draw.random() < 0.2:
                        problem = own.open(draw.choice(["/", "/why", "/inputs", "/export"]))
                        with lock:
                            wrong.extend([problem] if problem else [])
                    second, problem = own.move(draw.choice(BUDGETS))
                    with lock:
                        took.append(second)
                        wrong.extend([problem] if problem else [])
                    ends.wait(draw.uniform(*THINKS))
            except (OSError, AssertionError, http.client.HTTPException) as error:
                with lock:
                    wrong.append(f"{type(error).__name__}: {error}")
            finally:
                own.connection.close()

        threads = [threading.Thread(target=visit, args=(number,)) for number in range(visitors)]
        for thread in threads:
            thread.start()
        time.sleep(warm_up)
        with lock:
            took.clear()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            sizes.append(megabytes(process))
            time.sleep(min(5.0, seconds / 10))
        ends.set()
        for thread in threads:
            thread.join(WAITS)
    lines = [json.loads(line) for line in (folder / "log.json").read_text().splitlines()]
    return took, wrong, sizes, lines


def told(capsys, visitors, took, sizes, lines):
    slow = statistics.quantiles(took, n=20)[-1]
    solved = [line["seconds"] for line in lines if line["event"] == "solve"]
    with capsys.disabled():
        print(
            f"\n{visitors} visitors: {len(took)} answers, median {statistics.median(took):.2f} s, 95 % {slow:.2f} s; "
            f"{len(solved)} solves, median {statistics.median(solved):.2f} s; memory {sizes[0]:.0f} to {sizes[-1]:.0f} MB, "
            f"at most {max(sizes):.0f}"
        )


def test_ten_visitors_for_a_quarter_of_a_minute(tmp_path, capsys):
    """The short form; half a minute in all."""
    took, wrong, sizes, lines = full_house(tmp_path, 10, warm_up=3, seconds=15)
    told(capsys, 10, took, sizes, lines)
    assert wrong == []
    assert len(took) >= 10
    assert {line["event"] for line in lines} >= {"start", "request", "solve", "end"}
    assert not [line for line in lines if line["event"] == "fault" or line.get("status") == 500]


@pytest.mark.slow
@pytest.mark.alone
def test_a_hundred_visitors_for_five_minutes(tmp_path, capsys):
    """Seven minutes in all: the warm-up fills what the server keeps."""
    took, wrong, sizes, lines = full_house(tmp_path, 100, warm_up=90, seconds=300)
    told(capsys, 100, took, sizes, lines)
    assert wrong == []
    assert len(took) > 100 * 10
    # Of quarters and not of two moments, between which a collection may lie.
    quarter = len(sizes) // 4
    assert statistics.median(sizes[-quarter:]) <= 1.1 * statistics.median(sizes[:quarter])
    assert not [line for line in lines if line["event"] == "fault"]
