"""Limits on capacity: hosts, sectors, people, inspectors, permits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pilot_planner.data.amounts import where
from pilot_planner.programme.limits.registry import PROGRAMME_SCOPE, LimitRow, Side, limit
from pilot_planner.programme.linear import Linear

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme


@limit(
    "hosts",
    label="Host countries",
    unit="count",
    kind="capacity",
    owner="steering committee",
    sentence="The pilot runs in at most {bound} host countries.",
    protects="the size of a pilot: problems are solved in one or two places first",
    sides=("min", "max"),
    other_sentence="The pilot runs in at least {bound} host countries.",
)
def hosts(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Chosen hosts."""
    count = Linear.total(p.q.chosen(h) for h in p.q.hosts)
    yield LimitRow("hosts", side, PROGRAMME_SCOPE, count, bound, whole_unit=1.0)


@limit(
    "sectors_per_host",
    label="Sectors in a host",
    unit="count",
    kind="capacity",
    owner="steering committee",
    sentence="At most {bound} sectors are opened in a host.",
    protects="the number of employers' agreements and audit routines that one office can follow",
    sides=("min", "max"),
    other_sentence="At least {bound} sectors are opened in a chosen host.",
)
def sectors_per_host(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Opened sectors over 1 for a chosen host (0 elsewhere): tighter than the count alone."""
    for h in p.q.hosts:
        opened = Linear.total(p.q.opened(h, placement.sector) for placement in p.case.placements_of(h))
        yield LimitRow("sectors_per_host", side, h, opened, bound, p.q.chosen(h), whole_unit=1.0)


@limit(
    "workers_total",
    label="Workers employed",
    unit="persons",
    kind="capacity",
    owner="steering committee",
    sentence="Between them, all hosts employ at most {bound} workers at a time.",
    protects="the size of a pilot: large enough to prove something, small enough to watch",
    sides=("min", "max"),
    other_sentence="From its month of full strength to the end, the programme employs at least {bound} workers.",
)
def workers_total(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Workers of each period. The maximum holds always, the minimum from the design's month of full strength to the end;
    a programme that ends before that month must reach it in its last period."""
    reached = min(p.case.design.programme.full_strength_month, p.case.periods[-1].last_month)
    for period in p.case.periods:
        if period.number <= p.case.lead or (side == "min" and period.last_month < reached):
            continue
        people = Linear.total(p.q.workers(h, period.number) for h in p.q.hosts)
        yield LimitRow("workers_total", side, PROGRAMME_SCOPE, people, bound, period=period.number)


@limit(
    "worker_months",
    label="Worker-months",
    unit="months",
    kind="capacity",
    owner="steering committee",
    sentence="The programme offers at least {bound} worker-months.",
    protects="a pilot that lasts: otherwise the cheapest plan hires a few people for one quarter",
    sides=("min", "max"),
    usual="min",
    other_sentence="The programme offers at most {bound} worker-months.",
)
def worker_months(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Workers x months, all hosts and periods."""
    yield LimitRow("worker_months", side, PROGRAMME_SCOPE, p.metric("worker_months"), bound)


@limit(
    "inspectors_host",
    label="Inspectors in a host",
    unit="posts",
    kind="capacity",
    owner="host governments",
    sentence="A host admits at most {bound} inspectors.",
    protects="what a host will accredit",
    sides=("min", "max"),
    other_sentence="A chosen host has at least {bound} inspectors.",
)
def inspectors_host(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Inspectors of a period over 1 for a chosen host."""
    for h in p.q.hosts:
        for t in p.q.numbers:
            yield LimitRow("inspectors_host", side, h, p.q.inspectors(h, t), bound, p.q.chosen(h), period=t)


@limit(
    "inspectors_total",
    label="Inspectors in all",
    unit="posts",
    kind="capacity",
    owner="implementing agency",
    sentence="The programme can recruit at most {bound} inspectors.",
    protects="what can be recruited, vetted and trained in time",
    sides=("min", "max"),
    other_sentence="The programme has at least {bound} inspectors.",
)
def inspectors_total(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Inspectors of each period, all hosts."""
    for t in p.q.numbers:
        posts = Linear.total(p.q.inspectors(h, t) for h in p.q.hosts)
        yield LimitRow("inspectors_total", side, PROGRAMME_SCOPE, posts, bound, period=t)


@limit(
    "permits",
    label="Share of permits",
    unit="share",
    kind="capacity",
    owner="host governments",
    sentence="Worker caps take up at most {bound} of the work permits that a host, or a sector's own quota, issues.",
    protects="other migrant workers, and the host's consent",
)
def permits(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Caps over permits: by placement where the sector has its own quota, and by host over all known capacity.

    Assumed capacity (no permits and no head counts known) is left out of the host's sum.
    """
    for placement in p.case.placements:
        if placement.permits is not None:
            yield _caps_over(p, "permits", side, bound, placement.key, [placement.sector], placement.permits)
    for host in p.case.hosts:
        if host.permits is None:
            continue
        known = [placement.sector for placement in p.case.placements_of(host.iso3) if not placement.assumed_capacity]
        if known:
            yield _caps_over(p, "permits", side, bound, (host.iso3,), known, host.permits)


@limit(
    "labour_shortage",
    label="Share of the workers lacking",
    unit="share",
    kind="capacity",
    owner="host governments",
    sentence="Worker caps take up at most {bound} of the workers that a host, or a sector of it, is said to lack.",
    protects="local workers: nobody is hired into a place that somebody there would have filled",
)
def labour_shortage(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Caps over the shortage: by placement and by host, where it is known."""
    for placement in p.case.placements:
        if placement.shortage is not None:
            yield _caps_over(p, "labour_shortage", side, bound, placement.key, [placement.sector], placement.shortage)
    for host in p.case.hosts:
        if host.shortage is not None:
            every = [placement.sector for placement in p.case.placements_of(host.iso3)]
            yield _caps_over(p, "labour_shortage", side, bound, (host.iso3,), every, host.shortage)


@limit(
    "local_staff_quota",
    label="Share of what local-staff quotas allow",
    unit="share",
    kind="capacity",
    owner="host governments",
    sentence="Worker caps take up at most {bound} of the foreigners whom a host's rule on local staff allows beside all "
    "employees of the sector.",
    protects="local workers: each employer must employ so many of them for each foreigner",
)
def local_staff_quota(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Caps over the room under the rule, by placement, where it is known how many the sector employs."""
    for placement in p.case.placements:
        if placement.local_staff_room is not None:
            room = placement.local_staff_room
            yield _caps_over(p, "local_staff_quota", side, bound, placement.key, [placement.sector], room)


def _caps_over(
    p: Programme, key: str, side: Side, bound: float, scope: tuple[str, ...], sectors: list[str], known: float
) -> LimitRow:
    """Worker caps of some sectors of a host (the first of ``scope``) as a share of a number that is known."""
    caps = Linear({p.d.cap[scope[0], sector]: 1.0 for sector in sectors})
    # Where there is none, as of permits, there is no share to speak of: nobody can be hired there.
    one = where(known > 0.0, 1.0 / where(known > 0.0, known, 1.0), 0.0)
    return LimitRow(key, side, ".".join(scope), caps, bound, Linear.of(p.d.programme, known), whole_unit=one)
