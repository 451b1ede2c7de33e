"""Linear expressions over numbered columns, without a solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from pilot_planner.data.amounts import at_draw, is_drawn, somewhere


class Linear:
    """A sum of coefficients times columns. Terms of the same column are added up; there is no constant:
    what does not depend on decisions is carried by the column ``programme``, which is fixed at 1.

    A coefficient is a number, or an array of one number for each of many draws (``data/amounts.py``). A term that is 0 in
    every draw is left out, so a programme of draws has every term that the programme of any of them has.
    """

    __slots__ = ("terms",)

    def __init__(self, terms: dict[int, float] | None = None) -> None:
        self.terms: dict[int, float] = {} if terms is None else terms

    @classmethod
    def of(cls, column: int, coefficient: float = 1.0) -> Linear:
        return cls({column: coefficient})

    @classmethod
    def total(cls, parts: Iterable[Linear]) -> Linear:
        """The sum of many expressions, in one pass."""
        result = cls()
        for part in parts:
            result.add(part)
        return result

    def add(self, other: Linear, times: float = 1.0) -> Linear:
        """Add ``times`` x ``other`` in place; returns self."""
        terms = self.terms
        if not is_drawn(times) and times == 0.0:
            return self
        if not terms:
            terms.update(other.terms if _is_one(times) else {column: times * one for column, one in other.terms.items()})
            return self
        once = _is_one(times)
        for column, coefficient in other.terms.items():
            # Of draws each operation counts: nothing is added to 0 or multiplied by 1.
            more = coefficient if once else times * coefficient
            known = terms.get(column)
            terms[column] = more if known is None else known + more
        return self

    def add_term(self, column: int, coefficient: float) -> Linear:
        """Add one term in place; returns self."""
        if somewhere(coefficient):
            self.terms[column] = self.terms.get(column, 0.0) + coefficient
        return self

    def __add__(self, other: Linear) -> Linear:
        return Linear(dict(self.terms)).add(other)

    def __sub__(self, other: Linear) -> Linear:
        return Linear(dict(self.terms)).add(other, -1.0)

    def __mul__(self, times: float) -> Linear:
        return Linear({column: times * coefficient for column, coefficient in self.terms.items()})

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return any(map(somewhere, self.terms.values()))

    def value(self, solution: Sequence[float]) -> float:
        """The value at a solution, one number per column (or one array of draws)."""
        found = sum(coefficient * solution[column] for column, coefficient in self.terms.items())
        return found if is_drawn(found) else float(found)

    def at(self, draw: int) -> Linear:
        """The expression in one draw, from 0; terms that are 0 there are left out."""
        return Linear({column: one for column, value in self.terms.items() if (one := at_draw(value, draw)) != 0.0})


def _is_one(times: float) -> bool:
    return not is_drawn(times) and times == 1.0


class Sums:
    """Many named expressions over the same columns, for their values at many solutions."""

    def __init__(self, expressions: Mapping[str, Linear]) -> None:
        self._names = tuple(expressions)
        filled = [one.terms for one in expressions.values() if one.terms]
        # Sums of runs of one array take no empty runs.
        self._filled = np.array([place for place, one in enumerate(expressions.values()) if one.terms], dtype=np.intp)
        self._columns = np.array([column for terms in filled for column in terms], dtype=np.intp)
        self._coefficients = np.array([value for terms in filled for value in terms.values()], dtype=float)
        self._starts = np.cumsum([0, *(len(terms) for terms in filled[:-1])]).astype(np.intp)

    def values(self, solution: Sequence[float] | Any) -> dict[str, float]:
        """The value of each expression at a solution, one number per column."""
        found = np.zeros(len(self._names))
        if len(self._filled):
            x = np.asarray(solution, dtype=float)
            found[self._filled] = np.add.reduceat(self._coefficients * x[self._columns], self._starts)
        return dict(zip(self._names, found.tolist(), strict=True))
