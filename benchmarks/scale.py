"""Wider adoption: all sizes by sets of hosts in one search, against a programme made and solved by itself for each size.

Run: python -m benchmarks.scale [MODEL]
"""

import sys
import time

from benchmarks.timing import line
from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.studies.scale_up.scale_up import scale
from pilot_planner.studies.scale_up.sizing import solve


def main(model: str) -> None:
    inputs = load_inputs()
    started = time.perf_counter()
    result = scale(model, inputs)
    mine = time.perf_counter() - started
    started = time.perf_counter()
    worst = 0.0
    for run in result.runs:
        design, ready = set_up(model, inputs, run.settings)
        alone = solve(make_case(design, ready))
        if alone is not None and run.operating_cost:
            worst = max(worst, abs(alone.metrics["operating_cost"] / run.operating_cost - 1.0))
    line(f"{len(result.runs)} sizes of {model}, phases included", mine, "each by itself", time.perf_counter() - started)
    print(f"  largest relative difference in cost: {worst:.1e}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "base")
