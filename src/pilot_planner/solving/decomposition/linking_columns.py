"""Multipliers on linking rows, made fit for a bound: what they must satisfy on the columns that no host owns.

The bound of a Lagrangian holds for any multipliers whose sign fits their row. It is finite only where the reduced cost of
a column without end is of the right sign too. Two repairs reach that, whatever rounding a solver left:

- running sums (the cost of a period, the balance of funds) stand in an equation of their own; the multipliers of these
  equations are computed from all others, so that those columns cost exactly nothing;
- a column that only pushes from above or below (the peak of workers) has the multipliers of its rows made smaller.
"""

from __future__ import annotations

import numpy as np

from pilot_planner.solving.decomposition.host_blocks import Blocks
from pilot_planner.solving.sparse_rows import Array


class Shared:
    """The columns of no host, and the linking rows that define some of them."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self._find_pivots()

    def _find_pivots(self) -> None:
        """Equations in which one shared column is left once those before it are known."""
        blocks = self.blocks
        link, shared = blocks.link, set(blocks.shared.tolist())
        equations = np.flatnonzero(link.lower == link.upper)
        open_in = {
            int(row): {j for j in link.column[link.start[row] : link.start[row + 1]].tolist() if j in shared}
            for row in equations
        }
        rows_of: dict[int, list[int]] = {}
        for row, columns in open_in.items():
            for j in columns:
                rows_of.setdefault(j, []).append(row)
        ready = [row for row, columns in open_in.items() if len(columns) == 1]
        pivots: list[tuple[int, int]] = []
        while ready:
            row = ready.pop(0)
            if len(open_in[row]) != 1:
                continue
            (column,) = open_in[row]
            pivots.append((row, column))
            for other in rows_of[column]:
                open_in[other].discard(column)
                if len(open_in[other]) == 1:
                    ready.append(other)
        self.rows = np.array([row for row, _ in pivots], dtype=np.int64)
        self.columns = np.array([column for _, column in pivots], dtype=np.int64)
        matrix = np.zeros((len(pivots), len(pivots)))
        place = np.full(blocks.count, -1)
        place[self.columns] = np.arange(len(pivots))
        for number, (row, _) in enumerate(pivots):
            entries = slice(link.start[row], link.start[row + 1])
            inside = place[link.column[entries]] >= 0
            matrix[number, place[link.column[entries][inside]]] = link.value[entries][inside]
        self._matrix = matrix
        rest = self._rest = blocks.shared[place[blocks.shared] < 0]
        self._endless_above = rest[~np.isfinite(blocks.upper[rest])]
        self._endless_below = rest[~np.isfinite(blocks.lower[rest])]

    def repaired(self, multipliers: Array, costs: Array) -> Array:
        """Multipliers (one per linking row) of the right signs, repaired for these costs (one per column)."""
        link = self.blocks.link
        y: Array = np.where(np.isfinite(link.lower), multipliers, np.minimum(multipliers, 0.0))
        y = np.where(np.isfinite(link.upper), y, np.maximum(y, 0.0))
        # Axes have upper bounds only, and others for every question.
        axes = link.count - self.blocks.axes
        y[axes:] = np.minimum(multipliers[axes:], 0.0)
        for column in self._endless_above:
            self._shrink(y, int(column), costs, 1.0)
        for column in self._endless_below:
            self._shrink(y, int(column), costs, -1.0)
        if len(self.rows):
            y[self.rows] = 0.0
            left = (costs - link.transposed_times(y, self.blocks.count))[self.columns]
            y[self.rows] = np.linalg.solve(self._matrix.T, left)
        return y

    def _shrink(self, y: Array, column: int, costs: Array, sign: float) -> None:
        """Make smaller what pushes the reduced cost of a column below 0 (above, for ``sign`` -1)."""
        link = self.blocks.link
        entries = np.flatnonzero(link.column == column)
        rows = link.owner[entries]
        push = sign * y[rows] * link.value[entries]
        pushing = push > 0.0
        # Below what is left by more than sums of floating point err: the sign has to be right in fractions too.
        spare = _SPARE * (abs(float(costs[column])) + float(np.abs(push).sum()))
        room = sign * costs[column] - push[~pushing].sum() - spare
        total = push[pushing].sum()
        if total > room:
            y[rows[pushing]] *= max(0.0, room) / total

    def settled(self, reduced: Array) -> float:
        """What the columns of no host add to a bound, under reduced costs of all columns."""
        blocks = self.blocks
        known = float(reduced[blocks.fixed] @ blocks.lower[blocks.fixed])
        return known + least(reduced[self._rest], blocks.lower[self._rest], blocks.upper[self._rest])


_SPARE = 1e-12
"""Of the sizes that are added up; a bound loses as little."""


def of_sides(multipliers: Array, lower: Array, upper: Array) -> float:
    """What multipliers earn on the sides of their rows: the lower side where positive, the upper where negative."""
    side = np.where(multipliers > 0.0, lower, np.where(multipliers < 0.0, upper, 0.0))
    return float(multipliers @ np.where(multipliers == 0.0, 0.0, side))


def least(costs: Array, lower: Array, upper: Array) -> float:
    """The least of a linear function over a box; a cost of 0 to rounding counts as 0 where the box has no end."""
    end = np.where(costs > 0.0, lower, upper)
    size = float(np.abs(costs).max(initial=1.0))
    nothing = ~np.isfinite(end) & (np.abs(costs) <= _ROUNDING * size)
    return float(np.where(nothing, 0.0, costs) @ np.where(nothing | (costs == 0.0), 0.0, end))


_ROUNDING = 1e-9
