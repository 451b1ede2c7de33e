"""Turns of what only a few may do at a time: in the order in which they came, each with its place told."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Turns:
    """``at_once`` may be at work; the others wait in a row."""

    def __init__(self, at_once: int) -> None:
        self._free = self._most = at_once
        self._row: list[tuple[str, object]] = []
        self._moved = threading.Condition()

    def take(self, key: str, given_up: Callable[[], bool]) -> bool:
        """Wait for a turn, which ``release`` gives back. False where ``given_up``, asked now and then, is True before."""
        me = (key, object())
        with self._moved:
            self._row.append(me)
            try:
                while self._free == 0 or self._row[0] is not me:
                    if given_up():
                        return False
                    self._moved.wait(_SECONDS_BETWEEN_LOOKS)
                self._free -= 1
                return True
            finally:
                self._row.remove(me)
                self._moved.notify_all()

    def release(self) -> None:
        with self._moved:
            self._free += 1
            self._moved.notify_all()

    def place(self, key: str) -> int | None:
        """Place in the row of whoever waits under that key, 1 for the next; None where nobody does."""
        with self._moved:
            return next((place for place, (waits, _) in enumerate(self._row, 1) if waits == key), None)

    def all_back(self, seconds: float) -> bool:
        """Let nobody begin any more and wait for those at work, at most so long. Whether all are back."""
        with self._moved:
            there = self._moved.wait_for(lambda: self._free == self._most, seconds)
            self._free = 0
            return there


_SECONDS_BETWEEN_LOOKS = 0.1
