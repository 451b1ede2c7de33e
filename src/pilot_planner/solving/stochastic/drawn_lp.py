"""One linear programme whose numbers differ from draw to draw, in one HiGHS object that keeps its basis.

Rows and columns come with arrays of draws for numbers (``data/amounts.py``). What is fixed goes to the sides of the rows;
the rest is laid out once, column by column, and each draw is handed over whole: where many coefficients change, that is far
quicker than changing them one by one, and the next solve starts from the last basis all the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pilot_planner.data.amounts import everywhere, is_drawn, least, most, somewhere
from pilot_planner.design.schema import Solver
from pilot_planner.errors import SolverError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.programme import Row
from pilot_planner.solving.lp_relaxation import LiveRelaxation
from pilot_planner.solving.sparse_rows import Rows

Array = Any


@dataclass(frozen=True)
class DrawnTable:
    """A linear programme in every draw: ``lower`` <= A x <= ``upper`` with A column by column.

    Attributes:
        places: number of a column here, by its number in the programme; further columns come after them.
        names: of the rows.
        start, row: of A by column; ``constant``: its values where they are the same in every draw.
        drawn: which values of A differ; ``values``: what they are, in the rows of an array by draw.
        lower, upper: sides of the rows, rows x draws (or rows x 1 where no draw differs).
        column_lower, column_upper: bounds of the columns, likewise.
        impossible: draws in which a row on fixed columns, or on one column alone, cannot hold.
    """

    draws: int
    places: Mapping[int, int]
    names: tuple[str, ...]
    start: Array
    row: Array
    constant: Array
    drawn: Array
    values: Array
    lower: Array
    upper: Array
    column_lower: Array
    column_upper: Array
    impossible: Array

    @property
    def size(self) -> int:
        """Bytes of what differs from draw to draw."""
        parts = (self.values, self.lower, self.upper, self.column_lower, self.column_upper)
        return int(sum(part.nbytes for part in parts))

    def matrix(self, draw: int) -> Array:
        """The values of A in one draw, from 0."""
        found = self.constant.copy()
        found[self.drawn] = self.values[draw]
        return found


def make_table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    fixed: Mapping[int, float],
    more: Sequence[Mapping[int, float]],
    draws: int,
) -> DrawnTable:
    """Lay out rows and columns; ``fixed`` columns go to the sides.

    ``more``: for each further column (at least 0) the numbers of the rows that it enters, with its coefficients there.
    """
    free = [j for j in range(len(columns)) if j not in fixed]
    places = {j: place for place, j in enumerate(free)}
    laid = _Laid([columns[j] for j in free], len(more), draws)
    entered = {number for its in more for number in its}
    for number, row in enumerate(rows):
        side = row.right_side
        terms = {}
        for j, coefficient in row.expression.terms.items():
            if j in fixed:
                if fixed[j] != 0.0:
                    side = side - coefficient * fixed[j]
            elif somewhere(coefficient):
                terms[places[j]] = coefficient
        if number in entered or not laid.settled(row, terms, side):
            terms |= {len(free) + place: its[number] for place, its in enumerate(more) if number in its}
            laid.add(row, terms, side)
    return laid.table(places)


class _Laid:
    """A table in the making. Rows on one column become its bounds, rows on none are judged at once."""

    def __init__(self, columns: Sequence[Column], more: int, draws: int) -> None:
        self.draws = draws
        self.lower: list[float] = [-math.inf if c.lower is None else c.lower for c in columns] + [0.0] * more
        self.upper: list[float] = [math.inf if c.upper is None else c.upper for c in columns] + [math.inf] * more
        self.entries: list[list[tuple[int, float]]] = [[] for _ in self.lower]
        self.rows: list[Row] = []
        self.sides: list[float] = []
        self.impossible = np.zeros(draws, dtype=bool)

    def settled(self, row: Row, terms: Mapping[int, float], side: float) -> bool:
        """Whether a row needs no place of its own."""
        if not terms:
            room = _ROUNDING * most(1.0, abs(side))
            self.impossible |= ((side < -room) & (row.sense != ">=")) | ((side > room) & (row.sense != "<="))
            return True
        ((place, one),) = terms.items() if len(terms) == 1 else ((0, 0.0),)
        if not (everywhere(one > 0.0) or everywhere(one < 0.0)):
            return False
        bound, up = side / one, everywhere(one > 0.0)
        if row.sense == "=" or (row.sense == "<=") == up:
            self.upper[place] = least(self.upper[place], bound)
        if row.sense == "=" or (row.sense == ">=") == up:
            self.lower[place] = most(self.lower[place], bound)
        return True

    def add(self, row: Row, terms: Mapping[int, float], side: float) -> None:
        for place, coefficient in terms.items():
            self.entries[place].append((len(self.rows), coefficient))
        self.rows.append(row)
        self.sides.append(side)

    def table(self, places: Mapping[int, int]) -> DrawnTable:
        flat = [entry for its in self.entries for entry in its]
        drawn = [place for place, (_, value) in enumerate(flat) if is_drawn(value)]
        values = np.array([flat[place][1] for place in drawn], dtype=np.float64).reshape(len(drawn), self.draws)
        right = _stacked(self.sides, self.draws)
        below = np.array([row.sense == "<=" for row in self.rows], dtype=bool)[:, None]
        above = np.array([row.sense == ">=" for row in self.rows], dtype=bool)[:, None]
        lower, upper = _stacked(self.lower, self.draws), _stacked(self.upper, self.draws)
        size = _ROUNDING * np.maximum(1.0, np.where(np.isfinite(upper), np.abs(upper), 0.0))
        crossed = (lower > upper + size).any(axis=0)
        return DrawnTable(
            draws=self.draws,
            places=places,
            names=tuple(row.name for row in self.rows),
            start=np.cumsum([0, *map(len, self.entries)]).astype(np.int32),
            row=np.array([number for number, _ in flat], dtype=np.int32),
            constant=np.array([0.0 if is_drawn(value) else value for _, value in flat], dtype=np.float64),
            drawn=np.array(drawn, dtype=np.int64),
            values=np.ascontiguousarray(values.T),
            lower=np.where(below, -np.inf, right),
            upper=np.where(above, np.inf, right),
            column_lower=np.minimum(lower, upper),
            column_upper=upper,
            impossible=self.impossible | crossed,
        )


_ROUNDING = 1e-7
"""Relative: a side that is missed by less is missed by rounding only; the tolerance of the solver."""


def _stacked(amounts: Sequence[float], draws: int) -> Array:
    """Amounts x draws; amounts x 1 where none is drawn."""
    width = draws if any(map(is_drawn, amounts)) else 1
    return np.array([np.broadcast_to(amount, width) for amount in amounts], dtype=np.float64).reshape(len(amounts), width)


class DrawnLp(LiveRelaxation):
    """The linear programmes of a table, one draw after the other, each from the basis of the one before."""

    presolve = "off"

    def __init__(self, table: DrawnTable, costs: Array, options: Solver) -> None:
        self.table = table
        self.integers = []
        self.lower, self.upper = _of(table.column_lower, 0), _of(table.column_upper, 0)
        rows = Rows(
            np.zeros(len(table.names) + 1, dtype=np.int64),
            np.zeros(0, dtype=np.int64),
            np.zeros(0),
            _of(table.lower, 0),
            _of(table.upper, 0),
        )
        self._start(np.asarray(costs, dtype=np.float64), rows, options)
        self._lp = self._laid_out()
        self._solved_before = False

    def _laid_out(self) -> Any:
        import highspy

        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self._costs), len(self.table.names)
        lp.col_cost_ = self._costs
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = self.table.start
        lp.a_matrix_.index_ = self.table.row
        return lp

    def take(self, draw: int) -> None:
        """The numbers of a draw, from 0, for the next run."""
        import highspy

        table, lp = self.table, self._lp
        self.lower, self.upper = _of(table.column_lower, draw), _of(table.column_upper, draw)
        lp.a_matrix_.value_ = table.matrix(draw)
        lp.col_lower_, lp.col_upper_ = self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = _of(table.lower, draw), _of(table.upper, draw)
        lp.col_cost_ = self._costs
        basis = self._highs.getBasis() if self._solved_before else None
        if self._highs.passModel(lp) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS does not take the programme of a draw")
        if basis is not None and basis.valid:
            self._highs.setBasis(basis)
        self._changed = {}
        self._solved_before = True

    def set_costs(self, costs: Array) -> None:
        """Another objective, one cost for each column of the table."""
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        self._costs = costs


def _of(stacked: Array, draw: int) -> Array:
    return np.ascontiguousarray(stacked[:, draw if stacked.shape[1] > 1 else 0])
