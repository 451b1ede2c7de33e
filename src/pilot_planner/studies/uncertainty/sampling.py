"""Draws for studies: Latin hypercubes, and the PERT distribution by its quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np

Seed = int | tuple[int, int]
"""A number, or a number and which of several independent streams of it."""

_PEAK = 4.0
"""Weight of the mode, as PERT has it."""
_CELLS = 4096


def latin_hypercube(draws: int, dimensions: int, seed: Seed) -> Any:
    """``draws`` x ``dimensions`` shares in (0, 1): in each dimension one draw falls into each of ``draws`` equal parts."""
    chance = np.random.default_rng(seed)
    parts = np.array([chance.permutation(draws) for _ in range(dimensions)]).reshape(dimensions, draws).T
    return (parts + chance.random((draws, dimensions))) / draws


def pert_quantile(shares: Any, low: float, mode: float, high: float) -> Any:
    """Values of the PERT distribution from ``low`` to ``high`` at these shares of its mass."""
    if high <= low:
        return np.full(len(shares), low)
    first = 1.0 + _PEAK * (mode - low) / (high - low)
    second = 1.0 + _PEAK * (high - mode) / (high - low)
    edges = np.linspace(0.0, 1.0, _CELLS + 1)
    middles = (edges[:-1] + edges[1:]) / 2.0
    # Both exponents are at least 0, so the density is bounded and the midpoint rule is good to seven digits.
    mass = np.concatenate([[0.0], np.cumsum(middles ** (first - 1.0) * (1.0 - middles) ** (second - 1.0))])
    return low + (high - low) * np.interp(shares, mass / mass[-1], edges)
