"""Mean and worst tail (conditional value at risk, CVaR) of equally likely losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pilot_planner.solving.sparse_rows import Array


def tail_mean(losses: Sequence[float], tail: float) -> float:
    """Conditional value at risk: the mean of the worst ``tail`` share of equally likely losses.

    A loss on the edge of the tail counts with the part of it that lies inside (Rockafellar and Uryasev, 2002). This is
    the minimum over z of z + mean(max(0, loss - z)) / tail.
    """
    worst = np.sort(np.asarray(losses, dtype=float))[::-1]
    inside = np.clip(tail * len(worst) - np.arange(len(worst)), 0.0, 1.0)
    return float(worst @ inside / inside.sum())


@dataclass(frozen=True, slots=True)
class MeanRisk:
    """(1 - weight) x mean + weight x mean of the worst ``tail`` share."""

    weight: float
    tail: float

    def of(self, losses: Sequence[float]) -> float:
        return (1.0 - self.weight) * float(np.mean(losses)) + self.weight * tail_mean(losses, self.tail)

    def of_each(self, losses: Array) -> Array:
        """The same for each row of a table. Infinite where a loss is; -infinite where one is, and none is infinite."""
        finite = np.where(np.isfinite(losses), losses, 0.0)
        worst = np.sort(finite, axis=1)[:, ::-1]
        count = worst.shape[1]
        inside = np.clip(self.tail * count - np.arange(count), 0.0, 1.0)
        values = (1.0 - self.weight) * finite.mean(axis=1) + self.weight * (worst @ inside) / inside.sum()
        values = np.where(np.any(np.isneginf(losses), axis=1), -np.inf, values)
        return np.where(np.any(np.isposinf(losses), axis=1), np.inf, values)
