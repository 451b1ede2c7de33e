"""A programme whose coefficients are arrays of draws, and the programme of one of its draws as a slice.

Inputs with draws (``Inputs.with_draws``) give a case whose amounts are arrays, and a case of arrays a programme whose
coefficients, right sides and bounds of columns are. Its structure is that of all draws together: a row or a term that any
draw has is there, 0 or implied by other rows where a draw does not have it.
"""

from __future__ import annotations

from dataclasses import replace

from pilot_planner.data.amounts import at_draw
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.limits import LimitRow
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.programme import Programme, Row


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
