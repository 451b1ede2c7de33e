"""What a server writes down while it runs: one line of JSON for each thing that happened, for other programs to read.

No personal data: no account, no address of a visitor, no query of an address, nothing of what was uploaded. Who did what
stands in the log of the accounts, which fewer people read.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any, Protocol, TextIO

import structlog

from pilot_planner.errors import Fault, InputError, Place


class Log(Protocol):
    """Something that takes events."""

    def __call__(self, event: str, **values: Any) -> None: ...


def no_log(event: str, **values: Any) -> None:
    """A log that keeps nothing."""


class JsonLines:
    """A log of JSON lines. Safe in threads."""

    def __init__(self, stream: TextIO) -> None:
        self._lock = threading.Lock()
        self._logger = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                structlog.processors.EventRenamer("event"),
                structlog.processors.JSONRenderer(sort_keys=False),
            ],
        )

    def __call__(self, event: str, **values: Any) -> None:
        with self._lock:
            try:
                self._logger.info(event, **values)
            except (OSError, ValueError):
                # Whoever read the lines has gone, or the disk is full: answering goes on.
                return


def open_log(where: str | None) -> Log:
    """The log of that file, of standard output for ``-``, none for None. Raises InputError."""
    if where is None:
        return no_log
    if where == "-":
        return JsonLines(sys.stdout)
    try:
        return JsonLines(Path(where).open("a", encoding="utf-8", buffering=1))
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise InputError([Fault(Place(f"--log {where}"), what, "a file that can be written", "name another")]) from None
