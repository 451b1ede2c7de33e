"""A difference between plan and actual in three parts that add up to it: people, price and mix.

Over places i with planned and actual quantities q, Q (worker-months, or what drives a cost line) and prices p, P:

    people = (sum Q - sum q) x mean planned price         more or less of it than planned
    mix    = sum Q p - sum Q x mean planned price         in dearer or cheaper places than planned
    price  = sum Q (P - p)                                at another price than planned

The standard split of variances in management accounting (Horngren, Datar & Rajan, Cost Accounting, ch. 7 and 14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

_CENT = Decimal("0.01")


class HasAmounts(Protocol):
    """A line of plan and actual, in cents."""

    @property
    def place(self) -> str: ...
    @property
    def plan_to_date(self) -> Decimal | float: ...
    @property
    def actual_to_date(self) -> Decimal | float: ...


@dataclass(frozen=True, slots=True)
class Split:
    """One difference, actual less plan to date, USD in cents: ``people + price + mix`` is it exactly.

    ``people`` is the part of quantity: worker-months of pay, and of a cost line whatever drives it.
    """

    subject: str
    item: str
    difference: Decimal
    people: Decimal
    price: Decimal
    mix: Decimal


def split(
    subject: str, item: str, lines: Sequence[HasAmounts], planned: Mapping[str, float], actual: Mapping[str, float]
) -> Split:
    """The parts of the difference of some lines; quantities are by place.

    What is spent where nothing was planned has no planned price: all of it is price.
    """
    before = sum((Decimal(one.plan_to_date) for one in lines), Decimal(0))
    difference = sum((Decimal(one.actual_to_date) for one in lines), Decimal(0)) - before
    prices: dict[str, Fraction] = {}
    for one in lines:
        quantity = Fraction(planned.get(one.place, 0.0))
        if quantity > 0:
            prices[one.place] = Fraction(one.plan_to_date) / quantity
    was = {place: Fraction(planned.get(place, 0.0)) for place in prices}
    now = {place: Fraction(actual.get(place, 0.0)) for place in prices}
    total = sum(was.values(), Fraction(0))
    mean = Fraction(before) / total if total else Fraction(0)
    more = (sum(now.values(), Fraction(0)) - total) * mean
    other = sum((now[place] * prices[place] for place in prices), Fraction(0)) - sum(now.values(), Fraction(0)) * mean
    people, mix = _cents(more), _cents(other)
    return Split(subject, item, difference, people, difference - people - mix, mix)


def _cents(value: Fraction) -> Decimal:
    return Decimal(round(value * 100)).scaleb(-2).quantize(_CENT)
