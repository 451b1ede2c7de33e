"""The least of one set of hosts: our branch and bound, and HiGHS's own where that has to branch too often.

Openings and caps are settled in some tens of nodes. Whole posts of every period may need thousands, and a general solver
with its cuts does better there; with everybody else left out the programme is small enough for it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

from pilot_planner.solving.branch_and_bound import Bounds, BranchAndBound, Cancelled, Search
from pilot_planner.solving.decomposition.set_programme import Part

_GAPS = 2.0
"""A solution whose whole numbers were made whole may be so many gaps from its bound."""
_ROUNDING = 1e-9
MOST_NODES = 1000
"""A node of ours takes about a millisecond, and the start of a general search about a second."""


def least_of_set(
    part: Part,
    gap: float,
    seconds: float,
    cancelled: Cancelled,
    incumbent: float,
    below: Sequence[Bounds] | None = None,
    room: float = 0.0,
) -> Search:
    """The least of the objective that the part has, if it is below ``incumbent``, as ``BranchAndBound.run`` gives it."""
    deadline = time.perf_counter() + seconds
    search = BranchAndBound(part, gap, seconds, cancelled, room, most_nodes=MOST_NODES).run(incumbent=incumbent, below=below)
    if search.status != "stopped" or search.nodes < MOST_NODES or cancelled():
        return search
    best = min(incumbent, search.value)
    status, value, bound, solution = part.with_whole_numbers(gap, deadline - time.perf_counter(), best, room)
    nodes = search.nodes + 1
    near = room + (_GAPS * gap + _ROUNDING) * abs(value)
    if status == "unsettled" or (status == "optimal" and bound < value - near):
        # What the solver took for whole is not: our own search, however long it takes.
        left = deadline - time.perf_counter()
        again = BranchAndBound(part, gap, left, cancelled, room).run(incumbent=incumbent, below=below)
        return replace(again, nodes=again.nodes + nodes)
    bound = max(bound, search.bound)
    if not solution or value >= search.value:
        status = "optimal" if status == "infeasible" and search.solution else status
        bound = min(bound, search.value) if math.isfinite(search.value) else bound
        closed: tuple[tuple[float, Bounds], ...] = ((bound, {}),) if status != "infeasible" or math.isfinite(best) else ()
        return Search(status, search.value, bound, search.solution, search.fixed, nodes, closed)
    held = {j: (float(round(solution[j])), float(round(solution[j]))) for j in part.integers}
    return Search(status, value, min(bound, value), solution, held, nodes, ((min(bound, value), {}),))
