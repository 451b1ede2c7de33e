"""Limits that safeguard workers and the purpose of the pilot: oversight, risk, willingness, dependence on one host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pilot_planner.programme.limits.registry import PROGRAMME_SCOPE, LimitRow, Side, limit
from pilot_planner.programme.linear import Linear

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme


@limit(
    "mean_willingness",
    label="Mean willingness of hosts",
    unit="score",
    kind="safeguard",
    owner="steering committee",
    sentence="Weighted by worker-months, the hosts' willingness is at least {bound}.",
    protects="workers who complain: officials who want the scheme protect them",
    sides=("min", "max"),
    usual="min",
    other_sentence="Weighted by worker-months, the hosts' willingness is at most {bound}.",
)
def mean_willingness(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Worker-months x willingness, with what revenue adds to it where the design says so, over worker-months."""
    weighted = Linear()
    months = Linear()
    for host in p.case.hosts:
        for t in p.q.numbers:
            weighted.add(p.q.willing_months(host.iso3, t))
            months.add(p.q.worker_months(host.iso3, t))
    yield LimitRow("mean_willingness", side, PROGRAMME_SCOPE, weighted, bound, months)


@limit(
    "host_share",
    label="Largest share of a host",
    unit="share",
    kind="safeguard",
    owner="steering committee",
    sentence="No host has more than {bound} of the workers, unless it is the only one.",
    protects="workers and the programme from one host's change of mind",
)
def host_share(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Workers of the last period in a host over all; lifted by ``solo`` where the host stands alone.

    The lift is (1 - share) x the most workers there can be, the smallest number that always suffices.
    """
    last = p.q.numbers[-1]
    everyone = p.metric("workers")
    most = p.most_workers()
    for h in p.q.hosts:
        yield LimitRow(
            "host_share",
            side,
            h,
            p.q.workers(h, last),
            bound,
            everyone,
            lifted_by=p.d.solo[h],
            lift=(1.0 - bound) * most,
        )


@limit(
    "workers_per_inspector",
    label="Workers for each inspector",
    unit="persons",
    kind="safeguard",
    owner="oversight body",
    sentence="Each inspector answers for at most {bound} workers.",
    protects="unannounced visits and confidential interviews that really happen",
)
def workers_per_inspector(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Workers over inspectors, in each host and period."""
    for h in p.q.hosts:
        for t in p.q.numbers[p.case.lead :]:
            yield LimitRow("workers_per_inspector", side, h, p.q.workers(h, t), bound, p.q.inspectors(h, t), period=t)


@limit(
    "visit_coverage",
    label="Visits that can be made",
    unit="share",
    kind="safeguard",
    owner="oversight body",
    sentence="Inspectors can make at least {bound} of the visits that the oversight level asks for.",
    protects="the oversight level: a promise of visits without inspectors is none",
    sides=("min",),
    usual="min",
)
def visit_coverage(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Visits that inspectors can make over visits required, in each host and period."""
    for h in p.q.hosts:
        for t in p.q.numbers[p.case.lead :]:
            yield LimitRow("visit_coverage", side, h, p.q.visits_possible(h, t), bound, p.q.visits_required(h, t), period=t)


@limit(
    "funds_at_risk_share",
    label="Funds at risk",
    unit="share",
    kind="safeguard",
    owner="donors",
    sentence="Of the contract value, at most {bound} is expected to be diverted or misused.",
    protects="workers' pay after payday, and the purpose of the sanctions",
    sides=("min", "max"),
    other_sentence="Of the contract value, at least {bound} is expected to be diverted or misused.",
)
def funds_at_risk_share(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Diverted income and misused revenue over contract value."""
    risk, value = p.metric("funds_at_risk"), p.metric("contract_value")
    yield LimitRow("funds_at_risk_share", side, PROGRAMME_SCOPE, risk, bound, value)


@limit(
    "host_funds_at_risk_share",
    label="Funds at risk in a host",
    unit="share",
    kind="safeguard",
    owner="donors",
    sentence="In no host is more than {bound} of the contract value expected to be diverted or misused.",
    protects="workers in the riskier host: an average may not hide them",
)
def host_funds_at_risk_share(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """The same, host by host."""
    for h in p.q.hosts:
        risk, value = Linear(), Linear()
        for t in p.q.numbers:
            risk.add(p.q.diverted(h, t)).add(p.q.misused(h, t))
            value.add(p.q.pay("contract_value", h, t))
        yield LimitRow("host_funds_at_risk_share", side, h, risk, bound, value)


@limit(
    "contract_gain",
    label="Gain over the whole contract",
    unit="USD",
    kind="safeguard",
    owner="steering committee",
    sentence="No placement is opened where a worker gains less than {bound} over the whole contract, fees and debt before "
    "departure taken off.",
    protects="workers: nobody is sent abroad to pay a debt",
    sides=("min",),
    usual="min",
)
def contract_gain(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Of each placement, over 1 where it is opened (0 elsewhere)."""
    for placement in p.case.placements:
        if placement.contract_gain is not None:
            opened = p.q.opened(*placement.key)
            scope = ".".join(placement.key)
            yield LimitRow("contract_gain", side, scope, opened * placement.contract_gain, bound, opened)
