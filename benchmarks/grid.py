"""Income against cost on `base`: a front over 48 and 300 bounds, against live HiGHS on the whole programme and pyaugmecon.

Run: python -m benchmarks.grid [short]

All three decide the same bounds, evenly spaced from the safe nadir of cost to its least. Everything is CPU time, so that
other work on the machine counts little. Live HiGHS has the programme once, with its whole numbers, and is given one bound
after the other; its search for nadir and ideal is not counted, ours and pyaugmecon's are. Where a peer would take too long
it is timed on fewer bounds of the same range, which is said, and its time for all of them is that rate.
"""

import json
import math
import statistics
import subprocess
import sys
import time
from pathlib import Path

import highspy
import numpy as np

from pilot_planner.case.case import make_case
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.loading import load_design
from pilot_planner.programme.build import build
from pilot_planner.solving.decomposition.set_search import SetSearch
from pilot_planner.solving.epsilon_constraint import AUGMENTATION, FrontSearch
from pilot_planner.solving.front_oracle import SetFinder
from pilot_planner.solving.lp_relaxation import LiveRelaxation

PEER = Path(__file__).with_name("peer_grid.py")
RUNS_WHEN_SHORT = 3
SHORT_RUN = 20.0
"""Seconds; a front that takes less is timed three times."""


class Grid(FrontSearch):
    """A front over exactly so many bounds."""

    def _divisions(self, most: int) -> list[int]:
        return [most - 1]


def own(programme, axes, points: int):
    """CPU seconds, the median of three where that is short, and the front."""
    taken = []
    while not taken or (taken[0] < SHORT_RUN and len(taken) < RUNS_WHEN_SHORT):
        begin = time.process_time()
        options = programme.case.design.solver
        finder = SetFinder(SetSearch(programme, axes, options), range(len(axes)))
        front = Grid(finder, axes, options.gap, math.inf).run(10**9, points)
        taken.append(time.process_time() - begin)
    return statistics.median(taken), front


def live_whole(programme, axes, weights: list[float], bounds: list[float]) -> tuple[float, list[float | None]]:
    """CPU seconds for these bounds of the second axis, and the least weighted sum of both under each."""
    begin = time.process_time()
    live = LiveRelaxation(programme)
    row = live.add_row(axes[1], -math.inf, math.inf)
    live.set_objective(axes[0] * weights[0] + axes[1] * weights[1])
    highs = live._highs
    kinds = np.full(len(live.integers), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    highs.changeColsIntegrality(len(live.integers), np.array(live.integers, dtype=np.int32), kinds)
    highs.setOptionValue("mip_rel_gap", programme.case.design.solver.gap)
    values: list[float | None] = []
    for bound in bounds:
        live.set_row_bounds(row, -math.inf, bound)
        highs.run()
        optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values.append(highs.getInfo().objective_function_value if optimal else None)
    return time.process_time() - begin, values


def pyaugmecon(programme, axes, points: int, nadir: float) -> tuple[float, list[list[float]]]:
    """CPU seconds of its search, and its points as values of the axes."""
    columns = programme.d.columns
    rows = [
        (
            list(row.expression.terms),
            list(row.expression.terms.values()),
            None if row.sense == "<=" else row.right_side,
            None if row.sense == ">=" else row.right_side,
        )
        for row in programme.rows
        if row.expression.terms
    ]
    case = {
        "lower": [column.lower for column in columns],
        "upper": [column.upper for column in columns],
        "whole": [j for j, column in enumerate(columns) if column.integer],
        "rows": rows,
        "aims": [{j: -value for j, value in axis.terms.items()} for axis in axes],
        "points": points,
        "nadir": -nadir,
        "gap": programme.case.design.solver.gap,
    }
    done = subprocess.run([sys.executable, str(PEER)], input=json.dumps(case), capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["seconds"], [[-value for value in point] for point in answer["points"]]


def covered(front, point: list[float]) -> bool:
    """Whether a plan of ours is as good as a point, but for the gap."""
    return any(all(a <= b + 1e-4 * abs(b) for a, b in zip(mine.values, point, strict=True)) for mine in front.found)


def compare(programme, axes, points: int, of_live: int, of_peer: int) -> None:
    seconds, front = own(programme, axes, points)
    told = f"{len(front.found)} plans, {front.solved} searches"
    print(f"{points} bounds: by sets of hosts {seconds:.2f} s; {told}", flush=True)
    cells = {cell.epsilons[0]: cell.found for cell in front.cells}
    low, high = front.ideal[1], front.nadir[1]
    every = [low + (high - low) * (points - 1 - place) / (points - 1) for place in range(points)]
    picked = every[:: max(1, points // of_live)]
    # The same question as ours: the augmentation, and bounds that give way by the gap.
    weights = [1.0, AUGMENTATION * front.ranges[0] / front.ranges[1]]
    room = programme.case.design.solver.gap
    taken, values = live_whole(programme, axes, weights, [bound + room * abs(bound) for bound in picked])
    worst = 0.0
    for bound, value in zip(picked, values, strict=True):
        mine = cells.get(bound) or _known(front, bound)
        if (mine is None) != (value is None):
            worst = math.inf
        elif mine is not None and value is not None:
            total = sum(weight * own for weight, own in zip(weights, mine.values, strict=True))
            worst = max(worst, abs(total - value) / abs(value))
    total = taken / len(picked) * points
    print(
        f"  live HiGHS, whole programme, {len(picked)} bounds: {taken:.2f} s, all {total:.1f} s"
        f"   ratio {total / seconds:.1f}   largest difference {worst:.1e}",
        flush=True,
    )
    if of_peer:
        taken, found = pyaugmecon(programme, axes, of_peer, front.nadir[1])
        missed = sum(not covered(front, point) for point in found)
        total = taken / of_peer * points
        print(
            f"  pyaugmecon, {of_peer} bounds: {taken:.2f} s, all {total:.1f} s   ratio {total / seconds:.1f}"
            f"   {len(found)} plans, {missed} of them better than ours",
            flush=True,
        )


def _known(front, bound: float):
    """The best plan that was found under a bound that was not searched."""
    return min((one for one in front.found if one.values[1] <= bound * (1 + 1e-6)), key=lambda one: one.values, default=None)


def main(short: bool) -> None:
    programme = build(make_case(load_design(), load_inputs()))
    axes = [programme.metric("worker_income") * -1.0, programme.metric("operating_cost")]
    if short:
        compare(programme, axes, 48, of_live=4, of_peer=0)
    else:
        compare(programme, axes, 48, of_live=48, of_peer=48)
        compare(programme, axes, 300, of_live=48, of_peer=0)


if __name__ == "__main__":
    main(sys.argv[1:] == ["short"])
