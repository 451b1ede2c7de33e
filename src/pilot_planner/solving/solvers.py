"""The solvers that a design may name, each set up the same way."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_planner.design.schema import Solver as SolverOptions
from pilot_planner.errors import SolverError
from pilot_planner.solving.outcome import Status
from pilot_planner.solving.threads import a_pool_of
from pilot_planner.whole_files import temporary_folder

if TYPE_CHECKING:
    import pulp

_INSTALL = {
    "highs": "pip install highspy",
    "cbc": "pip install 'pulp[cbc]'",
    "scip": "pip install 'pilot-planner[scip]'",
}


def make_solver(options: SolverOptions, gap: float | None = None) -> pulp.LpSolver:
    """A silent PuLP solver with the options of a design. Raises SolverError when it is not installed.

    ``gap`` replaces the design's. Every solver runs without an absolute gap, so that only the relative one counts.
    """
    import pulp

    gap = options.gap if gap is None else gap
    match options.name:
        case "highs":
            solver: pulp.LpSolver = pulp.HiGHS(
                msg=False,
                threads=options.threads,
                timeLimit=options.time_limit,
                gapRel=gap,
                gapAbs=0.0,
                random_seed=options.seed,
            )
        case "cbc":
            _tie_cbc()
            solver = pulp.COIN_CMD(  # type: ignore[no-untyped-call]
                msg=False,
                threads=options.threads if options.threads > 1 else None,
                timeLimit=options.time_limit,
                gapRel=gap,
                gapAbs=0.0,
                randomSeed=options.seed,
            )
        case "scip":
            solver = _quick_scip()(msg=False, timeLimit=options.time_limit, gapRel=gap, gapAbs=0.0, warmStart=False)
    if not solver.available():
        raise SolverError(f"solver {options.name!r} is not installed: {_INSTALL[options.name]}")
    return solver


class _Tied:
    """What PuLP calls to begin CBC: the program is killed when this process is, where the system can do that (Linux)."""

    @staticmethod
    def Popen(command: list[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: N802  # its name in the library
        begin = [sys.executable, "-I", "-S", str(Path(__file__).with_name("tied_process.py")), str(os.getpid())]
        return subprocess.Popen([*begin, *command], **options)  # noqa: S603  # nosec B603 # the solver that PuLP begins


def _tie_cbc() -> None:
    """PuLP begins CBC itself and takes no way to do so: the name it calls is ours."""
    if sys.platform == "linux":
        from pulp.apis import coin

        coin.subprocess = _Tied  # type: ignore[assignment, attr-defined]


def _quick_scip() -> Any:
    """SCIP with the quick form of its own settings: these programmes are small, and it spends its time on preparing them."""
    import pulp

    class QuickScip(pulp.SCIP_PY):
        def buildSolverModel(self, lp: pulp.LpProblem) -> Any:  # noqa: N802  # PuLP's name
            import pyscipopt

            built = super().buildSolverModel(lp)
            model: Any = lp.solverModel
            fast = pyscipopt.SCIP_PARAMSETTING.FAST  # type: ignore[attr-defined]
            model.setPresolve(fast)
            model.setSeparating(fast)
            model.setHeuristics(fast)
            return built

    return QuickScip


def solve_with(problem: pulp.LpProblem, options: SolverOptions) -> pulp.LpSolveStats:
    """Solve with the solver of a design. Its files are gone afterwards, however it ended.

    Raises SolverError when it is not installed or ended without an answer.
    """
    import pulp

    solver = make_solver(options)
    # PuLP leaves its files and its log where they are when the process dies, or the search is interrupted.
    with temporary_folder() as folder:
        solver.optionsDict["logPath"] = str(folder / "solver.log")
        if options.name not in _PROGRAMS:
            pool = a_pool_of(options.threads) if options.name == "highs" else nullcontext(options.threads)
            try:
                with pool as threads:
                    solver.threads = threads  # type: ignore[attr-defined]
                    return problem.solve(solver)
            except pulp.PulpError as error:
                raise SolverError(f"the solver failed: {error}") from None
        solver.tmpDir = str(folder)  # type: ignore[attr-defined]  # programs have it
        try:
            return problem.solve(solver)
        except pulp.PulpError:
            why = "was killed or crashed before it had an answer (a machine short of memory does that to what uses most)"
            raise SolverError(f"the solver {options.name!r} {why}; try again, or set solver.name to 'highs'") from None


def told_status(stats: pulp.LpSolveStats) -> Status:
    """How a solve ended. ``optimal``: at the gap that it was asked for.

    PuLP has a word of its own for a search that ended at its gap with branches left (``GapLimit``), which is what it was
    asked for: no solver here is given any other limit that PuLP calls so.
    """
    import pulp

    match stats.status:
        case pulp.LpSolveStatus.Optimal | pulp.LpSolveStatus.GapLimit:
            return "optimal"
        case pulp.LpSolveStatus.Infeasible:
            return "infeasible"
        case pulp.LpSolveStatus.Unbounded:
            return "unbounded"
        case _:
            return "time_limit"


def told_bound(stats: pulp.LpSolveStats, solver: str) -> float | None:
    """What no solution is less than, as the solver told it; None where it told nothing, or nothing that holds.

    A search by CBC that ended at its gap has its own objective written as its bound by some builds (PuLP 4.2 with cbcbox
    2.929), though better solutions exist; others write none that PuLP reads (2.935).
    """
    import pulp

    if stats.best_bound is None or (solver == "cbc" and stats.status == pulp.LpSolveStatus.GapLimit):
        return None
    return float(stats.best_bound)


_PROGRAMS = ("cbc",)
"""Solvers that are a program of their own, begun for each solve, and not a library in this process."""
