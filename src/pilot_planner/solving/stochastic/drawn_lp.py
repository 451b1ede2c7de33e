"""One linear programme whose numbers differ from draw to draw, in one HiGHS object that keeps its basis.

Rows and columns come with arrays of draws for numbers (``data/amounts.py``). What is fixed goes to the sides of the rows;
the rest is laid out once, column by column, and each draw is handed over whole: where many coefficients change, that is far
quicker than changing them one by one, and the next solve starts from the last basis all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pilot_planner.data.amounts import is_drawn
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
    places = {j: place for place, j in enumerate(j for j in range(len(columns)) if j not in fixed)}
    entries: list[list[tuple[int, float]]] = [[] for _ in range(len(places) + len(more))]
    sides: list[float] = []
    for number, row in enumerate(rows):
        side = row.right_side
        for j, coefficient in row.expression.terms.items():
            if j in fixed:
                side = side - coefficient * fixed[j]
            else:
                entries[places[j]].append((number, coefficient))
        sides.append(side)
    for place, entering in enumerate(more, len(places)):
        entries[place] += entering.items()
    right = _stacked(sides, draws)
    flat = [entry for its in entries for entry in its]
    drawn = np.array([place for place, (_, value) in enumerate(flat) if is_drawn(value)], dtype=np.int64)
    constant = np.array([0.0 if is_drawn(value) else value for _, value in flat], dtype=np.float64)
    values = np.array([flat[place][1] for place in drawn.tolist()], dtype=np.float64).reshape(len(drawn), draws)
    below = np.array([row.sense == "<=" for row in rows])[:, None]
    above = np.array([row.sense == ">=" for row in rows])[:, None]
    free = [columns[j] for j in places]
    return DrawnTable(
        draws=draws,
        places=places,
        names=tuple(row.name for row in rows),
        start=np.cumsum([0, *map(len, entries)]).astype(np.int32),
        row=np.array([number for number, _ in flat], dtype=np.int32),
        constant=constant,
        drawn=drawn,
        values=np.ascontiguousarray(values.T),
        lower=np.where(below, -np.inf, right),
        upper=np.where(above, np.inf, right),
        column_lower=_stacked([-np.inf if c.lower is None else c.lower for c in free] + [0.0] * len(more), draws),
        column_upper=_stacked([np.inf if c.upper is None else c.upper for c in free] + [np.inf] * len(more), draws),
    )


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
