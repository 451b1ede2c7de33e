"""Near-optimal plans of other hosts and sectors by sets of hosts, against a rebuilt programme for each.

Run: python -m benchmarks.alternatives
"""

import time

import pulp

from benchmarks.timing import line, median_seconds
from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.programme.build import build
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.solving.session import Session
from pilot_planner.studies.pareto.near_optimal import alternatives
from pilot_planner.studies.planning.setup import set_up

COUNT, WITHIN = 3, 0.03


def rebuilt(inputs) -> list[float]:
    """Farthest plans first, each from a problem handed over anew: openings as far as can be from all plans so far."""
    design, ready = set_up(None, inputs, {})
    case = make_case(design, ready)
    programme = build(case)
    best = Session(programme).solve()
    most = len(programme.d.open)
    known, distances = [best.solution], []
    for _ in range(COUNT):
        programme = build(case)
        problem = to_pulp(programme)
        variables = problem.variables()
        objective = pulp.lpSum(c * variables[j] for j, c in programme.objective.terms.items())
        problem += objective >= (1.0 - WITHIN) * best.objective, "near"
        least = problem.add_variable("least", 0, most)
        for number, solution in enumerate(known):
            taken = [j for j in programme.d.open.values() if solution[j] > 0.5]
            away = pulp.lpSum(1 - variables[j] for j in taken)
            away += pulp.lpSum(variables[j] for j in programme.d.open.values() if j not in taken)
            problem += least <= away, f"away_{number}"
        problem.sense = pulp.LpMaximize
        problem.setObjective(least)
        problem.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=60))
        distances.append(least.varValue)
        known.append(tuple(float(one.varValue or 0.0) for one in variables))
    return distances


def main() -> None:
    inputs = load_inputs()
    mine = median_seconds(lambda: alternatives(None, inputs, within=WITHIN, count=COUNT), repeats=1)
    started = time.perf_counter()
    distances = rebuilt(inputs)
    peer = time.perf_counter() - started
    line(f"{COUNT} alternatives within {WITHIN:.0%}, as whole plans", mine, "rebuilt each, solution only", peer)
    print(f"  distances of the peer's: {distances}")


if __name__ == "__main__":
    main()
