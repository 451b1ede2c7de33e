"""Limits on the channels of pay: C095 lets wages be paid partly in kind, never mainly.

Four keys bound what each worker is paid through. They hold for every worker, not on average. Pay channels are summed
over the sectors of a host, so the bounds enter as amounts per worker (``case/take_up.py``) in ``channel_expressions``:
for goods, for parcels and for both together, at most what is wanted within the law, at least all that is wanted where more
room is asked for. Sums of such nested bounds describe exactly the totals that can be split over sectors again (shifted
polymatroids), so nothing is lost; ``accounts.py`` makes that split. The legal sides here report each share host by host;
the opposite sides ask for room and are ordinary limits on the programme's total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pilot_planner.case.take_up import parcels_open
from pilot_planner.programme.limits.registry import PROGRAMME_SCOPE, LimitRow, Side, limit
from pilot_planner.programme.linear import Linear

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme


def _everywhere(
    p: Programme,
    key: str,
    side: Side,
    bound: float,
    above: Callable[[str, int], Linear],
    below: Callable[[str, int], Linear],
) -> Iterator[LimitRow]:
    """The share of each host and period of work; take-up per worker enforces it."""
    for h in p.q.hosts:
        for t in p.q.numbers[p.case.lead :]:
            yield LimitRow(key, side, h, above(h, t), bound, below(h, t), period=t, implied=True)


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
        yield from _everywhere(p, "card_share", side, bound, p.q.card, lambda h, t: p.q.pay("net_pay", h, t))
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
    other_sentence="Room is kept for at least {bound} of net pay to be taken as goods and services by choice.",
)
def in_kind_share(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Over net pay: what is taken in each host and period (max), the room of the programme (min)."""
    if side == "max":
        yield from _everywhere(p, "in_kind_share", side, bound, p.q.in_kind, lambda h, t: p.q.pay("net_pay", h, t))
    else:
        room = p.q.total(p.q.in_kind_room)
        yield LimitRow("in_kind_share", side, PROGRAMME_SCOPE, room, bound, p.metric("worker_income"))


@limit(
    "in_kind_usd_month",
    label="Pay in kind a month",
    unit="USD",
    kind="legal",
    owner="ILO C095, article 4",
    sentence="No worker is paid more than {bound} a month in goods and services.",
    protects="workers from being charged more than the whole basket is worth",
    sides=("min", "max"),
    other_sentence="Room is kept for at least {bound} a month per worker in goods and services by choice.",
)
def in_kind_usd_month(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Over worker-months: what is taken in each host and period (max), the room of the programme (min)."""
    if side == "max":
        yield from _everywhere(p, "in_kind_usd_month", side, bound, p.q.in_kind, p.q.worker_months)
    else:
        room = p.q.total(p.q.in_kind_room)
        yield LimitRow("in_kind_usd_month", side, PROGRAMME_SCOPE, room, bound, p.metric("worker_months"))


@limit(
    "family_share",
    label="Share sent as family parcels",
    unit="share",
    kind="safeguard",
    owner="steering committee",
    sentence="Room is kept for at least {bound} of net pay to be sent home as parcels by choice.",
    protects="the choice of workers who want to provide for their families",
    sides=("min", "max"),
    usual="min",
    other_sentence="At most {bound} of net pay is sent home as parcels.",
)
def family_share(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Over net pay: what is sent in each host and period (max), the room of the programme (min), none where it is closed."""
    if side == "max":
        yield from _everywhere(p, "family_share", side, bound, p.q.family, lambda h, t: p.q.pay("net_pay", h, t))
    elif parcels_open(p.case):
        room = p.q.total(p.q.family_room)
        yield LimitRow("family_share", side, PROGRAMME_SCOPE, room, bound, p.metric("worker_income"))


def channel_expressions(p: Programme, h: str, level: str, t: int) -> dict[str, Linear]:
    """What is left of each bound, at least 0 in a plan: ``pay_*`` to the most, ``room_*`` above the least.

    ``room_*`` stands only where room is asked for that nobody takes: there all who want it have it.
    """
    in_kind, family = p.d.in_kind[h, level, t], p.d.family[h, level, t]
    found = {
        "pay_in_kind": Linear.of(in_kind, -1.0),
        "pay_family": Linear.of(family, -1.0),
        "pay_together": Linear({in_kind: -1.0, family: -1.0}),
    }
    least = {"room_in_kind": Linear.of(in_kind), "room_family": Linear.of(family)}
    for placement in p.case.placements_of(h):
        one = p.q.take_up(placement, t)
        column = p.d.workers[h, placement.sector, level, t]
        found["pay_in_kind"].add_term(column, one.in_kind)
        found["pay_family"].add_term(column, one.family)
        found["pay_together"].add_term(column, one.together)
        least["room_in_kind"].add_term(column, -one.least_in_kind)
        least["room_family"].add_term(column, -one.least_family)
    return found | {name: expression for name, expression in least.items() if len(expression.terms) > 1}
