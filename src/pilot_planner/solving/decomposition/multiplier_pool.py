"""Everything that multipliers found so far prove of every set, for any question that is asked of the same programme.

Questions differ in how axes are weighed and bounded. Multipliers that were found for one of them prove something for the
others too: multiplied by a positive number, and moved along the axes, they stay multipliers as long as no sign breaks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pilot_planner.solving.decomposition.host_blocks import Blocks
from pilot_planner.solving.decomposition.host_sets import Sets
from pilot_planner.solving.decomposition.lagrangian_bounds import Prices
from pilot_planner.solving.sparse_rows import Array

MOST_PRICES = 200


@dataclass(frozen=True, slots=True)
class _Entry:
    """Multipliers ``y`` of linking rows, how much of each axis they take, and the part of each set's bound that is neither
    paid by sides nor the constants of the axes, which other weights weigh otherwise."""

    y: Array
    taken: Array
    rest: Array


class Pool:
    """Bounds by set. ``constant`` is what columns that are always fixed add to each axis."""

    def __init__(self, blocks: Blocks, sets: Sets, constant: Array) -> None:
        self.blocks, self.sets, self.constant = blocks, sets, constant
        self.axes = len(constant)
        self.dead = np.zeros(sets.count, dtype=bool)
        """Sets without any plan, whatever is asked of the axes."""
        self._bounds: list[_Entry] = []
        self._proofs: list[_Entry] = []

    def __len__(self) -> int:
        return len(self._bounds)

    def multipliers(self) -> list[Array]:
        """Of linking rows, axes apart, for the axes weighed as they were; the last ones first."""
        return [entry.y for entry in reversed(self._bounds)]

    def rays(self) -> list[Array]:
        """Multipliers without an objective, the last ones first."""
        return [entry.y for entry in reversed(self._proofs)]

    def bounds(self, weights: Array, upper: Array) -> Array:
        """The best bound known of every set, for these weights under these upper bounds of the axes."""
        best = np.where(self.dead, np.inf, -np.inf)
        for entry in self._bounds:
            bound = self._bound(entry, weights, upper)
            if bound is not None:
                np.maximum(best, bound, out=best)
        for entry in self._proofs:
            np.maximum(best, self._impossible(entry, upper), out=best)
        return best

    def add(self, prices: Prices, weights: Array, upper: Array) -> Array:
        """Keep what these prices prove; gives their bound of every set for one question."""
        first = self.blocks.link.count - self.axes
        taken = prices.weights - prices.multipliers[first:]
        settled = prices.settled - float(prices.weights @ self.constant)
        entry = _Entry(prices.multipliers[:first], taken, settled + self.sets.sums(prices))
        if prices.weights.any():
            self._bounds.append(entry)
            del self._bounds[:-MOST_PRICES]
            bound = self._bound(entry, weights, upper)
            return np.full(self.sets.count, -np.inf) if bound is None else bound
        self._proofs.append(entry)
        del self._proofs[:-MOST_PRICES]
        return self._impossible(entry, upper)

    def forget_the_dead(self) -> None:
        """After a change of sides of linking rows: sets are dead only as far as what is kept proves it again."""
        self.dead[:] = False
        for entry in self._proofs:
            if not entry.taken.any():
                self._impossible(entry, np.full(self.axes, np.inf))

    def _side(self, y: Array) -> Array:
        """The sides of linking rows that multipliers are paid by, axes apart."""
        link, rows = self.blocks.link, slice(0, len(y))
        return np.where(y > 0.0, link.lower[rows], np.where(y < 0.0, link.upper[rows], 0.0))

    def _bound(self, entry: _Entry, weights: Array, upper: Array) -> Array | None:
        """A bound for one question; None where a sign would break."""
        taken = entry.taken
        free = ~np.isfinite(upper)
        scale = _scale(weights, taken, free)
        if scale is None:
            return None
        moved = np.where(free, 0.0, np.minimum(weights - scale * taken, 0.0))
        used = moved != 0.0
        total = float(entry.y @ self._side(entry.y)) + entry.rest
        return scale * total + float(weights @ self.constant) + float(moved[used] @ (upper - self.constant)[used])

    def _impossible(self, entry: _Entry, upper: Array) -> Array:
        """Infinite where multipliers without an objective show that a set has no plan under these bounds of the axes."""
        moved = np.minimum(-entry.taken, 0.0)
        used = moved < 0.0
        if not np.isfinite(upper[used]).all():
            return np.full(self.sets.count, -np.inf)
        side = self._side(entry.y)
        over = float(entry.y @ side) + entry.rest + float(moved[used] @ (upper - self.constant)[used])
        size = 1.0 + float(np.abs(entry.y) @ np.maximum(1.0, np.abs(side)))
        size += float(np.abs(moved[used]) @ np.maximum(1.0, np.abs(upper[used])))
        none = over > _RAY * size
        if not used.any():
            self.dead |= none
        return np.where(none, np.inf, -np.inf)


def _scale(weights: Array, taken: Array, free: Array) -> float | None:
    """The least positive number that makes ``taken`` at least the weights, and equal to them on axes without a bound.

    However small a weight is, it counts: its axis may have any size.
    """
    least, most = 0.0, math.inf
    for weight, count, equal in zip(weights.tolist(), taken.tolist(), free.tolist(), strict=True):
        if count == 0.0:
            if weight > 0.0 or (equal and weight < 0.0):
                return None
            continue
        ratio = weight / count
        if count > 0.0 or equal:
            least = max(least, ratio)
        if count < 0.0 or equal:
            most = min(most, ratio)
    return least if 0.0 < least <= most * (1.0 + _LAST_DIGIT) else None


_LAST_DIGIT = 4.0 * float(np.finfo(float).eps)
"""Ratios of equal weights differ by rounding alone."""
_RAY = 1e-6
"""Relative: a proof that nothing is possible must be this far from the solver's own tolerance."""
