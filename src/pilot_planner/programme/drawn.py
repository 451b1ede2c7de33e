"""A programme whose coefficients are arrays of draws, and the programme of one of its draws as a slice.

Inputs with draws (``Inputs.with_draws``) give a case whose amounts are arrays, and a case of arrays a programme whose
coefficients, right sides and bounds of columns are. Its structure is that of all draws together: a row or a term that any
draw has is there, 0 or implied by other rows where a draw does not have it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pilot_planner.data.amounts import at_draw, is_drawn
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.limits import LimitRow
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.programme import Programme, Row


class Slices:
    """Programmes of single draws of one, for whoever asks for many: what no draw changes is one object in all of them."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._columns = [(j, column) for j, column in enumerate(programme.d.columns) if _column_is_drawn(column)]
        self._limits = [(n, row) for n, row in enumerate(programme.limit_rows) if _limit_is_drawn(row)]
        own = {id(row) for _, row in self._limits}
        self._rows = [(n, row) for n, row in enumerate(programme.rows) if _row_is_drawn(row) or id(row.limit) in own]

    def at(self, draw: int) -> Programme:
        """The programme of one draw, from 0. Metrics are sliced when they are asked for.

        What is made from its case and quantities (budget cells, other bounds of limits) has all draws still.
        """
        p = self.programme
        rows, limit_rows, d = list(p.rows), list(p.limit_rows), p.d
        limits: dict[int, LimitRow] = {}
        for n, limit in self._limits:
            limits[id(limit)] = limit_rows[n] = _limit_in(limit, draw)
        for n, row in self._rows:
            of_limit = None if row.limit is None else limits.get(id(row.limit), row.limit)
            rows[n] = Row(row.name, row.expression.at(draw), row.sense, at_draw(row.right_side, draw), of_limit)
        if self._columns:
            columns = list(d.columns)
            for j, column in self._columns:
                columns[j] = _column_in(column, draw)
            d = replace(d, columns=columns)
        return _Slice(p.case, d, p.q, rows, limit_rows, of=p, draw=draw)


@dataclass
class _Slice(Programme):
    """One draw of a programme."""

    of: Programme = field(kw_only=True)
    draw: int = field(kw_only=True)

    def metric(self, name: str) -> Linear:
        if name not in self._metrics:
            whole = self.of.metric(name)
            self._metrics[name] = whole.at(self.draw) if _is_drawn(whole) else whole
        return self._metrics[name]


def _is_drawn(expression: Linear) -> bool:
    return any(map(is_drawn, expression.terms.values()))


def _row_is_drawn(row: Row) -> bool:
    return is_drawn(row.right_side) or _is_drawn(row.expression)


def _column_is_drawn(column: Column) -> bool:
    return is_drawn(column.lower) or is_drawn(column.upper)


def _limit_is_drawn(row: LimitRow) -> bool:
    return (
        any(map(is_drawn, (row.bound, row.whole_unit, row.lift)))
        or _is_drawn(row.numerator)
        or (row.denominator is not None and _is_drawn(row.denominator))
    )


def in_draw(programme: Programme, draw: int) -> Programme:
    """The programme of one draw, from 0: columns, rows, limits and metrics are numbers.

    What is made later from its case and quantities (budget cells) has all draws still.
    """
    limits: dict[int, LimitRow] = {id(row): _limit_in(row, draw) for row in programme.limit_rows}
    rows = [
        Row(
            row.name,
            row.expression.at(draw),
            row.sense,
            at_draw(row.right_side, draw),
            None if row.limit is None else limits[id(row.limit)],
        )
        for row in programme.rows
    ]
    columns = [_column_in(column, draw) for column in programme.d.columns]
    metrics = {name: programme.metric(name).at(draw) for name in METRICS}
    return Programme(
        programme.case,
        replace(programme.d, columns=columns),
        programme.q,
        rows,
        list(limits.values()),
        metrics,
    )


def _column_in(column: Column, draw: int) -> Column:
    lower = None if column.lower is None else at_draw(column.lower, draw)
    upper = None if column.upper is None else at_draw(column.upper, draw)
    return Column(column.name, lower, upper, column.integer)


def _limit_in(row: LimitRow, draw: int) -> LimitRow:
    below: Linear | None = None if row.denominator is None else row.denominator.at(draw)
    return replace(
        row,
        numerator=row.numerator.at(draw),
        denominator=below,
        bound=at_draw(row.bound, draw),
        whole_unit=at_draw(row.whole_unit, draw),
        lift=at_draw(row.lift, draw),
    )
