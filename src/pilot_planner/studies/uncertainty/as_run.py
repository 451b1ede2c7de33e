"""A signed plan as it is run: hosts, levels and caps stay, everything else is chosen anew in each draw.

In each draw the limits that count may be missed, each at a price, and as little as possible is missed: a linear programme
that always has an answer unless the structure has none. The plan holds where nothing is missed; elsewhere the answer says
what fails. Placements that fail a rights floor in a draw, or cannot be staffed, are not run there; in their host the rule
that no office stands empty is then waived.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from pilot_planner.data.amounts import is_drawn, where
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.limits import LimitRow
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row
from pilot_planner.solving.elastic_programme import TOLERANCE, Bound
from pilot_planner.solving.stochastic.drawn_lp import DrawnLp, DrawnTable, make_table
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan, counts
from pilot_planner.studies.uncertainty.trial import STRUCTURE, floors_of

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
    def _rows(self) -> list[Row]:
        """Rows that hold as run: structure, limits that count, and ceilings that every draw leaves as they are."""
        return rows_as_run(self.plan.programme, self.stopped)

    @cached_property
    def _columns(self) -> list[Column]:
        return columns_as_run(self.plan.programme, self.stopped)

    @cached_property
    def _fixed(self) -> dict[int, float]:
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
        found = dict.fromkeys((row.limit.key, row.limit.side) for row in self._rows if row.limit is not None)
        return [bound for bound in found if counts(self.plan.design, *bound)]

    @cached_property
    def table(self) -> DrawnTable:
        """Every draw's programme; the columns of what is missed come last."""
        weights, _ = self._weights
        number = {row.name: place for place, row in enumerate(self._rows)}
        more = [{number[name]: one for name, one in weights[bound].items() if name in number} for bound in self.bounds]
        return make_table(self._columns, self._rows, self._fixed, more, self.plan.draws)

    def run(self, lifted: Collection[Bound] = ()) -> Run:
        """Solve every draw; ``lifted`` bounds may be missed at no price and are not told.

        Raises NoTimeError where one takes longer than the design's time limit.
        """
        table, sizes = self.table, self._weights[1]
        count = len(table.places)
        costs = np.zeros(count + len(self.bounds))
        costs[count:] = [0.0 if bound in lifted else _SCALE / sizes[bound] for bound in self.bounds]
        lp = DrawnLp(table, costs, self.options)
        missed = np.zeros((len(self.bounds), table.draws))
        impossible = table.impossible.copy()
        size = np.array([sizes[bound] for bound in self.bounds])
        for draw in np.flatnonzero(~impossible).tolist():
            lp.take(draw)
            found = lp.run(self.options.time_limit)
            if found.status == "stopped":
                raise NoTimeError("stopped before a draw was solved; allow more time")
            if found.status == "infeasible":
                impossible[draw] = True
            else:
                missed[:, draw] = np.asarray(found.solution)[count:] / size
        missed[missed <= TOLERANCE] = 0.0
        missed[[bound in lifted for bound in self.bounds]] = 0.0
        shares = {".".join(bound): missed[place] for place, bound in enumerate(self.bounds) if missed[place].any()}
        if impossible.any():
            shares[STRUCTURE] = impossible.astype(float)
        stopped = {".".join(key): mask for key, mask in self.stopped.items() if mask.any()}
        return Run(table.draws, ~(impossible | (missed > 0.0).any(axis=0)), shares, stopped)


def _differs(limit: LimitRow) -> bool:
    """Whether any draw may have another bound or coefficient than another draw."""
    below = () if limit.denominator is None else limit.denominator.terms.values()
    return any(map(is_drawn, (limit.bound, limit.lift, *limit.numerator.terms.values(), *below)))
