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
from pilot_planner.programme.draws import Draw
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.cuts import Cuts, Race, Told
from pilot_planner.solving.matrix import Array
from pilot_planner.solving.recourse import FirstStage
from pilot_planner.solving.structure.drawn import DrawnSets
from pilot_planner.solving.structure.part import States
from pilot_planner.solving.structure.search import SetSearch
from pilot_planner.solving.structure.sets import NoSetsError

MOST_BOUNDS = 10_000_000
"""A larger table of sets by draws is not made."""
_WORTH_PRICING = 2
"""With fewer sets left than this, they are solved without another bound."""


class SetsAcross:
    """All sets of hosts and levels of a base programme against draws of it."""

    def __init__(self, base: Programme, draws: Sequence[Draw], race: Race, told: Told) -> None:
        """Raises NoSetsError where the table would be too long."""
        options = base.case.design.solver
        self.base, self.draws, self.race, self.told = base, draws, race, told
        self._at_base = SetSearch(base, [base.objective], options)
        self.sets = self._at_base.sets
        if self.sets.count * len(draws) > MOST_BOUNDS:
            raise NoSetsError(f"more than {MOST_BOUNDS} bounds of sets in draws")
        self._drawn = [DrawnSets(base, draw, self.sets, options) for draw in draws]
        self._table = np.full((self.sets.count, len(draws)), -np.inf)
        self._bounds = np.full(self.sets.count, -np.inf)
        self._alone = np.zeros(self.sets.count, dtype=bool)
        """Sets that were solved by themselves in every draw."""
        self._closed = math.inf
        self.settled = 0

    @property
    def bound(self) -> float:
        """No first stage is better, whatever was done so far."""
        return min(self._closed, float(self._bounds.min(initial=math.inf)))

    def search(self, start: FirstStage | None) -> None:
        """Offer the race what is found until nothing left could win. Raises NoTimeError; ``bound`` holds even then."""
        number = self._first(start)
        while self.race.could_win(self.bound):
            left = np.count_nonzero(self._bounds < self.race.value - self.race.room)
            self.told(f"{left} of {self.sets.count} sets of hosts and levels could be best, {self.settled} settled")
            if self._alone[number]:
                self._settle(number)
            else:
                self._solve_alone(number)
            number = int(np.argmin(self._bounds))

    def _first(self, start: FirstStage | None) -> int:
        """The set that what is known to be good has: its multipliers are near those of the best."""
        levels = start.levels if start is not None else {}
        chosen = {
            (self._at_base.blocks.hosts.index(h), 1 + self._levels.index(level)) for h, level in levels.items()
        }  # fmt: skip
        for number in range(self.sets.count):
            if set(self.sets.states(number)) == chosen:
                return number
        return 0

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
        left = np.flatnonzero((self._bounds < race.value - race.room) & ~self._alone)
        if len(left) < _WORTH_PRICING:
            return
        wanted = self.sets.used(left)
        for place, (drawn, multipliers) in enumerate(zip(self._drawn, found, strict=True)):
            if multipliers is not None:
                column = self._table[:, place]
                np.maximum(column, drawn.bounds(multipliers, wanted, race.left()), out=column)
        self._bounds[left] = np.maximum(self._bounds[left], race.risk.of_each(self._table[left]))

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
        ray = part.ray() if part.possible else None
        if ray is not None:
            left = np.flatnonzero(self._bounds < self.race.value - self.race.room)
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
