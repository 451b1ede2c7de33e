"""Mean and worst tail of equally likely losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


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
