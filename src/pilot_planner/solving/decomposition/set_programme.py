"""The programme of one set of hosts at settled levels, alive: all that is left once everybody else is left out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.programme.decisions import Column, Decisions
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Row, RowSense
from pilot_planner.solving.decomposition.host_blocks import LEFT_OUT, Block, Blocks
from pilot_planner.solving.highs_arrays import ArrayProgramme, Arrays
from pilot_planner.solving.lp_relaxation import DUAL, NO_LIMIT, Basis
from pilot_planner.solving.sparse_rows import Array, Rows, activities

States = tuple[tuple[int, int], ...]
"""Chosen hosts with their states, by number of the host; all others are left out."""


@dataclass(frozen=True, slots=True)
class PartProgramme:
    """As much of a programme as a search needs, in numbers of columns and rows of the part."""

    d: Decisions
    rows: Sequence[Row]


class Part(ArrayProgramme):
    """One set of hosts. ``columns`` are the numbers in the whole programme; the axes are the last rows.

    One more column stands at 1 and carries what is settled, so that objectives and axes are those of the whole programme.
    """

    def __init__(self, blocks: Blocks, states: States, link_lower: Array, link_upper: Array, options: Solver) -> None:
        self.blocks, self.states = blocks, states
        taken = dict(states)
        parts = [blocks.block(h, taken.get(h, LEFT_OUT)) for h in range(len(blocks.hosts))]
        self._blocks_possible = all(block.possible for block in parts)
        active = [block for block in parts if len(block.columns)]
        shared = blocks.shared
        self.columns = np.concatenate([shared, *(block.columns for block in active)])
        self._base = np.zeros(blocks.count)
        self._base[blocks.fixed] = blocks.lower[blocks.fixed]
        for block in parts:
            self._base[block.fixed] = block.values
        self._place = np.full(blocks.count, -1)
        self._place[self.columns] = np.arange(len(self.columns))
        rows = self._assembled(active, parts, link_lower, link_upper)
        lower = np.concatenate([blocks.lower[shared], *(block.own_lower for block in active), [1.0]])
        upper = np.concatenate([blocks.upper[shared], *(block.own_upper for block in active), [1.0]])
        whole = tuple(np.flatnonzero(blocks.whole[self.columns]).tolist())
        arrays = Arrays(
            np.zeros(len(lower)), lower, upper, whole, {}, rows.lower, rows.upper, rows.start, rows.column, rows.value
        )
        super().__init__(arrays, options)
        self.use("off", DUAL)
        self.row_count = rows.count
        self._rows = rows
        self.own_numbers = np.concatenate([np.zeros(0, dtype=np.int64), *(block.numbers for block in active)])
        """Numbers in the programme of the rows of blocks, which stand between linking rows and axes."""
        self.axis_rows = range(rows.count - blocks.axes, rows.count)
        self._locals: dict[int, tuple[Linear, Linear]] = {}
        self.bases: dict[str, list[Basis]] = {}
        """With which bases linear programmes of a kind ended for the last question."""

    def _assembled(self, active: list[Block], parts: list[Block], link_lower: Array, link_upper: Array) -> Rows:
        """Linking rows that can matter here, then the rows of the blocks, then the axes."""
        blocks = self.blocks
        shift = np.sum([block.shift for block in parts], axis=0)
        low, high = link_lower - shift, link_upper - shift
        count = blocks.link.count
        shared = blocks.owner[blocks.link.column] < 0
        row = [blocks.link.owner[shared]]
        column = [self._place[blocks.link.column[shared]]]
        value = [blocks.link.value[shared]]
        first = len(blocks.shared)
        lower, upper = [blocks.lower[blocks.shared]], [blocks.upper[blocks.shared]]
        for block in active:
            row.append(block.links.owner)
            column.append(block.links.column + first)
            value.append(block.links.value)
            lower.append(block.lower)
            upper.append(block.upper)
            first += len(block.columns)
        every_row, every_column, every_value = np.concatenate(row), np.concatenate(column), np.concatenate(value)
        order = np.argsort(every_row, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(every_row, minlength=count))])
        links = Rows(start, every_column[order], every_value[order], low, high)
        self._shift = shift
        self._least, self._most = activities(links, np.concatenate(lower), np.concatenate(upper))
        self._empty = np.diff(links.start) == 0
        self.kept_links = self._needed(low, high)
        pieces = [links.picked(self.kept_links)]
        first = len(blocks.shared)
        for block in active:
            own = block.rows
            pieces.append(Rows(own.start, own.column + first, own.value, own.lower, own.upper))
            first += len(block.columns)
        pieces.append(links.picked(np.arange(count - blocks.axes, count)))
        return _stacked(pieces)

    def _needed(self, low: Array, high: Array) -> Array:
        """Linking rows that can be broken here, axes apart; notes whether one is broken for good."""
        size = np.maximum(1.0, np.maximum(_size(low), _size(high)))
        broken = self._empty & ((low > _BROKEN * size) | (high < -_BROKEN * size))
        self.possible = self._blocks_possible and not broken.any()
        needed = (self._most > high + _SAME * size) | (self._least < low - _SAME * size)
        needed[len(needed) - self.blocks.axes :] = False
        return np.flatnonzero(needed & ~self._empty)

    def takes_over(self, link_lower: Array, link_upper: Array) -> bool:
        """Other sides for the linking rows; False where another row would be needed, and nothing is changed."""
        low, high = link_lower - self._shift, link_upper - self._shift
        if not set(self._needed(low, high).tolist()) <= set(self.kept_links.tolist()):
            return False
        for row, number in enumerate(self.kept_links.tolist()):
            if row in self._rows_with_caps:
                return False
            self.set_row_bounds(row, float(low[number]), float(high[number]))
        return True

    @cached_property
    def _rows_with_caps(self) -> frozenset[int]:
        """Rows in which caps stand: those that a search over whole numbers reads."""
        caps = self._place[list(self.blocks.programme.d.cap.values())]
        is_cap = np.zeros(len(self.columns) + 1, dtype=bool)
        is_cap[caps[caps >= 0]] = True
        rows = self._rows
        return frozenset(np.flatnonzero(np.bincount(rows.owner, is_cap[rows.column], rows.count)).tolist())

    @cached_property
    def programme(self) -> PartProgramme:  # type: ignore[override]
        """Worked out when a search over whole numbers asks for it: most sets are closed by their linear programme."""
        rows, d = self._rows, self.blocks.programme.d
        mine = Decisions()
        mine.columns = [*(d.columns[j] for j in self.columns), Column("settled", 1.0, 1.0, integer=False)]
        place = self._place.tolist()
        for one in fields(Decisions):
            table = getattr(d, one.name)
            if isinstance(table, dict):
                setattr(mine, one.name, {key: place[j] for key, j in table.items() if place[j] >= 0})
        listed: list[Row] = [_EMPTY] * rows.count
        for number in self._rows_with_caps:
            entries = slice(rows.start[number], rows.start[number + 1])
            terms = dict(zip(rows.column[entries].tolist(), rows.value[entries].tolist(), strict=True))
            low, high = float(rows.lower[number]), float(rows.upper[number])
            sense: RowSense = "=" if low == high else ">=" if high == np.inf else "<="
            if np.isfinite(low) or np.isfinite(high):
                listed[number] = Row("", Linear(terms), sense, high if sense == "<=" else low)
        return PartProgramme(mine, listed)

    # --- with whole numbers ---

    def with_whole_numbers(
        self, gap: float, seconds: float, cutoff: float, room: float = 0.0
    ) -> tuple[str, float, float, tuple[float, ...]]:
        """The least of the objective by the solver's own search, at most ``cutoff``: status, value, bound and solution.
        ``room``: absolute, beside the relative ``gap``.

        Status as in ``branching.Search``; ``infeasible``: nothing is at or below the cutoff; ``unsettled``: it ended
        without an answer that holds.
        """
        import highspy

        deadline = time.perf_counter() + seconds
        self.set_bounds({})
        kinds = highspy.HighsVarType
        held = 0
        if np.isfinite(cutoff):
            used = np.flatnonzero(self._costs)
            self._highs.addRow(-np.inf, cutoff, len(used), used.astype(np.int32), self._costs[used])
            held = 1
        self._of_kind(kinds.kInteger)
        self._option("simplex_iteration_limit", NO_LIMIT)
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.setOptionValue("mip_abs_gap", room)
        self.use("choose", DUAL)
        try:
            status = self._attempt(deadline)
            info = self._highs.getInfo()
            found = info.primal_solution_status == _FEASIBLE
            value, bound = float(info.objective_function_value), float(info.mip_dual_bound)
            solution = tuple(self._highs.getSolution().col_value) if found else ()
        finally:
            self._of_kind(kinds.kContinuous)
            self.remove_last_rows(held)
            self.use("off", DUAL)
        verdict = highspy.HighsModelStatus
        if status == verdict.kInfeasible:
            return "infeasible", np.inf, np.inf, ()
        if status != verdict.kOptimal and status != verdict.kTimeLimit:
            return "unsettled", np.inf, -np.inf, ()
        if found:
            # Whole numbers are whole to a millionth only; what they leave to the rest is solved with them as they should be.
            self.set_bounds({j: (float(round(solution[j])), float(round(solution[j]))) for j in self.integers})
            result = self.run_held(deadline - time.perf_counter())
            self.set_bounds({})
            if result.status != "optimal":
                return "unsettled" if status == verdict.kOptimal else "stopped", np.inf, bound, ()
            value, solution = result.value, tuple(result.solution)
        return "optimal" if status == verdict.kOptimal and found else "stopped", value if found else np.inf, bound, solution

    def _of_kind(self, kind: Any) -> None:
        import highspy

        columns = np.array(self.integers, dtype=np.int32)
        if len(columns):
            self._highs.changeColsIntegrality(len(columns), columns, np.array([int(kind)] * len(columns), dtype=np.uint8))
        self._asks_for_whole = len(columns) > 0 and kind == highspy.HighsVarType.kInteger

    # --- to and from the whole programme ---

    def local(self, expression: Linear) -> Linear:
        """An expression over the whole programme in numbers of columns here, made once."""
        known = self._locals.get(id(expression))
        if known is None or known[0] is not expression:
            known = self._locals[id(expression)] = (expression, self._made_local(expression))
        return known[1]

    def _made_local(self, expression: Linear) -> Linear:
        terms: dict[int, float] = {}
        settled = 0.0
        for j, value in expression.terms.items():
            place = int(self._place[j])
            if place >= 0:
                terms[place] = value
            else:
                settled += value * float(self._base[j])
        return Linear(terms).add_term(len(self.columns), settled)

    def taken(self, solution: Sequence[float]) -> tuple[float, ...]:
        """A solution of the whole programme in numbers of columns here."""
        return (*(solution[j] for j in self.columns), 1.0)

    def set_costs_of(self, costs: Array) -> None:
        """An objective from costs over all columns of the whole programme."""
        self.set_costs(np.append(costs[self.columns], float(costs @ self._base)))

    def drop_axes_but_first(self) -> None:
        """Take out the rows of further axes: what is solved here is then the same to the last digit without them."""
        self.remove_last_rows(len(self.axis_rows) - 1)
        self.axis_rows = self.axis_rows[:1]

    def bound_axes(self, axes: Array, upper: Array) -> None:
        """Upper bounds of the axes, which are costs over all columns, one row each."""
        for row, high in zip(self.axis_rows, upper - axes @ self._base, strict=True):
            self.set_row_bounds(row, -np.inf, float(high))

    def whole(self, solution: Sequence[float]) -> tuple[float, ...]:
        """A solution of the whole programme."""
        full = self._base.copy()
        full[self.columns] = solution[:-1]
        return tuple(full.tolist())

    def link_duals(self) -> Array:
        """Duals of all linking rows after the last run, axes last; 0 for rows that cannot matter here."""
        return self.of_links(np.asarray(self.row_duals()))

    def own_duals(self, duals: Array) -> dict[int, float]:
        """From duals of the rows here, those of rows of blocks, by number in the programme."""
        first, last = len(self.kept_links), self.row_count - self.blocks.axes
        return {int(number): float(y) for number, y in zip(self.own_numbers, duals[first:last], strict=True) if y != 0.0}

    def whole_ray(self, seconds: float) -> Array | None:
        """Multipliers of all rows here that prove that there is no solution, after a run that found none."""
        return self.sought_ray(self.row_count, seconds)

    def link_ray(self) -> Array | None:
        """Multipliers of the linking rows that prove that there is no solution, after a run that found none.

        None where the solver keeps no such proof. Whatever they are, they are only used in bounds that hold for any.
        """
        ray = self.ray(self.row_count)
        return None if ray is None else self.of_links(ray)

    def of_links(self, duals: Array) -> Array:
        found = np.zeros(self.blocks.link.count)
        found[self.kept_links] = duals[: len(self.kept_links)]
        axes = self.blocks.axes
        own_rows = self.row_count
        found[len(found) - axes :] = duals[own_rows - axes : own_rows]
        return found


def _stacked(pieces: Sequence[Rows]) -> Rows:
    ends = np.cumsum([0, *(piece.start[-1] for piece in pieces)])
    return Rows(
        np.concatenate([[0], *(piece.start[1:] + end for piece, end in zip(pieces, ends, strict=False))]),
        np.concatenate([piece.column for piece in pieces]),
        np.concatenate([piece.value for piece in pieces]),
        np.concatenate([piece.lower for piece in pieces]),
        np.concatenate([piece.upper for piece in pieces]),
    )


_FEASIBLE = 2
"""HiGHS's number for a solution that is feasible."""
_EMPTY = Row("", Linear(), "<=", np.inf)
_SAME = 1e-9
_BROKEN = 1e-6


def _size(side: Array) -> Array:
    return np.where(np.isfinite(side), np.abs(side), 0.0)
