"""Plans that several parties could agree on: each one's best, the egalitarian compromise, and the Nash point.

Gains are linear in the decisions. A *share* of a party is what it gains above its floor, over the most that it can gain
while nobody falls below a floor. All are found on the programme with a few more columns, by sets of hosts where there are
few enough of them, so every answer is proven to a gap:

- *egalitarian*: the smallest share is as large as possible, then the sum of the two smallest, and so on (leximin). The sum
  of the k smallest shares is the most of ``k r - sum d_j`` with ``d_j >= r - share_j`` and ``d_j >= 0``, whatever the set of
  plans looks like, so no party has to be held by guessing which one is least served.
- *Nash*: the sum of logarithms of shares is as large as possible. Logarithms are replaced by tangents from above, which
  bound every plan; tangents are added where the best plan lies until it is as good as the bound, to a gap.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row, RowSense
from pilot_planner.solving.branch_and_bound import BranchAndBound, Cancelled
from pilot_planner.solving.decomposition.set_search import NoSetsError, SetSearch
from pilot_planner.solving.lp_relaxation import LiveRelaxation
from pilot_planner.solving.sparse_rows import Array

Solution = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A plan with what each party gains in it.

    ``shares`` of their possible gains; ``value`` of what was asked for and ``bound``, which no plan passes.
    """

    solution: Solution
    gains: tuple[float, ...]
    value: float
    bound: float
    shares: tuple[float, ...] = ()


class StoppedError(Exception):
    """Somebody wanted the search to stop."""


class Bargaining:
    """One programme and the gains of its parties, asked for plans that they could agree on."""

    def __init__(self, programme: Programme, gains: Sequence[Linear], cancelled: Cancelled = lambda: False) -> None:
        """``gains``: one expression for each party, more is better."""
        self.programme, self.gains, self.cancelled = programme, list(gains), cancelled
        self.options: Solver = programme.case.design.solver
        self.deadline = time.perf_counter() + self.options.time_limit
        self._own = _Question(programme, [gain * -1.0 for gain in gains], self)

    # --- one party at a time ---

    def best(self, party: int, floors: Sequence[float] | None = None, *, most: bool = True) -> Agreement | None:
        """The plan in which a party gains the most (or least); of equals one that is better for the others.

        ``floors`` of all parties: none where it chooses alone. None where no plan keeps them.
        """
        count = len(self.gains)
        upper = np.full(count, np.inf) if floors is None else -np.asarray(floors, dtype=float) + _room(floors)
        weights = np.zeros(count)
        weights[party] = 1.0 if most else -1.0
        found = self._own.least(weights, upper, self.options.gap)
        if found is None:
            return None
        if most:
            held = upper.copy()
            held[party] = min(held[party], found.value + _ROOM * max(1.0, abs(found.value)))
            others = self._own.least(np.ones(count), held, self.options.gap)
            return self._agreement(found if others is None else others, found.value, found.bound, -1.0)
        return self._agreement(found, found.value, found.bound, 1.0)

    def together(self, parties: Sequence[int], floors: Sequence[float]) -> bool:
        """Whether a plan keeps the floors of these parties."""
        upper = np.full(len(self.gains), np.inf)
        wanted = list(parties)
        upper[wanted] = (-np.asarray(floors, dtype=float) + _room(floors))[wanted]
        weights = np.zeros(len(self.gains))
        return self._own.least(weights, upper, self.options.gap) is not None

    # --- all of them ---

    def egalitarian(self, floors: Sequence[float], ranges: Sequence[float], least: Sequence[float]) -> Agreement | None:
        """The plan in which the smallest share is the largest, then the sum of the two smallest, and so on.

        A share is gain above ``floors`` over ``ranges``; parties whose range is 0 or less take no part. ``least``: gains
        below which no party may fall, infinite where it may. None where no plan keeps them.
        """
        apart = _Shares(self.programme, self.gains, floors, ranges, least)
        count = len(apart.columns)
        low, high = apart.lowest, _MOST_SHARE
        axes: list[Linear] = []
        for k in range(1, count + 1):
            level = apart.column(f"least.{k}", low, high)
            aim = Linear.of(level, -float(k))
            for party, share in enumerate(apart.columns):
                short = apart.column(f"short.{k}.{party}", 0.0, high - low)
                apart.row(f"short.{k}.{party}", Linear({short: 1.0, share: 1.0, level: -1.0}), ">=", 0.0)
                aim.add_term(short, 1.0)
            axes.append(aim)
        question = _Question(apart.programme(), axes, self)
        upper, found = np.full(count, np.inf), None
        for k in range(count):
            weights = np.zeros(count)
            weights[k] = 1.0
            better = question.least(weights, upper, self.options.gap, _ROOM)
            if better is None:
                # Held at their very best, the sums before leave no room for rounding: what was reached stands.
                break
            found = better
            upper[k] = found.value + _SHARE_ROOM
        return None if found is None else self._shared(found, -upper[0], -upper[0], floors, ranges)

    def nash(self, floors: Sequence[float], ranges: Sequence[float], start: Agreement, gap: float) -> Agreement | None:
        """The plan with the largest sum of logarithms of shares, to an absolute ``gap``, from a plan in which all gain.

        None where ``start`` leaves a party that could gain without any gain.
        """
        taking = [party for party, spread in enumerate(ranges) if spread > 0.0]
        if not taking or any(start.shares[party] <= _NOTHING for party in taking):
            return None
        best, value = start, _logarithms(start, taking)
        # No other share is above 1, so none can be below the product that is reached.
        lowest = math.exp(value)
        points = [{start.shares[party], math.sqrt(start.shares[party] * lowest), 1.0} for party in taking]
        known: Array | None = None
        while True:
            apart = _Shares(self.programme, self.gains, floors, ranges, floors)
            worth = [apart.column(f"log.{party}", 2.0 * math.log(lowest) - 1.0, _MOST_SHARE) for party in taking]
            for place, share in enumerate(apart.columns):
                for number, at in enumerate(sorted(points[place])):
                    tangent = Linear({worth[place]: 1.0, share: -1.0 / at})
                    apart.row(f"tangent.{place}.{number}", tangent, "<=", math.log(at) - 1.0)
            question = _Question(apart.programme(), [Linear(dict.fromkeys(worth, -1.0))], self)
            found = question.least(np.ones(1), np.full(1, np.inf), 0.0, gap / 4.0, incumbent=-value - gap / 2.0, known=known)
            if found is None:
                return self._efficient(best, value + gap / 2.0, floors, ranges, taking)
            known = question.bounds()
            reached = self._shared(found, 0.0, 0.0, floors, ranges)
            if (better := _logarithms(reached, taking)) > value:
                best, value = reached, better
            if -found.bound - value <= gap:
                return self._efficient(best, -found.bound, floors, ranges, taking)
            for place, party in enumerate(taking):
                points[place].add(max(reached.shares[party], lowest))

    def _efficient(
        self, found: Agreement, bound: float, floors: Sequence[float], ranges: Sequence[float], taking: Sequence[int]
    ) -> Agreement:
        """A plan that gives nobody less, and on which nobody can have more without somebody having less."""
        weights = np.zeros(len(self.gains))
        for party in taking:
            weights[party] = 1.0 / (found.shares[party] * ranges[party])
        held = -np.asarray(found.gains) + _room(found.gains)
        better = self._own.least(weights, held, self.options.gap)
        if better is not None:
            gains = self.gains_of(better.solution)
            found = Agreement(better.solution, gains, 0.0, 0.0, shares_of(gains, floors, ranges))
        value = _logarithms(found, taking)
        return replace(found, value=value, bound=max(bound, value))

    # --- answers ---

    def _agreement(self, found: _Found, value: float, bound: float, sign: float) -> Agreement:
        return Agreement(found.solution, self.gains_of(found.solution), sign * value, sign * bound)

    def _shared(
        self, found: _Found, value: float, bound: float, floors: Sequence[float], ranges: Sequence[float]
    ) -> Agreement:
        solution = found.solution[: len(self.programme.d.columns)]
        gains = self.gains_of(solution)
        return Agreement(solution, gains, value, bound, shares_of(gains, floors, ranges))

    def gains_of(self, solution: Sequence[float]) -> tuple[float, ...]:
        """What each party gains in a solution."""
        return tuple(float(gain.value(solution)) for gain in self.gains)

    def seconds(self) -> float:
        """Time left; raises StoppedError or NoTimeError where there is none."""
        if self.cancelled():
            raise StoppedError
        left = self.deadline - time.perf_counter()
        if left <= 0.0:
            raise NoTimeError(f"stopped after {self.options.time_limit:g} s before it was known; allow more time")
        return left


def shares_of(gains: Sequence[float], floors: Sequence[float], ranges: Sequence[float]) -> tuple[float, ...]:
    """What each party gains above its floor as a share of what it could; 1 for parties that can gain nothing."""
    return tuple(
        (gain - floor) / spread if spread > 0.0 else 1.0 for gain, floor, spread in zip(gains, floors, ranges, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Found:
    solution: Solution
    value: float
    bound: float


class _Question:
    """One programme and some axes, to be made small under bounds on them."""

    def __init__(self, programme: Programme, axes: Sequence[Linear], asker: Bargaining) -> None:
        self.axes, self.asker = list(axes), asker
        options = programme.case.design.solver
        self.sets: SetSearch | None = None
        if options.name == "highs" and options.engine == "structure":
            try:
                self.sets = SetSearch(programme, axes, options)
            except NoSetsError:
                self.sets = None
        if self.sets is None:
            self.live = LiveRelaxation(programme)
            self.rows = [self.live.add_row(axis, -math.inf, math.inf) for axis in axes]

    def least(
        self,
        weights: Array,
        upper: Array,
        gap: float,
        room: float = 0.0,
        incumbent: float = math.inf,
        known: Array | None = None,
    ) -> _Found | None:
        """The least weighted sum of the axes; None where there is none below ``incumbent``."""
        seconds, cancelled = self.asker.seconds(), self.asker.cancelled
        if self.sets is not None:
            by_sets = self.sets.run(weights, upper, gap, seconds, cancelled, incumbent, room=room, known=known)
            return self._told(by_sets.status, by_sets.solution, by_sets.value, by_sets.bound)
        aim = Linear()
        for axis, weight, row, bound in zip(self.axes, weights.tolist(), self.rows, upper.tolist(), strict=True):
            aim.add(axis, weight)
            self.live.set_row_bounds(row, -math.inf, bound)
        self.live.set_objective(aim)
        found = BranchAndBound(self.live, gap, seconds, cancelled, room).run(incumbent=incumbent)
        return self._told(found.status, found.solution, found.value, found.bound)

    def _told(self, status: str, solution: Sequence[float], value: float, bound: float) -> _Found | None:
        if status == "stopped":
            self.asker.seconds()
            raise NoTimeError("the search of an agreement was stopped before it was known; allow more time")
        return _Found(tuple(solution), value, bound) if solution else None

    def bounds(self) -> Array | None:
        """What no plan of a set of hosts passes in the only axis, as far as it is known."""
        return None if self.sets is None else self.sets.pool.bounds(*self.sets.aim)


class _Shares:
    """The programme with a column for the share of each party that can gain anything, and rows that hold the least gains."""

    def __init__(
        self,
        programme: Programme,
        gains: Sequence[Linear],
        floors: Sequence[float],
        ranges: Sequence[float],
        least: Sequence[float],
    ) -> None:
        self._programme = programme
        self._columns: list[Column] = []
        self._rows: list[Row] = []
        self._first = len(programme.d.columns)
        self.lowest = 0.0
        self.columns: list[int] = []
        """The share of each party that takes part, in their order."""
        for party, (gain, floor, spread, fewest) in enumerate(zip(gains, floors, ranges, least, strict=True)):
            if math.isfinite(fewest):
                # In USD and not as a share: solvers keep rows to an absolute tolerance.
                self.row(f"least_gain.{party}", gain, ">=", fewest - float(_room([fewest])[0]))
            if spread <= 0.0:
                continue
            share = self.column(f"share.{party}", None, None)
            self.columns.append(share)
            self.row(f"share.{party}", (gain * (1.0 / spread)).add_term(share, -1.0), "=", floor / spread)
            self.lowest = min(self.lowest, (fewest - floor) / spread if math.isfinite(fewest) else _LEAST_SHARE)

    def column(self, name: str, lower: float | None, upper: float | None) -> int:
        self._columns.append(Column(name, lower, upper, integer=False))
        return self._first + len(self._columns) - 1

    def row(self, name: str, expression: Linear, sense: RowSense, right_side: float) -> None:
        self._rows.append(Row(name, expression, sense, right_side))

    def programme(self) -> Programme:
        """With everything that was added."""
        apart = copy.copy(self._programme)
        apart.d = replace(self._programme.d, columns=[*self._programme.d.columns, *self._columns])
        apart.rows = [*self._programme.rows, *self._rows]
        return apart


def _logarithms(agreement: Agreement, taking: Sequence[int]) -> float:
    if any(agreement.shares[party] <= 0.0 for party in taking):
        return -math.inf
    return math.fsum(math.log(agreement.shares[party]) for party in taking)


def _room(amounts: Sequence[float]) -> Array:
    """Room for rounding of floors, in their unit."""
    return _ROOM * np.maximum(1.0, np.abs(np.asarray(amounts, dtype=float)))


_ROOM = 1e-9
_SHARE_ROOM = 1e-8
_NOTHING = 1e-7
"""A share that is none."""
_MOST_SHARE = 1.01
_LEAST_SHARE = -100.0
"""Where nothing holds a party at its floor, no share below this is looked at."""
