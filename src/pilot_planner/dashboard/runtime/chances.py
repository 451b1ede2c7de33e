"""Chances of plans for visitors: worked out after the plan is shown, one at a time, once for all who ask about the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from pilot_planner.dashboard.runtime.turns import Turns
from pilot_planner.errors import CancelledError
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.uncertainty.chance import Chance, chance_to_tell

_MOST_KEPT = 1000
"""Chances kept in memory, a few kilobytes each; the least recently used goes first."""


@dataclass(frozen=True)
class Told:
    """What there is to tell of a plan's chance; ``chance`` is None where it cannot be worked out."""

    chance: Chance | None


class Chances:
    """Chances of one server by what was asked."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Told] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = Turns(1)

    def known(self, key: str) -> Told | None:
        """What is known under a question's key; None where it has not been worked out."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def of(self, key: str, plan: Plan, given_up: Callable[[], bool]) -> Told | None:
        """The same, worked out now if need be; None where it was ``given_up`` before."""
        found = self.known(key)
        if found is not None:
            return found
        if not self._turns.take(key, given_up):
            return None
        try:
            # Whoever had the turn before may have been asked the same.
            found = self.known(key) or Told(chance_to_tell(plan, lambda _text, _share: not given_up()))
        except CancelledError:
            return None
        finally:
            self._turns.release()
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found
