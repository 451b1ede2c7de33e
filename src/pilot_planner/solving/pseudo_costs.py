"""Pseudo-costs: by how much branching on a column has raised the bound, to choose the next column that is branched on.

A column on which nothing was branched yet is tried first, in both directions (reliability branching with one trial:
Achterberg, Koch and Martin 2005). Where many columns are rounded up at a cost each, such as inspectors of every month,
the tree is smaller by orders of magnitude than one that takes them in turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

Direction = Literal["below", "above"]
Trial = Callable[[int, Direction], float]
"""The bound of the child on that side of a column; infinite where it has no solution."""

_LEAST_GAIN = 1e-6
"""Relative: a side that gains nothing must not hide what the other one gains."""


class PseudoCosts:
    """Mean gain of the bound for each unit by which a column was moved, on either side."""

    def __init__(self) -> None:
        self._gains: dict[tuple[int, Direction], tuple[float, int]] = {}

    def learn(self, column: int, side: Direction, value: float, gain: float) -> None:
        """A child on one side of a column, whose value was ``value`` in its parent, has a bound higher by ``gain``."""
        total, count = self._gains.get((column, side), (0.0, 0))
        self._gains[column, side] = (total + gain / _distance(value, side), count + 1)

    def best(self, columns: Sequence[int], solution: Sequence[float], bound: float, most: float, trial: Trial) -> int:
        """The column that promises most on both sides; ``most``: a gain beyond this closes a child all the same."""

        def promised(column: int) -> float:
            value, found = solution[column], 1.0
            sides: tuple[Direction, Direction] = ("below", "above")
            for side in sides:
                if (column, side) not in self._gains:
                    self.learn(column, side, value, min(max(trial(column, side) - bound, 0.0), most))
                total, count = self._gains[column, side]
                found *= max(total / count * _distance(value, side), _LEAST_GAIN * most)
            return found

        return max(columns, key=promised)


def _distance(value: float, side: Direction) -> float:
    below = value - math.floor(value)
    return below if side == "below" else 1.0 - below
