"""A programme in which every policy limit can stretch: for finding out what conflicts and what would repair it.

Each bound has one column that stretches all of its rows, in shares of the bound. With everything stretched any
programme has a plan (nobody works), so every relaxation that is solved here is feasible, which is kinder to a simplex
method than proving hundreds of infeasibilities. Limits that only restate structure (the law on pay channels) stay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilot_planner.programme.build import Programme, Row
from pilot_planner.programme.limits import Side
from pilot_planner.programme.linear import Linear
from pilot_planner.solving.branching import BranchAndBound
from pilot_planner.solving.live import LiveRelaxation
from pilot_planner.solving.session import Session

Bound = tuple[str, Side]
"""One side of one limit."""

TOLERANCE = 1e-6
"""Stretch, in shares of a bound, that counts as none."""

_LEAST_SIZE = 1.0


@dataclass(frozen=True, slots=True)
class Stretched:
    """A plan of the elastic programme and how far it stretches each bound, in shares of it."""

    solution: tuple[float, ...]
    stretch: dict[Bound, float]

    def stretched(self, bounds: Sequence[Bound]) -> bool:
        return any(self.stretch.get(bound, 0.0) > TOLERANCE for bound in bounds)


class ElasticProgramme:
    """One programme with a stretch column for each bound that has rows of its own."""

    def __init__(
        self,
        programme: Programme,
        steps: Mapping[Bound, float],
        seconds: float,
        typical: Sequence[float] | None = None,
    ) -> None:
        """``steps``: what a stretch of 1 stands for where a bound is 0, in its unit. ``typical``: a plan at which the
        denominators of ratios have their usual size, so that stretches of ratios and of totals compare."""
        self.programme = programme
        self.seconds = seconds
        self.typical = typical
        rows: dict[Bound, list[int]] = {}
        for place, row in enumerate(programme.rows):
            if row.limit is not None:
                rows.setdefault((row.limit.key, row.limit.side), []).append(place)
        self.live: LiveRelaxation = Session(programme).live
        self.live.set_objective(Linear())
        self.columns: dict[Bound, int] = {}
        for bound, places in rows.items():
            weights = {place: self._weight(programme.rows[place], steps[bound]) for place in places}
            self.columns[bound] = self.live.add_column(0.0, 0.0, math.inf, weights)

    def _weight(self, row: Row, step: float) -> float:
        """Coefficient of the stretch in one row: a share of the bound, times the usual size of a denominator."""
        limit = row.limit
        if limit is None:
            return 0.0
        size = max(abs(limit.bound), step)
        if limit.denominator is not None:
            usual = 0.0 if self.typical is None else abs(limit.denominator.value(self.typical))
            # Without a plan to go by, the coefficients of the denominator tell at least its order of magnitude.
            largest = max((abs(value) for value in limit.denominator.terms.values()), default=1.0)
            size *= max(_LEAST_SIZE, usual or largest)
        return -size if row.sense == "<=" else size

    @property
    def bounds(self) -> list[Bound]:
        """Every bound that can stretch."""
        return list(self.columns)

    def least(self, weights: Mapping[Bound, float], free_below: Sequence[Bound] = ()) -> Stretched | None:
        """The plan with the least weighted stretch. Bounds of ``free_below`` may be over-fulfilled for credit."""
        lower = {self.columns[bound]: (-math.inf, math.inf) for bound in free_below}
        costs = Linear({self.columns[bound]: weight for bound, weight in weights.items() if bound in self.columns})
        self.live.set_objective(costs)
        search = BranchAndBound(self.live, _GAP, self.seconds, room=TOLERANCE / 10)
        result = search.run(start=lower)
        if not result.solution:
            return None
        stretch = {bound: result.solution[column] for bound, column in self.columns.items()}
        return Stretched(result.solution[: len(self.programme.d.columns)], stretch)


_GAP = 1e-6
