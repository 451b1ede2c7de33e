"""Rows and columns straight into HiGHS: many small linear programmes of one shape, each alive with its own basis."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.programme import Row
from pilot_planner.solving.lp_relaxation import LiveRelaxation
from pilot_planner.solving.sparse_rows import Rows


@dataclass
class Arrays:
    """A linear programme to be minimised, row by row. Columns that are left out stand at 0 and cost nothing."""

    costs: Any
    lower: Any
    upper: Any
    integers: tuple[int, ...]
    places: dict[int, int]
    """From the number of a column before some were left out to its number here."""
    row_lower: list[float]
    row_upper: list[float]
    starts: list[int]
    index: list[int]
    values: list[float]

    def add_row(self, terms: Mapping[int, float], lower: float, upper: float) -> None:
        """One more row, in numbers of columns here."""
        self.index += terms.keys()
        self.values += terms.values()
        self.starts.append(len(self.index))
        self.row_lower.append(lower)
        self.row_upper.append(upper)

    def add_column(self, cost: float, lower: float, upper: float) -> int:
        """One more column; it enters rows that are added later, or those that ``enter`` names."""
        self.costs = np.append(self.costs, cost)
        self.lower, self.upper = np.append(self.lower, lower), np.append(self.upper, upper)
        return len(self.costs) - 1


def to_arrays(
    columns: Sequence[Column],
    rows: Iterable[Row],
    left_out: Collection[int],
    extra: Mapping[int, Mapping[int, float]] | None = None,
) -> Arrays:
    """Columns and rows as arrays, without the columns that are left out and the rows that are empty without them.

    ``extra``: for each further column (numbered from 0) the rows that it enters, by their number, and how. They come
    last, are at least 0 and cost nothing yet.
    """
    places: dict[int, int] = {}
    for j in range(len(columns)):
        if j not in left_out:
            places[j] = len(places)
    kept = [columns[j] for j in places]
    own = len(kept)
    more = extra or {}
    arrays = Arrays(
        np.zeros(own + len(more)),
        np.array([-np.inf if c.lower is None else c.lower for c in kept] + [0.0] * len(more)),
        np.array([np.inf if c.upper is None else c.upper for c in kept] + [np.inf] * len(more)),
        tuple(j for j, c in enumerate(kept) if c.integer),
        places,
        [],
        [],
        [0],
        [],
        [],
    )
    entering: dict[int, dict[int, float]] = {}
    for column, its in more.items():
        for number, coefficient in its.items():
            entering.setdefault(number, {})[own + column] = coefficient
    for number, row in enumerate(rows):
        terms = {places[j]: value for j, value in row.expression.terms.items() if value != 0.0 and j in places}
        if not terms and _holds_empty(row):
            continue
        terms |= entering.get(number, {})
        low = -np.inf if row.sense == "<=" else row.right_side
        high = np.inf if row.sense == ">=" else row.right_side
        arrays.add_row(terms, low, high)
    return arrays


def _holds_empty(row: Row) -> bool:
    return (
        row.right_side >= 0.0 if row.sense == "<=" else row.right_side <= 0.0 if row.sense == ">=" else row.right_side == 0.0
    )


class ArrayProgramme(LiveRelaxation):
    """A live linear programme made of arrays. Bounds, rows and whole numbers change; the basis stays."""

    def __init__(self, arrays: Arrays, options: Solver) -> None:
        self.lower, self.upper = np.array(arrays.lower), np.array(arrays.upper)
        self.integers = list(arrays.integers)
        rows = Rows(
            np.array(arrays.starts),
            np.array(arrays.index, dtype=np.int64),
            np.array(arrays.values, dtype=np.float64),
            np.array(arrays.row_lower, dtype=np.float64),
            np.array(arrays.row_upper, dtype=np.float64),
        )
        self._start(np.array(arrays.costs, dtype=np.float64), rows, options)

    def set_costs(self, costs: Any) -> None:
        """Another objective, one cost for each column."""
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        self._costs = costs

    def reduced_costs(self) -> Any:
        """d objective / d column of every column after the last run."""
        return np.array(self._highs.getSolution().col_dual)

    def add_rows(self, rows: Sequence[tuple[Sequence[int], Sequence[float], float, float]]) -> None:
        """Rows at once: columns, coefficients, lower, upper."""
        starts = np.cumsum([0, *(len(row[0]) for row in rows)])[:-1].astype(np.int32)
        index = np.concatenate([np.asarray(row[0], dtype=np.int32) for row in rows])
        values = np.concatenate([np.asarray(row[1], dtype=np.float64) for row in rows])
        lower, upper = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
        self._highs.addRows(len(rows), lower, upper, len(index), starts, index, values)

    def ask_for_whole_numbers(self, gap: float) -> None:
        """From here on integer columns are whole, proven to this absolute gap."""
        import highspy

        columns = np.array(self.integers, dtype=np.int32)
        kinds = np.array([int(highspy.HighsVarType.kInteger)] * len(columns), dtype=np.uint8)
        self._highs.changeColsIntegrality(len(columns), columns, kinds)
        self._asks_for_whole = len(columns) > 0
        self._highs.setOptionValue("mip_rel_gap", 0.0)
        self._highs.setOptionValue("mip_abs_gap", gap)

    def proven(self) -> float:
        """No solution with whole numbers is less than this, after the last run."""
        return float(self._highs.getInfo().mip_dual_bound)
