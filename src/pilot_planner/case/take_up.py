"""What one worker takes in kind and as parcels: free choice within the law, and within the room that is planned.

Room (capacity) is planned and paid for; take-up is what workers choose, the lesser of room and uptake. A design may ask
for room, as a share of net pay or in USD a month, over the whole programme. Where fewer workers of a placement want it
than there would be room for, all who want it have it, the rest of the room stands empty, and nobody is turned away.
Elsewhere room is planned as far as it is taken. ``models/formulation.md`` says why take-up is then the lesser of both.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.case.case import Case, PlacementCase
from pilot_planner.data.amounts import least, most, where


@dataclass(frozen=True, slots=True)
class TakeUp:
    """USD per worker and period.

    Attributes:
        in_kind, family: most that is taken: voluntary uptake within the law, however much room there is.
        together: most of both; the card's share is left.
        least_in_kind, least_family: least that is taken: all that is wanted, where room beyond it is asked for.
        idle_in_kind, idle_family: room that is asked for and nobody takes.
    """

    in_kind: float
    family: float
    together: float
    least_in_kind: float = 0.0
    least_family: float = 0.0
    idle_in_kind: float = 0.0
    idle_family: float = 0.0

    def times(self, workers: float) -> TakeUp:
        """The same for so many workers."""
        return TakeUp(
            self.in_kind * workers,
            self.family * workers,
            self.together * workers,
            self.least_in_kind * workers,
            self.least_family * workers,
            self.idle_in_kind * workers,
            self.idle_family * workers,
        )


def take_up(case: Case, placement: PlacementCase, index: int) -> TakeUp:
    """Take-up of one worker at a placement in the period of that index (from 0).

    In kind: voluntary uptake x the lowest of C095 share, USD ceiling, basket and net pay. Parcels: voluntary uptake x one
    parcel a worker-month; none where their channel is closed. Together: net pay less the card's share. Where the card's
    share leaves less than what would be taken of the room that is asked for, goods come before parcels.
    """
    design = case.design
    net = placement.pay[index].net_pay
    months = case.periods[index].months
    card = design.bounds("card_share").min or 0.0
    most_parcels = design.bounds("family_share").max
    left = (1.0 - card) * net
    goods = case.rates.in_kind_uptake * placement.goods_ceiling[index]
    parcels = case.rates.family_uptake * case.rates.parcel_usd * months if parcels_open(case) else 0.0
    if most_parcels is not None:
        parcels = least(parcels, most_parcels * net)
    goods_room = most(
        (design.bounds("in_kind_share").min or 0.0) * net, (design.bounds("in_kind_usd_month").min or 0.0) * months
    )
    parcels_room = (design.bounds("family_share").min or 0.0) * net if parcels_open(case) else 0.0
    # Taken of the room that is asked for.
    goods_there = least(goods_room, goods, left)
    parcels_there = least(parcels_room, parcels, left - goods_there)
    card_decides = parcels_there < least(parcels_room, parcels)
    least_goods = where((goods_there < goods_room) | card_decides, goods_there, 0.0)
    least_parcels = where(parcels_there < parcels_room, parcels_there, 0.0)
    most_goods = most(least_goods, least(goods, left - least_parcels))
    most_parcels = most(least_parcels, least(parcels, left - least_goods))
    return TakeUp(
        in_kind=most_goods,
        family=most_parcels,
        together=least(most_goods + most_parcels, left),
        least_in_kind=least_goods,
        least_family=least_parcels,
        idle_in_kind=goods_room - goods_there,
        idle_family=parcels_room - parcels_there,
    )


def parcels_open(case: Case) -> bool:
    """Whether workers can send parcels at all."""
    return case.design.pay.family_channel != "closed"
