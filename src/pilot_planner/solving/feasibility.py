"""Whether a programme has a solution at all: any solution, a proof that there is none, or that neither is known.

By sets of hosts with nothing to minimise, which ends with the first solution. Where that ends without an answer (a solver
that knows none, a solution that misses a row, no time) the same is asked in other ways before it counts as not known.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pilot_planner.errors import SolverError
from pilot_planner.programme.build import Programme
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.programme.linear import Linear
from pilot_planner.solving.branching import BranchAndBound
from pilot_planner.solving.live import LiveRelaxation
from pilot_planner.solving.matrix import Rows
from pilot_planner.solving.solvers import solve_with
from pilot_planner.solving.structure.search import NoSetsError, SetSearch

Verdict = Literal["possible", "impossible", "unknown"]

TOLERANCE = 1e-6
"""Relative to the right side: a row missed by less holds."""


@dataclass(frozen=True, slots=True)
class Feasibility:
    """``solution`` has one value per column; empty unless the verdict is ``possible``."""

    verdict: Verdict
    solution: tuple[float, ...] = ()


def feasibility(programme: Programme, seconds: float) -> Feasibility:
    """Whether the programme has a solution; what the design aims at does not matter."""
    deadline = time.perf_counter() + seconds
    for way in (_by_sets, _by_branching, _by_whole_solver):
        left = deadline - time.perf_counter()
        if left <= 0.0:
            break
        try:
            found = way(programme, left)
        except (NoSetsError, SolverError):
            continue
        if found.verdict == "impossible" or (found.verdict == "possible" and holds(programme, found.solution)):
            return found
    return Feasibility("unknown")


def holds(programme: Programme, solution: tuple[float, ...]) -> bool:
    """Whether a solution meets every row, bound and whole number of a programme."""
    x = np.asarray(solution)
    lower = np.array([-np.inf if one.lower is None else one.lower for one in programme.d.columns])
    upper = np.array([np.inf if one.upper is None else one.upper for one in programme.d.columns])
    whole = np.array([one.integer for one in programme.d.columns])
    return (
        len(x) == len(lower)
        and not missed(Rows.of(programme.rows), x).any()
        and bool((x >= lower - TOLERANCE * _size(lower)).all() and (x <= upper + TOLERANCE * _size(upper)).all())
        and bool((np.abs(x - np.round(x))[whole] <= TOLERANCE).all())
    )


def missed(rows: Rows, x: np.ndarray) -> np.ndarray:
    """For each row whether it is missed at ``x``."""
    value = rows.times(x)
    found: np.ndarray = (value < rows.lower - TOLERANCE * _size(rows.lower)) | (
        value > rows.upper + TOLERANCE * _size(rows.upper)
    )
    return found


def _size(side: np.ndarray) -> np.ndarray:
    return np.maximum(1.0, np.where(np.isfinite(side), np.abs(side), 1.0))


def _by_sets(programme: Programme, seconds: float) -> Feasibility:
    search = SetSearch(programme, [Linear()], programme.case.design.solver)
    found = search.run([1.0], [math.inf], 0.0, seconds)
    return _verdict(found.status, found.solution)


def _by_branching(programme: Programme, seconds: float) -> Feasibility:
    live = LiveRelaxation(programme)
    live.set_objective(Linear())
    search = BranchAndBound(live, 0.0, seconds).run()
    return _verdict(search.status, search.solution)


def _by_whole_solver(programme: Programme, seconds: float) -> Feasibility:
    import pulp

    options = programme.case.design.solver.model_copy(update={"name": "highs", "time_limit": seconds})
    problem = to_pulp(programme, Linear(), maximise=False)
    stats = solve_with(problem, options)
    if stats.has_solution:
        return Feasibility("possible", tuple(float(variable.varValue or 0.0) for variable in problem.variables()))
    return Feasibility("impossible" if stats.status == pulp.LpSolveStatus.Infeasible else "unknown")


def _verdict(status: str, solution: tuple[float, ...]) -> Feasibility:
    if solution:
        return Feasibility("possible", solution)
    return Feasibility("impossible" if status == "infeasible" else "unknown")
