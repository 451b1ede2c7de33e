"""Two stages, proven: what is signed before the numbers are known, and what follows in each draw of them.

The value of a first stage is (1 - weight) x mean + weight x mean of the worst ``tail`` share of its losses, each loss
the optimum of a draw's own linear programme. Mean and tail mean grow with every loss, and every loss is convex in
what is signed, so:

- *sets of hosts and levels*: where every draw may choose its own openings and caps, the losses bound all first stages
  from below; what cannot beat the best one found is closed. By sums over hosts (``scenario_search.py``); or, where
  there are too many sets or ``solver.engine`` is ``whole``, by branching on hosts and levels;
- *cuts* (Benders' decomposition, L-shaped): where hosts and levels are settled, a master programme chooses openings and
  caps against tangents of the losses (``benders_cuts.py``).

At base values the first stage must allow a plan that holds every limit: the master carries the base programme whole.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from pilot_planner.design.schema import Solver
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.draws import Draw
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.decomposition.host_sets import NoSetsError
from pilot_planner.solving.highs_arrays import ArrayProgramme, to_arrays
from pilot_planner.solving.stochastic.benders_cuts import Cuts, Race, Told
from pilot_planner.solving.stochastic.cvar import MeanRisk
from pilot_planner.solving.stochastic.recourse import Choice, FirstStage, Recourse, settled
from pilot_planner.solving.stochastic.scenario_search import SetsAcross


@dataclass(frozen=True)
class TwoStageOutcome:
    """The best first stage found, as a minimisation of losses.

    Attributes:
        status: ``optimal`` when the gap is proven; ``time_limit``; ``infeasible``: none allows a plan at base values.
        value, bound: no first stage is better than the bound.
        losses: of the draws, in order.
        sets: sets of hosts and levels that were bounded, by branching some of whose hosts are open; of them, ``settled``
            were solved by cuts.
    """

    status: Literal["optimal", "time_limit", "infeasible"]
    first: FirstStage | None
    value: float
    bound: float
    losses: tuple[float, ...]
    sets: int
    settled: int


@dataclass(order=True)
class _Node:
    """Hosts with their levels, the others open. ``least``: a lower bound of each draw's loss; ``split``: what is next."""

    bound: float
    order: int
    choice: Choice = field(compare=False)
    least: tuple[float, ...] = field(compare=False)
    split: str | None = field(compare=False)


class TwoStage:
    """One search over first stages of a base programme against draws of it."""

    def __init__(
        self,
        base: Programme,
        draws: Sequence[Draw],
        risk: MeanRisk,
        room: float,
        seconds: float,
        told: Told | None = None,
    ) -> None:
        """``room``: absolute gap at which the search ends, in the unit of losses; ``told`` may raise to stop it."""
        self.base, self.draws = base, draws
        self.options: Solver = base.case.design.solver
        self.told = told or (lambda text: None)
        self.race = Race(risk, room, time.perf_counter() + seconds)
        self.sets = self.settled = 0

    def solve(self, start: FirstStage | None = None) -> TwoStageOutcome:
        """Search. ``start`` is a first stage that is known to hold at base values.

        Raises NoTimeError when time ends before any first stage was found.
        """
        race = self.race
        if start is not None:
            of_draws = (Recourse.settled(draw, start.levels, self.options) for draw in self.draws)
            race.offer(start, [one.at_first(start, race.left()) for one in of_draws])
        if self.options.engine == "structure":
            with suppress(NoSetsError):
                return self._by_sets(start)
        return self._by_branching()

    def _by_sets(self, start: FirstStage | None) -> TwoStageOutcome:
        race = self.race
        search = SetsAcross(self.base, self.draws, race, self.told)
        status: Literal["optimal", "time_limit", "infeasible"] = "optimal"
        try:
            search.search(start)
        except NoTimeError:
            if race.first is None or math.isinf(search.bound):
                raise
            status = "time_limit"
        self.sets, self.settled = search.sets.count, search.settled
        return self._end(status if race.first is not None else "infeasible", search.bound)

    def _by_branching(self) -> TwoStageOutcome:
        race = self.race
        self._order = itertools.count()
        self._programmes = [Recourse.whole(self.base, draw, self.options) for draw in self.draws]
        self._at_base = ArrayProgramme(to_arrays(self.base.d.columns, self.base.rows, ()), self.options)
        heap: list[_Node] = []
        self._add(heap, {}, -math.inf)
        closed = math.inf
        while heap and race.could_win(heap[0].bound):
            node = heapq.heappop(heap)
            self.told(f"{self.sets} sets of hosts and levels bounded, {self.settled} settled")
            try:
                if node.split is None:
                    closed = min(closed, self._settle(node))
                    continue
                for level in (None, *(level.level for level in self.base.case.levels)):
                    self._add(heap, {**node.choice, node.split: level}, node.bound)
            except NoTimeError:
                if race.first is None:
                    raise
                return self._end("time_limit", min(node.bound, closed))
        if race.first is None:
            return self._end("infeasible", math.inf)
        return self._end("optimal", min([closed, *(node.bound for node in heap[:1])]))

    def _end(self, status: Literal["optimal", "time_limit", "infeasible"], bound: float) -> TwoStageOutcome:
        race = self.race
        bound = min(bound, race.value)
        return TwoStageOutcome(status, race.first, race.value, bound, race.losses, self.sets, self.settled)

    def _add(self, heap: list[_Node], choice: Choice, above: float) -> None:
        """Bound what a choice of hosts and levels leaves open, and keep it if it could win."""
        self.sets += 1
        self._at_base.set_bounds(settled(self.base, choice))
        if self._at_base.run(self.race.left()).status == "infeasible":
            return
        least: list[float] = []
        used = {host.iso3: 0.0 for host in self.base.case.hosts if host.iso3 not in choice}
        for programme in self._programmes:
            loss, taken = programme.relaxed(choice, self.race.left())
            least.append(loss)
            for h in used:
                used[h] += taken.get(h, 0.0)
        bound = max(above, self.race.risk.of(least))
        if self.race.could_win(bound):
            split = max(used, key=lambda h: (used[h], h)) if used else None
            heapq.heappush(heap, _Node(bound, next(self._order), choice, tuple(least), split))

    def _settle(self, node: _Node) -> float:
        """Openings and caps under settled hosts and levels; a bound of all there is."""
        self.settled += 1
        levels = {h: level for h, level in node.choice.items() if level is not None}
        cuts = Cuts(self.base, self.draws, levels, node.least, self.race, self.told)
        return max(node.bound, cuts.solve())
