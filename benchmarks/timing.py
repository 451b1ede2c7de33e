"""Medians of repeated timings."""

import statistics
import time
from collections.abc import Callable


def median_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Median wall time of ``work`` over ``repeats`` runs."""
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def line(name: str, seconds: float, peer: str = "", peer_seconds: float | None = None) -> None:
    """One line of a report: a time and, with a peer, how many times faster."""
    ratio = "" if peer_seconds is None else f"   {peer}: {peer_seconds:8.3f} s   ratio {peer_seconds / seconds:6.1f}"
    print(f"{name:48s} {seconds:8.3f} s{ratio}")
