"""Who answers which request, so that log-ins and long answers do not keep others waiting, and whose connection goes first.

Requests queue in lanes with threads of their own: whether the process answers (``/health``), log-ins and other requests that
weigh a password, pages and files, and everything else, which may wait for a plan that is being solved. Each lane answers in
its own time; a flood in one of them leaves the others as they are.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

from pilot_planner.dashboard.runtime.base_path import within

_AT_LEAST_SECONDS = 0.05
"""That a thread of log-ins gives to each: who is told to come back later and does so at once gets a slow answer then."""
_PAGES = 4
"""Threads for pages and files: none of them waits for anything."""
_ALMOST_FULL = 0.9
"""Share of the connections that may be open from which on silent ones are closed."""
_NEW_SECONDS = 0.5
"""A connection that has just been opened may be silent for so long in any case."""


class Lanes:
    """What waitress calls a task dispatcher: takes connections with a whole request on them and has them answered."""

    def __init__(self, answering: int, weighing: int, weighs: Callable[[str, str], bool], base_path: str = "") -> None:
        """``answering``: threads that may wait for plans. ``weighing``: log-ins that are answered or wait at the same time;
        ``weighs``: whether a method and a path ask for a password to be weighed."""
        self._weighs, self._base = weighs, base_path
        self._lanes = {name: ThreadedTaskDispatcher() for name in ("health", "pages", "log-ins", "rest")}
        # One more than may wait, to tell the others.
        for name, threads in (("health", 1), ("pages", _PAGES), ("log-ins", weighing + 1), ("rest", answering)):
            self._lanes[name].queue_logger.disabled = True
            self._lanes[name].set_thread_count(threads)

    def add_task(self, task: HTTPChannel) -> None:
        """Have the first request of a connection answered."""
        request = task.requests[0]
        lane = self.lane_of(request.command or "", request.path or "")
        self._lanes[lane].add_task(_Paced(task) if lane == "log-ins" else task)

    def lane_of(self, method: str, path: str) -> str:
        """Where a request waits for its turn."""
        path = within(path, self._base)
        if path == "/health":
            return "health"
        if self._weighs(method, path):
            return "log-ins"
        return "pages" if method in ("GET", "HEAD") and not path.startswith("/download/") else "rest"

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End every lane; requests that wait are not answered any more."""
        ended = [one.shutdown(cancel_pending, timeout) for one in self._lanes.values()]
        return all(ended)


class _Paced:
    """A log-in that keeps its thread for a while."""

    def __init__(self, task: HTTPChannel) -> None:
        self._task = task

    def service(self) -> None:
        began = time.monotonic()
        self._task.service()
        time.sleep(max(0.0, _AT_LEAST_SECONDS - (time.monotonic() - began)))

    def cancel(self) -> None:
        self._task.cancel()


class Doorkeeper:
    """Stands in waitress' map of connections and, when almost as many are open as may be, closes some that say nothing.

    The address with the most of them loses first, there the one that has been silent longest. One with a request under way
    is never closed.
    """

    def __init__(self, connections: dict[int, Any], most: int) -> None:
        self._connections, self._most = connections, most
        connections[_NO_FILE] = self

    def readable(self) -> bool:
        """Called in each turn of the loop; there is nothing to read here."""
        room = int(_ALMOST_FULL * self._most)
        if len(self._connections) > room:
            now = time.time()
            channels = [one for one in self._connections.values() if isinstance(one, HTTPChannel)]
            of_address = Counter(one.addr[0] for one in channels)
            silent = [one for one in channels if not one.requests and now - one.creation_time > _NEW_SECONDS]
            silent.sort(key=lambda one: (-of_address[one.addr[0]], one.last_activity))
            for one in silent[: len(self._connections) - room]:
                if of_address[one.addr[0]] < max(of_address.values()):
                    # Those of the one with the most are too new; they will not be for long.
                    break
                of_address[one.addr[0]] -= 1
                one.will_close = True
        return False

    def writable(self) -> bool:
        return False

    def close(self) -> None:
        self._connections.pop(_NO_FILE, None)


_NO_FILE = -1
"""Under which the doorkeeper stands among files that are open: no file has it, so nothing is waited for there."""
