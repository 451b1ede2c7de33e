"""Threads of HiGHS: a thread of ours that solves has one pool, and HiGHS refuses a run that asks for another number.

HiGHS allows a pool to be made anew only while no run is under way in the process, so what is under way is counted.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def a_pool_of(count: int) -> Iterator[int]:
    """Around a run of HiGHS by the calling thread: the value for its option ``threads``.

    ``count`` where the pool has it or can be made anew, else 0, which HiGHS takes for the pool as it is.
    """
    import highspy

    with _GUARD:
        given = count
        if getattr(_POOL, "count", count) != count:
            if _under_way:
                given = 0
            else:
                highspy.Highs.resetGlobalScheduler(True)
        if given:
            _POOL.count = given
        _under_way.append(count)
    try:
        yield given
    finally:
        with _GUARD:
            _under_way.pop()


_GUARD = threading.Lock()
_POOL = threading.local()
_under_way: list[int] = []
"""One entry for each run of this process."""
