"""Limits on the channels of pay: C095 lets wages be paid partly in kind, never mainly.

Four keys bound what each worker is paid through. They hold for every worker, not on average. Pay channels are summed
over the sectors of a host, so the legal sides enter as ceilings per worker in ``channel_rows``: in-kind at most the
sum of the workers' own ceilings, parcels likewise, and both together at most what the card's share leaves. Sums of
such nested ceilings describe exactly the totals that can be split over sectors again (they are polymatroids), so
nothing is lost; ``accounts.py`` makes that split. The rows here report each share host by host; the opposite
sides (``in_kind_share.min``, ...) are ordinary limits on the programme's total.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilot_planner.case.case import Case, PlacementCase
from pilot_planner.programme.limits.registry import PROGRAMME_SCOPE, LimitRow, Side, limit
from pilot_planner.programme.linear import Linear

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme


@dataclass(frozen=True, slots=True)
class ChannelCeilings:
    """Most USD per worker and period: in kind, as parcels, and both together. Voluntary uptake is counted in."""

    in_kind: float
    family: float
    together: float


def ceilings(case: Case, placement: PlacementCase, index: int) -> ChannelCeilings:
    """Ceilings of one worker at a placement in the period of that index (from 0).

    In kind: voluntary uptake x the lowest of C095 share, USD ceiling, basket and net pay. Parcels: voluntary uptake
    x one parcel a worker-month. Together: net pay less the card's share.
    """
    design = case.design
    net = placement.pay[index].net_pay
    months = case.periods[index].months
    card = design.bounds("card_share").min or 0.0
    family_share = design.bounds("family_share").max
    in_kind = case.rates.in_kind_uptake * placement.goods_ceiling[index]
    family = case.rates.family_uptake * case.rates.parcel_usd * months
    if family_share is not None:
        family = min(family, family_share * net)
    room = (1.0 - card) * net
    return ChannelCeilings(min(in_kind, room), min(family, room), min(in_kind + family, room))


@limit(
    "card_share",
    label="Share paid to own cards",
    unit="share",
    kind="legal",
    owner="ILO C095, article 4",
    sentence="At least {bound} of the net pay at every placement goes to workers' own cards.",
    protects="workers' control of their earnings",
    sides=("min", "max"),
    usual="min",
    other_sentence="At most {bound} of net pay goes to workers' own cards.",
)
def card_share(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Card over net pay: in each host and period (min), of the programme (max)."""
    if side == "min":
        for h in p.q.hosts:
            for t in p.q.numbers[p.case.lead :]:
                yield LimitRow(
                    "card_share", side, h, p.q.card(h, t), bound, p.q.pay("net_pay", h, t), period=t, implied=True
                )
    else:
        yield LimitRow("card_share", side, PROGRAMME_SCOPE, p.metric("card_pay"), bound, p.metric("worker_income"))


@limit(
    "in_kind_share",
    label="Share paid in kind",
    unit="share",
    kind="legal",
    owner="ILO C095, article 4",
    sentence="At most {bound} of the net pay of any worker is paid in goods and services.",
    protects="workers from a company store: C095 allows partial payment in kind only",
    sides=("min", "max"),
    other_sentence="Room is kept for at least {bound} of net pay to be taken as goods and services by those who ask.",
)
def in_kind_share(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """In kind over net pay: in each host and period (max), of the programme (min)."""
    if side == "max":
        for h in p.q.hosts:
            for t in p.q.numbers[p.case.lead :]:
                yield LimitRow(
                    "in_kind_share", side, h, p.q.in_kind(h, t), bound, p.q.pay("net_pay", h, t), period=t, implied=True
                )
    else:
        yield LimitRow("in_kind_share", side, PROGRAMME_SCOPE, p.metric("in_kind_pay"), bound, p.metric("worker_income"))


@limit(
    "in_kind_usd_month",
    label="Pay in kind a month",
    unit="USD",
    kind="legal",
    owner="ILO C095, article 4",
    sentence="No worker is paid more than {bound} a month in goods and services.",
    protects="workers from being charged more than the whole basket is worth",
    sides=("min", "max"),
    other_sentence="Room is kept for at least {bound} a month per worker in goods and services.",
)
def in_kind_usd_month(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """In kind over worker-months: in each host and period (max), of the programme (min)."""
    if side == "max":
        for h in p.q.hosts:
            for t in p.q.numbers[p.case.lead :]:
                yield LimitRow(
                    "in_kind_usd_month",
                    side,
                    h,
                    p.q.in_kind(h, t),
                    bound,
                    p.q.worker_months(h, t),
                    period=t,
                    implied=True,
                )
    else:
        yield LimitRow("in_kind_usd_month", side, PROGRAMME_SCOPE, p.metric("in_kind_pay"), bound, p.metric("worker_months"))


@limit(
    "family_share",
    label="Share sent as family parcels",
    unit="share",
    kind="safeguard",
    owner="steering committee",
    sentence="Room is kept for at least {bound} of net pay to be sent home as parcels.",
    protects="the choice of workers who want to provide for their families",
    sides=("min", "max"),
    usual="min",
    other_sentence="At most {bound} of net pay is sent home as parcels.",
)
def family_share(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Parcels over net pay: of the programme (min), in each host and period (max)."""
    if side == "min":
        yield LimitRow("family_share", side, PROGRAMME_SCOPE, p.metric("family_pay"), bound, p.metric("worker_income"))
    else:
        for h in p.q.hosts:
            for t in p.q.numbers[p.case.lead :]:
                yield LimitRow(
                    "family_share", side, h, p.q.family(h, t), bound, p.q.pay("net_pay", h, t), period=t, implied=True
                )


def channel_expressions(p: Programme, h: str, level: str, t: int) -> dict[str, Linear]:
    """Room left of each ceiling, at least 0 in a plan: in kind, family, together."""
    in_kind, family = p.d.in_kind[h, level, t], p.d.family[h, level, t]
    rooms = {
        "in_kind": Linear.of(in_kind, -1.0),
        "family": Linear.of(family, -1.0),
        "together": Linear({in_kind: -1.0, family: -1.0}),
    }
    for placement in p.case.placements_of(h):
        most = ceilings(p.case, placement, t - 1)
        column = p.d.workers[h, placement.sector, level, t]
        rooms["in_kind"].add_term(column, most.in_kind)
        rooms["family"].add_term(column, most.family)
        rooms["together"].add_term(column, most.together)
    return rooms
