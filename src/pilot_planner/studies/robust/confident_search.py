"""The best signature that holds as run in enough draws, and the surest one there is: search with bounds.

Nodes are signatures that are settled in part: sets of hosts and levels first, then which of their placements are opened.
Each has two bounds: the best objective at base values (a linear programme) and the most draws in which any operation is
left (``signature_bounds.py``). What cannot hold in enough draws, or cannot beat the best found, is closed. A signature that
is settled in full is signed with caps as large as may be signed, since a cap costs nothing and binds nobody to fill it; its
chance is counted by running it in every draw. Where permits make caps of one host compete, they are shared out by a rule,
and what such a leaf might do with other caps stays in the bound.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import NoTimeError, PilotPlannerError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.elastic_programme import Bound
from pilot_planner.solving.highs_arrays import ArrayProgramme, to_arrays
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.finished_lumps import Finished
from pilot_planner.studies.robust.signature_bounds import Placement, Settled, SignatureBounds, fixed_columns
from pilot_planner.studies.uncertainty.as_run import AsRun
from pilot_planner.studies.uncertainty.drawn_design import Group
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.trial import HeldPlan, Trial, hold

Array = Any
Told = Callable[[str], None]

MOST_SETS = 5_000
GAP = 0.01
"""Relative gap of the objective, and share of the draws, at which a search ends."""
_TAKEN = 0.5
_BEST = TypeAdapter(tuple[Outcome, tuple[float, ...]])
_RUN = TypeAdapter(tuple[list[bool], list[str]])


@dataclass(frozen=True)
class Signature:
    """A signature in full: the plan that it is at base values, and the draws in which it holds as run.

    Attributes:
        loss: the objective at base values, less is better.
        holds: one truth value for each draw.
        missed: what is missed in any of them, as ``key.side``.
    """

    held: HeldPlan
    outcome: Outcome
    solution: tuple[float, ...]
    loss: float
    holds: Array
    missed: frozenset[str]

    @property
    def count(self) -> int:
        return int(self.holds.sum())


@dataclass(frozen=True)
class Found:
    """The end of a search.

    Attributes:
        best: the best signature; None where none was found.
        bound: of the loss where enough draws were asked for: no signature that holds in enough of them has less.
        most: no signature holds in more draws than this.
        complete: False where time ended first; the bounds hold even then.
    """

    best: Signature | None
    bound: float
    most: int
    complete: bool = True


@dataclass(order=True)
class _Node:
    key: float
    order: int
    settled: Settled
    loss: float
    above: Settled | None = None


class ConfidentSearch:
    """Searches over signatures of one design against the same draws."""

    def __init__(
        self,
        design: Design,
        inputs: Inputs,
        base: Programme,
        bounds: SignatureBounds,
        groups: Sequence[Group],
        told: Told,
        kept: Finished | None = None,
    ) -> None:
        self.design, self.inputs, self.base, self.bounds, self.groups = design, inputs, base, bounds, groups
        self.draws, self.told = bounds.draws, told
        self._kept = kept or Finished(None, {})
        self._sign = -1.0 if base.maximise else 1.0
        arrays = to_arrays(base.d.columns, base.rows, ())
        self._places = arrays.places
        for j, one in base.objective.terms.items():
            arrays.costs[arrays.places[j]] = self._sign * one
        self._at_base = ArrayProgramme(arrays, design.solver)
        self._signatures: dict[tuple[Any, ...], Signature] = {}
        self._of: dict[Settled, Signature | None] = {}
        self._order = itertools.count()
        self.sets = [one for one in self._sets() if math.isfinite(one.loss)]

    # --- nodes ---

    def _sets(self) -> Iterator[_Node]:
        """Sets of hosts and levels that allow a plan at base values."""
        case = self.base.case
        most = self.design.bounds("hosts").max
        hosts = [host.iso3 for host in case.hosts]
        largest = len(hosts) if most is None else min(len(hosts), int(most))
        levels = [level.level for level in case.levels]
        total = sum(math.comb(len(hosts), size) * len(levels) ** size for size in range(1, largest + 1))
        if total > MOST_SETS:
            what = f"there are {total:,} sets of hosts and levels, and {MOST_SETS:,} can be looked at"
            raise PilotPlannerError(f"{what}: lower limits.hosts.max, or leave hosts or levels out")
        for size in range(1, largest + 1):
            for chosen in itertools.combinations(hosts, size):
                for its in itertools.product(levels, repeat=size):
                    yield self._node(Settled(tuple(zip(chosen, its, strict=True))), None)

    def _node(self, settled: Settled, above: Settled | None) -> _Node:
        fixed = fixed_columns(self.base, settled)
        self._at_base.set_bounds({self._places[j]: (value, value) for j, value in fixed.items()})
        result = self._at_base.run(self.design.solver.time_limit)
        loss = result.value if result.status == "optimal" else math.inf
        return _Node(loss, next(self._order), settled, loss, above)

    def _children(self, node: _Node) -> list[_Node]:
        """Both ways of the first placement that is not settled."""
        placement = node.settled.open_placements(self.base)[0]
        both = (self._node(node.settled.with_opening(placement, opened), node.settled) for opened in (True, False))
        return [one for one in both if math.isfinite(one.loss)]

    # --- signatures in full ---

    def sign(self, settled: Settled) -> Signature | None:
        """The best plan at base values of a settled part, signed in full and run in every draw."""
        if settled not in self._of:
            self._of[settled] = self._signed(settled)
        return self._of[settled]

    def _signed(self, settled: Settled) -> Signature | None:
        fixed = fixed_columns(self.base, settled)
        columns = [
            replace(one, lower=fixed[j], upper=fixed[j]) if j in fixed else one for j, one in enumerate(self.base.d.columns)
        ]
        outcome, found = self._kept.next_step("signed", partial(self._best_of, columns), _BEST)
        if not outcome.has_plan:
            return None
        solution = list(found)
        opened = tuple(key for key, j in self.base.d.cap.items() if solution[j] > _TAKEN)
        key = (settled.levels, opened)
        if key not in self._signatures:
            self._signatures[key] = self._run(outcome, self._with_large_caps(solution, opened))
        return self._signatures[key]

    def _best_of(self, columns: Sequence[Column]) -> tuple[Outcome, tuple[float, ...]]:
        session = Session(replace(self.base, d=replace(self.base.d, columns=list(columns))))
        outcome = session.solve()
        return outcome, session.break_ties(outcome) if outcome.has_plan else ()

    def _run(self, outcome: Outcome, solution: list[float]) -> Signature:
        held = hold(self.base, solution)
        holds, missed = self.run(held)
        loss = self._sign * self.base.objective.value(solution)
        return Signature(held, outcome, tuple(solution), loss, holds, missed)

    def run(self, held: HeldPlan, lifted: Collection[Bound] = ()) -> tuple[Array, frozenset[str]]:
        """In which draws a signature holds as run, some bounds lifted, and what is missed in any, as ``key.side``."""
        holds, missed = self._kept.next_step("run", partial(self._in_draws, held, lifted), _RUN)
        return np.array(holds, dtype=bool), frozenset(missed)

    def _in_draws(self, held: HeldPlan, lifted: Collection[Bound]) -> tuple[list[bool], list[str]]:
        trial = Trial(self.design, self.inputs, held)
        found, missed = np.zeros(self.draws, dtype=bool), set[str]()
        for settings, values, numbers in self.groups:
            one = DrawnPlan(trial.under(settings), values, len(numbers))
            run = AsRun(one).run(lifted)
            found[numbers] = run.holds
            missed.update(run.missed)
        return found.tolist(), sorted(missed)

    def _with_large_caps(self, solution: list[float], opened: Sequence[Placement]) -> list[float]:
        """Caps raised as far as demand, the most workers there may be and permits let them."""
        d, most = self.base.d, self.base.most_workers()
        wanted = {d.cap[key]: min(float(d.columns[d.cap[key]].upper or 0.0), float(int(most))) for key in opened}
        rows = [row for row in self.base.rows if row.limit is not None and row.limit.key == "permits"]
        for j, cap in wanted.items():
            wanted[j] = max(cap, solution[j])
        for row in rows:
            its = {j: one for j, one in row.expression.terms.items() if j in wanted and one > 0.0}
            used = row.expression.value(solution)
            room = row.right_side - used
            more = sum(one * (wanted[j] - solution[j]) for j, one in its.items())
            if more > room:
                share = max(0.0, room / more)
                for j in its:
                    wanted[j] = solution[j] + math.floor(share * (wanted[j] - solution[j]))
        for j, cap in wanted.items():
            solution[j] = cap
        return solution

    # --- searches ---

    def best_with(self, enough: int) -> Found:
        """The best objective at base values among signatures that hold in at least so many draws."""
        heap = [_Node(node.loss, node.order, node.settled, node.loss) for node in self.sets]
        heapq.heapify(heap)
        best: Signature | None = None
        open_losses: list[float] = []
        most = 0
        try:
            while heap:
                node = heap[0]
                if best is not None and node.loss >= best.loss - GAP * abs(best.loss):
                    break
                heapq.heappop(heap)
                self.told(f"{len(heap)} settled parts left, {self.bounds.solved:,} programmes of draws solved")
                left = self.bounds.most(node.settled, enough, node.above)
                most = max(most, left)
                if left < enough:
                    continue
                found = self.sign(node.settled)
                if found is not None and found.count >= enough and (best is None or found.loss < best.loss):
                    best = found
                if node.settled.open_placements(self.base):
                    for child in self._children(node):
                        heapq.heappush(heap, child)
                elif found is None or found.count < enough:
                    open_losses.append(node.loss)
        except NoTimeError:
            bound = min([*open_losses, node.loss, *(one.loss for one in heap)])
            return Found(best, bound, self.draws, complete=False)
        value = math.inf if best is None else best.loss
        bound = min([*open_losses, *(one.loss for one in heap[:1]), value])
        return Found(best, bound, max(most, enough) if heap or best else most)

    def surest(self, start: Signature | None = None) -> Found:
        """The signature that holds in the most draws; of equals the one with the best objective that was met."""
        race = _Surest(start, self.draws)
        waiting = sorted(self.sets, key=lambda one: (-self.bounds.known(one.settled), one.loss))
        try:
            for place, node in enumerate(waiting):
                self.told(f"{len(waiting) - place} sets left, the surest holds in {race.count} of {self.draws} draws")
                self._push(race, node)
                if race.heap:
                    race.take(self.sign(race.heap[0].settled))
            while race.heap:
                self._next(race)
        except NoTimeError:
            return Found(race.best, -math.inf, self.draws, complete=False)
        return Found(race.best, -math.inf, max(race.count, race.closed))

    def _next(self, race: _Surest) -> None:
        """Close the node with the highest bound, or look at it and below."""
        node = heapq.heappop(race.heap)
        left = int(-node.key)
        if left < race.wanted:
            race.closed = max(race.closed, left)
            return
        self.told(f"{len(race.heap)} settled parts left, the surest holds in {race.count} of {self.draws} draws")
        race.take(self.sign(node.settled))
        if not node.settled.open_placements(self.base):
            race.closed = max(race.closed, left)
            return
        for child in self._children(node):
            self._push(race, child)

    def _push(self, race: _Surest, node: _Node) -> None:
        left = self.bounds.most(node.settled, race.wanted, node.above)
        if left < race.wanted:
            race.closed = max(race.closed, left)
        else:
            heapq.heappush(race.heap, _Node(-left, next(self._order), node.settled, node.loss, node.above))


@dataclass
class _Surest:
    """The surest signature so far, and the nodes that may hold a surer one, by their bound."""

    best: Signature | None
    draws: int
    heap: list[_Node] = field(default_factory=list)
    closed: int = 0
    """The most draws that a node had left when it was closed."""

    @property
    def count(self) -> int:
        return 0 if self.best is None else self.best.count

    @property
    def wanted(self) -> int:
        """A node with fewer draws left is closed."""
        return self.count + math.floor(GAP * self.draws) + 1

    def take(self, found: Signature | None) -> None:
        if found is None:
            return
        if self.best is None or (found.count, -found.loss) > (self.best.count, -self.best.loss):
            self.best = found
