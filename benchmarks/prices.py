"""Prices of a design's limits: duals of one live programme and live edits, against finite differences of rebuilt ones;
and every re-solve of the prices with whole plans, against as many that are made and solved each by itself. CPU time.

Run: python -m benchmarks.prices
"""

import time

import pulp

from benchmarks.timing import line, median_seconds
from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.programme.build import build
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.solving.session import Session
from pilot_planner.studies.explain.shadow_prices import prices, solve_basis
from pilot_planner.studies.planning.plan import make_plan
from pilot_planner.studies.planning.setup import set_up

STEP = 1e-4


def rebuilt(inputs, settings, held):
    """Optimum of the linear programme made anew, in PuLP with HiGHS."""
    design, ready = set_up(None, inputs, settings)
    programme = build(make_case(design, ready))
    problem = to_pulp(programme)
    for j, variable in enumerate(problem.variables()):
        variable.cat = "Continuous"
        if j in held:
            problem += variable == held[j], f"held_{j}"
    stats = problem.solve(pulp.HiGHS(msg=False))
    return stats.objective * (-1.0 if programme.maximise else 1.0)


def whole_plans(inputs) -> None:
    """Steps and tenths of every limit with hosts and levels free, against cold solves of a sample of them."""
    basis = solve_basis(None, inputs)
    started, before = time.process_time(), basis.resolves.solves
    found = prices(basis=basis).prices
    mine, asked = time.process_time() - started, basis.resolves.solves - before
    sample = [(one.key, one.side, one.looser.bound) for one in found if one.looser is not None][:SAMPLE]
    started = time.process_time()
    for key, side, bound in sample:
        design, ready = set_up(None, inputs, {f"limits.{key}.{side}": bound})
        Session(build(make_case(design, ready))).solve()
    peer = (time.process_time() - started) / len(sample) * asked
    line(f"prices with {asked} re-solves of whole plans, ranges included", mine, "each made and solved by itself", peer)


SAMPLE = 10


def main() -> None:
    inputs = load_inputs()
    design, _ = set_up(None, inputs, {})
    programme = build(make_case(design, inputs))
    outcome = Session(programme).solve()
    caps = set(programme.d.cap.values())
    whole = [j for j, one in enumerate(programme.d.columns) if one.integer and j not in caps]
    held = {j: round(outcome.solution[j]) for j in whole}
    found = prices(design, inputs, resolve=False).prices
    plan = median_seconds(lambda: make_plan(design, inputs), repeats=1)
    mine = median_seconds(lambda: prices(design, inputs, resolve=False)) - plan
    started = time.perf_counter()
    worst = 0.0
    for one in found:
        bounds = [one.bound + sign * STEP * max(abs(one.bound), 1.0) for sign in (1, -1)]
        path = f"limits.{one.key}.{one.side}"
        try:
            up, down = (rebuilt(inputs, {path: bound}, held) for bound in bounds)
        except Exception:
            continue  # a bound of the design itself allows no step
        slope = (up - down) / (bounds[0] - bounds[1]) * one.per
        if abs(one.loosening - one.tightening) <= 1e-3 * abs(one.loosening):
            worst = max(worst, abs(one.price - slope) / max(abs(slope), 1.0))
    line(f"prices of {len(found)} limits, ranges included", mine, "rebuilt, twice each", time.perf_counter() - started)
    whole_plans(inputs)
    print(f"  largest relative difference where the price is one: {worst:.1e}")


if __name__ == "__main__":
    main()
