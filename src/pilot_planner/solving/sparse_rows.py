"""Rows of a programme as arrays, and what follows from bounds alone.

Rows are kept in compressed form: the entries of row ``i`` stand at ``start[i]:start[i + 1]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from pilot_planner.programme.programme import Row

Array = Any
"""A numpy array of one dimension."""

ROUNDS = 8
"""Bounds are passed on along chains of so many rows at most: more would tighten little."""
_SAME = 1e-9
"""Relative: bounds nearer to each other than this are one value."""


@dataclass(frozen=True)
class Rows:
    """``lower`` <= matrix x <= ``upper``."""

    start: Array
    column: Array
    value: Array
    lower: Array
    upper: Array

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Rows:
        """Rows of a programme, entries of 0 left out."""
        terms = [row.expression.terms for row in rows]
        count = sum(map(len, terms))
        column = np.fromiter(chain.from_iterable(terms), dtype=np.int64, count=count)
        value = np.fromiter(chain.from_iterable(one.values() for one in terms), dtype=np.float64, count=count)
        length = np.fromiter(map(len, terms), dtype=np.int64, count=len(terms))
        owner = np.repeat(np.arange(len(terms)), length)
        kept = value != 0.0
        return cls(_starts(owner[kept], len(rows)), column[kept], value[kept], *cls.sides(rows))

    @staticmethod
    def sides(rows: Sequence[Row]) -> tuple[Array, Array]:
        """Lower and upper sides of rows of a programme."""
        right = np.fromiter((row.right_side for row in rows), dtype=np.float64, count=len(rows))
        lower = np.where([row.sense == "<=" for row in rows], -np.inf, right)
        upper = np.where([row.sense == ">=" for row in rows], np.inf, right)
        return lower, upper

    @property
    def count(self) -> int:
        return len(self.lower)

    @cached_property
    def owner(self) -> Array:
        """The row of each entry."""
        return np.repeat(np.arange(self.count), np.diff(self.start))

    def times(self, x: Array) -> Array:
        """The matrix times a vector."""
        return np.bincount(self.owner, self.value * x[self.column], self.count)

    def transposed_times(self, y: Array, columns: int) -> Array:
        """A vector times the matrix."""
        return np.bincount(self.column, self.value * y[self.owner], columns)

    def picked(self, rows: Array) -> Rows:
        """Some rows, by number."""
        length = np.diff(self.start)[rows]
        entries = np.repeat(self.start[rows] - np.concatenate([[0], np.cumsum(length)[:-1]]), length) + np.arange(
            length.sum()
        )
        return Rows(
            np.concatenate([[0], np.cumsum(length)]),
            self.column[entries],
            self.value[entries],
            self.lower[rows],
            self.upper[rows],
        )

    def between(self, first: int, last: int) -> Rows:
        """The rows from ``first`` to before ``last``."""
        entries = slice(self.start[first], self.start[last])
        return Rows(
            self.start[first : last + 1] - self.start[first],
            self.column[entries],
            self.value[entries],
            self.lower[first:last],
            self.upper[first:last],
        )

    def constants(self, fixed: Array, x: Array) -> Array:
        """What the columns where ``fixed`` is true add to each row, at their values in ``x``."""
        gone = fixed[self.column]
        return np.bincount(self.owner[gone], (self.value * x[self.column])[gone], self.count)

    def without(self, fixed: Array, x: Array) -> Rows:
        """The columns where ``fixed`` is true go to the sides, at their values in ``x``."""
        constant = self.constants(fixed, x)
        owner = self.owner
        kept = ~fixed[self.column]
        return Rows(
            _starts(owner[kept], self.count),
            self.column[kept],
            self.value[kept],
            self.lower - constant,
            self.upper - constant,
        )


def _starts(owner: Array, rows: int) -> Array:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=rows))]).astype(np.int64)


def activities(rows: Rows, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Least and most of each row within the bounds of its columns."""
    value, column, owner = rows.value, rows.column, rows.owner
    up = value > 0.0
    least = np.where(up, value * lower[column], value * upper[column])
    most = np.where(up, value * upper[column], value * lower[column])
    return np.bincount(owner, least, rows.count), np.bincount(owner, most, rows.count)


def tightened(rows: Rows, lower: Array, upper: Array, whole: Array) -> tuple[Array, Array, Array]:
    """Bounds of columns that follow from the rows, and the rows that can no longer hold.

    Every solution of the rows within ``lower`` and ``upper``, whole where ``whole`` is true, lies within the new
    bounds (feasibility-based bound tightening, Savelsbergh 1994). Rows by number.
    """
    lower, upper = lower.copy(), upper.copy()
    value, column, owner = rows.value, rows.column, rows.owner
    up = value > 0.0
    for _ in range(ROUNDS):
        at_least = np.where(up, value * lower[column], value * upper[column])
        at_most = np.where(up, value * upper[column], value * lower[column])
        most = _room(rows.upper, at_least, owner, rows.count)
        least = _room(rows.lower, at_most, owner, rows.count)
        with np.errstate(invalid="ignore"):
            high = np.where(up, most, least) / value
            low = np.where(up, least, most) / value
        new_upper, new_lower = upper.copy(), lower.copy()
        np.minimum.at(new_upper, column, np.where(np.isnan(high), np.inf, high))
        np.maximum.at(new_lower, column, np.where(np.isnan(low), -np.inf, low))
        new_upper = np.where(whole, np.floor(new_upper + _WHOLE), new_upper)
        new_lower = np.where(whole, np.ceil(new_lower - _WHOLE), new_lower)
        with np.errstate(invalid="ignore"):
            moved = (new_upper < upper - _SAME * np.maximum(1.0, np.abs(new_upper))) | (
                new_lower > lower + _SAME * np.maximum(1.0, np.abs(new_lower))
            )
        lower, upper = np.where(moved, new_lower, lower), np.where(moved, new_upper, upper)
        if not moved.any() or (lower > upper + _BROKEN * np.maximum(1.0, np.abs(upper))).any():
            break
    least_of, most_of = activities(rows, lower, upper)
    size = np.maximum(1.0, np.maximum(_finite(rows.lower), _finite(rows.upper)))
    crossed = lower > upper + _BROKEN * np.maximum(1.0, np.abs(upper))
    crossing = np.bincount(owner, crossed[column], rows.count) > 0
    with np.errstate(invalid="ignore"):
        broken = (least_of > rows.upper + _BROKEN * size) | (most_of < rows.lower - _BROKEN * size) | crossing
    return np.minimum(lower, upper), np.maximum(lower, upper), np.flatnonzero(broken)


_WHOLE = 1e-6
_BROKEN = 1e-6
"""Relative: a row that misses its side by less is left to the solver to judge."""


def _finite(side: Array) -> Array:
    return np.where(np.isfinite(side), np.abs(side), 0.0)


def _room(side: Array, ends: Array, owner: Array, rows: int) -> Array:
    """What each entry may add up to beside the ends of the others of its row; infinite or NaN where that has no end."""
    endless = ~np.isfinite(ends)
    finite = np.where(endless, 0.0, ends)
    total = np.bincount(owner, finite, rows)
    count = np.bincount(owner, endless, rows)
    alone = count[owner] - endless == 0
    return np.where(alone, side[owner] - (total[owner] - finite), np.nan)
