"""Who finds the best plan for a weighting of some axes under bounds on them: the whole programme, or its sets of hosts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pilot_planner.programme.linear import Linear
from pilot_planner.solving.branch_and_bound import BranchAndBound, Cancelled
from pilot_planner.solving.decomposition.set_search import SetSearch
from pilot_planner.solving.lp_relaxation import LiveRelaxation


@dataclass(frozen=True, slots=True)
class Wanted:
    """The least sum of the axes by ``weights``, under upper ``bounds`` on them and below ``incumbent``.

    ``gap``: relative, to which it is proven; ``seconds``: after which the search ends.
    """

    weights: Sequence[float]
    bounds: Sequence[float]
    incumbent: float
    gap: float
    seconds: float
    cancelled: Cancelled


class Finder(Protocol):
    """Finds plans of one programme over fixed axes."""

    def least(self, wanted: Wanted) -> tuple[str, tuple[float, ...]]:
        """Status and solution of what is wanted.

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

    def least(self, wanted: Wanted) -> tuple[str, tuple[float, ...]]:
        for row, bound in zip(self.rows, wanted.bounds, strict=True):
            self.live.set_row_bounds(row, -math.inf, bound)
        objective = Linear()
        for axis, weight in zip(self.axes, wanted.weights, strict=True):
            objective.add(axis, weight)
        self.live.set_objective(objective)
        search = BranchAndBound(self.live, wanted.gap, wanted.seconds, wanted.cancelled)
        found = search.run(incumbent=wanted.incumbent)
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

    def least(self, wanted: Wanted) -> tuple[str, tuple[float, ...]]:
        count = len(self.search.axes)
        w, upper = [0.0] * count, [math.inf] * count
        for place, weight, bound in zip(self.places, wanted.weights, wanted.bounds, strict=True):
            w[place], upper[place] = weight, bound
        found = self.search.run(w, upper, wanted.gap, wanted.seconds, wanted.cancelled, wanted.incumbent)
        return found.status, found.solution

    def close(self) -> None:
        pass
