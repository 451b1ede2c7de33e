"""Whether a programme has a solution at all: any solution, a proof that there is none, or that neither is known.

By sets of hosts with nothing to minimise, which ends with the first solution. Where that ends without an answer (a solver
that knows none, a solution that misses a row, no time) the same is asked in other ways before it counts as not known.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Literal

from pilot_planner.errors import SolverError
from pilot_planner.programme.build import Programme
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.programme.linear import Linear
from pilot_planner.solving.arithmetic import TOLERANCE, largest_miss
from pilot_planner.solving.branch_and_bound import BranchAndBound
from pilot_planner.solving.decomposition.set_search import NoSetsError, SetSearch
from pilot_planner.solving.lp_relaxation import LiveRelaxation
from pilot_planner.solving.solvers import solve_with

Verdict = Literal["possible", "impossible", "unknown"]


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
        if found.verdict == "impossible" or (found.verdict == "possible" and _holds(programme, found.solution)):
            return found
    return Feasibility("unknown")


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
    # PuLP adds a column of its own where there is nothing to minimise; this one stands at 1.
    problem = to_pulp(programme, Linear.of(programme.d.programme), maximise=False)
    stats = solve_with(problem, options)
    if stats.has_solution:
        return Feasibility("possible", tuple(float(variable.varValue or 0.0) for variable in problem.variables()))
    return Feasibility("impossible" if stats.status == pulp.LpSolveStatus.Infeasible else "unknown")


def _verdict(status: str, solution: tuple[float, ...]) -> Feasibility:
    if solution:
        return Feasibility("possible", solution)
    return Feasibility("impossible" if status == "infeasible" else "unknown")


def _holds(programme: Programme, solution: tuple[float, ...]) -> bool:
    return largest_miss(programme, solution) <= TOLERANCE
