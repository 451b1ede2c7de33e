"""The blocks of a programme: what belongs to one host alone, and the few rows that tie hosts together.

Nothing here knows a limit by name. Columns belong to the host in their key; a row that touches one host only is part of
that host's block, every other row links. A host is in one of several *states*: left out, or at one of its levels. In
a state many columns can only be 0; they are found by passing bounds on through the rows of the block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from pilot_planner.programme.decisions import Decisions
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row
from pilot_planner.solving.sparse_rows import Array, Rows, activities, tightened

LEFT_OUT = 0
"""Number of the state in which a host is not chosen; state ``k`` is its ``k``-th level."""


@dataclass(frozen=True, slots=True)
class Block:
    """One host in one state, columns that can only have one value left out.

    Attributes:
        possible: False where no solution of the block has this state.
        columns: numbers in the programme of the columns that are left.
        fixed, values: the other columns of the host and where they stand.
        lower, upper: bounds that follow from the block, for bounds of a Lagrangian; ``own_lower``, ``own_upper`` are
            those of the programme and of rows with a single column.
        rows: rows of the block that can be broken, in numbers of columns here; ``numbers`` are theirs in the programme.
        links: rows that link, in numbers of columns here, with sides that do not matter.
        shift: what the fixed columns add to the linking rows.
    """

    host: int
    state: int
    possible: bool
    columns: Array
    fixed: Array
    values: Array
    lower: Array
    upper: Array
    own_lower: Array
    own_upper: Array
    rows: Rows
    numbers: Array
    links: Rows
    shift: Array


class Blocks:
    """A programme taken apart. ``hosts`` are in the order of the case; ``levels[h]`` are columns of the levels of a host.

    ``link`` holds the linking rows over all columns, ``shared`` the columns of no host, ``choice`` the numbers of
    linking rows that level columns decide alone.
    """

    def __init__(self, programme: Programme, axes: Sequence[Linear] = ()) -> None:
        """``axes`` become the last linking rows, without sides."""
        d = programme.d
        self.programme = programme
        self.count = len(d.columns)
        self.hosts = tuple(host.iso3 for host in programme.case.hosts)
        self.lower = np.array([-np.inf if c.lower is None else c.lower for c in d.columns])
        self.upper = np.array([np.inf if c.upper is None else c.upper for c in d.columns])
        self.whole = np.array([c.integer for c in d.columns])
        self.owner = np.full(self.count, -1)
        place = {h: number for number, h in enumerate(self.hosts)}
        for h, column in _columns_of_hosts(d, place):
            self.owner[column] = place[h]
        self._by_owner = np.argsort(self.owner, kind="stable")
        self._first_column = np.searchsorted(self.owner[self._by_owner], np.arange(len(self.hosts) + 1))
        self.levels: list[list[int]] = [[] for _ in self.hosts]
        for (h, _), column in d.level.items():
            self.levels[place[h]].append(column)
        self.axes = len(axes)
        self._sort_rows(Rows.of([*programme.rows, *(Row("axis", axis, "<=", np.inf) for axis in axes)]))
        self._states: dict[int, tuple[Array, Array, Array]] = {}
        self._blocks: dict[tuple[int, int], Block] = {}

    def _sort_rows(self, rows: Rows) -> None:
        """Rows of blocks and rows that link."""
        fixed = self.lower == self.upper
        free = rows.without(fixed, np.where(fixed, self.lower, 0.0))
        owner, entry_row = self.owner[free.column], free.owner
        first = np.full(free.count, len(self.hosts))
        last = np.full(free.count, -2)
        np.minimum.at(first, entry_row, owner)
        np.maximum.at(last, entry_row, owner)
        inside = (first == last) & (first >= 0)
        inside[free.count - self.axes :] = False
        of_block = np.flatnonzero(inside)
        order = np.argsort(first[of_block], kind="stable")
        of_block = of_block[order]
        self.linking = np.flatnonzero(~inside)
        """Numbers in the programme of the linking rows."""
        self.link = free.picked(self.linking)
        count = len(self.linking) - self.axes
        self._of_fixed = rows.constants(fixed, np.where(fixed, self.lower, 0.0))[self.linking[:count]]
        """What columns that are always fixed add to each linking row, axes apart."""
        self._own = free.picked(of_block)
        self._own_numbers = of_block
        self._first_own = np.searchsorted(first[of_block], np.arange(len(self.hosts) + 1))
        self.shared = np.flatnonzero((self.owner < 0) & ~fixed)
        self.fixed = np.flatnonzero((self.owner < 0) & fixed)
        levels = np.zeros(self.count, dtype=bool)
        levels[[column for columns in self.levels for column in columns]] = True
        others = np.bincount(self.link.owner, ~levels[self.link.column], self.link.count)
        sided = np.isfinite(self.link.lower) | np.isfinite(self.link.upper)
        self.choice = np.flatnonzero((others == 0) & sided)
        by_host = np.argsort(self.owner[self.link.column], kind="stable")
        self._link_entries = by_host
        self._link_first = np.searchsorted(self.owner[self.link.column][by_host], np.arange(len(self.hosts) + 1))

    def sides_of(self, programme: Programme) -> tuple[Array, Array]:
        """The sides of the linking rows in a programme that differs in sides alone; axes have none.

        Always from the programme itself and never from the sides before: whatever was asked in between, the same
        programme has the same sides to the last digit.
        """
        count = len(self._of_fixed)
        lower, upper = Rows.sides([programme.rows[number] for number in self.linking[:count].tolist()])
        none = np.full(self.axes, np.inf)
        return np.concatenate([lower - self._of_fixed, -none]), np.concatenate([upper - self._of_fixed, none])

    def one_level_each(self) -> bool:
        """Whether the programme itself says that no host has two levels."""
        for host, columns in enumerate(self.levels):
            own = self._own.between(self._first_own[host], self._first_own[host + 1])
            alike = np.flatnonzero(np.diff(own.start) == len(columns))
            entries = [(number, slice(own.start[number], own.start[number + 1])) for number in alike.tolist()]
            if len(columns) > 1 and not any(
                set(columns) == set(own.column[rows].tolist())
                and own.value[rows].min() > 0.0
                and own.upper[number] < 2.0 * own.value[rows].min()
                for number, rows in entries
            ):
                return False
        return True

    def states_of(self, host: int) -> int:
        """States that a host may be in, the one in which it is left out included."""
        return len(self.levels[host]) + 1

    def states_named(self, levels: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
        """Hosts at named levels as hosts with their states, by number of the host; empty where one is not known."""
        named = self.programme.d.level
        place = {h: number for number, h in enumerate(self.hosts)}
        if any(item not in named for item in levels.items()):
            return ()
        return tuple(sorted((place[h], 1 + self.levels[place[h]].index(named[h, level])) for h, level in levels.items()))

    def _bounds_in(self, state: int) -> tuple[Array, Array, Array]:
        """Bounds of all columns, and the rows of blocks that are broken, with every host in the same state."""
        if state not in self._states:
            lower, upper = self.lower.copy(), self.upper.copy()
            for columns in self.levels:
                for number, column in enumerate(columns, start=1):
                    value = float(number == state)
                    lower[column], upper[column] = max(lower[column], value), min(upper[column], value)
            self._states[state] = tightened(self._own, lower, upper, self.whole)
        return self._states[state]

    def possible(self, host: int, state: int) -> bool:
        """False where bounds alone show that a host cannot be in a state."""
        broken = self._bounds_in(state)[2]
        first, last = self._first_own[host], self._first_own[host + 1]
        return not ((broken >= first) & (broken < last)).any()

    def bounds_in(self, state: int) -> tuple[Array, Array]:
        """Bounds of all columns with every host in the same state."""
        return self._bounds_in(state)[:2]

    def columns_of(self, host: int) -> Array:
        """Numbers of a host's columns."""
        return self._by_owner[self._first_column[host] : self._first_column[host + 1]]

    def block(self, host: int, state: int) -> Block:
        """One host in one state; made when first asked for."""
        key = (host, state)
        if key not in self._blocks:
            self._blocks[key] = self._made(host, state)
        return self._blocks[key]

    def _made(self, host: int, state: int) -> Block:
        lower, upper, _ = self._bounds_in(state)
        first, last = self._first_own[host], self._first_own[host + 1]
        mine = self.columns_of(host)
        spread = upper[mine] - lower[mine]
        settled = np.isfinite(spread) & (spread <= _SAME * np.maximum(1.0, np.abs(upper[mine])))
        columns, fixed = mine[~settled], mine[settled]
        # A fixed column stands at the end that the programme itself gives it, where that is one of the two.
        values = np.where(np.abs(upper[fixed]) < np.abs(lower[fixed]), upper[fixed], lower[fixed])
        values = np.where(self.whole[fixed], np.round(values), values)
        places = np.full(self.count, -1)
        places[columns] = np.arange(len(columns))
        at = np.zeros(self.count)
        at[fixed] = values
        gone = np.ones(self.count, dtype=bool)
        gone[columns] = False
        own = self._own.between(first, last).without(gone, at)
        own_lower, own_upper, several = _without_single(own, self.lower, self.upper)
        own = own.picked(several)
        # Bounds that were passed on come from these very rows, so only those of columns may make a row needless.
        least, most = activities(own, own_lower, own_upper)
        room = _SAME * np.maximum(1.0, np.maximum(_size(own.lower), _size(own.upper)))
        needed = (most > own.upper + room) | (least < own.lower - room)
        own = own.picked(np.flatnonzero(needed))
        numbers = self._own_numbers[first:last][several][needed]
        entries = self._link_entries[self._link_first[host] : self._link_first[host + 1]]
        row, column, value = self.link.owner[entries], self.link.column[entries], self.link.value[entries]
        shift = np.bincount(row, value * at[column], self.link.count)
        kept = ~gone[column]
        sides = np.zeros(self.link.count)
        start = np.concatenate([[0], np.cumsum(np.bincount(row[kept], minlength=self.link.count))])
        return Block(
            host=host,
            state=state,
            possible=self.possible(host, state),
            columns=columns,
            fixed=fixed,
            values=values,
            # Bounds are passed on along so many rows at most, and what is settled at the end of a chain says more.
            lower=np.maximum(lower[columns], own_lower[columns]),
            upper=np.minimum(upper[columns], own_upper[columns]),
            own_lower=own_lower[columns],
            own_upper=own_upper[columns],
            rows=Rows(own.start, places[own.column], own.value, own.lower, own.upper),
            numbers=numbers,
            links=Rows(start, places[column[kept]], value[kept], sides, sides),
            shift=shift,
        )


_SAME = 1e-9


def _without_single(rows: Rows, lower: Array, upper: Array) -> tuple[Array, Array, Array]:
    """Bounds of columns with rows of a single column taken in, and the numbers of the rows with several."""
    lower, upper = lower.copy(), upper.copy()
    single = np.flatnonzero(np.diff(rows.start) == 1)
    column, value = rows.column[rows.start[single]], rows.value[rows.start[single]]
    ends = np.sort([rows.lower[single] / value, rows.upper[single] / value], axis=0)
    np.maximum.at(lower, column, ends[0])
    np.minimum.at(upper, column, ends[1])
    return lower, upper, np.flatnonzero(np.diff(rows.start) > 1)


def _size(side: Array) -> Any:
    return np.where(np.isfinite(side), np.abs(side), 0.0)


def _columns_of_hosts(d: Decisions, hosts: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Every column whose key names a host, in whatever table of the decisions it stands."""
    for one in fields(d):
        table = getattr(d, one.name)
        if isinstance(table, dict):
            for key, column in table.items():
                host = key[0] if isinstance(key, tuple) else key
                if isinstance(host, str) and host in hosts:
                    yield host, column
