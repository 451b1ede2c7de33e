"""The second stage: one draw's linear programme, alive, asked again and again for other first stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pilot_planner.design.schema import Solver
from pilot_planner.errors import NoTimeError, SolverError
from pilot_planner.programme.draws import Draw, signed_rows
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme
from pilot_planner.solving.highs_arrays import ArrayProgramme, to_arrays
from pilot_planner.solving.lp_relaxation import LpResult

Choice = Mapping[str, str | None]
"""By host: its level, None where it is left out; hosts that are not named are open."""

Bounds = dict[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class FirstStage:
    """What is signed: the level of each chosen host, and the caps of opened placements, persons."""

    levels: Mapping[str, str]
    caps: Mapping[tuple[str, str], int]


def settled(programme: Programme, choice: Choice) -> Bounds:
    """Bounds of the level columns of hosts whose level is settled."""
    found: Bounds = {}
    for (h, level), column in programme.d.level.items():
        if h in choice:
            value = 1.0 if choice[h] == level else 0.0
            found[column] = (value, value)
    return found


def signed_columns(programme: Programme, levels: Mapping[str, str]) -> dict[tuple[str, str, str], int]:
    """The columns of openings and caps under some levels, by (``open`` or ``cap``, host, sector)."""
    d = programme.d
    found = {("open", h, s): j for (h, s, level), j in d.open.items() if levels.get(h) == level}
    found |= {("cap", h, s): j for (h, s), j in d.cap.items() if h in levels}
    return found


def elsewhere(programme: Programme, levels: Mapping[str, str]) -> set[int]:
    """Columns of hosts and levels that are not chosen: 0 in every plan with these levels."""
    d = programme.d
    gone = {j for (h, level), j in d.level.items() if levels.get(h) != level}
    gone |= {j for table in (d.open, d.workers, d.arrivals) for key, j in table.items() if levels.get(key[0]) != key[2]}
    gone |= {j for table in (d.in_kind, d.family) for (h, level, _), j in table.items() if levels.get(h) != level}
    gone |= {j for (h, _), j in (*d.cap.items(), *d.inspectors.items()) if h not in levels}
    return gone | {j for h, j in d.solo.items() if set(levels) != {h}}


@dataclass
class Recourse:
    """One draw. ``live`` holds the columns at ``places``; shortfalls come last, in the order of ``draw.shortfalls``."""

    draw: Draw
    live: ArrayProgramme
    places: Mapping[int, int]
    always: Bounds
    costs: Any

    @classmethod
    def whole(cls, base: Programme, draw: Draw, options: Solver) -> Self:
        """Everything in it, with what is signed bounded as at base values; for bounds."""
        made = cls._made(draw, (*draw.rows, *signed_rows(base)), (), options)
        d = base.d
        for j in (*d.level.values(), *d.open.values(), *d.cap.values(), *d.solo.values()):
            upper = base.d.columns[j].upper
            made.always[j] = (0.0, np.inf if upper is None else upper)
        return made

    @classmethod
    def settled(cls, draw: Draw, levels: Mapping[str, str], options: Solver) -> Self:
        """Under these levels only; what is signed is set later, so rows of signatures alone are left out."""
        made = cls._made(draw, draw.rows, elsewhere(draw.programme, levels), options)
        made.always |= {made.places[j]: (1.0, 1.0) for j in _levels_and_solo(draw.programme, levels)}
        return made

    @classmethod
    def _made(cls, draw: Draw, rows: Sequence[Any], left_out: Any, options: Solver) -> Self:
        columns = draw.programme.d.columns
        extra = dict(enumerate(draw.shortfalls.values()))
        arrays = to_arrays(columns, rows, left_out, extra)
        for j, coefficient in draw.loss.terms.items():
            if j in arrays.places:
                arrays.costs[arrays.places[j]] = coefficient
        first = len(arrays.places)
        for place, bound in enumerate(draw.shortfalls):
            arrays.costs[first + place] = draw.prices[bound]
        always = {arrays.places[j]: (0.0, 0.0) for j in draw.closed() if j in arrays.places}
        return cls(draw, ArrayProgramme(arrays, options), arrays.places, always, arrays.costs)

    def relaxed(self, choice: Choice, seconds: float) -> tuple[float, dict[str, float]]:
        """The loss if this draw chose openings and caps for itself, and what it takes of each host. Infinite if none."""
        self.live.set_bounds({**self.always, **settled(self.draw.programme, choice)})
        result = self._run(seconds)
        if result.status == "infeasible":
            return np.inf, {}
        taken: dict[str, float] = {}
        for (h, _), j in self.draw.programme.d.level.items():
            taken[h] = taken.get(h, 0.0) + result.solution[j]
        return result.value, taken

    def at(self, values: Mapping[int, float], seconds: float) -> LpResult:
        """With what is signed fixed at these values, by column."""
        fixed = {self.places[j]: (value, value) for j, value in values.items()}
        self.live.set_bounds({**self.always, **fixed})
        result = self._run(seconds)
        if result.status != "optimal":
            raise SolverError(f"the second stage of a draw ended {result.status}, which it cannot")
        return result

    def slopes(self, columns: Sequence[int]) -> Any:
        """Change of the loss with each signed column, after ``at``."""
        return self.live.reduced_costs()[[self.places[j] for j in columns]]

    def at_first(self, first: FirstStage, seconds: float) -> float:
        """The loss of a first stage; made with ``settled`` for its levels."""
        return self.at(signatures(self.draw.programme, first), seconds).value

    def answer(self, first: FirstStage, seconds: float) -> tuple[float, tuple[float, ...]]:
        """The loss, and the cheapest of the best second stages in the columns of the draw's programme."""
        best = self.at(signatures(self.draw.programme, first), seconds)
        solution = best.solution
        room = _ROOM * max(1.0, abs(best.value), *self.draw.prices.values())
        terms = Linear({j: cost for j, cost in enumerate(self.costs) if cost != 0.0})
        cost = self.draw.programme.metric("operating_cost")
        aim = Linear({self.places[j]: value for j, value in cost.terms.items() if j in self.places})
        self.live.add_row(terms, -np.inf, best.value + room)
        self.live.set_objective(aim)
        try:
            cheapest = self.live.run(seconds)
        finally:
            self.live.remove_last_rows(1)
            self.live.set_objective(terms)
        if cheapest.status == "optimal":
            solution = cheapest.solution
        found = [0.0] * len(self.draw.programme.d.columns)
        for j, place in self.places.items():
            found[j] = solution[place]
        return best.value, tuple(found)

    def _run(self, seconds: float) -> LpResult:
        result = self.live.run(seconds)
        if result.status == "stopped":
            raise NoTimeError("stopped before a draw was solved; allow more time")
        if result.status == "unbounded":
            raise SolverError(
                "the objective has no end in a draw: a limit that holds it must have a price (hedge.shortfall)"
            )
        return result


_ROOM = 1e-8
"""Loss within which second stages count as equal, relative to the loss and to the dearest price of a limit."""


def _levels_and_solo(programme: Programme, levels: Mapping[str, str]) -> list[int]:
    alone = [j for h, j in programme.d.solo.items() if set(levels) == {h}]
    return [programme.d.level[h, level] for h, level in levels.items()] + alone


def signatures(programme: Programme, first: FirstStage) -> dict[int, float]:
    """Values of the columns of openings and caps: a placement is open where it has a cap."""
    found = {}
    for (kind, h, s), j in signed_columns(programme, first.levels).items():
        cap = first.caps.get((h, s), 0)
        found[j] = float(cap if kind == "cap" else cap > 0)
    return found
