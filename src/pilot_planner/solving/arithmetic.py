"""Plain arithmetic: whether a solution meets every row, every bound and every whole number of a programme.

Nothing here knows how the solution was found. Every plan passes it before anybody sees it: a miss means that a search
was wrong, and that is said instead of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pilot_planner.errors import WrongPlanError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.sparse_rows import Array, Rows

TOLERANCE = 1e-6
"""Relative to the largest of 1, the side and the parts of a row; whole numbers may be off by so much."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that a solution does not meet: ``by`` in its own unit, ``relative`` to the size of what is added up."""

    what: str
    by: float
    relative: float


class Arithmetic:
    """The rows and columns of a programme as arrays. Other sides are taken over without the rest being made again."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._expressions: list[Linear] = []
        self._columns: list[Column] = []
        self._take_over(programme)

    def of(self, programme: Programme) -> Arithmetic:
        """The same for another programme, for most of which nothing has to be made anew."""
        if programme is not self.programme:
            self._take_over(programme)
        return self

    def _take_over(self, programme: Programme) -> None:
        self.programme = programme
        expressions = [row.expression for row in programme.rows]
        if len(expressions) != len(self._expressions) or not all(map(_same, expressions, self._expressions)):
            self._rows = Rows.of(programme.rows)
            self._filled = np.flatnonzero(np.diff(self._rows.start))
        else:
            sides = Rows.sides(programme.rows)
            self._rows = replace(self._rows, lower=sides[0], upper=sides[1])
        self._expressions = expressions
        if programme.d.columns is not self._columns:
            self._columns = columns = programme.d.columns
            self._lower = np.array([-np.inf if c.lower is None else c.lower for c in columns])
            self._upper = np.array([np.inf if c.upper is None else c.upper for c in columns])
            self._whole = np.array([c.integer for c in columns], dtype=bool)

    def worst(self, solution: Sequence[float]) -> Miss:
        """The largest miss, relative; nothing is missed where ``relative`` is 0."""
        x = np.asarray(solution, dtype=float)
        if len(x) != len(self._columns) or not np.isfinite(x).all():
            return Miss("a solution with one number for each column", np.inf, np.inf)
        of_rows, rows_by = self._of_rows(x)
        of_columns, columns_by = self._of_columns(x)
        row = int(np.argmax(of_rows)) if len(of_rows) else 0
        column = int(np.argmax(of_columns)) if len(of_columns) else 0
        if len(of_rows) and (not len(of_columns) or of_rows[row] >= of_columns[column]):
            return Miss(f"row {self.programme.rows[row].name!r}", float(rows_by[row]), float(of_rows[row]))
        if not len(of_columns):
            return Miss("nothing", 0.0, 0.0)
        return Miss(f"column {self._columns[column].name!r}", float(columns_by[column]), float(of_columns[column]))

    def _of_rows(self, x: Array) -> tuple[Array, Array]:
        rows = self._rows
        parts = rows.value * x[rows.column]
        size = np.maximum(1.0, np.where(np.isfinite(rows.lower), np.abs(rows.lower), 0.0))
        size = np.maximum(size, np.where(np.isfinite(rows.upper), np.abs(rows.upper), 0.0))
        if len(parts):
            largest = np.maximum.reduceat(np.abs(parts), rows.start[self._filled])
            size[self._filled] = np.maximum(size[self._filled], largest)
        total = np.bincount(rows.owner, parts, rows.count)
        by = np.maximum(0.0, np.maximum(rows.lower - total, total - rows.upper))
        return by / size, by

    def _of_columns(self, x: Array) -> tuple[Array, Array]:
        by = np.maximum(0.0, np.maximum(self._lower - x, x - self._upper))
        relative = by / np.maximum(1.0, np.abs(x))
        split = np.where(self._whole, np.abs(x - np.round(x)), 0.0)
        return np.maximum(relative, split), np.maximum(by, split)

    def ensure(self, solution: Sequence[float]) -> None:
        """Raises WrongPlanError where the solution misses anything."""
        miss = self.worst(solution)
        if miss.relative > TOLERANCE:
            raise WrongPlanError(
                f"internal error: the search ended with a plan that is none: it misses {miss.what} by {miss.by:.6g}"
                f" ({miss.relative:.1e} of its size, where {TOLERANCE:.0e} is allowed). The plan is not shown; nothing is"
                " wrong with your inputs or design. Solve it another way with --set solver.engine=whole, and report the"
                " design with this message"
            )


def _same(first: Linear, second: Linear) -> bool:
    return first is second or first.terms == second.terms


def largest_miss(programme: Programme, solution: Sequence[float]) -> float:
    """The largest miss of a row, a bound or a whole number, each relative to the size of what it adds up."""
    return Arithmetic(programme).worst(solution).relative
