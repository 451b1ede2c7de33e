"""Limits on money: the budget and the running balance of what donors have paid in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pilot_planner.programme.limits.registry import PROGRAMME_SCOPE, LimitRow, Side, limit
from pilot_planner.programme.linear import Linear

if TYPE_CHECKING:
    from pilot_planner.programme.programme import Programme


@limit(
    "operating_cost",
    label="Budget",
    unit="USD",
    kind="money",
    owner="donors",
    sentence="The whole programme costs at most {bound}.",
    protects="what donors are asked for",
    sides=("min", "max"),
    other_sentence="The whole programme costs at least {bound}.",
)
def operating_cost(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """Sum of all cost lines, indirect cost included."""
    yield LimitRow("operating_cost", side, PROGRAMME_SCOPE, p.metric("operating_cost"), bound)


@limit(
    "funding",
    label="Running balance of funds",
    unit="USD",
    kind="money",
    owner="donors",
    sentence="At the end of every period at least {bound} of what has arrived is left.",
    protects="the promise that nothing is spent before it has arrived",
    sides=("min",),
    usual="min",
)
def funding(p: Programme, side: Side, bound: float) -> Iterator[LimitRow]:
    """The column ``balance`` of each period: pledges that have arrived by its start, levies, less cost, from the start."""
    for t in p.q.numbers:
        yield LimitRow("funding", side, PROGRAMME_SCOPE, Linear.of(p.d.balance[t]), bound, period=t)
