"""Time of the front of the base design, and of fronts of small all-integer cases against pyaugmecon.

Run: python -m benchmarks.tradeoffs
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.timing import line
from pilot_planner.studies.pareto.pareto_front import trade_offs

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests" / "studies"))
sys.path.insert(0, str(TOP / "tests" / "support"))


def base(points: int) -> None:
    started = time.perf_counter()
    result = trade_offs(points=points)
    seconds = time.perf_counter() - started
    line("front of base", seconds)
    print(
        f"  {len(result.points)} plans, sets of hosts {', '.join(result.host_sets)}, {result.cells} cells decided by "
        f"{result.solved} solves, resolution {result.resolution:.3f}"
    )


def knapsacks(count: int) -> None:
    from test_tradeoffs import knapsack

    draw = random.Random(1)
    weights = [draw.randint(5, 60) for _ in range(count)]
    profits = [[draw.randint(5, 60) for _ in range(count)] for _ in range(2)]
    capacity = sum(weights) // 2
    started = time.perf_counter()
    found = knapsack(weights, capacity, profits).run(wanted=10_000, most_divisions=1)
    mine = time.perf_counter() - started
    case = json.dumps({"weights": weights, "capacity": capacity, "profits": profits})
    script = TOP / "tests" / "support" / "peer_front.py"
    started = time.perf_counter()
    answer = subprocess.run([sys.executable, str(script)], input=case, capture_output=True, text=True, check=True)
    peer = time.perf_counter() - started
    same = {tuple(-value for value in point) for point in json.loads(answer.stdout)} == {
        tuple(round(value) for value in one.values) for one in found.found
    }
    line(f"knapsack of {count} items, two aims", mine, "pyaugmecon (start included)", peer)
    print(f"  {len(found.found)} plans, {'the same set' if same else 'DIFFERENT SETS'}")


if __name__ == "__main__":
    short = sys.argv[1:] == ["short"]
    base(15 if short else 30)
    for size in (10, 20):
        knapsacks(size)
