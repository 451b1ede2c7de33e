"""A programme as a PuLP problem. Always a minimisation, so that signs mean the same with every solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme

if TYPE_CHECKING:
    import pulp


def to_pulp(programme: Programme, objective: Linear | None = None, maximise: bool | None = None) -> pulp.LpProblem:
    """The programme in PuLP: variables in the order of its columns, rows in the order of its rows.

    The objective is the design's unless another is given. A maximised metric enters with its sign turned.
    """
    import pulp

    problem = pulp.LpProblem(programme.case.design.name, pulp.LpMinimize)
    variables = [
        problem.add_variable(
            column.name,
            lowBound=column.lower,
            upBound=column.upper,
            cat="Integer" if column.integer else "Continuous",
        )
        for column in programme.d.columns
    ]

    def expression(linear: Linear) -> pulp.LpAffineExpression:
        return pulp.LpAffineExpression.from_list(
            [(variables[column], value) for column, value in linear.terms.items() if value != 0.0]
        )

    aim = programme.objective if objective is None else objective
    turned = programme.maximise if maximise is None else maximise
    problem.setObjective(expression(aim * -1.0 if turned else aim))
    for row in programme.rows:
        left = expression(row.expression)
        if row.sense == "<=":
            problem.addConstraint(left <= row.right_side, row.name)
        elif row.sense == ">=":
            problem.addConstraint(left >= row.right_side, row.name)
        else:
            problem.addConstraint(left == row.right_side, row.name)
    return problem
