"""The trade-off front of a programme: an augmented epsilon-constraint search.

Axes are turned so that less is better. The first is minimised, a small positive weight on the others added, under
upper bounds (epsilons) on the others. With any positive weights such a minimum is efficient: a plan that dominated it
would meet the same bounds and have a smaller sum. Bounds run over a grid from the ideal to a safe nadir, the loosest
first, and the grid is halved until enough plans are found or the floor of the resolution is reached.

Where asked for, each plan is polished: each axis in turn is made as good as it can be while no other gets worse. The little
weight of the others would allow as much of them as the gap of the first is worth.

What is skipped is proven: a plan found under looser bounds that meets tighter ones is best there too, and what is
impossible under looser bounds is impossible under tighter ones.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from pilot_planner.programme.linear import Linear
from pilot_planner.solving.branch_and_bound import Cancelled
from pilot_planner.solving.front_oracle import Finder, Wanted
from pilot_planner.solving.weightings import most_beaten

AUGMENTATION = 1e-3
"""Weight of the other axes, each scaled by its range, against the first. Any positive value is exact."""

_SAME = 1e-5
"""Axes scaled by their range: closer than this in every axis, two plans are one."""

_POLISHED = 1e-8
"""Relative gap to which a plan is polished: a fifth of a dollar of twenty millions."""
_ROOM = 1e-10
_EXACT = 1e-7
"""Share of a range by which polished plans can differ without meaning anything."""

Values = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An efficient plan: its values on the axes (less is better) and its solution."""

    values: Values
    solution: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One bound vector of the grid and what it gave: a plan, or the proof that there is none."""

    epsilons: Values
    found: Found | None


@dataclass
class Front:
    """What a search found, and what it proves.

    Attributes:
        payoff: the best plan of each axis, ties broken by the other axes in order.
        ideal, nadir: best value of each axis, and a value that no efficient plan exceeds.
        found: efficient plans, none dominating another, in the order of the first axis.
        cells: every bound vector that was decided, by solving or by proof.
        divisions: cells along each axis of the last complete grid.
        solved: searches run; the rest of the cells were skipped by proof.
        complete: whether the whole grid was decided; False when time or the caller stopped it.
        no_end: an axis whose best value has no end, which leaves no front; None where all have one.
        open_ended: axes whose worst value has no end; their nadir is the worst of the payoff table, and the loosest bound
            of the grid is none.
    """

    payoff: list[Values] = field(default_factory=list)
    ideal: Values = ()
    nadir: Values = ()
    found: list[Found] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    divisions: int = 0
    solved: int = 0
    complete: bool = False
    no_end: int | None = None
    open_ended: tuple[int, ...] = ()

    @property
    def ranges(self) -> Values:
        return tuple(max(high - low, 0.0) for low, high in zip(self.ideal, self.nadir, strict=True))

    @property
    def resolution(self) -> float:
        """Largest scaled distance by which any weighted optimum can beat the front: the size of a cell, plus the
        effect of the augmentation."""
        if not self.divisions:
            return math.inf
        return 1.0 / self.divisions + AUGMENTATION * (len(self.ideal) - 1)


OnFound = Callable[[Found], None]
Progress = Callable[[int, int], bool]
"""Cells decided and cells in the grid; returning False stops."""


class FrontSearch:
    """One front. ``axes`` are expressions of which less is better; ``steps`` are their units where every plan has
    whole multiples of them (all-integer programmes), else None: with steps the set is complete."""

    def __init__(
        self,
        finder: Finder,
        axes: Sequence[Linear],
        gap: float,
        seconds: float,
        cancelled: Cancelled | None = None,
        steps: Sequence[float] | None = None,
        *,
        polish: bool = False,
    ) -> None:
        self.polish = polish
        self._endless = False
        """Whether the last search found that there is no end."""
        self.finder = finder
        self.axes = list(axes)
        self.gap = gap
        self.deadline = time.perf_counter() + seconds
        self.cancelled = cancelled or (lambda: False)
        self.steps = steps
        self.front = Front()
        self.on_found: OnFound = lambda found: None

    def run(
        self, wanted: int, most_divisions: int, on_found: OnFound | None = None, progress: Progress | None = None
    ) -> Front:
        """Search until ``wanted`` plans are found or the grid has ``most_divisions`` cells along each axis.

        The front is empty, and complete, when there is no plan at all. Run again, it goes on with what it has.
        """
        self.on_found = on_found or self.on_found
        front = self.front
        front.complete = False
        try:
            if not front.nadir and not self._pay_off():
                front.complete = not self._stopped()
                return front
            for divisions in self._divisions(most_divisions):
                if not self._grid(divisions, progress):
                    return self._finish()
                front.divisions = divisions
                front.complete = True
                if len(self._efficient()) >= wanted and self.steps is None:
                    break
            return self._finish()
        finally:
            self.close()

    def best(self, bounds: Sequence[float]) -> Found | None:
        """The best plan of the first axis under upper bounds on all, outside any grid."""
        found = self._solve(self._only(0), [bound + self._slack(bound) for bound in bounds])
        if found is not None:
            self.front.found.append(found)
        return found

    def close(self) -> None:
        """Leave the finder as it was."""
        self.finder.close()

    # --- payoff table ---

    def _pay_off(self) -> bool:
        """The best plan of each axis, and a safe nadir; False when there is no plan."""
        front = self.front
        count = len(self.axes)
        front.payoff.clear()
        for first in range(count):
            order = [first, *(k for k in range(count) if k != first)]
            bounds = [math.inf] * count
            best: Found | None = None
            for axis in order:
                best = self._solve(self._only(axis), bounds)
                if best is None:
                    front.no_end = axis if self._endless else None
                    return False
                slack = self._slack(best.values[axis])
                bounds[axis] = best.values[axis] + slack
            if best is not None:
                best = self._polished(best, order)
                front.payoff.append(best.values)
                self._note(tuple([math.inf] * count), best, keep_cell=False)
        front.ideal = tuple(front.payoff[k][k] for k in range(count))
        # Nothing feasible is worse than this, so no efficient plan is: safe, where the payoff table's worst is not.
        safe = []
        for axis in range(1, count):
            worst = self._solve(self._only(axis, -1.0), [math.inf] * count)
            if worst is not None:
                safe.append(worst.values[axis])
            elif self._endless:
                front.open_ended = (*front.open_ended, axis)
                safe.append(max(row[axis] for row in front.payoff))
            else:
                return False
        front.nadir = (max(row[0] for row in front.payoff), *safe)
        return True

    def _slack(self, value: float) -> float:
        return max(self.gap, 1e-9) * max(1.0, abs(value)) if math.isfinite(value) else 0.0

    # --- grid ---

    def _divisions(self, most: int) -> list[int]:
        """Cells along each axis, from coarse to fine; with steps, one grid that has every possible value."""
        if self.steps is not None:
            ranges = self.front.ranges
            cells = [round(ranges[k] / self.steps[k]) for k in range(1, len(self.axes)) if self.steps[k] > 0]
            return [max(1, *cells)] if cells else [1]
        found = []
        divisions = 4
        while divisions <= most:
            found.append(divisions)
            divisions *= 2
        return found or [most]

    def _epsilons(self, axis: int, divisions: int) -> list[float]:
        """Bounds of one axis, from the loosest to the tightest."""
        low, high = self.front.ideal[axis], self.front.nadir[axis]
        if self.steps is not None:
            count = round((high - low) / self.steps[axis]) if self.steps[axis] > 0 else 0
            return [high - place * self.steps[axis] for place in range(count + 1)]
        steps = [low + (high - low) * (divisions - place) / divisions for place in range(divisions + 1)]
        return [math.inf, *steps[1:]] if axis in self.front.open_ended else steps

    def _grid(self, divisions: int, progress: Progress | None) -> bool:
        """Decide every cell of a grid; False when stopped."""
        grid = list(itertools.product(*(self._epsilons(k, divisions) for k in range(1, len(self.axes)))))
        for place, epsilons in enumerate(grid):
            if self._stopped() or (progress is not None and not progress(place, len(grid))):
                return False
            if not self._decided(epsilons) and not self._decide(epsilons):
                return False
        if progress is not None:
            progress(len(grid), len(grid))
        return True

    def _decided(self, epsilons: Values) -> bool:
        """Whether what is known proves the answer under these bounds."""
        for cell in self.front.cells:
            looser = all(mine <= other for mine, other in zip(epsilons, cell.epsilons, strict=True))
            if looser and (cell.found is None or self._meets(cell.found, epsilons)):
                return True
        return False

    def _meets(self, found: Found, epsilons: Values) -> bool:
        return all(value <= bound + self._slack(bound) for value, bound in zip(found.values[1:], epsilons, strict=True))

    def _decide(self, epsilons: Values) -> bool:
        """Solve under these bounds; False when stopped before an answer."""
        bounds = [math.inf, *(bound + self._slack(bound) for bound in epsilons)]
        found = self._solve(self._augmented(), bounds)
        if found is None and self._stopped():
            return False
        if found is not None and all(found is not other for other in self.front.found):
            found = self._polished(found, range(len(self.axes)))
        self._note(epsilons, found)
        return True

    def _only(self, axis: int, weight: float = 1.0) -> Values:
        """Weights of one axis alone."""
        return tuple(weight if place == axis else 0.0 for place in range(len(self.axes)))

    def _augmented(self) -> Values:
        """Weights of the first axis, and a little of all others."""
        first, *others = self.front.ranges
        little = AUGMENTATION * max(first, _SAME)
        return (1.0, *(little / spread if spread > 0 else 0.0 for spread in others))

    # --- one solve ---

    def _polished(self, found: Found, order: Sequence[int]) -> Found:
        """A plan no worse on any axis, on each of which no plan is better by more than ``_POLISHED`` without being worse
        on another; the axes in this order."""
        if not self.polish:
            return found
        for axis in order:
            values = found.values
            # A little room, or rounding would leave nothing to search in.
            bounds = [value + _ROOM * max(1.0, abs(value)) for value in values]
            seconds = self.deadline - time.perf_counter()
            wanted = Wanted(self._only(axis), bounds, values[axis], _POLISHED, seconds, self.cancelled)
            self.front.solved += 1
            status, solution = self.finder.least(wanted)
            if solution and status == "optimal":
                found = Found(tuple(one.value(solution) for one in self.axes), solution)
        return found

    def most_beaten(self) -> float | None:
        """The largest scaled distance by which any weighting of the axes beats the plans that are found: see ``weightings``.

        None where it is not known: there is no front, or the search was stopped.
        """
        front = self.front
        if not front.found or not front.nadir:
            return None
        values = np.array([found.values for found in front.found])
        return most_beaten(values, np.array(front.ideal), np.array(front.ranges), self._weighted_best)

    def _weighted_best(self, weights: Values, known: float) -> float | None:
        """No plan has a smaller weighted sum than this; None where the search was stopped."""
        if self._stopped():
            return None
        self.front.solved += 1
        seconds = self.deadline - time.perf_counter()
        wanted = Wanted(weights, [math.inf] * len(weights), known, _POLISHED, seconds, self.cancelled)
        status, solution = self.finder.least(wanted)
        if status not in ("optimal", "infeasible"):
            return None
        least = (
            sum(weight * axis.value(solution) for weight, axis in zip(weights, self.axes, strict=True))
            if solution
            else known
        )
        return least - _POLISHED * abs(least)

    def _solve(self, weights: Values, bounds: Sequence[float]) -> Found | None:
        """The best plan for weights of the axes under upper bounds on them; None when there is none or time is up."""
        self.front.solved += 1
        known = self._best_known(weights, bounds)
        cutoff = math.inf if known is None else _weighted(weights, known)
        seconds = self.deadline - time.perf_counter()
        status, solution = self.finder.least(Wanted(weights, bounds, cutoff, self.gap, seconds, self.cancelled))
        self._endless = status == "unbounded"
        if solution and status == "optimal":
            return Found(tuple(axis.value(solution) for axis in self.axes), solution)
        # Nothing better than a known plan: that plan is the answer.
        return known if status in ("optimal", "infeasible") else None

    def _best_known(self, weights: Values, bounds: Sequence[float]) -> Found | None:
        fitting = [
            found
            for found in self.front.found
            if all(value <= bound for value, bound in zip(found.values, bounds, strict=True))
        ]
        return min(fitting, key=lambda found: _weighted(weights, found), default=None)

    def _note(self, epsilons: Values, found: Found | None, keep_cell: bool = True) -> None:
        if keep_cell:
            self.front.cells.append(Cell(epsilons, found))
        if found is None or any(self._same(found.values, other.values) for other in self.front.found):
            return
        self.front.found.append(found)
        self.on_found(found)

    def _same(self, first: Values, second: Values) -> bool:
        ranges = self.front.ranges if self.front.nadir else tuple(max(1.0, abs(value)) for value in second)
        return all(abs(a - b) <= _SAME * max(spread, 1e-9) for a, b, spread in zip(first, second, ranges, strict=True))

    # --- end ---

    def _stopped(self) -> bool:
        return self.cancelled() or time.perf_counter() > self.deadline

    def _efficient(self) -> list[Found]:
        """Found plans that none of the others dominates."""
        ranges = self.front.ranges
        exact = _EXACT if self.polish else max(self.gap, _SAME)
        room = [exact * max(spread, 1e-9) for spread in ranges]
        kept: list[Found] = []
        for one in sorted(self.front.found, key=lambda found: found.values):
            if any(_dominates(other.values, one.values, room) for other in self.front.found if other is not one):
                continue
            if not any(self._same(one.values, other.values) for other in kept):
                kept.append(one)
        return kept

    def _finish(self) -> Front:
        self.front.found = self._efficient()
        return self.front


def _weighted(weights: Values, found: Found) -> float:
    return sum(weight * value for weight, value in zip(weights, found.values, strict=True))


def _dominates(first: Values, second: Values, room: Sequence[float]) -> bool:
    """At least as good everywhere and better somewhere by more than rounding."""
    no_worse = all(a <= b + slack for a, b, slack in zip(first, second, room, strict=True))
    return no_worse and any(a < b - slack for a, b, slack in zip(first, second, room, strict=True))
