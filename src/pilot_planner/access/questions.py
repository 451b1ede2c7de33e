"""Which questions somebody with the right has asked: whoever may only look, opens those and no others."""

from __future__ import annotations

import contextlib
import hashlib
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from pilot_planner.access.schema import question
from pilot_planner.errors import StoreError

Transaction = Callable[[Callable[[sa.Connection], Any]], Any]

_MOST_IN_MEMORY = 20_000
_TOGETHER = 200


class AskedQuestions:
    """Questions by their text, in the database and the latest in memory. Writing is done beside answering."""

    def __init__(self, read: Transaction, write: Transaction, most: int, now: Callable[[], float]) -> None:
        """``read`` and ``write`` run work in a transaction of the accounts database."""
        self._read, self._write = read, write
        self._most = most
        self._now = now
        self._known: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._new: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None

    def note(self, text: str) -> None:
        """Somebody who may has asked this."""
        key = _key(text)
        with self._lock:
            if key in self._known:
                return
            self._keep(key)
            if self._writer is None:
                self._writer = threading.Thread(target=self._keep_writing, daemon=True, name="asked questions")
                self._writer.start()
        self._new.put(key)

    def known(self, text: str) -> bool:
        """Whether anybody who may has asked this. Raises StoreError."""
        key = _key(text)
        with self._lock:
            if key in self._known:
                return True
        wanted = sa.select(question.c.key).where(question.c.key == key)
        if self._read(lambda connection: connection.execute(wanted).first()) is None:
            return False
        with self._lock:
            self._keep(key)
        return True

    def _keep(self, key: str) -> None:
        self._known[key] = None
        while len(self._known) > _MOST_IN_MEMORY:
            self._known.popitem(last=False)

    def _keep_writing(self) -> None:
        while True:
            keys = {self._new.get()}
            with contextlib.suppress(queue.Empty):
                while len(keys) < _TOGETHER:
                    keys.add(self._new.get_nowait())
            # What cannot be written now is known until the next start, and its link opens again once it is asked again.
            with contextlib.suppress(StoreError):
                self._write(lambda connection, keys=keys: self._put(connection, keys))  # type: ignore[misc]

    def _put(self, connection: sa.Connection, keys: set[str]) -> None:
        there = set(connection.execute(sa.select(question.c.key).where(question.c.key.in_(keys))).scalars())
        rows = [{"key": key, "at": self._now()} for key in sorted(keys - there)]
        if rows:
            connection.execute(question.insert(), rows)
        oldest = sa.select(question.c.at).order_by(question.c.at.desc()).offset(self._most).limit(1)
        at = connection.execute(oldest).scalar()
        if at is not None:
            connection.execute(question.delete().where(question.c.at <= at))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
