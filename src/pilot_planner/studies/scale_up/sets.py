"""The programmes of a study of scale by sets of hosts, in one search that keeps what it has proven.

All of them are one programme: how many hosts are allowed decides which sets are asked about, and worker-months and cost
are its two axes, one to be bounded and one to be best. So multipliers and live programmes of one question serve all others.

Each host is also told how many worker-months it can give at most by itself at each level. Hosts meet in a few rows only,
so the sum of what they can give is nearly what they do give, while the relaxation leaves a little room in every host and
would try all combinations of it.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pilot_planner.case.case import Case
from pilot_planner.errors import NoPlanError, NoTimeError
from pilot_planner.programme.build import build
from pilot_planner.programme.decisions import Decisions
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row
from pilot_planner.solving.decomposition.host_blocks import Blocks
from pilot_planner.solving.decomposition.host_sets import NoSetsError
from pilot_planner.solving.decomposition.set_mip import least_of_set
from pilot_planner.solving.decomposition.set_programme import Part
from pilot_planner.solving.decomposition.set_search import SetSearch, SetsFound
from pilot_planner.solving.lexicographic_order import LEAST_FOR_TIES, aims_in_order, best_in_turn
from pilot_planner.solving.outcome import Outcome, Status
from pilot_planner.solving.rounding import Tidier
from pilot_planner.solving.sparse_rows import Array
from pilot_planner.studies.scale_up.sizing import Solved, described
from pilot_planner.studies.sweeps.sweep import with_other_bounds

Solution = tuple[float, ...]
_ROOM = 1e-7
"""Relative, so that rounding in a bound cuts nothing off."""


class SetQuestions:
    """Questions about one programme. ``widest`` is its case: all hosts are allowed, the least size is asked for."""

    def __init__(self, widest: Case) -> None:
        """Raises NoSetsError where the programme is not to be searched by sets of hosts."""
        self.options = widest.design.solver
        if self.options.name != "highs" or self.options.engine != "structure":
            raise NoSetsError("another solver or engine is asked for")
        self.programme = build(widest)
        self.months, cost = self.programme.metric("worker_months"), self.programme.metric("operating_cost")
        alone = Alone(self.programme)
        bounded = copy.copy(self.programme)
        bounded.rows = [*self.programme.rows, *alone.rows]
        axes = [self.months * -1.0, cost]
        self.search = SetSearch(bounded, axes, self.options)
        bounded.d = alone.only_its_sectors()
        self._simpler = SetSearch(bounded, axes, self.options)
        """In which every host opens the sectors that it would open alone: quick to solve, and rarely wrong."""
        items = self.search.sets.members
        self._sizes: Array = (items >= 0).sum(axis=1)
        self._hosts: Array = np.append(self.search.sets.host, -1)[items]
        self._tidier = Tidier(self.programme)

    def largest(self, case: Case, size: int) -> Solved | None:
        """The largest programme in at most ``size`` hosts, and the cheapest of those."""
        started = time.perf_counter()
        found = self._run([1.0, 0.0], self._sizes <= size)
        if not found.solution:
            return None
        least = -found.value - self.options.tie_tolerance * max(1.0, abs(found.value))
        cheap = self._run([0.0, 1.0], self._sizes <= size, least)
        outcome = self._outcome(found, -1.0, started)
        return self._settled(case, outcome, cheap if cheap.solution else found)

    def cheapest(self, case: Case, size: int, least: float, keep: Sequence[str] = ()) -> Solved | None:
        """The cheapest programme of at least so many worker-months in at most ``size`` hosts, ``keep`` among them."""
        started = time.perf_counter()
        wanted = self._sizes <= size
        for h in keep:
            wanted &= (self._hosts == self.search.blocks.hosts.index(h)).any(axis=1)
        found = self._run([0.0, 1.0], wanted, least)
        return self._settled(case, self._outcome(found, 1.0, started), found, least) if found.solution else None

    def below(self, price: float, room: float) -> Solution:
        """The programme whose cost less ``price`` x worker-months is least, where that is below 0 by more than ``room``
        USD; empty where none is."""
        found = self.search.run(
            [price, 1.0], [math.inf, math.inf], 0.0, self.options.time_limit, incumbent=-room / 2.0, room=room
        )
        if found.status == "stopped":
            raise NoTimeError("stopped before the cheapest size was proven; allow more time")
        return found.solution

    def _run(self, weights: Sequence[float], wanted: Array, least: float = -math.inf) -> SetsFound:
        known = np.where(wanted, -np.inf, np.inf)
        options, upper = self.options, [-least, math.inf]
        deadline = time.perf_counter() + options.time_limit
        guess = self._simpler.run(weights, upper, options.gap, options.time_limit, known=known)
        found = self.search.run(
            weights,
            upper,
            options.gap,
            deadline - time.perf_counter(),
            incumbent=guess.value if guess.solution else math.inf,
            known=known,
        )
        if guess.solution and not found.solution and found.status in ("infeasible", "stopped"):
            # Nothing is better by more than the gap than what was found first.
            bound = guess.value - options.gap * abs(guess.value) if found.status == "infeasible" else found.bound
            ended = "optimal" if found.status == "infeasible" else "stopped"
            found = replace(guess, status=ended, bound=min(guess.value, bound))
        if found.status == "unbounded":
            raise NoPlanError(["the size of the programme has no end under these limits, so there is no largest one"])
        if found.status == "stopped" and not found.solution:
            raise NoTimeError("stopped before a programme of this size was found; allow more time")
        return found

    def _outcome(self, found: SetsFound, sign: float, started: float) -> Outcome:
        seconds = time.perf_counter() - started
        status: Status = "time_limit" if found.status == "stopped" else "optimal"
        return Outcome(status, sign * found.value, sign * found.bound, found.solution, seconds)

    def _settled(self, case: Case, outcome: Outcome, found: SetsFound, least: float = -math.inf) -> Solved:
        """With ties broken as everywhere, in the set of hosts that was found."""
        programme = with_other_bounds(self.programme, case.design) or build(case)
        part = self.search.fresh_part(found.states)
        for row in part.axis_rows:
            part.set_row_bounds(row, -math.inf, math.inf)
        part.add_row(part.local(self.months), least, math.inf)
        aims = [(part.local(aim), turn) for aim, turn in aims_in_order(programme)]
        caps, start = part.programme.d.cap.values(), part.taken(found.solution)
        reached = programme.objective.value(outcome.solution)
        left = max(LEAST_FOR_TIES, self.options.time_limit - outcome.seconds)
        best = best_in_turn(part, caps, start, aims, reached, self.options, left, anew=True)
        return described(programme, outcome, self._tidier.tidy(part.whole(best), programme))


class Alone:
    """What each host could do at each level if it were alone, with every row left out that it shares with others.

    Whatever a host does in a programme it can do there too. ``rows``: one for each host, its worker-months are at most what
    it could give at its level; no programme is cut off by them.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.rows: list[Row] = []
        self._opened: set[int] = set()
        months = programme.metric("worker_months")
        host_of = {column: h for (h, _, _, _), column in programme.d.workers.items()}
        free = copy.copy(programme)
        # What is asked to be there may be in another host.
        free.rows = [row for row in programme.rows if row.limit or row.sense != ">=" or row.right_side <= 0.0]
        blocks = Blocks(free)
        for number, h in enumerate(blocks.hosts):
            mine = Linear({j: value for j, value in months.terms.items() if host_of.get(j) == h})
            self._bound(blocks, number, h, mine)

    def _bound(self, blocks: Blocks, number: int, h: str, months: Linear) -> None:
        options = self.programme.case.design.solver
        free = np.full(blocks.link.count, np.inf)
        row = Linear(dict(months.terms))
        for state, level in enumerate(blocks.levels[number], start=1):
            part = Part(blocks, ((number, state),), -free, free, options)
            if not part.possible:
                continue
            part.set_objective(part.local(months * -1.0))
            found = least_of_set(part, 0.0, options.time_limit, lambda: False, math.inf)
            if found.status not in ("optimal", "infeasible"):
                return
            if found.solution:
                solution = part.whole(found.solution)
                self._opened |= {j for j in self.programme.d.open.values() if solution[j] > _TAKEN}
            most = max(0.0, -found.bound) if found.solution else 0.0
            row.add_term(level, -(most * (1.0 + _ROOM) + _ROOM))
        self.rows.append(Row(f"most_of_host.{h}", row, "<=", 0.0))

    def only_its_sectors(self) -> Decisions:
        """The columns of the programme, with every sector shut that its host would not open alone."""
        d = self.programme.d
        columns = list(d.columns)
        for j in d.open.values():
            if j not in self._opened:
                columns[j] = replace(columns[j], upper=0.0)
        return replace(d, columns=columns)


_TAKEN = 0.5
