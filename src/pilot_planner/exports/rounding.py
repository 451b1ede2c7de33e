"""Amounts that add up: the largest-remainder method (Hamilton), to the cent or to whole units of a currency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

CENT = Decimal("0.01")
WHOLE = Decimal(1)


def rounded_to_sum(amounts: Sequence[float], step: Decimal = CENT, total: Decimal | None = None) -> list[Decimal]:
    """Each amount as a multiple of ``step``, within one step of itself, so that they add up to ``total``.

    ``total`` is the rounded sum of the amounts where it is not given; it must lie within one step for each amount.
    The amounts with the largest remainders are rounded up; of equal ones, the first.

    >>> rounded_to_sum([0.333, 0.333, 0.334], Decimal("0.1"))
    [Decimal('0.3'), Decimal('0.3'), Decimal('0.4')]
    """
    unit = float(step)
    target = round(math.fsum(amounts) / unit) if total is None else int((total / step).to_integral_value())
    floors = [math.floor(amount / unit + _NEARLY) for amount in amounts]
    missing = target - sum(floors)
    if not 0 <= missing <= len(amounts):
        raise ValueError(f"a total of {total} cannot be reached by rounding {len(amounts)} amounts to {step}")
    order = sorted(range(len(amounts)), key=lambda place: (floors[place] - amounts[place] / unit, place))
    for place in order[:missing]:
        floors[place] += 1
    return [count * step for count in floors]


_NEARLY = 1e-9
"""Of a step: an amount this close below a multiple is that multiple, and not one step less with a large remainder."""
