"""What is decided: the columns of the programme and what each means.

| column | type | meaning |
|---|---|---|
| programme | fixed at 1 | carries costs that do not depend on any decision |
| level.H.L | binary | the pilot runs in host H at oversight level L |
| open.H.S.L | binary | sector S is opened in H while H is at level L |
| cap.H.S | integer | worker cap in the host agreement, persons |
| arrivals.H.S.L.T | >= 0 | workers who start in period T, persons |
| workers.H.S.L.T | >= 0 | workers employed in period T, persons |
| in_kind.H.L.T | >= 0 | net pay taken as goods and services, USD |
| family.H.L.T | >= 0 | net pay sent as family parcels, USD |
| inspectors.H.T | >= 0 | inspectors on the ground, full-time equivalents (whole posts if the design says so) |
| peak | >= 0 | at least the workers of every period, persons |
| cost.T | >= 0 | operating cost of the period, USD |
| balance.T | any | pledges that have arrived and levies less cost, from the start to the end of the period, USD |
| solo.H | binary | H is the only host; only where the largest share of a host is limited |

Periods of set-up have no columns for workers or pay. Pay channels are summed over sectors; the limits on them are
made so that a split over sectors always exists (see ``limits/pay.py``). ``cost`` and ``balance`` decide nothing;
they keep the rows short, which makes solving faster.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pilot_planner.case.case import Case, PlacementCase
from pilot_planner.data.amounts import somewhere, whole


@dataclass(frozen=True, slots=True)
class Column:
    """One decision. A bound of None means without end."""

    name: str
    lower: float | None
    upper: float | None
    integer: bool


@dataclass
class Decisions:
    """Columns and where to find each by its keys. H: iso3; S: sector; L: level; T: period number."""

    columns: list[Column] = field(default_factory=list)
    programme: int = 0
    peak: int = 0
    level: dict[tuple[str, str], int] = field(default_factory=dict)
    open: dict[tuple[str, str, str], int] = field(default_factory=dict)
    cap: dict[tuple[str, str], int] = field(default_factory=dict)
    arrivals: dict[tuple[str, str, str, int], int] = field(default_factory=dict)
    workers: dict[tuple[str, str, str, int], int] = field(default_factory=dict)
    in_kind: dict[tuple[str, str, int], int] = field(default_factory=dict)
    family: dict[tuple[str, str, int], int] = field(default_factory=dict)
    inspectors: dict[tuple[str, int], int] = field(default_factory=dict)
    solo: dict[str, int] = field(default_factory=dict)
    cost: dict[int, int] = field(default_factory=dict)
    balance: dict[int, int] = field(default_factory=dict)

    def add(self, name: str, lower: float | None = 0.0, upper: float | None = None, integer: bool = False) -> int:
        self.columns.append(Column(name, lower, upper, integer))
        return len(self.columns) - 1

    def binary(self, name: str) -> int:
        return self.add(name, 0.0, 1.0, integer=True)


def decide(case: Case) -> Decisions:
    """Every column of the programme for a case."""
    d = Decisions()
    d.programme = d.add("programme", 1.0, 1.0)
    d.peak = d.add("peak")
    for period in case.periods:
        d.cost[period.number] = d.add(f"cost.{period.number}")
        d.balance[period.number] = d.add(f"balance.{period.number}", lower=None)
    working = [period.number for period in case.periods if period.number > case.lead]
    for host in case.hosts:
        _decide_host(d, case, host.iso3, working)
    if case.design.bounds("host_share").max is not None:
        for host in case.hosts:
            d.solo[host.iso3] = d.binary(f"solo.{host.iso3}")
    return d


def _decide_host(d: Decisions, case: Case, h: str, working: list[int]) -> None:
    """Columns of one host: level, inspectors, placements, pay channels."""
    in_whole_posts = case.design.programme.whole_posts
    for level in case.levels:
        d.level[h, level.level] = d.binary(f"level.{h}.{level.level}")
    for period in case.periods:
        whole = in_whole_posts and not _over(case, period.number)
        d.inspectors[h, period.number] = d.add(f"inspectors.{h}.{period.number}", integer=whole)
    for placement in case.placements_of(h):
        _decide_placement(d, case, placement, working)
    for level in case.levels:
        for t in working:
            d.in_kind[h, level.level, t] = d.add(f"in_kind.{h}.{level.level}.{t}")
            d.family[h, level.level, t] = d.add(f"family.{h}.{level.level}.{t}")


def _decide_placement(d: Decisions, case: Case, placement: PlacementCase, working: list[int]) -> None:
    """Columns of one placement: cap, openings, arrivals, workers."""
    h, s = placement.key
    d.cap[h, s] = d.add(f"cap.{h}.{s}", 0.0, whole(placement.demand), integer=True)
    for level in case.levels:
        d.open[h, s, level.level] = d.binary(f"open.{h}.{s}.{level.level}")
        for t in working:
            key = (h, s, level.level, t)
            name = f"{h}.{s}.{level.level}.{t}"
            # After a host has ended the agreement nobody works there (in draws: where it has ended it in all of them).
            there = somewhere(t <= case.last_open(h))
            # Bounds of what may be decided are none of what has happened.
            most = None if _over(case, t) else placement.intake if there else 0.0
            d.arrivals[key] = d.add(f"arrivals.{name}", 0.0, most)
            d.workers[key] = d.add(f"workers.{name}", 0.0, None if there or _over(case, t) else 0.0)


def _over(case: Case, t: int) -> bool:
    """Whether a period is over."""
    return t <= case.history.over
