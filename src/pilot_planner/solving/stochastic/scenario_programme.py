"""One draw of a plan across draws, taken apart by hosts: what each host can add to its loss under multipliers.

In a draw the shortfalls are columns that no host owns, and a limit that may be missed is a linking row even where it
concerns one host. What is signed stands between the bounds that it has at base values, as if the draw could sign for
itself; so whatever is found here bounds the loss of every first stage from below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.draws import Draw
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row
from pilot_planner.solving.decomposition.host_blocks import Blocks
from pilot_planner.solving.decomposition.host_sets import Sets
from pilot_planner.solving.decomposition.lagrangian_bounds import Prices, Pricing
from pilot_planner.solving.decomposition.linking_columns import of_sides
from pilot_planner.solving.decomposition.set_programme import Part, States
from pilot_planner.solving.sparse_rows import Array


def as_programme(base: Programme, draw: Draw, signatures: Sequence[Row]) -> tuple[Programme, Linear]:
    """A draw as one linear programme: shortfalls are the last columns, whole posts may be shared. With its loss.

    ``signatures``: the rows of the base programme on what is signed.
    """
    own, d = draw.programme.d, base.d
    signed = {*d.level.values(), *d.open.values(), *d.cap.values(), *d.solo.values()}
    closed = set(draw.closed())
    columns = [
        d.columns[j]
        if j in signed
        else Column(column.name, column.lower, 0.0 if j in closed else column.upper, integer=False)
        if column.integer or j in closed
        else column
        for j, column in enumerate(own.columns)
    ]
    priced, entering = dict(draw.loss.terms), dict[int, dict[int, float]]()
    for bound, rows in draw.shortfalls.items():
        priced[len(columns)] = draw.prices[bound]
        for number, coefficient in rows.items():
            entering.setdefault(number, {})[len(columns)] = coefficient
        columns.append(Column(f"shortfall.{'.'.join(bound)}", 0.0, None, integer=False))
    rows_of_draw = [
        replace(row, expression=Linear({**row.expression.terms, **entering[number]})) if number in entering else row
        for number, row in enumerate(draw.rows)
    ]
    made = replace(draw.programme, d=replace(own, columns=columns), rows=[*rows_of_draw, *signatures])
    return made, Linear(priced)


class DrawnSets:
    """The blocks of one draw, asked for bounds of its loss by sets of hosts and levels."""

    def __init__(self, base: Programme, draw: Draw, signatures: Sequence[Row], sets: Sets, options: Solver) -> None:
        """``sets``: of the base programme; hosts and levels have the same numbers in every draw.

        ``signatures`` as in ``as_programme``.
        """
        programme, loss = as_programme(base, draw, signatures)
        self.sets, self.options = sets, options
        self.blocks = Blocks(programme, [loss])
        self._costs = np.zeros((1, self.blocks.count))
        self._costs[0, list(loss.terms)] = list(loss.terms.values())
        self._pricing = Pricing(self.blocks, self._costs, options)

    def least(self, states: States, seconds: float) -> tuple[float, Array | None]:
        """The loss of a set if this draw could choose openings and caps for itself, and multipliers at which that shows.

        Infinite where the set has no answer; no multipliers then.
        """
        link = self.blocks.link
        part = Part(self.blocks, states, link.lower, link.upper, self.options)
        if not part.possible:
            return np.inf, None
        part.set_costs_of(self._costs[0])
        result = part.run(seconds)
        if result.status == "stopped":
            raise NoTimeError("stopped before a draw was solved; allow more time")
        if result.status == "infeasible":
            return np.inf, None
        # A loss without end bounds nothing; the second stage of the set will say so.
        return (result.value, part.link_duals()) if result.status == "optimal" else (-np.inf, None)

    def bounds(self, multipliers: Array, wanted: Iterable[tuple[int, int]], seconds: float) -> Array:
        """Of every set, by sums over its hosts in their states; -infinite for sets with a host that is not ``wanted``."""
        link = self.blocks.link
        prices = self._rounded(self._pricing.prices(np.ones(1), multipliers))
        self._pricing.ask(prices, wanted, seconds)
        return of_sides(prices.multipliers, link.lower, link.upper) + prices.settled + self.sets.sums(prices)

    def guess(self) -> Array:
        """First bounds of every set: without multipliers, from the bounds of columns alone."""
        prices = self._pricing.prices(np.ones(1), np.zeros(self.blocks.link.count))
        self._pricing.guess(prices)
        return prices.settled + self.sets.sums(prices)

    def _rounded(self, prices: Prices) -> Prices:
        """Costs that are 0 to rounding count as 0 on columns without end, which else would say nothing at all.

        Nothing but its costs keeps a post from being filled for ever where the limits on posts may be missed.
        """
        blocks = self.blocks
        link = blocks.link
        size = np.abs(self._costs[0]) + np.bincount(
            link.column, np.abs(link.value * prices.multipliers[link.owner]), blocks.count
        )
        endless = np.where(prices.reduced < 0.0, blocks.upper, -blocks.lower) == np.inf
        nothing = endless & (blocks.owner >= 0) & (np.abs(prices.reduced) <= _ROUNDING * np.maximum(1.0, size))
        return replace(prices, reduced=np.where(nothing, 0.0, prices.reduced))


_ROUNDING = 1e-8
"""Relative to what a reduced cost is the difference of; the solver's own tolerance is larger."""
