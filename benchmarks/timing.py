"""Medians of repeated timings."""

import statistics
import time
from collections.abc import Callable


def median_seconds(work: Callable[[], object], repeats: int = 3, clock: Callable[[], float] = time.perf_counter) -> float:
    """Median wall time of ``work`` over ``repeats`` runs; with ``time.process_time`` CPU time, for a machine in use."""
    seconds = []
    for _ in range(repeats):
        started = clock()
        work()
        seconds.append(clock() - started)
    return statistics.median(seconds)


def line(name: str, seconds: float, peer: str = "", peer_seconds: float | None = None) -> None:
    """One line of a report: a time and, with a peer, how many times faster."""
    ratio = "" if peer_seconds is None else f"   {peer}: {peer_seconds:8.3f} s   ratio {peer_seconds / seconds:6.1f}"
    print(f"{name:48s} {seconds:8.3f} s{ratio}")
