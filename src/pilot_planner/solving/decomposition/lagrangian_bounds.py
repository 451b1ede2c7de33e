"""Bounds of every host in every state under multipliers on the linking rows (a Lagrangian relaxation)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.solving.decomposition.host_blocks import Block, Blocks
from pilot_planner.solving.decomposition.linking_columns import Shared, least, of_sides
from pilot_planner.solving.highs_arrays import ArrayProgramme, Arrays
from pilot_planner.solving.lp_relaxation import DUAL, PRIMAL, NoVerdictError
from pilot_planner.solving.sparse_rows import Array, Rows


@dataclass(frozen=True)
class Prices:
    """Multipliers and what they prove of each host in each state.

    Attributes:
        weights: of the axes in the objective that they were made for; all 0 for a proof that nothing is possible.
        multipliers: one for each linking row, axes last.
        reduced: costs of all columns under them.
        settled: what columns that no host owns add.
        values: hosts x states; NaN where nobody asked yet, infinite where the state is impossible.
    """

    weights: Array
    multipliers: Array
    reduced: Array
    settled: float
    values: Array


class Pricing:
    """The blocks as live linear programmes, each solved again and again for other multipliers.

    ``axes`` are costs over all columns, one row for each axis; every objective is a weighted sum of them.
    """

    def __init__(self, blocks: Blocks, axes: Array, options: Solver) -> None:
        self.blocks, self.axes, self.options = blocks, axes, options
        self.shared = Shared(blocks)
        self.most_states = max(blocks.states_of(h) for h in range(len(blocks.hosts)))
        self._live: dict[tuple[int, int], ArrayProgramme] = {}
        self.solves = 0

    def prices(self, weights: Array, multipliers: Array) -> Prices:
        """Prices from any multipliers, no block asked yet."""
        costs = weights @ self.axes
        multipliers = np.where(np.abs(multipliers) <= _NOISE * np.abs(multipliers).max(initial=0.0), 0.0, multipliers)
        y = self.shared.repaired(multipliers, costs)
        reduced = costs - self.blocks.link.transposed_times(y, self.blocks.count)
        values = np.full((len(self.blocks.hosts), self.most_states), np.nan)
        return Prices(weights, y, reduced, self.shared.settled(reduced), values)

    def ask(self, prices: Prices, wanted: Iterable[tuple[int, int]], seconds: float) -> None:
        """Fill in the values of some hosts in some states, as many as there is time for."""
        deadline = time.perf_counter() + seconds
        for host, state in wanted:
            left = deadline - time.perf_counter()
            if left <= 0.0:
                return
            if np.isnan(prices.values[host, state]):
                prices.values[host, state] = self._value(host, state, prices.reduced, left)

    def guess(self, prices: Prices) -> None:
        """Values from the bounds of columns alone, no row of a block asked; -infinite where a column has no end."""
        blocks = self.blocks
        for host in range(len(blocks.hosts)):
            mine = blocks.columns_of(host)
            for state in range(blocks.states_of(host)):
                lower, upper = blocks.bounds_in(state)
                prices.values[host, state] = least(prices.reduced[mine], lower[mine], upper[mine])

    def _value(self, host: int, state: int, reduced: Array, seconds: float) -> float:
        return self.value_with_duals(host, state, reduced, seconds, proof=False)[0]

    def value_with_duals(
        self, host: int, state: int, reduced: Array, seconds: float, *, proof: bool = True
    ) -> tuple[float, Array]:
        """A lower bound of one host in one state; computed from the duals that come with it.

        Infinite where there is no solution; then it comes with a ray, if a ``proof`` is wanted and the solver finds one.
        """
        nothing = np.zeros(0)
        if not self.blocks.possible(host, state):
            return np.inf, nothing
        block = self.blocks.block(host, state)
        constant = float(reduced[block.fixed] @ block.values)
        costs = reduced[block.columns]
        if not block.rows.count:
            return constant + least(costs, block.lower, block.upper), nothing
        live = self._live.get((host, state))
        if live is None:
            live = self._live[host, state] = block_programme(block, self.options)
        live.set_costs(costs)
        self.solves += 1
        try:
            result = live.run(seconds)
        except NoVerdictError:
            # Nothing is known of the block, and a bound that says nothing is a bound.
            return -np.inf, nothing
        # From here on only the objective changes, which the primal simplex takes from the last basis.
        live.use("off", PRIMAL)
        if result.status == "infeasible":
            ray = live.sought_ray(block.rows.count, seconds) if proof else None
            return np.inf, nothing if ray is None else fit(block.rows, ray)
        if result.status != "optimal":
            return -np.inf, nothing
        duals = fit(block.rows, np.asarray(live.row_duals()))
        return constant + by_duals(block.rows, duals, costs, block.lower, block.upper), duals


_NOISE = 1e-15
"""Relative: smaller multipliers are what rounding left of none, and would keep a bound from questions it is good for."""


def block_programme(block: Block, options: Solver) -> ArrayProgramme:
    """The linear programme of one block, without an objective yet."""
    rows = block.rows
    nothing = np.zeros(len(block.columns))
    live = ArrayProgramme(
        Arrays(
            nothing,
            block.own_lower,
            block.own_upper,
            (),
            {},
            rows.lower,
            rows.upper,
            rows.start,
            rows.column,
            rows.value,
        ),
        options,
    )
    live.use("off", DUAL)
    return live


def fit(rows: Rows, duals: Array) -> Array:
    """Duals whose signs fit their rows: nothing is taken where a row has no side."""
    y: Array = np.where(np.isfinite(rows.lower), duals, np.minimum(duals, 0.0))
    return np.where(np.isfinite(rows.upper), y, np.maximum(y, 0.0))


def by_duals(rows: Rows, duals: Array, costs: Array, lower: Array, upper: Array) -> float:
    """The bound that any duals prove: their signs are made to fit, what rounding left is paid at the bounds of columns."""
    y = fit(rows, duals)
    return of_sides(y, rows.lower, rows.upper) + least(costs - rows.transposed_times(y, len(costs)), lower, upper)
