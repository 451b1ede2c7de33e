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


_EDGES = np.linspace(0.0, 1.0, _CELLS + 1)
_MIDDLES = (_EDGES[:-1] + _EDGES[1:]) / 2.0
_REST = (1.0 - _MIDDLES) ** _PEAK
_LOG_ODDS = np.log(_MIDDLES / (1.0 - _MIDDLES))


def pert_quantile(shares: Any, low: float, mode: float, high: float) -> Any:
    """Values of the PERT distribution from ``low`` to ``high`` at these shares of its mass."""
    if high <= low:
        return np.full(len(shares), low)
    # The density x^a (1 - x)^b has a + b = _PEAK, so it is (1 - x)^_PEAK times the odds to the power of a. Both exponents
    # are at least 0, so it is bounded and the midpoint rule is good to seven digits.
    density = _REST * np.exp(_PEAK * (mode - low) / (high - low) * _LOG_ODDS)
    mass = np.zeros(_CELLS + 1)
    np.cumsum(density, out=mass[1:])
    return low + (high - low) * np.interp(shares, mass / mass[-1], _EDGES)
