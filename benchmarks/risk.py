"""Draws per second of the risk study of the base design, events included, here and on two workers.

Run: python -m benchmarks.risk [DRAWS]. Against an earlier version: ``python -m benchmarks.chance`` and ``benchmarks.since``.
"""

import sys
import time

from benchmarks.timing import line
from pilot_planner import load_inputs
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.uncertainty.risk import evaluate, risk, solve_and_hold
from pilot_planner.studies.uncertainty.samples import uncertainty
from pilot_planner.studies.uncertainty.trial import Trial

SUBSET = 12


def seconds(inputs, draws: int, workers: int, recourse: bool) -> tuple[float, object]:
    begin = time.perf_counter()
    found = risk(inputs=inputs, draws=draws, workers=workers, recourse=recourse)
    assert len(found.draws) == draws
    return time.perf_counter() - begin, found


def per_draw(inputs, design, draws: int) -> tuple[float, float]:
    """Seconds per draw where all are worked on together, and where each is made anew by itself."""
    plan, held = solve_and_hold(design, inputs)
    drawn = uncertainty(design, inputs, behind(plan.case, plan.accounts)).draw(draws, 1)
    trial = Trial(design, inputs, held)
    begin = time.perf_counter()
    together = evaluate(trial, drawn, True)
    between = time.perf_counter()
    for number in range(SUBSET):
        (alone,) = evaluate(trial, drawn.part(number, number + 1), True)
        assert alone.answer.status == together[number].answer.status
        assert alone.planned.broken.keys() == together[number].planned.broken.keys()
    return (between - begin) / draws, (time.perf_counter() - between) / SUBSET


def main(draws: int) -> None:
    inputs = load_inputs()
    print(f"{draws:,} draws of the base design, events and tornado included")
    for workers in (1, 2):
        for recourse in (False, True):
            words = "as run" if recourse else "as signed"
            took, found = seconds(inputs, draws, workers, recourse)
            print(f"  {workers} worker{'s' if workers > 1 else ' '}, {words:14} {took:8.1f} s  {draws / took:8.1f} draws/s")
            if workers == 1 and recourse:
                mine, peer = per_draw(inputs, found.plan.design, draws)
                line(f"  a draw of {draws:,}", mine, "made anew by itself", peer)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
