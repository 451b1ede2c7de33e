"""Fronts again and again, as somebody moves a setting: first a coarse one, then, if it is still wanted, the rest of it.

What a change leaves as it is, is kept: after a changed bound of a limit the search goes on with its multipliers and live
programmes, and a finer front of the same question goes on with the plans and proofs of the coarser one.
"""

from __future__ import annotations

import math
import threading
from dataclasses import replace

from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError, NoTimeError
from pilot_planner.studies.execution.live_plan import Outdated, QuickPlans
from pilot_planner.studies.pareto.pareto_front import MOST_DIVISIONS, FrontPoint, FrontStudy
from pilot_planner.studies.planning.setup import Settings, set_up

_SECONDS_BETWEEN_LOOKS = 0.05


class QuickFronts:
    """Fronts of any design on one set of inputs, by sets of hosts. Safe to be asked from several threads."""

    def __init__(self, plans: QuickPlans) -> None:
        """``plans``: whose programmes are used, so that a plan and its front build one programme."""
        self._plans = plans
        self._lock = threading.Lock()
        self._study: FrontStudy | None = None

    def points(
        self, model: Design, settings: Settings, wanted: int, outdated: Outdated, seconds: float = math.inf
    ) -> tuple[FrontPoint, ...]:
        """Efficient plans over the design's axes, at least ``wanted`` where the finest grid has as many; 1: the coarsest.

        Their figures are those of the search: a plan made of a point's settings differs by the rounding of its bounds.
        Raises CancelledError when ``outdated`` said so or the search took so many ``seconds``, NoTimeError where the design
        cannot be searched by sets of hosts, NoPlanError where there is no plan.
        """
        design, inputs = set_up(model, self._plans.inputs, settings)
        programme = self._plans.programme(model, design, inputs, settings)
        while not self._lock.acquire(timeout=_SECONDS_BETWEEN_LOOKS):
            if outdated():
                raise CancelledError("stopped before the search")
        try:
            kept = self._study
            if kept is None or kept.programme.d is not programme.d or kept.design != design:
                kept = self._study = FrontStudy(programme, sets=None if kept is None else kept.sets)
            if kept.sets is None:
                self._study = None
                raise NoTimeError("this design is not searched by sets of hosts")
            found = kept.run(wanted, MOST_DIVISIONS, look_for_switches=False, cancelled=outdated, seconds=seconds)
            if not found.complete:
                raise CancelledError("stopped in the search")
        except BaseException:
            # A search that was broken off may have left live programmes between two states.
            self._study = None
            raise
        finally:
            self._lock.release()
        return tuple(replace(point, solution=()) for point in found.points)
