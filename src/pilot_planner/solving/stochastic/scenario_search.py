"""The plan across draws by sets of hosts: bounds of every set in every draw close nearly all, cuts settle the rest.

A set is as good as (1 - weight) x mean + weight x mean of the worst losses at most, each loss as if its draw could
choose openings and caps for itself. A table holds, for each set and draw, the best lower bound of that loss. The set
with the lowest measure is next: first its own linear programme in every draw, whose multipliers say something of all
other sets too; then, if it could still win, openings and caps by cuts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pilot_planner.errors import NoTimeError
from pilot_planner.programme.draws import Draw, signed_rows
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.decomposition.host_sets import NoSetsError
from pilot_planner.solving.decomposition.set_programme import States
from pilot_planner.solving.decomposition.set_search import SetSearch
from pilot_planner.solving.sparse_rows import Array
from pilot_planner.solving.stochastic.benders_cuts import Cuts, Race, Told
from pilot_planner.solving.stochastic.recourse import FirstStage
from pilot_planner.solving.stochastic.scenario_programme import DrawnSets

MOST_BOUNDS = 10_000_000
"""A larger table of sets by draws is not made."""
_WORTH_PRICING = 2
"""With fewer sets left than this, they are solved without another bound."""
_BLOCKS_A_SET = 8
"""About so many hosts in a state are bounded in the time that a set takes by itself."""
_IN_A_ROW = 12
"""After so many sets without one that is impossible at base values, few are left that are."""
_MOST_SCREENED = 400
"""A set takes some milliseconds at base values."""


class SetsAcross:
    """All sets of hosts and levels of a base programme against draws of it."""

    def __init__(self, base: Programme, draws: Sequence[Draw], race: Race, told: Told) -> None:
        """Raises NoSetsError where the table would be too long, NoTimeError."""
        options = base.case.design.solver
        self.base, self.draws, self.race, self.told = base, draws, race, told
        self._at_base = SetSearch(base, [base.objective], options)
        self.sets = self._at_base.sets
        if self.sets.count * len(draws) > MOST_BOUNDS:
            raise NoSetsError(f"more than {MOST_BOUNDS} bounds of sets in draws")
        self._drawn: list[DrawnSets] = []
        self._table = np.empty((self.sets.count, len(draws)))
        signatures = signed_rows(base)
        for place, draw in enumerate(draws):
            race.left()
            self._drawn.append(DrawnSets(base, draw, signatures, self.sets, options))
            self._table[:, place] = self._drawn[place].guess()
        self._bounds = race.risk.of_each(self._table)
        self._alone = np.zeros(self.sets.count, dtype=bool)
        """Sets that were solved by themselves in every draw."""
        self._closed = math.inf
        self._wait = self._waited = 0
        """How many sets are solved without asking what they say of others, where that closed too few the last time."""
        self.settled = 0

    @property
    def bound(self) -> float:
        """No first stage is better, whatever was done so far."""
        return min(self._closed, float(self._bounds.min(initial=math.inf)))

    def search(self, start: FirstStage | None) -> None:
        """Offer the race what is found until nothing left could win. Raises NoTimeError; ``bound`` holds even then."""
        self._screen()
        number = self._first(start)
        while self.race.could_win(float(self._bounds.min(initial=math.inf))):
            left = np.count_nonzero(self._left())
            self.told(f"{left} of {self.sets.count} sets of hosts and levels could be best, {self.settled} settled")
            if not self._alone[number]:
                self._solve_alone(number)
            if self._alone[number] and (not self.settled or number == np.argmin(self._bounds)):
                # The very first is settled at once: what is known to be good helps to close all others.
                self._settle(number)
            number = int(np.argmin(self._bounds))

    def _left(self) -> Array:
        """Sets that could still win."""
        return self._bounds < self.race.value - self.race.room

    def _screen(self) -> None:
        """Close sets that cannot hold every limit at base values, until hardly any are met."""
        possible = 0
        for number in np.random.default_rng(0).permutation(self.sets.count)[:_MOST_SCREENED].tolist():
            if possible == _IN_A_ROW:
                return
            if not np.isposinf(self._bounds[number]):
                possible = possible + 1 if self._holds_at_base(number, self.sets.states(number)) else 0

    def _first(self, start: FirstStage | None) -> int:
        """The set that what is known to be good has: its multipliers are near those of the best."""
        levels = start.levels if start is not None else {}
        hosts = self._at_base.blocks.hosts
        chosen = {(hosts.index(h), 1 + self._levels.index(level)) for h, level in levels.items()}
        for number in range(self.sets.count):
            if set(self.sets.states(number)) == chosen:
                return number
        return int(np.argmin(self._bounds)) if self.sets.count else 0

    @property
    def _levels(self) -> list[str]:
        return [level.level for level in self.base.case.levels]

    def _solve_alone(self, number: int) -> None:
        """A set by itself in every draw; what its multipliers say of the others."""
        race, states = self.race, self.sets.states(number)
        if not self._holds_at_base(number, states):
            return
        found: list[Array | None] = []
        for place, drawn in enumerate(self._drawn):
            loss, multipliers = drawn.least(states, race.left())
            self._table[number, place] = max(self._table[number, place], loss)
            found.append(multipliers)
        self._alone[number] = True
        self._bounds[number] = max(self._bounds[number], race.risk.of_each(self._table[[number]])[0])
        left = np.flatnonzero(self._left() & ~self._alone)
        self._wait -= 1
        if len(left) < _WORTH_PRICING or self._wait > 0:
            return
        wanted = self.sets.used(left)
        for place, (drawn, multipliers) in enumerate(zip(self._drawn, found, strict=True)):
            if multipliers is not None:
                column = self._table[:, place]
                np.fmax(column, drawn.bounds(multipliers, wanted, race.left()), out=column)
        self._bounds[left] = np.maximum(self._bounds[left], race.risk.of_each(self._table[left]))
        closed = len(left) - np.count_nonzero(self._left()[left])
        self._waited = 0 if closed * _BLOCKS_A_SET >= len(wanted) else 1 + 2 * self._waited
        self._wait = self._waited + 1

    def _holds_at_base(self, number: int, states: States) -> bool:
        """Whether a set may hold every limit at base values; what proves that it cannot is tried on all others."""
        search = self._at_base
        part = search.fresh_part(states)
        status = part.run(self.race.left()).status if part.possible else "infeasible"
        if status == "stopped":
            raise NoTimeError("stopped before a set was solved at base values; allow more time")
        if status != "infeasible":
            return True
        search.pool.dead[number] = True
        ray = part.link_ray() if part.possible else None
        if ray is not None:
            left = np.flatnonzero(self._left())
            prices = search.pricing.prices(np.zeros(1), ray)
            search.pricing.ask(prices, self.sets.used(left), self.race.left())
            search.pool.add(prices, np.ones(1), np.full(1, np.inf))
        self._bounds[search.pool.dead] = np.inf
        return False

    def _settle(self, number: int) -> None:
        """Openings and caps of a set by cuts."""
        self.settled += 1
        hosts, levels = self._at_base.blocks.hosts, self._levels
        chosen = {hosts[h]: levels[state - 1] for h, state in self.sets.states(number)}
        cuts = Cuts(self.base, self.draws, chosen, self._table[number].tolist(), self.race, self.told)
        self._closed = min(self._closed, max(float(self._bounds[number]), cuts.solve()))
        self._bounds[number] = np.inf
