"""Exact branch and bound that knows the order in which a pilot is decided: hosts and levels, then sectors, then the rest.

Once hosts, levels and sectors are fixed the programme is a linear one (caps round up, posts aside), and there are
few hosts. Branching on them first, on a live relaxation that keeps its basis, proves a plan with some tens of
small re-solves, where a general solver spends most of its time on cuts and probing.

The bound is always valid: it is the least of the bounds of all nodes that were not closed and the incumbent.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pilot_planner.programme.build import Programme, Row
from pilot_planner.solving.lp_relaxation import LiveRelaxation, LpResult

Bounds = dict[int, tuple[float, float]]
Cancelled = Callable[[], bool]


@dataclass(order=True)
class _Node:
    """An open node: no plan below it is better than ``bound``. Ties go to the one made first."""

    bound: float
    order: int
    bounds: Bounds = field(compare=False)


@dataclass(frozen=True, slots=True)
class Search:
    """What a search ended with, as a minimisation.

    ``status`` is ``optimal`` when the gap is proven, ``infeasible``, ``unbounded``, or ``stopped`` by time or by
    the caller. ``fixed`` are the bounds of integer columns at the incumbent. ``closed`` are the nodes that were
    closed with a plan or by their bound: whatever ties with the incumbent lies below one of those near its value.
    """

    status: str
    value: float
    bound: float
    solution: tuple[float, ...]
    fixed: Bounds
    nodes: int
    closed: tuple[tuple[float, Bounds], ...] = ()

    def near(self, room: float) -> list[Bounds]:
        """Nodes that may hold plans within ``room`` of the incumbent."""
        return [bounds for value, bounds in self.closed if value <= self.value + room]


class BranchAndBound:
    """One search on a live relaxation. ``gap`` is relative to the incumbent; ``room`` is an absolute one beside it."""

    def __init__(
        self,
        live: LiveRelaxation,
        gap: float,
        seconds: float,
        cancelled: Cancelled | None = None,
        room: float = 0.0,
        most_nodes: float = math.inf,
    ) -> None:
        """After ``most_nodes`` relaxations the search stops with what it has."""
        self.live = live
        self.most_nodes = most_nodes
        self.gap = gap
        self.room = room
        self.deadline = time.perf_counter() + seconds
        self.cancelled = cancelled or (lambda: False)
        if live.searched is None or live.searched[0] is not live.programme:
            live.searched = (live.programme, (_ranks(live.programme), _rows_with_caps(live.programme)))
        self.rank: dict[int, int]
        self.cap_rows: dict[int, Row]
        self.rank, self.cap_rows = live.searched[1]
        """Rows that a larger cap can break, by their number."""
        self.caps = set(live.programme.d.cap.values())
        self.best_value = math.inf
        self.best: tuple[float, ...] = ()
        self.best_bounds: Bounds = {}
        self.nodes = 0
        self.closed: list[tuple[float, Bounds]] = []
        """Nodes closed with a plan, or because they could not improve by more than the gap, with their values."""
        self._order = itertools.count()

    def run(
        self,
        start: Bounds | None = None,
        incumbent: float = math.inf,
        below: Sequence[Bounds] | None = None,
        known: Sequence[float] = (),
    ) -> Search:
        """Search below the bounds ``start``, or below each of several; nothing at or above ``incumbent`` (as a
        minimum) is of interest. ``known`` is a solution that meets every row: it stands until a better one is found."""
        self.best_value = incumbent
        if known:
            self.best, self.best_value = tuple(known), self.live.value(known)
            self.best_bounds = {j: (known[j], known[j]) for j in self.live.integers}
        roots = [start or {}] if below is None else below
        tightened = list(self.rounded_rows())
        for number, row, room in tightened:
            self.live.set_row_bounds(number, -math.inf, row.right_side - room)
        try:
            return self._search(roots)
        finally:
            for number, row, _ in tightened:
                self.live.set_row_bounds(number, -math.inf, row.right_side)

    def rounded_rows(self) -> Iterator[tuple[int, Row, float]]:
        """Rows of whole things only, with the part of their bound that whole numbers cannot fill.

        A quarter of 4,001 permits is room for 1,000 workers, and the relaxation should know: else it would take
        1,000.25 in every branch, and branch once more in each.
        """
        live = self.live
        for number, row in self.cap_rows.items():
            if row.sense != "<=" or number in live.widened:
                continue
            free = row.right_side
            for column, coefficient in row.expression.terms.items():
                if live.programme.d.columns[column].integer:
                    if coefficient != round(coefficient):
                        break
                elif live.lower[column] == live.upper[column]:
                    free -= coefficient * live.lower[column]
                else:
                    break
            else:
                room = free - math.floor(free + _ROUNDING)
                if room > _ROUNDING:
                    yield number, row, room

    def _search(self, roots: Sequence[Bounds]) -> Search:
        heap = [_Node(-math.inf, next(self._order), dict(bounds)) for bounds in roots]
        heapq.heapify(heap)
        while heap:
            if self._worth(heap[0].bound) and self._out_of_time():
                return self._end("stopped", self._lowest(heap))
            node: _Node | None = heapq.heappop(heap)
            if node is not None and not self._worth(node.bound):
                heapq.heappush(heap, node)
                break
            # Follow one child down before going back to the heap: its re-solve starts from the parent's basis.
            while node is not None and self._worth(node.bound):
                if self.nodes >= self.most_nodes:
                    return self._end("stopped", min(node.bound, self._lowest(heap)))
                result = self._relax(node)
                if result.status == "unbounded":
                    return self._end("unbounded", -math.inf)
                if result.status == "stopped":
                    return self._end("stopped", min(node.bound, self._lowest(heap)))
                node, waiting = self._children(node, result)
                if waiting is not None:
                    heapq.heappush(heap, waiting)
        if not self.best:
            return self._end("infeasible", math.inf)
        return self._end("optimal", self._lowest(heap))

    def _out_of_time(self) -> bool:
        return time.perf_counter() > self.deadline or self.nodes >= self.most_nodes or self.cancelled()

    def _lowest(self, heap: list[_Node]) -> float:
        """No plan is better than this: the incumbent, the open nodes and those closed within the gap."""
        self.closed += [(node.bound, node.bounds) for node in heap]
        return min([self.best_value, *(value for value, _ in self.closed)])

    def _relax(self, node: _Node) -> LpResult:
        self.nodes += 1
        self.live.set_bounds(node.bounds)
        # Ties with the incumbent are still of interest: see Search.near.
        cutoff = self.best_value + _TIES * max(1.0, abs(self.best_value))
        return self.live.run(self.deadline - time.perf_counter(), cutoff)

    def _worth(self, bound: float) -> bool:
        """Whether something below this bound could still improve the incumbent by more than the gap."""
        if math.isinf(self.best_value):
            return not math.isinf(bound) or bound < 0
        return bound < self.best_value - max(self.gap * abs(self.best_value), self.room)

    def _children(self, node: _Node, result: LpResult) -> tuple[_Node | None, _Node | None]:
        """The child to go on with and the one to keep for later; both None where the node is closed."""
        if result.status == "infeasible":
            return None, None
        if result.status == "cut" or not self._worth(result.value):
            self.closed.append((result.value, node.bounds))
            return None, None
        fractional = self.live.fractional(result.solution)
        if not fractional or self._caps_round_up(fractional, result):
            self._accept(result)
            fractional = self._nearly_whole(node, result) if self._worth(result.value) else []
            if not fractional:
                self.closed.append((result.value, node.bounds))
                return None, None
        column = self._choose(fractional, result.solution)
        low, high = self._ends(node, column)
        value = result.solution[column]
        up = _Node(result.value, next(self._order), {**node.bounds, column: (float(math.ceil(value)), high)})
        down = _Node(result.value, next(self._order), {**node.bounds, column: (low, float(math.floor(value)))})
        return up, down

    def _choose(self, fractional: list[int], solution: Sequence[float]) -> int:
        """The column of the first rank in the order of decisions, and there the one nearest to being taken."""
        return min(fractional, key=lambda j: (self.rank[j], abs(math.ceil(solution[j]) - solution[j]), j))

    def _caps_round_up(self, fractional: list[int], result: LpResult) -> bool:
        """Whether only caps are not whole and rounding them up breaks no row: then the node is solved."""
        if not self.caps.issuperset(fractional):
            return False
        rounded = list(result.solution)
        for j in fractional:
            rounded[j] = float(math.ceil(rounded[j] - _ROUNDING))
            if rounded[j] > self.live.upper[j]:
                return False
        return all(_holds(row, rounded) for row in self.cap_rows.values())

    def _accept(self, result: LpResult) -> None:
        """Take over a solution whose whole numbers are whole but for rounding, if it is better than the best so far.

        Where rounding moves one, the rest is solved again: a post less by a millionth is thousands of dollars less in
        some rows. Where that has no solution, there is none here.
        """
        if result.value >= self.best_value:
            return
        solution, value = list(result.solution), result.value
        for j in self.live.integers:
            solution[j] = float(math.ceil(solution[j] - _ROUNDING)) if j in self.caps else float(round(solution[j]))
        held = {j: (solution[j], solution[j]) for j in self.live.integers}
        if any(self._moved(j, solution[j], result.solution[j]) for j in self.live.integers):
            self.live.set_bounds(held)
            again = self.live.run_held(self.deadline - time.perf_counter())
            if again.status != "optimal" or again.value >= self.best_value:
                return
            value = again.value
            solution = [held[j][0] if j in held else x for j, x in enumerate(again.solution)]
        self.best_value, self.best, self.best_bounds = value, tuple(solution), held

    def _moved(self, column: int, rounded: float, value: float) -> bool:
        """Whether rounding did more than to let a cap be larger."""
        return abs(rounded - value) > _WHOLE and not (column in self.caps and rounded > value)

    def _nearly_whole(self, node: _Node, result: LpResult) -> list[int]:
        """Columns that rounding moved, still free to be another whole number: a node is not closed by them."""
        found = []
        for j in self.live.integers:
            low, high = self._ends(node, j)
            value = min(max(result.solution[j], low), high)
            if low < high and abs(value - round(value)) > _WHOLE:
                found.append(j)
        return found

    def _ends(self, node: _Node, column: int) -> tuple[float, float]:
        return node.bounds.get(column, (self.live.lower[column], self.live.upper[column]))

    def _end(self, status: str, bound: float) -> Search:
        return Search(status, self.best_value, bound, self.best, self.best_bounds, self.nodes, tuple(self.closed))


_ROUNDING = 1e-6
_WHOLE = 1e-9
"""What is nearer to a whole number than this is it, to the last digit that solvers give."""
_TIES = 2e-3
"""Relative: above the largest tie tolerance that a design may have."""


def _holds(row: Row, solution: Sequence[float]) -> bool:
    room = _ROUNDING * max(1.0, abs(row.right_side))
    difference = row.expression.value(solution) - row.right_side
    return difference >= -room if row.sense == ">=" else difference <= room


def _ranks(programme: Programme) -> dict[int, int]:
    """Order in which columns are branched on."""
    d = programme.d
    groups = (d.level.values(), d.open.values(), d.solo.values(), d.inspectors.values(), d.cap.values())
    return {column: rank for rank, group in enumerate(groups) for column in group}


def _rows_with_caps(programme: Programme) -> dict[int, Row]:
    """Rows that a larger cap can break, by their number."""
    caps = set(programme.d.cap.values())

    def breakable(row: Row) -> bool:
        sign = -1.0 if row.sense == ">=" else 1.0
        return any(sign * row.expression.terms[j] > 0.0 for j in caps.intersection(row.expression.terms))

    return {number: row for number, row in enumerate(programme.rows) if breakable(row)}
