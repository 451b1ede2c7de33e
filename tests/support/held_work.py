"""Long work that stops at a point which its test controls: it goes on when it is told to stop, and never by itself.

Each function has the name of the work that it stands for, so that it counts as the same kind, and does that work.
"""

from __future__ import annotations

import time

from pilot_planner.dashboard.runtime import job_functions

_BETWEEN_LOOKS = 0.02


def _holding(tell, items):
    """``tell``, which comes back from the ``items``-th thing that is found only once the work shall stop."""
    left = iter(range(items - 1, -1, -1))

    def held(kind, value):
        goes_on = tell(kind, value)
        if kind == "item" and next(left, 0) == 0:
            while tell("progress", ("held", 0.5)):
                time.sleep(_BETWEEN_LOOKS)
            return False
        return goes_on

    return held


def influence(task, tell):
    """The ranking, held after its first group of inputs."""
    return job_functions.influence(task, _holding(tell, 1))


def front(task, tell):
    """The search for a front, held at its third plan."""
    return job_functions.front(task, _holding(tell, 3))


def risk(task, tell):
    """The plan put to the test, held before the first draw."""
    while tell("progress", ("held", 0.0)):
        time.sleep(_BETWEEN_LOOKS)
    return job_functions.risk(task, tell)
