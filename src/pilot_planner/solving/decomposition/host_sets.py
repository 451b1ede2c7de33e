"""Every set of hosts with their levels that the programme's own rows on levels allow, as a table."""

from __future__ import annotations

import math

import numpy as np

from pilot_planner.solving.decomposition.host_blocks import LEFT_OUT, Blocks
from pilot_planner.solving.decomposition.lagrangian_bounds import Prices
from pilot_planner.solving.decomposition.set_programme import States
from pilot_planner.solving.sparse_rows import Array

MOST_SETS = 400_000
"""A longer table is not made: the whole programme is searched instead."""


class Sets:
    """``members[n]`` are numbers of items of set ``n``, filled up with -1; an item is a host in one of its levels."""

    def __init__(self, blocks: Blocks) -> None:
        """Raises NoSetsError where there are too many, or the programme lets a host have two levels."""
        self.blocks = blocks
        if not blocks.one_level_each():
            raise NoSetsError("a host may have two levels at once")
        hosts = range(len(blocks.hosts))
        self.items = [(h, s) for h in hosts for s in range(1, blocks.states_of(h)) if blocks.possible(h, s)]
        self.host = np.array([h for h, _ in self.items], dtype=np.int64)
        self.must = [h for h in hosts if not blocks.possible(h, LEFT_OUT)]
        """Hosts without which there is no plan."""
        self._state = np.array([s for _, s in self.items], dtype=np.int64)
        self.members = self._listed(most_hosts(blocks))

    @property
    def count(self) -> int:
        return len(self.members)

    def _listed(self, most: int) -> Array:
        size = len(self.items)
        found = [np.full((1, max(1, most)), -1)]
        grown = np.zeros((1, 0), dtype=np.int64)
        for k in range(1, most + 1):
            last = grown[:, -1] if k > 1 else np.full(1, -1)
            first_free = np.searchsorted(self.host, self.host[last] if k > 1 else [-1], side="right")
            more = size - first_free
            if more.sum() > MOST_SETS:
                raise NoSetsError(f"more than {MOST_SETS} sets of hosts")
            new = np.repeat(first_free - np.concatenate([[0], np.cumsum(more)[:-1]]), more) + np.arange(more.sum())
            grown = np.column_stack([np.repeat(grown, more, axis=0), new])
            found.append(np.pad(grown, ((0, 0), (0, max(1, most) - k)), constant_values=-1))
        table = np.concatenate(found)
        if len(table) > MOST_SETS:
            raise NoSetsError(f"more than {MOST_SETS} sets of hosts")
        return table[self._allowed(table)]

    def _allowed(self, table: Array) -> Array:
        """Sets for which every row of levels alone holds, and that have the hosts that must be there."""
        rows = self.blocks.link.picked(self.blocks.choice)
        good = np.ones(len(table), dtype=bool)
        for number in range(rows.count):
            entries = slice(rows.start[number], rows.start[number + 1])
            of_column = dict(zip(rows.column[entries].tolist(), rows.value[entries].tolist(), strict=True))
            weights = [of_column.get(self.blocks.levels[h][s - 1], 0.0) for h, s in self.items]
            total = np.append(weights, 0.0)[table].sum(axis=1)
            good &= (total <= rows.upper[number] + _SAME) & (total >= rows.lower[number] - _SAME)
        for host in self.must:
            good &= np.append(self.host == host, False)[table].any(axis=1)
        return good

    def states(self, number: int) -> States:
        """The set as hosts with their states."""
        return tuple(self.items[item] for item in self.members[number] if item >= 0)

    def number_of(self, states: States) -> int | None:
        """The number of a set; None where the table does not have it."""
        places = {item: place for place, item in enumerate(self.items)}
        wanted = sorted(places.get(item, -2) for item in states)
        row = np.pad(wanted, (0, max(0, self.members.shape[1] - len(wanted))), constant_values=-1)
        if len(row) != self.members.shape[1]:
            return None
        found = np.flatnonzero((self.members == row).all(axis=1))
        return int(found[0]) if len(found) else None

    def used(self, numbers: Array) -> list[tuple[int, int]]:
        """Hosts in states that some of these sets have, and every host left out."""
        items = sorted(set(self.members[numbers].ravel().tolist()))
        taken = [self.items[item] for item in items if item >= 0]
        return [*((h, LEFT_OUT) for h in range(len(self.blocks.hosts))), *taken]

    def sums(self, prices: Prices) -> Array:
        """For every set the values of its hosts in their states and of all others left out; -infinite where not asked."""
        values = np.where(np.isnan(prices.values), -np.inf, prices.values)
        absent = values[:, LEFT_OUT]
        known = np.where(np.isposinf(absent), 0.0, absent)
        with np.errstate(invalid="ignore"):
            gains = values[self.host, self._state] - known[self.host]
        gains = np.append(np.where(np.isnan(gains), -np.inf, gains), 0.0)
        with np.errstate(invalid="ignore"):
            total = float(known.sum()) + gains[self.members].sum(axis=1)
        # What is infinite beside what nobody asked for says nothing.
        return np.where(np.isnan(total), -np.inf, total)


class NoSetsError(Exception):
    """The programme is not to be searched by sets of hosts."""


def most_hosts(blocks: Blocks) -> int:
    """The most hosts that a row on levels alone allows; all of them where none does."""
    most = len(blocks.hosts)
    rows = blocks.link.picked(blocks.choice)
    levels = sum(map(len, blocks.levels))
    for number in range(rows.count):
        values = rows.value[rows.start[number] : rows.start[number + 1]]
        if len(values) == levels and (values > 0.0).all() and math.isfinite(rows.upper[number]):
            most = min(most, int(rows.upper[number] / values.min() + _SAME))
    return max(0, most)


_SAME = 1e-9
