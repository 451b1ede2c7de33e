"""Arithmetic that is the same for one value and for one value in each of many draws.

An amount is a float, or an array of one float for each draw. Code that takes amounts is written once: what is added and
multiplied needs nothing special, and what chooses (the lesser of two, one or the other, is it so) uses the functions here,
which give for an array what they give for each of its values. One plan is then the case of plain floats.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def is_drawn(amount: object) -> bool:
    """Whether an amount differs from draw to draw."""
    return isinstance(amount, np.ndarray)


def least(first: float, *others: float) -> float:
    """The least of some amounts, in each draw."""
    if not is_drawn(first) and not any(map(is_drawn, others)):
        return min(first, *others) if others else first
    found: Any = first
    for other in others:
        found = np.minimum(found, other)
    return found  # type: ignore[no-any-return]


def most(first: float, *others: float) -> float:
    """The most of some amounts, in each draw."""
    if not is_drawn(first) and not any(map(is_drawn, others)):
        return max(first, *others) if others else first
    found: Any = first
    for other in others:
        found = np.maximum(found, other)
    return found  # type: ignore[no-any-return]


def where(so: bool, then: float, otherwise: float) -> float:
    """One amount where something is so, the other one elsewhere, in each draw."""
    if is_drawn(so):
        return np.where(so, then, otherwise)  # type: ignore[return-value]
    return then if so else otherwise


def whole(amount: float) -> float:
    """Whole units of an amount that is not negative, in each draw."""
    return np.floor(amount) if is_drawn(amount) else float(int(amount))


def somewhere(so: object) -> bool:
    """Whether something is so (or a number is not 0) in any draw."""
    return bool(so.any()) if isinstance(so, np.ndarray) else bool(so)


def everywhere(so: object) -> bool:
    """Whether something is so in every draw."""
    return bool(so.all()) if isinstance(so, np.ndarray) else bool(so)


def median(values: list[float]) -> float:
    """The median of some amounts, in each draw: the middle one, or the mean of the two in the middle."""
    if not any(map(is_drawn, values)):
        import statistics

        return statistics.median(values)
    return np.median(np.broadcast_arrays(*values), axis=0)  # type: ignore[no-any-return]


def at_draw(amount: float, draw: int) -> float:
    """The amount in one draw, from 0."""
    return float(amount[draw]) if isinstance(amount, np.ndarray) else amount
