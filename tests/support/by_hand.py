"""One plan of the tiny case, made by hand: AAA alone, forty people in period 2, fifty in period 3."""

from __future__ import annotations

from pilot_planner.programme.build import Programme

WORKERS = {2: 40.0, 3: 50.0}
ARRIVALS = {2: 40.0, 3: 20.0}
"""A quarter of the forty leave; twenty come."""
IN_KIND = {2: 4000.0, 3: 5000.0}
FAMILY = {2: 800.0, 3: 1000.0}
INSPECTORS = 2.0


def solution_by_hand(p: Programme, host: str = "AAA", cost: dict[int, float] | None = None) -> list[float]:
    """One value per column. ``cost`` and the balance are filled in only where the costs of periods are given."""
    x = [0.0] * len(p.d.columns)
    x[p.d.programme] = 1.0
    x[p.d.peak] = 50.0
    x[p.d.level[host, "basic"]] = 1.0
    x[p.d.open[host, "work", "basic"]] = 1.0
    x[p.d.cap[host, "work"]] = 50.0
    for t in (1, 2, 3):
        x[p.d.inspectors[host, t]] = INSPECTORS
    for t in (2, 3):
        x[p.d.workers[host, "work", "basic", t]] = WORKERS[t]
        x[p.d.arrivals[host, "work", "basic", t]] = ARRIVALS[t]
        x[p.d.in_kind[host, "basic", t]] = IN_KIND[t]
        x[p.d.family[host, "basic", t]] = FAMILY[t]
    for t, usd in (cost or {}).items():
        x[p.d.cost[t]] = usd
    return x
