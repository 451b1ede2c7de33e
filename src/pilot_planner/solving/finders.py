"""Who finds the best plan for a weighting of some axes under bounds on them: the whole programme, or its sets of hosts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from pilot_planner.programme.linear import Linear
from pilot_planner.solving.branching import BranchAndBound, Cancelled
from pilot_planner.solving.live import LiveRelaxation
from pilot_planner.solving.structure.search import SetSearch


class Finder(Protocol):
    """Finds plans of one programme over fixed axes."""

    def least(
        self,
        weights: Sequence[float],
        bounds: Sequence[float],
        incumbent: float,
        gap: float,
        seconds: float,
        cancelled: Cancelled,
    ) -> tuple[str, tuple[float, ...]]:
        """The least weighted sum under upper bounds on the axes, below ``incumbent``: status and solution.

        ``infeasible`` means that nothing is below the incumbent. The solution is empty where there is none.
        """
        ...

    def close(self) -> None:
        """Leave everything as it was."""
        ...


class LiveFinder:
    """By branch and bound over the whole programme, with a row for each axis in its live relaxation."""

    def __init__(self, live: LiveRelaxation, axes: Sequence[Linear]) -> None:
        self.live, self.axes = live, list(axes)
        self.rows = [live.add_row(axis, -math.inf, math.inf) for axis in self.axes]

    def least(
        self,
        weights: Sequence[float],
        bounds: Sequence[float],
        incumbent: float,
        gap: float,
        seconds: float,
        cancelled: Cancelled,
    ) -> tuple[str, tuple[float, ...]]:
        for row, bound in zip(self.rows, bounds, strict=True):
            self.live.set_row_bounds(row, -math.inf, bound)
        objective = Linear()
        for axis, weight in zip(self.axes, weights, strict=True):
            objective.add(axis, weight)
        self.live.set_objective(objective)
        found = BranchAndBound(self.live, gap, seconds, cancelled).run(incumbent=incumbent)
        return found.status, found.solution

    def close(self) -> None:
        self.live.remove_last_rows(len(self.rows))
        self.rows = []


class SetFinder:
    """By sets of hosts; multipliers and live programmes are kept from one question to the next.

    ``places`` are the axes of the search that are meant; the others weigh nothing and are not bounded.
    """

    def __init__(self, search: SetSearch, places: Sequence[int]) -> None:
        self.search, self.places = search, list(places)

    def least(
        self,
        weights: Sequence[float],
        bounds: Sequence[float],
        incumbent: float,
        gap: float,
        seconds: float,
        cancelled: Cancelled,
    ) -> tuple[str, tuple[float, ...]]:
        count = len(self.search.axes)
        w, upper = [0.0] * count, [math.inf] * count
        for place, weight, bound in zip(self.places, weights, bounds, strict=True):
            w[place], upper[place] = weight, bound
        found = self.search.run(w, upper, gap, seconds, cancelled, incumbent)
        return found.status, found.solution

    def close(self) -> None:
        pass
