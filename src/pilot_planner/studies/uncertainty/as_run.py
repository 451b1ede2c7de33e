"""A signed plan as it is run (recourse): hosts, levels and caps stay, everything else is chosen anew in each draw.

In each draw the limits that count may be missed, each at a price, and as little as possible is missed: a linear programme
that always has an answer unless the structure has none. The plan holds where nothing is missed; elsewhere the answer says
what fails. Placements that fail a rights floor in a draw, or cannot be staffed, are not run there; in their host the rule
that no office stands empty is then waived.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from pilot_planner.case.case import floors_of
from pilot_planner.data.amounts import is_drawn, where
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.limits import LimitRow
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row
from pilot_planner.solving.elastic_programme import TOLERANCE, Bound
from pilot_planner.solving.stochastic.drawn_lp import DrawnLp, DrawnTable, make_table
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan, counts, figures_of_draws
from pilot_planner.studies.uncertainty.trial import STRUCTURE, Figures

Array = Any

Placement = tuple[str, str]

_SCALE = 1e6
"""A share of a bound is this much to the solver (see ``solving/elastic_programme.py``)."""


def not_run(programme: Programme, draws: int) -> dict[Placement, Array]:
    """In which draws each placement is not run: a rights floor fails, or it cannot be staffed."""
    case = programme.case
    last, smallest = case.periods[-1].number, case.design.programme.min_placement
    found = {one.key: np.broadcast_to(programme.q.reach(one)[last] < smallest, draws) for one in case.placements}
    for name, floor in floors_of(case).items():
        place = name.partition(".")[2]
        for (h, s), mask in found.items():
            if place in (h, f"{h}.{s}"):
                found[h, s] = mask | np.broadcast_to(floor.fails, draws)
    return found


def rows_as_run(programme: Programme, stopped: Mapping[Placement, Array]) -> list[Row]:
    """Rows that hold as a plan is run, without what they ask of placements that are not run."""
    design = programme.case.design
    rows = [
        row
        for row in programme.rows
        if row.limit is None or counts(design, row.limit.key, row.limit.side) or not _differs(row.limit)
    ]
    return [_released(programme, row, stopped) for row in rows]


def _released(programme: Programme, row: Row, stopped: Mapping[Placement, Array]) -> Row:
    kind, _, place = row.name.partition(".")
    if kind not in ("staffed", "at_work"):
        return row
    own = [f"{h}." if kind == "at_work" else f"{h}.{s}." for h, s in stopped]
    masks = [mask for name, mask in zip(own, stopped.values(), strict=True) if place.startswith(name)]
    gone = np.logical_or.reduce(masks)
    if not gone.any():
        return row
    openings = {*programme.d.open.values(), *programme.d.level.values()}
    terms = {j: where(gone, 0.0, one) if j in openings else one for j, one in row.expression.terms.items()}
    return replace(row, expression=Linear(terms))


def columns_as_run(programme: Programme, stopped: Mapping[Placement, Array]) -> list[Column]:
    """Nobody works at a placement that is not run."""
    columns = list(programme.d.columns)
    for table in (programme.d.workers, programme.d.arrivals):
        for (h, s, _, _), j in table.items():
            gone = stopped[h, s]
            if gone.any():
                upper = columns[j].upper
                columns[j] = replace(columns[j], upper=where(gone, 0.0, math.inf if upper is None else upper))
    return columns


@dataclass(frozen=True)
class Run:
    """A signed plan as it is run, in each of some draws.

    Attributes:
        holds: in which draws everything that counts can be held.
        missed: by ``key.side``: by which share of its bound a limit gives way where as little as possible does, in each
            draw; ``structure``: 1 where nothing could be staffed as signed. What never gives way is left out.
        stopped: by placement: draws in which it is not run.
    """

    draws: int
    holds: Array
    missed: Mapping[str, Array]
    stopped: Mapping[str, Array]


@dataclass(frozen=True)
class Answer:
    """A signed plan as it is run, in one draw.

    Attributes:
        status: ``optimal`` where the plan holds, else ``infeasible``.
        figures: of the best objective, of equals the cheapest; nothing where the plan does not hold.
        conflict: what gives way where as little as possible does, as ``key.side`` or ``STRUCTURE``.
    """

    status: str
    figures: Figures
    conflict: tuple[str, ...] = ()


class AsRun:
    """The linear programmes of a held plan in the draws of a ``DrawnPlan``."""

    def __init__(self, plan: DrawnPlan) -> None:
        self.plan = plan
        self.options = plan.design.solver

    @cached_property
    def stopped(self) -> dict[Placement, Array]:
        """In which draws each placement is not run."""
        return not_run(self.plan.programme, self.plan.draws)

    @cached_property
    def rows(self) -> list[Row]:
        """Rows that hold as run: structure, limits that count, and ceilings that every draw leaves as they are."""
        return rows_as_run(self.plan.programme, self.stopped)

    @cached_property
    def columns(self) -> list[Column]:
        return columns_as_run(self.plan.programme, self.stopped)

    @cached_property
    def fixed(self) -> dict[int, float]:
        """What is signed, by column."""
        d, held = self.plan.programme.d, self.plan.held.columns
        signed = (*d.level.values(), *d.open.values(), *d.cap.values(), *d.solo.values())
        return {d.programme: 1.0} | {j: held.get(d.columns[j].name, 0.0) for j in signed}

    @cached_property
    def _weights(self) -> tuple[dict[Bound, dict[str, float]], dict[Bound, float]]:
        """How far a stretch of each bound loosens its rows, by their names; and its size."""
        elastic = self.plan.trial.sizes
        return elastic.named_weights(), elastic.sizes

    @cached_property
    def bounds(self) -> list[Bound]:
        """Bounds that may be missed at a price, in the order of their columns."""
        found = dict.fromkeys((row.limit.key, row.limit.side) for row in self.rows if row.limit is not None)
        return [bound for bound in found if counts(self.plan.design, *bound)]

    @cached_property
    def table(self) -> DrawnTable:
        """Every draw's programme; the columns of what is missed come last."""
        return self._table_of(self.rows)

    def _table_of(self, rows: Sequence[Row]) -> DrawnTable:
        weights, _ = self._weights
        number = {row.name: place for place, row in enumerate(rows)}
        more = [{number[name]: one for name, one in weights[bound].items() if name in number} for bound in self.bounds]
        return make_table(self.columns, rows, self.fixed, more, self.plan.draws)

    @cached_property
    def _sizes(self) -> Array:
        """The size of each bound, in the order of their columns."""
        return np.array([self._weights[1][bound] for bound in self.bounds])

    def _stretches(self, columns: int, lifted: Collection[Bound] = ()) -> Array:
        """Costs of the columns of a table, ``columns`` of them decisions: what is missed is all that costs."""
        prices = [0.0 if bound in lifted else _SCALE for bound in self.bounds]
        return np.concatenate([np.zeros(columns), prices / self._sizes])

    def _solved(self, lp: DrawnLp) -> Array | None:
        """The solution of a draw; None where it has none."""
        found = lp.run(self.options.time_limit)
        if found.status == "stopped":
            raise NoTimeError("stopped before a draw was solved; allow more time")
        return None if found.status == "infeasible" else np.asarray(found.solution)

    def run(self, lifted: Collection[Bound] = ()) -> Run:
        """Solve every draw; ``lifted`` bounds may be missed at no price and are not told.

        Raises NoTimeError where one takes longer than the design's time limit.
        """
        table = self.table
        count = len(table.places)
        lp = DrawnLp(table, self._stretches(count, lifted), self.options)
        missed = np.zeros((len(self.bounds), table.draws))
        impossible = table.impossible.copy()
        for draw in np.flatnonzero(~impossible).tolist():
            lp.take(draw)
            found = self._solved(lp)
            if found is None:
                impossible[draw] = True
            else:
                missed[:, draw] = found[count:] / self._sizes
        missed[missed <= TOLERANCE] = 0.0
        missed[[bound in lifted for bound in self.bounds]] = 0.0
        shares = {".".join(bound): missed[place] for place, bound in enumerate(self.bounds) if missed[place].any()}
        if impossible.any():
            shares[STRUCTURE] = impossible.astype(float)
        stopped = {".".join(key): mask for key, mask in self.stopped.items() if mask.any()}
        return Run(table.draws, ~(impossible | (missed > 0.0).any(axis=0)), shares, stopped)

    def answers(self) -> list[Answer]:
        """The best that can be made of every draw in which the plan holds, and what gives way in the others.

        A draw holds here as it does for ``run``. Raises NoTimeError likewise.
        """
        best = _BestAnswers(self)
        solutions = [None if best.table.impossible[draw] else best.answer(draw) for draw in range(self.plan.draws)]
        held = [draw for draw, one in enumerate(solutions) if one is not None and not best.missing(one)]
        figures = dict(zip(held, self._figures([solutions[draw] for draw in held], held, best.table), strict=True))
        found = []
        for draw, one in enumerate(solutions):
            if draw in figures:
                found.append(Answer("optimal", figures[draw]))
            else:
                found.append(Answer("infeasible", {}, (STRUCTURE,) if one is None else best.missing(one)))
        return found

    def _figures(self, solutions: Sequence[Array | None], draws: Sequence[int], table: DrawnTable) -> list[Figures]:
        """Figures at solutions in the columns of a table, each in its own draw."""
        if not draws:
            return []
        count = self.plan.draws
        whole: list[Any] = [self.fixed.get(j, 0.0) for j in range(len(self.columns))]
        stacked = np.zeros((len(table.places), count))
        stacked[:, list(draws)] = np.array([one[: len(table.places)] for one in solutions if one is not None]).T
        for j, place in table.places.items():
            whole[j] = stacked[place]
        every = figures_of_draws(self.plan.programme, whole, count)
        return [every[draw] for draw in draws]


class _BestAnswers:
    """The best objective of draws with nothing missed, of equals the cheapest; the least that is missed elsewhere."""

    def __init__(self, own: AsRun) -> None:
        programme = own.plan.programme
        sign = -1.0 if programme.maximise else 1.0
        aim = programme.objective * sign
        self.own = own
        # The objective is a row as well, so that it can be held while the cheapest is looked for.
        self.table = own._table_of([*own.rows, Row(_AIM, aim, "<=", math.inf)])
        self._aims, self._prices = self._costs(aim), self._costs(programme.metric("operating_cost"))
        self._count = len(self.table.places)
        self._stretches = own._stretches(self._count)
        names = self.table.names
        self._aim_row = len(names) - 1 if names[-1] == _AIM else None
        """None where the objective is one column, which needs no row: any answer will do then."""
        self._missed = range(self._count, self._count + len(own.bounds))
        self._lp = DrawnLp(self.table, self._stretches, own.options)

    def _costs(self, aim: Linear) -> Array:
        """Columns of the table x draws."""
        table = self.table
        found = np.zeros((len(table.places) + len(self.own.bounds), table.draws))
        for j, one in aim.terms.items():
            if j in table.places:
                found[table.places[j]] = one
        return found

    def answer(self, draw: int) -> Array | None:
        """The solution of a draw, with what is missed in its last columns; None where nothing could be staffed."""
        self._lp.take(draw)
        best = self._best(draw, np.zeros(len(self._missed)))
        if best is not None:
            return best
        self._lp.set_bounds({})
        self._lp.set_costs(self._stretches)
        least = self.own._solved(self._lp)
        if least is None or self.missing(least):
            return least
        # Missed by so little that it counts as nothing: the best with as much.
        best = self._best(draw, least[self._count :])
        return least if best is None else best

    def _best(self, draw: int, missed: Array) -> Array | None:
        """The best solution with no more missed than this, of equals the cheapest; None where there is none."""
        lp, own = self._lp, self.own
        aim = np.ascontiguousarray(self._aims[:, draw])
        lp.set_bounds({place: (0.0, most) for place, most in zip(self._missed, missed.tolist(), strict=True)})
        lp.set_costs(aim)
        best = own._solved(lp)
        if best is None or self._aim_row is None:
            return best
        value = float(aim @ best)
        room = own.options.tie_tolerance * max(1.0, abs(value))
        lp.set_row_bounds(self._aim_row, -math.inf, value + room)
        lp.set_costs(np.ascontiguousarray(self._prices[:, draw]))
        cheapest = own._solved(lp)
        return best if cheapest is None else cheapest

    def missing(self, solution: Array) -> tuple[str, ...]:
        """What is missed in a solution, as ``key.side``."""
        shares = solution[self._count :] / self.own._sizes
        return tuple(".".join(bound) for bound, share in zip(self.own.bounds, shares, strict=True) if share > _NONE)


_AIM = "aim"
_NONE = TOLERANCE * (1.0 + 1e-3)
"""What may be missed as nothing, the rounding of the solver beside it."""


def _differs(limit: LimitRow) -> bool:
    """Whether any draw may have another bound or coefficient than another draw."""
    below = () if limit.denominator is None else limit.denominator.terms.values()
    return any(map(is_drawn, (limit.bound, limit.lift, *limit.numerator.terms.values(), *below)))
