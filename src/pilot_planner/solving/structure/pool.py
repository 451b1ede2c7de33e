"""Everything that multipliers found so far prove of every set, for any question that is asked of the same programme.

Questions differ in how axes are weighed and bounded. Multipliers that were found for one of them prove something for the
others too: multiplied by a positive number, and moved along the axes, they stay multipliers as long as no sign breaks.
"""

from __future__ import annotations

import math

import numpy as np

from pilot_planner.solving.matrix import Array
from pilot_planner.solving.structure.blocks import Blocks
from pilot_planner.solving.structure.prices import Prices
from pilot_planner.solving.structure.sets import Sets

MOST_PRICES = 200


class Pool:
    """Bounds by set. ``constant`` is what columns that are always fixed add to each axis."""

    def __init__(self, blocks: Blocks, sets: Sets, constant: Array) -> None:
        self.blocks, self.sets, self.constant = blocks, sets, constant
        self.axes = len(constant)
        self.dead = np.zeros(sets.count, dtype=bool)
        """Sets without any plan, whatever is asked of the axes."""
        self._taken: list[Array] = []
        self._totals: list[Array] = []
        self._proofs: list[tuple[Array, Array, float]] = []

    def __len__(self) -> int:
        return len(self._totals)

    def bounds(self, weights: Array, upper: Array) -> Array:
        """The best bound known of every set, for these weights under these upper bounds of the axes."""
        best = np.where(self.dead, np.inf, -np.inf)
        for taken, total in zip(self._taken, self._totals, strict=True):
            bound = self._bound(taken, total, weights, upper)
            if bound is not None:
                np.maximum(best, bound, out=best)
        for moved, total, size in self._proofs:
            np.maximum(best, self._impossible(moved, total, size, upper), out=best)
        return best

    def add(self, prices: Prices, weights: Array, upper: Array) -> Array:
        """Keep what these prices prove; gives their bound of every set for one question."""
        link = self.blocks.link
        y = prices.multipliers[: link.count - self.axes]
        side = np.where(y > 0.0, link.lower[: -self.axes], np.where(y < 0.0, link.upper[: -self.axes], 0.0))
        total = float(y @ side) + prices.settled + self.sets.sums(prices)
        taken = prices.weights - prices.multipliers[link.count - self.axes :]
        if prices.weights.any():
            self._keep(taken, total)
            bound = self._bound(taken, total, weights, upper)
            return np.full(self.sets.count, -np.inf) if bound is None else bound
        proof = (-taken, total, 1.0 + float(np.abs(y) @ np.maximum(1.0, np.abs(side))))
        if taken.any():
            self._proofs.append(proof)
            del self._proofs[:-MOST_PRICES]
        return self._impossible(*proof, upper)

    def _keep(self, taken: Array, total: Array) -> None:
        self._taken.append(taken)
        self._totals.append(total)
        del self._taken[:-MOST_PRICES], self._totals[:-MOST_PRICES]

    def _bound(self, taken: Array, total: Array, weights: Array, upper: Array) -> Array | None:
        """A bound for one question from prices that take so much of each axis; None where a sign would break."""
        free = ~np.isfinite(upper)
        scale = _scale(weights, taken, free)
        if scale is None:
            return None
        moved = np.where(free, 0.0, np.minimum(weights - scale * taken, 0.0))
        used = moved != 0.0
        return scale * total + float(moved[used] @ (upper - self.constant)[used])

    def _impossible(self, moved: Array, total: Array, size: float, upper: Array) -> Array:
        """Infinite where multipliers without an objective show that a set has no plan under these bounds of the axes."""
        moved = np.minimum(moved, 0.0)
        used = moved < 0.0
        if not np.isfinite(upper[used]).all():
            return np.full(self.sets.count, -np.inf)
        over = total + float(moved[used] @ (upper - self.constant)[used])
        size += float(np.abs(moved[used]) @ np.maximum(1.0, np.abs(upper[used])))
        none = over > _RAY * size
        if not used.any():
            self.dead |= none
        return np.where(none, np.inf, -np.inf)


def _scale(weights: Array, taken: Array, free: Array) -> float | None:
    """The least positive number that makes ``taken`` at least the weights, and equal to them on axes without a bound."""
    least, most = 0.0, math.inf
    for weight, count, equal in zip(weights.tolist(), taken.tolist(), free.tolist(), strict=True):
        if abs(count) <= _SMALL * max(1.0, abs(weight)):
            if weight > _SMALL or (equal and weight < -_SMALL):
                return None
            continue
        ratio = weight / count
        if count > 0.0 or equal:
            least = max(least, ratio)
        if count < 0.0 or equal:
            most = min(most, ratio)
    return least if 0.0 < least <= most * (1.0 + _SMALL) else None


_SMALL = 1e-9
_RAY = 1e-6
"""Relative: a proof that nothing is possible must be this far from the solver's own tolerance."""
