"""What callbacks work with: one set for each server, made by the application's factory and passed along."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pilot_planner.dashboard.runtime.chances import Chances
from pilot_planner.dashboard.runtime.front_preview import Looks
from pilot_planner.dashboard.runtime.job_queue import Jobs
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.store.store import Store

_MOST_DRAWN = 120


class Drawings:
    """Parts of pages by what they show, so that what was drawn once is not drawn again for the next visitor."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    def get[T](self, shows: tuple[Any, ...], draw: Callable[[], T]) -> T:
        """The part that shows this; drawn now if it is not kept. Two who ask at once may both draw it."""
        with self._lock:
            if shows in self._kept:
                self._kept.move_to_end(shows)
                kept: T = self._kept[shows]
                return kept
        drawn = draw()
        with self._lock:
            self._kept[shows] = drawn
            while len(self._kept) > _MOST_DRAWN:
                self._kept.popitem(last=False)
        return drawn


Note = Callable[[str, str, Mapping[str, Any]], None]
"""Writes down that the visitor did something to something, with details."""


def note_nothing(action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Where nobody is asked who he is, nothing is written down."""


@dataclass(frozen=True)
class Services:
    """What callbacks work with.

    Plans, how sure they are, long work, first looks at fronts, what was drawn, the log of what visitors do, and where
    plans of everybody are.
    """

    planner: Planner
    jobs: Jobs
    looks: Looks
    chances: Chances = field(default_factory=Chances)
    drawings: Drawings = field(default_factory=Drawings)
    note: Note = note_nothing
    store: Store | None = None
