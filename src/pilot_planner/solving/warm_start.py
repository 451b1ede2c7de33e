"""Warm starts: many programmes of one structure, solved one after the other in one HiGHS object that keeps its basis.

Runs of a study mostly differ in coefficients and bounds. Only what differs is changed in the live object, and the
search is replayed: the closed nodes of the last search tile the whole space, so solving each of them again, from its
own last basis, proves the new programme too. Where one of them no longer closes, the search goes on below it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.errors import SolverError
from pilot_planner.programme.build import Programme, Row
from pilot_planner.programme.decisions import Column
from pilot_planner.solving.branch_and_bound import Bounds, BranchAndBound, Cancelled, Search, _Node
from pilot_planner.solving.lp_relaxation import Basis, LiveRelaxation, LpResult
from pilot_planner.solving.outcome import Outcome, Status
from pilot_planner.solving.session import Session

_MOST_LEAVES = 2.0
"""A tree that has grown to so many times its first size is given up for a fresh one."""
_ALWAYS_KEPT = 16
MOST_COLUMNS_OF_SMALL = 1000
"""Up to so many, replaying a tree over the whole programme is as fast as searching its sets anew."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A closed node: its bounds, the basis it ended with, and how good its relaxation was."""

    value: float
    bounds: Bounds
    basis: Basis


def same_structure(first: Programme, second: Programme) -> bool:
    """Whether two programmes have the same columns and rows by name and kind, so that only numbers can differ."""
    if first is second:
        return True
    if len(first.rows) != len(second.rows) or len(first.d.columns) != len(second.d.columns):
        return False

    def same_column(a: Column, b: Column) -> bool:
        return a.name == b.name and a.integer == b.integer

    def same_row(a: Row, b: Row) -> bool:
        return a is b or (a.name == b.name and a.sense == b.sense)

    columns = first.d is second.d or all(map(same_column, first.d.columns, second.d.columns))
    return columns and all(map(same_row, first.rows, second.rows))


def only_sides_differ(first: Programme, second: Programme) -> bool:
    """Whether two programmes of one structure have the same columns and coefficients."""
    if first.d is not second.d or first.maximise != second.maximise:
        return False
    if first.objective is not second.objective and first.objective.terms != second.objective.terms:
        return False
    pairs = zip(first.rows, second.rows, strict=True)
    return all(a is b or a.expression.terms == b.expression.terms for a, b in pairs)


class ChangingRelaxation(LiveRelaxation):
    """A live relaxation that can take over the numbers of another programme, and start from a given basis."""

    def take_over(self, programme: Programme) -> None:
        """Change what differs from the last programme, which has the same structure."""
        self.set_bounds({})
        if self.programme.d is not programme.d:
            self._change_columns(programme)
        for number, (old, new) in enumerate(zip(self.programme.rows, programme.rows, strict=True)):
            if old is not new:
                self._change_row(number, old, new)
        costs = self._costs_of(programme)
        if not np.array_equal(costs, self._costs):
            self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
            self._costs = costs
        self.programme = programme

    def start_from(self, basis: Basis) -> None:
        self._highs.setBasis(basis)

    def basis(self) -> Basis:
        return self._highs.getBasis()

    def _change_columns(self, programme: Programme) -> None:
        lower = np.array([-np.inf if c.lower is None else c.lower for c in programme.d.columns])
        upper = np.array([np.inf if c.upper is None else c.upper for c in programme.d.columns])
        changed = np.flatnonzero((lower != self.lower) | (upper != self.upper)).astype(np.int32)
        if len(changed):
            self._highs.changeColsBounds(len(changed), changed, lower[changed], upper[changed])
        self.lower, self.upper = lower, upper

    def _change_row(self, number: int, old: Row, new: Row) -> None:
        before, after = old.expression.terms, new.expression.terms
        if before != after:
            for column, coefficient in after.items():
                if before.get(column, 0.0) != coefficient:
                    self._highs.changeCoeff(number, column, coefficient)
            for column in before.keys() - after.keys():
                self._highs.changeCoeff(number, column, 0.0)
        if old.right_side != new.right_side:
            low = -math.inf if new.sense == "<=" else new.right_side
            high = math.inf if new.sense == ">=" else new.right_side
            self._highs.changeRowBounds(number, low, high)


class Replay(BranchAndBound):
    """A search that starts from the leaves of an earlier one and keeps its own for the next."""

    live: ChangingRelaxation

    def __init__(self, live: ChangingRelaxation) -> None:
        super().__init__(live, 0.0, 0.0)
        rows = enumerate(live.programme.rows)
        self._with_caps = [number for number, row in rows if not self.caps.isdisjoint(row.expression.terms)]
        self.leaves: list[Leaf] = []
        self._open: dict[int, tuple[_Node, Basis]] = {}
        self._start: Basis | None = None

    def over(self, leaves: Sequence[Leaf], options: Solver, cancelled: Cancelled | None) -> Search:
        """Search the whole space; ``leaves`` tile it (none: from the root)."""
        self.gap, self.deadline = options.gap, time.perf_counter() + options.time_limit
        self.cancelled = cancelled or (lambda: False)
        # Rows that a larger cap cannot break are among these and do no harm: a solution of the relaxation meets them.
        self.cap_rows = {number: self.live.programme.rows[number] for number in self._with_caps}
        self.best_value, self.best, self.best_bounds = math.inf, (), {}
        self.nodes, self.closed, self.leaves = 0, [], []
        bound = math.inf
        for leaf in leaves or [Leaf(-math.inf, {}, None)]:
            self._start = leaf.basis
            search = self.run(leaf.bounds, self.best_value)
            self.leaves += [Leaf(node.bound, node.bounds, basis) for node, basis in self._open.values()]
            self._open.clear()
            if search.status in ("stopped", "unbounded"):
                # What was not looked at could hold anything.
                return self._end(search.status, -math.inf)
            bound = min(bound, search.bound)
        return self._end("optimal" if self.best else "infeasible", bound)

    def _relax(self, node: _Node) -> LpResult:
        if self._start is not None:
            self.live.set_bounds(node.bounds)
            self.live.start_from(self._start)
            self._start = None
        return super()._relax(node)

    def _children(self, node: _Node, result: LpResult) -> tuple[_Node | None, _Node | None]:
        self._open.pop(node.order, None)
        children = super()._children(node, result)
        basis = self.live.basis()
        born = [child for child in children if child is not None]
        self._open.update({child.order: (child, basis) for child in born})
        if not born:
            self.leaves.append(Leaf(result.value, node.bounds, basis))
        return children


class KeptSession(Session):
    """A session whose programme may be exchanged for another of the same structure.

    What a solve finds depends on the programmes before it only within the gap: every solve carries its own proof.
    """

    def __init__(self, programme: Programme, *, always_sets: bool = False) -> None:
        """``always_sets``: search by sets of hosts wherever that is possible, as for a plan by itself."""
        super().__init__(programme)
        self._always_sets = always_sets
        self._relaxation: ChangingRelaxation | None = None
        self._other_numbers = False
        self._sides_refused = False
        """Whether sides alone were more than the search by sets could take over: it would begin anew each time."""
        self._leaves: list[Leaf] = []
        self._least = 0
        self._tie_bases: list[Basis] = []

    @property
    def live(self) -> ChangingRelaxation:
        """The linear relaxation of the programme as it is now. Whoever asks may change it, so it is what is searched."""
        self._live = self._synced()
        return self._live

    def _synced(self) -> ChangingRelaxation:
        if self._relaxation is None:
            self._relaxation = ChangingRelaxation(self.programme)
            self._search = Replay(self._relaxation)
        elif self._relaxation.programme is not self.programme:
            self._relaxation.take_over(self.programme)
        return self._relaxation

    def take_over(self, programme: Programme) -> None:
        """Go on with another programme of the same structure."""
        kept = self._sets is not None and self._sets.take_over(programme)
        if not kept:
            self._sides_refused |= self._sets is not None and only_sides_differ(self.programme, programme)
            self._sets = None
        # After other coefficients sets are taken up again as soon as one question differs from the last in sides alone.
        self._other_numbers = not kept and (self._sides_refused or not only_sides_differ(self.programme, programme))
        self.programme = programme
        self.options = programme.case.design.solver

    def goes_on_with(self, programme: Programme) -> bool:
        """Take over another programme if the search can go on from what it has proven; False leaves all as it is.

        By sets of hosts that is so where only right sides of linking rows differ; without sets, for one structure.
        """
        if programme is self.programme:
            return True
        if self._sets is None:
            if self._by_sets() is not None or not same_structure(self.programme, programme):
                return False
            self.take_over(programme)
            return True
        if not self._sets.take_over(programme):
            return False
        self.programme, self.options = programme, programme.case.design.solver
        return True

    def solve_anew(self, known: Sequence[float] = ()) -> Outcome:
        """Solve from nothing but a solution that is known to be one: for a question unlike the last one."""
        self._leaves, self._tie_bases = [], []
        self.live.forget()
        return self.solve_by_structure(known=known)

    def solve(self, cancelled: Cancelled | None = None) -> Outcome:
        if self._live is None and not self._better_replayed() and (search := self._by_sets()) is not None:
            return self._solve_by_sets(search, cancelled)
        return self._replayed(cancelled)

    def _better_replayed(self) -> bool:
        """Small programmes whose coefficients changed: sets would begin anew, a replay begins where the last one ended.

        Not where posts are whole in every period: that tree has thousands of leaves.
        """
        d = self.programme.d
        whole_posts = any(d.columns[j].integer for j in d.inspectors.values())
        return not self._always_sets and self._other_numbers and not whole_posts and len(d.columns) <= MOST_COLUMNS_OF_SMALL

    def _replayed(self, cancelled: Cancelled | None) -> Outcome:
        started = time.perf_counter()
        live = self._synced()
        self._found = None
        if not self._leaves:
            live.forget()
        found = self._search.over(self._leaves, self.options, cancelled)
        self._keep(found)
        seconds = time.perf_counter() - started
        sign = -1.0 if self.programme.maximise else 1.0
        if found.status in ("infeasible", "unbounded"):
            status: Status = "infeasible" if found.status == "infeasible" else "unbounded"
            return Outcome(status, None, None, (), seconds)
        if not found.solution:
            raise SolverError(f"stopped after {seconds:.1f} s before any plan was found; allow more time")
        self.ensure(found.solution)
        ended: Status = "optimal" if found.status == "optimal" else "time_limit"
        bound = None if math.isinf(found.bound) else sign * found.bound
        return Outcome(ended, sign * found.value, bound, found.solution, seconds)

    def _keep(self, found: Search) -> None:
        """Remember the tree of a complete search, the best leaves first, unless it has grown too much."""
        self._last = found
        fresh = not self._leaves
        if found.status not in ("optimal", "infeasible"):
            self._leaves = []
            return
        self._leaves = sorted(self._search.leaves, key=lambda leaf: leaf.value)
        if fresh:
            self._least = len(self._leaves)
        elif len(self._leaves) > max(_ALWAYS_KEPT, _MOST_LEAVES * self._least):
            self._leaves = []

    def break_ties(self, best: Outcome, *, anew: bool = True) -> tuple[float, ...]:
        if self._found is not None or anew:
            return super().break_ties(best, anew=anew)
        live = self._synced()
        was, self._live = self._live, live
        try:
            with live.series(self._tie_bases) as ended:
                solution = super().break_ties(best, anew=False)
        finally:
            self._live = was
        self._tie_bases = ended
        return solution
