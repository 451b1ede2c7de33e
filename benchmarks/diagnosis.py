"""The diagnosis of an impossible design, against a deletion filter that rebuilds the programme for every limit.

Run: python -m benchmarks.diagnosis
"""

import sys
import time

from benchmarks.timing import line, median_seconds
from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.explain.infeasibility import diagnose
from pilot_planner.studies.planning.setup import set_up

IMPOSSIBLE = {
    "money": {"limits.operating_cost.max": 3e6},
    "people": {"limits.workers_total.min": 2300, "limits.inspectors_total.max": 4},
}


def possible(inputs, settings) -> bool:
    design, ready = set_up(None, inputs, {**settings, "solver.engine": "whole"})
    return Session(build(make_case(design, ready))).solve().has_plan


def deletion_filter(inputs, settings) -> tuple[list[str], int]:
    """A minimal conflict: each bound left out in turn and put back where that makes a plan possible; no repairs."""
    design, _ = set_up(None, inputs, settings)
    bounds = [
        f"limits.{key}.{side}"
        for key, one in design.limits.items()
        for side in ("min", "max")
        if getattr(one, side) is not None
    ]
    out: dict[str, None] = {}
    for path in bounds:
        if not possible(inputs, {**settings, **out, path: None}):
            out[path] = None
    return [path for path in bounds if path not in out], len(bounds)


def main(short: bool) -> None:
    inputs = load_inputs()
    for name, settings in list(IMPOSSIBLE.items())[1 if short else 0 :]:
        design, _ = set_up(None, inputs, settings)
        mine = median_seconds(lambda design=design: diagnose(design, inputs), repeats=1)
        started = time.perf_counter()
        conflict, solves = deletion_filter(inputs, settings)
        peer = time.perf_counter() - started
        line(f"diagnosis ({name}), every repair verified", mine, f"conflict alone, {solves} rebuilds", peer)
        print(f"  conflict of the filter: {', '.join(conflict)}")


if __name__ == "__main__":
    main(sys.argv[1:] == ["short"])
