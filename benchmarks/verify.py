"""A plan put to its referees, both at once, against the same referees one after the other with their usual settings.

Run: python -m benchmarks.verify
"""

import importlib.util
import time

import pulp

from benchmarks.timing import line, median_seconds
from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.programme.build import build
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.solving.certificate import certificate
from pilot_planner.solving.session import Session
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.verification.exact_checker import check
from pilot_planner.studies.verification.verify import verify


def one_after_the_other(inputs, second: str) -> None:
    """The plan, then HiGHS and the second solver on the whole programme as they come."""
    design, ready = set_up(None, inputs, {})
    programme = build(make_case(design, ready))
    session = Session(programme)
    session.break_ties(session.solve())
    gap = design.solver.gap
    solvers = [pulp.HiGHS(msg=False, threads=1, gapRel=gap, gapAbs=0.0)]
    solvers.append(
        pulp.SCIP_PY(msg=False, gapRel=gap, gapAbs=0.0) if second == "scip" else pulp.COIN_CMD(msg=False, gapRel=gap)
    )
    for solver in solvers:
        to_pulp(build(make_case(design, ready))).solve(solver)


def main() -> None:
    inputs = load_inputs()
    second = "scip" if importlib.util.find_spec("pyscipopt") is not None else "cbc"
    mine = median_seconds(lambda: verify(None, inputs, solver=second))
    peer = median_seconds(lambda: one_after_the_other(inputs, second))
    line(f"base put to HiGHS and {second}", mine, "one after the other", peer)
    design, ready = set_up(None, inputs, {})
    programme = build(make_case(design, ready))
    session = Session(programme)
    outcome = session.solve()
    solution = session.break_ties(outcome)
    started = time.perf_counter()
    made = certificate(programme, outcome, solution)
    written = time.perf_counter()
    found = check(programme, made)
    line("its certificate made", written - started)
    line(f"and checked in fractions ({'holds' if found.holds else 'does not hold'})", time.perf_counter() - written)


if __name__ == "__main__":
    main()
