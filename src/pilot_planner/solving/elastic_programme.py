"""A programme in which policy limits can stretch: for finding out what would repair a design without a plan, and how little.

Each bound that may stretch has one column that stretches all of its rows, in shares of the bound. The least stretch is
found by sets of hosts with every other bound held. Where there are too many sets, all bounds stretch, those that should
be held at a price, and the whole programme is branched on: with everything stretched any programme has a plan (nobody
works), so every relaxation that is solved there is feasible, which is kinder to a simplex method than proving hundreds
of infeasibilities. Limits that only restate structure (the law on pay channels) never stretch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pilot_planner.errors import NoTimeError
from pilot_planner.programme.build import Programme, Row
from pilot_planner.programme.limits import Side
from pilot_planner.programme.linear import Linear
from pilot_planner.solving.branch_and_bound import Bounds, BranchAndBound, Search
from pilot_planner.solving.decomposition.set_search import NoSetsError, SetSearch
from pilot_planner.solving.lp_relaxation import LiveRelaxation
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
        self._weights: dict[Bound, dict[int, float]] = {}
        self._sizes: dict[Bound, float] = {}
        """What a column of stretch counts in, in the unit of its rows: solvers like coefficients near 1."""
        for place, row in enumerate(programme.rows):
            if row.limit is not None:
                bound = (row.limit.key, row.limit.side)
                self._weights.setdefault(bound, {})[place] = self._weight(row, steps[bound])
        for bound, weights in self._weights.items():
            size = self._sizes[bound] = max(abs(weight) for weight in weights.values())
            self._weights[bound] = {place: weight / size for place, weight in weights.items()}

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
        return list(self._weights)

    @property
    def sizes(self) -> dict[Bound, float]:
        """What a whole column of stretch of a bound counts in, in the unit of its rows."""
        return self._sizes

    def named_weights(self) -> dict[Bound, dict[str, float]]:
        """The coefficient of the stretch of each bound in its rows, by their names."""
        rows = self.programme.rows
        return {bound: {rows[place].name: one for place, one in its.items()} for bound, its in self._weights.items()}

    @cached_property
    def _whole(self) -> tuple[LiveRelaxation, dict[Bound, int]]:
        """The whole programme as a linear relaxation in which every bound can stretch, and the column of each."""
        live = Session(self.programme).live
        return live, {bound: live.add_column(0.0, 0.0, math.inf, weights) for bound, weights in self._weights.items()}

    def _cost(self, columns: Mapping[Bound, int], weights: Mapping[Bound, float]) -> Linear:
        """The weighted sum of the stretches of some bounds, in shares of them; of one alone in the unit of its rows."""
        if len(weights) == 1:
            return Linear.of(columns[next(iter(weights))])
        return Linear({columns[bound]: _SCALE * weight / self._sizes[bound] for bound, weight in weights.items()})

    def least(self, free: Sequence[Bound], *, to_spare: bool = False) -> Stretched | None:
        """The plan with the least sum of stretches of ``free``, all other bounds held; None where there is no plan.

        With ``to_spare`` what over-fulfils a bound counts as a stretch below 0. Raises NoTimeError when it takes too long.
        """
        lower = -_MOST_TO_SPARE if to_spare else 0.0
        widened, columns = self._widened(free, lower)
        aim = self._cost(columns, dict.fromkeys(free, 1.0))
        try:
            search = SetSearch(widened, [aim], self.programme.case.design.solver)
        except NoSetsError:
            return self._by_branching(free, lower)
        found = search.run([1.0], [math.inf], _GAP, self.seconds)
        if found.status == "stopped" and not found.solution:
            raise self._no_time()
        return self._stretched(found.solution, columns)

    def least_within(self, bounds: Bounds) -> Stretched | None:
        """The least sum of all stretches with some columns held within ``bounds``, whole numbers left out of account."""
        live, columns = self._whole
        live.set_objective(self._cost(columns, dict.fromkeys(columns, 1.0)))
        live.set_bounds(bounds)
        found = live.run(self.seconds)
        return self._stretched(tuple(found.solution) if found.status == "optimal" else (), columns)

    def _widened(self, free: Sequence[Bound], lower: float) -> tuple[Programme, dict[Bound, int]]:
        """The programme with stretch columns of some bounds, and these columns."""
        own = self.programme
        d = replace(own.d, columns=list(own.d.columns))
        columns = {bound: d.add(f"stretch.{bound[0]}.{bound[1]}", lower * self._sizes[bound]) for bound in free}
        rows = list(own.rows)
        for bound, column in columns.items():
            for place, weight in self._weights[bound].items():
                rows[place] = replace(rows[place], expression=rows[place].expression + Linear.of(column, weight))
        return replace(own, d=d, rows=rows), columns

    def _by_branching(self, free: Sequence[Bound], lower: float) -> Stretched | None:
        """The same by branching on the whole programme, for which every bound can stretch at a price."""
        held = [bound for bound in self.bounds if bound not in free]
        # From the least change of all bounds together that of a few starts well; from nothing some go round.
        columns = self._whole[1]
        self._branched(dict.fromkeys(self.bounds, 1.0), {})
        weights = dict.fromkeys(held, _PENALTY) | dict.fromkeys(free, 1.0)
        search = self._branched(weights, {columns[bound]: (lower * self._sizes[bound], math.inf) for bound in free})
        found = self._stretched(search.solution, columns)
        if found is not None and not found.stretched(held):
            return found
        if search.status == "stopped":
            # Nothing is proven: there may be a plan that holds the others.
            raise self._no_time()
        return None

    def _branched(self, weights: Mapping[Bound, float], start: Bounds) -> Search:
        live, columns = self._whole
        live.set_objective(self._cost(columns, weights))
        return BranchAndBound(live, _GAP, self.seconds, room=_SCALE * TOLERANCE / 10).run(start=start)

    def _no_time(self) -> NoTimeError:
        return NoTimeError(f"stopped after {self.seconds:g} s before any repair was found; allow more time")

    def _stretched(self, solution: tuple[float, ...], columns: Mapping[Bound, int]) -> Stretched | None:
        if not solution:
            return None
        stretch = {bound: solution[column] / self._sizes[bound] for bound, column in columns.items()}
        return Stretched(solution[: len(self.programme.d.columns)], stretch)


_GAP = 1e-6
_PENALTY = 1e3
"""Weight of stretching a bound that must hold, against 1 for one that may move."""
_SCALE = 1e6
"""A share of a bound is this much to the solver: a dollar is a millionth of some bounds and less than its tolerance on
reduced costs, with which it would call a plan the best that is hundreds of dollars off."""
_MOST_TO_SPARE = 10.0
"""In shares of a bound: further below 0 a stretch is not counted, which keeps the search bounded."""
