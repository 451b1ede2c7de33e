"""How far a share that was counted in draws may lie from what endlessly many draws would give."""

from __future__ import annotations

import math
from statistics import NormalDist

CONFIDENCE = 0.95
"""Of every interval of a share; the usual one."""


def wilson(count: int, total: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The score interval of a share, ``count`` of ``total`` independent draws (Wilson, 1927).

    Unlike the one of the normal distribution it stays within 0 to 1, and says something where nothing or everything was
    counted. It is the error of having made so few draws only: what is drawn from is taken as given.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share = count / total
    middle = share + z * z / (2.0 * total)
    half = z * math.sqrt(share * (1.0 - share) / total + z * z / (4.0 * total * total))
    size = 1.0 + z * z / total
    low = 0.0 if count == 0 else max(0.0, (middle - half) / size)
    high = 1.0 if count == total else min(1.0, (middle + half) / size)
    return low, high
