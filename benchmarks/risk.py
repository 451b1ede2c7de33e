"""Draws per second of the risk study of the base design, against making everything anew for each draw.

Run: python -m benchmarks.risk [DRAWS]
"""

import sys
import time

from benchmarks.timing import line
from pilot_planner import load_inputs
from pilot_planner.studies.uncertainty.risk import evaluate, risk, solve_and_hold
from pilot_planner.studies.uncertainty.trial import Trial

SUBSET = 12


def seconds(inputs, draws: int, workers: int, recourse: bool) -> tuple[float, object]:
    begin = time.perf_counter()
    found = risk(inputs=inputs, draws=draws, workers=workers, recourse=recourse)
    assert len(found.draws) == draws
    return time.perf_counter() - begin, found


def per_draw(found, held) -> tuple[float, float]:
    """Seconds per draw in one live trial, and when inputs, case, programme and problem are made again for each."""
    plan = found.plan
    rows = found.draws[:SUBSET]
    live = Trial(plan.design, plan.inputs, held)
    evaluate(live, 0, rows[0].values, True)
    begin = time.perf_counter()
    for row in rows:
        evaluate(live, row.number, row.values, True)
    between = time.perf_counter()
    for row in rows:
        again = evaluate(Trial(plan.design, plan.inputs.with_values(row.values), held), row.number, {}, True)
        assert again.planned.broken.keys() == row.planned.broken.keys()
        assert again.answer.status == row.answer.status
    return (between - begin) / SUBSET, (time.perf_counter() - between) / SUBSET


def main(draws: int) -> None:
    inputs = load_inputs()
    print(f"{draws:,} draws of the base design, named draws and tornado included")
    for workers in (1, 2):
        for recourse in (False, True):
            words = "with recourse" if recourse else "no recourse"
            took, found = seconds(inputs, draws, workers, recourse)
            print(f"  {workers} worker{'s' if workers > 1 else ' '}, {words:14} {took:8.1f} s  {draws / took:8.1f} draws/s")
            if workers == 1 and recourse:
                _, held = solve_and_hold(found.plan.design, inputs)
                mine, peer = per_draw(found, held)
                line(f"  {SUBSET} draws evaluated", SUBSET * mine, "made anew for each", SUBSET * peer)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
