"""Small linear programmes with several aims in turn: no integers, a handful of columns, solved in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilot_planner.design.schema import Solver as SolverOptions
from pilot_planner.errors import SolverError
from pilot_planner.solving.solvers import solve_with, told_status

if TYPE_CHECKING:
    import pulp


@dataclass(frozen=True, slots=True)
class SmallRow:
    """``lower`` <= sum of ``terms`` (one coefficient per column) <= ``upper``; None where there is no bound."""

    terms: tuple[float, ...]
    lower: float | None = None
    upper: float | None = None


def least_in_turn(
    bounds: Sequence[tuple[float, float]], rows: Sequence[SmallRow], aims: Sequence[Sequence[float]], options: SolverOptions
) -> tuple[float, ...] | None:
    """The point with the least of the first aim, among those with the least of the second, and so on.

    ``bounds`` are those of the columns; each aim has one coefficient per column. None where no point meets all rows.
    Raises SolverError when the solver ends without a verdict.
    """
    import pulp

    if any(not any(row.terms) and not _holds_at_nothing(row) for row in rows):
        return None
    problem = pulp.LpProblem("small", pulp.LpMinimize)
    columns = [problem.add_variable(f"x{j}", lowBound=low, upBound=high) for j, (low, high) in enumerate(bounds)]

    def expression(terms: Sequence[float]) -> pulp.LpAffineExpression:
        return pulp.LpAffineExpression.from_list([(columns[j], value) for j, value in enumerate(terms) if value != 0.0])

    for number, row in enumerate(row for row in rows if any(row.terms)):
        if row.lower is not None:
            problem.addConstraint(expression(row.terms) >= row.lower, f"least{number}")
        if row.upper is not None:
            problem.addConstraint(expression(row.terms) <= row.upper, f"most{number}")
    # Columns that stand in no row would be dropped by the hand-over.
    problem.addConstraint(expression([1.0] * len(columns)) <= sum(high for _, high in bounds), "all")
    found: tuple[float, ...] = ()
    for number, aim in enumerate([aim for aim in aims if any(aim)] or [[1.0] * len(columns)]):
        problem.setObjective(expression(aim))
        status = told_status(solve_with(problem, options))
        if status == "infeasible" and not found:
            return None
        if status != "optimal":
            break  # an aim held at its very least can leave no room for rounding: what was reached stands
        found = tuple(float(column.varValue or 0.0) for column in columns)
        reached = sum(value * x for value, x in zip(aim, found, strict=True))
        problem.addConstraint(expression(aim) <= reached + _ROOM * max(1.0, abs(reached)), f"aim{number}")
    if not found:
        raise SolverError("the solver ended without a verdict")
    return found


_ROOM = 1e-10
"""Relative room left to an aim once it is reached."""


def _holds_at_nothing(row: SmallRow) -> bool:
    """Whether a row without terms holds."""
    return (row.lower is None or row.lower <= 0.0) and (row.upper is None or row.upper >= 0.0)
