"""What it is worth to know something before a plan is signed: expected value of perfect and of partial information.

Each *candidate* is a plan that could be signed; in each draw it has a *benefit* (the objective, or 1 where it holds and 0
where it does not). Without knowing more, the candidate of the best mean is signed. Whoever knew everything would sign the
best in each draw: what that gains on average is the expected value of perfect information (EVPI), the ceiling. Whoever
knew one figure alone would sign the best by the benefit that can be expected at its value: that is the expected value of
partial perfect information (EVPPI).

What can be expected at a value is estimated by regression on the draws that are there (Strong, Oakley and Brennan 2014,
https://doi.org/10.1177/0272989X12465540): cubic splines, lightly held down, on the coordinate of the figure. For something
that is so or is not so it is the mean of either group. The estimate is biased upwards by noise, as the best of several
noisy means is; half of the draws say which candidate to sign, and the other half what that gains, both ways round, so that
noise cannot pay. The standard error is the jackknife's over blocks of draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import BSpline

Array = Any

KNOTS = 6
"""Knots over (0, 1): enough for a threshold to be seen, few enough for a thousand draws."""
_DEGREE = 3
_RIDGE = 1e-3
_BLOCKS = 20
FEWEST_DRAWS = 100


@dataclass(frozen=True, slots=True)
class Worth:
    """A value of information, in the unit of the benefit, with its standard error."""

    value: float
    error: float

    @property
    def found(self) -> bool:
        """Whether it can be told from nothing: more than two standard errors above 0."""
        return self.value > 2.0 * self.error


def evpi(benefits: Array) -> Worth:
    """The expected value of perfect information among candidates.

    Args:
        benefits: draws x candidates, more is better.

    The error is that of the mean over draws of what the best candidate of the draw has on the one that would be signed.
    """
    gain = benefits.max(axis=1) - benefits[:, int(benefits.mean(axis=0).argmax())]
    return Worth(float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain))))


def evppi(benefits: Array, coordinate: Array) -> Worth:
    """What knowing one figure is worth.

    Args:
        benefits: draws x candidates, more is better.
        coordinate: of the figure in each draw, anything that rises with it; booleans for what is so or is not so.

    Raises ValueError for fewer than ``FEWEST_DRAWS`` draws.
    """
    draws = len(benefits)
    if draws < FEWEST_DRAWS:
        raise ValueError(f"{draws} draws: at least {FEWEST_DRAWS} are needed")
    if benefits.shape[1] < 2:
        return Worth(0.0, 0.0)
    known = np.asarray(coordinate)
    basis = _groups(known) if known.dtype == bool else _splines(known)
    # Draws are dealt to blocks in turn, in the order of the figure, so that each block has all of its range.
    block = np.empty(draws, dtype=int)
    block[np.argsort(known, kind="stable")] = np.arange(draws) % _BLOCKS
    whole = _gain(benefits, basis, block)
    without = [_gain(benefits[block != one], basis[block != one], block[block != one]) for one in range(_BLOCKS)]
    spread = np.asarray(without) - np.mean(without)
    error = float(np.sqrt((_BLOCKS - 1) / _BLOCKS * np.sum(spread**2)))
    return Worth(max(0.0, whole), error)


def _gain(benefits: Array, basis: Array, block: Array) -> float:
    """Mean gain of signing by the figure: fitted on half of the blocks, counted on the other, both ways round."""
    total = 0.0
    for half in (0, 1):
        fitted, counted = block % 2 == half, block % 2 != half
        signed = int(benefits[fitted].mean(axis=0).argmax())
        against = benefits[fitted] - benefits[fitted][:, [signed]]
        expected = basis[counted] @ _fit(basis[fitted], against)
        chosen = expected.argmax(axis=1)
        its = benefits[counted]
        total += float((its[np.arange(len(its)), chosen] - its[:, signed]).sum())
    return total / len(benefits)


def _fit(basis: Array, values: Array) -> Array:
    scale = len(basis) * _RIDGE / basis.shape[1]
    return np.linalg.solve(basis.T @ basis + scale * np.eye(basis.shape[1]), basis.T @ values)


def _groups(so: Array) -> Array:
    return np.column_stack([so, ~so]).astype(float)


def _splines(coordinate: Array) -> Array:
    """Cubic B-splines over the ranks of the figure."""
    ranks = (np.argsort(np.argsort(coordinate, kind="stable"), kind="stable") + 0.5) / len(coordinate)
    inner = np.linspace(0.0, 1.0, KNOTS)
    knots = np.concatenate([np.zeros(_DEGREE), inner, np.ones(_DEGREE)])
    basis: Array = BSpline.design_matrix(ranks, knots, _DEGREE).toarray()
    return basis
