"""First looks at fronts: what moves together with the plan, without anybody starting a search.

Coarse at first, so that there is something to see at once, then with as many plans as are aimed at. A design whose
coarse front takes too long has none; there the search is begun by hand.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from pilot_planner.dashboard.runtime.plan_cache import OutdatedError, Planner
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.errors import PilotPlannerError
from pilot_planner.studies.execution.live_plan import Outdated
from pilot_planner.studies.pareto.live_front import QuickFronts
from pilot_planner.studies.pareto.pareto_front import FrontPoint

_MOST_SECONDS = 2.5
"""A look that takes longer is none. What the solver has begun by then may take it a second or two to leave."""
_MOST_KEPT = 60
_COARSE = 1
"""Plans aimed at: the coarsest grid, whatever it finds."""


@dataclass(frozen=True)
class FirstLook:
    """A front as far as it was looked at; ``whole``: nothing more comes by itself. Empty where it would take too long."""

    points: tuple[FrontPoint, ...]
    whole: bool


class Looks:
    """First looks at the fronts of one server's designs, kept by what was asked."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._fronts = QuickFronts(planner.quick)
        self._kept: OrderedDict[str, FirstLook] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, key: str | None) -> FirstLook | None:
        """The look that was kept under a key, if it is still known and shows anything."""
        with self._lock:
            look = self._kept.get(key or "")
        return look if look is not None and look.points else None

    def coarse(self, key: str, question: Question, visitor: str | None) -> FirstLook:
        """The coarse look, or a finer one that is known already. Raises OutdatedError when something newer is asked."""
        with self._lock:
            look = self._kept.get(key)
        return look or self._look(key, question, _COARSE, visitor)

    def finer(self, key: str, question: Question, wanted: int, visitor: str | None) -> FirstLook:
        """The look with ``wanted`` plans. Raises OutdatedError when something newer is asked."""
        with self._lock:
            look = self._kept.get(key)
        return look if look is not None and look.whole else self._look(key, question, wanted, visitor, look)

    def _look(
        self, key: str, question: Question, wanted: int, visitor: str | None, before: FirstLook | None = None
    ) -> FirstLook:
        self._planner.check(question)
        ends = time.perf_counter() + _MOST_SECONDS
        outdated = self._planner.newer_than_now(visitor)

        def enough() -> bool:
            return outdated() or time.perf_counter() > ends

        with self._planner.turn(key, enough) as mine:
            left = ends - time.perf_counter()
            points = self._found(question, wanted, outdated, left) if mine and left > 0.0 else None
        if outdated():
            raise OutdatedError("a newer question was asked")
        if points is None:
            if before is None:
                # The search is begun by hand. Not kept: on a server that is less busy there may be time.
                return FirstLook((), whole=True)
            # There is no time for more, and what was seen stays.
            points = before.points
        look = FirstLook(points, whole=wanted != _COARSE)
        with self._lock:
            self._kept[key] = look
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return look

    def _found(self, question: Question, wanted: int, outdated: Outdated, seconds: float) -> tuple[FrontPoint, ...] | None:
        try:
            design = self._planner.designs[question.model]
            return self._fronts.points(design, dict(question.settings), wanted, outdated, seconds)
        except PilotPlannerError:
            # No plan, no search by sets, or no time: each is told where the visitor begins the search.
            return None
