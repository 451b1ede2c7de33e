"""Among plans that are good enough, the one whose levels and sectors differ most from plans that are known.

    maximise t   subject to   t <= differences from plan k, for every known plan k,   objective good enough

``t`` counts level and sector columns that differ (a Hamming distance), so it is whole, and a search may stop as soon as
nothing is left that differs in one choice more. Searched by sets of hosts where the programme has few enough of them:
most sets hold no plan that is good enough, which the search for the best plan has proven already.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pilot_planner.errors import NoTimeError
from pilot_planner.programme.decisions import Column
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.programme import Programme, Row
from pilot_planner.solving.branch_and_bound import BranchAndBound
from pilot_planner.solving.decomposition.set_search import NoSetsError, SetSearch
from pilot_planner.solving.lp_relaxation import LiveRelaxation
from pilot_planner.solving.session import Session
from pilot_planner.solving.sparse_rows import Array

Solution = tuple[float, ...]
_TAKEN = 0.5
_ONE_MORE = 0.999
"""Differences are whole, so what is not above the most found by one is no better; the rest is for rounding."""


@dataclass(frozen=True)
class GoodEnough:
    """Plans of a programme whose objective is at most ``most``, as a minimisation.

    ``bounds``: of the objective in each set of hosts, where that is known.
    """

    programme: Programme
    most: float
    bounds: Array | None = None

    @classmethod
    def within(cls, session: Session, best: float, room: float) -> GoodEnough:
        """Plans within ``room`` of the best, ``best``, that a session has found, in the units of the objective."""
        programme = session.programme
        return cls(programme, (-best if programme.maximise else best) + room, session.bounds_of_sets())

    def farthest(self, known: Sequence[Solution], most: float = math.inf) -> Solution | None:
        """The plan that differs most from the known ones; None where none differs from all of them in one choice at least.

        ``most``: no plan differs in more choices, as the last one did with fewer known. Raises NoTimeError.
        """
        p = self.programme
        options = p.case.design.solver
        apart = _with_distance(p, known, most)
        least = len(p.d.columns)
        distance = Linear.of(least, -1.0)
        good = p.objective * (-1.0 if p.maximise else 1.0)
        if options.name == "highs" and options.engine == "structure":
            try:
                search = SetSearch(apart, [distance, good], options)
            except NoSetsError:
                pass
            else:
                found = search.run(
                    [1.0, 0.0],
                    [math.inf, self.most],
                    0.0,
                    options.time_limit,
                    incumbent=0.0,
                    room=_ONE_MORE,
                    known=self._known(search),
                )
                return _one(found.status, found.solution, least)
        live = LiveRelaxation(apart)
        live.add_row(good, -math.inf, self.most)
        live.set_objective(distance)
        by_branching = BranchAndBound(live, 0.0, options.time_limit, room=_ONE_MORE).run(incumbent=0.0)
        return _one(by_branching.status, by_branching.solution, least)

    def _known(self, search: SetSearch) -> Array | None:
        """Sets in which nothing is good enough are not asked about."""
        bounds = self.bounds
        if bounds is None or len(bounds) != search.sets.count:
            return None
        room = _ROUNDING * max(1.0, abs(self.most))
        return np.where(bounds > self.most + room, np.inf, -np.inf)


def with_choices_of(programme: Programme, solution: Solution) -> Programme:
    """The programme with levels and sectors held as a solution has them.

    Levels by a row, which leaves a single set of hosts in the table; sectors by the bounds of their columns.
    """
    d = programme.d
    columns = list(d.columns)
    for j in d.open.values():
        value = float(round(solution[j]))
        columns[j] = replace(columns[j], lower=value, upper=value)
    taken = [j for j in d.level.values() if solution[j] > _TAKEN]
    same = Linear({j: 1.0 if j in taken else -1.0 for j in d.level.values()})
    held = copy.copy(programme)
    held.d = replace(d, columns=columns)
    held.rows = [*programme.rows, Row("same_levels", same, ">=", float(len(taken)))]
    return held


def differences(programme: Programme, solution: Sequence[float]) -> tuple[Linear, float]:
    """How many level and sector columns differ from a plan's: expression and constant."""
    expression, constant = Linear(), 0.0
    for column in _choices(programme):
        if solution[column] > _TAKEN:
            expression.add_term(column, -1.0)
            constant += 1.0
        else:
            expression.add_term(column, 1.0)
    return expression, constant


def _choices(programme: Programme) -> tuple[int, ...]:
    return (*programme.d.level.values(), *programme.d.open.values())


def _with_distance(programme: Programme, known: Sequence[Solution], most: float) -> Programme:
    """The programme with one more column, the least of the differences from known plans."""
    d = programme.d
    least = len(d.columns)
    most = min(most, float(len(_choices(programme))))
    rows = []
    for number, solution in enumerate(known):
        away, constant = differences(programme, solution)
        rows.append(Row(f"differs.{number}", away.add_term(least, -1.0), ">=", -constant))
    apart = copy.copy(programme)
    apart.d = replace(d, columns=[*d.columns, Column("differences", 0.0, most, integer=False)])
    apart.rows = [*programme.rows, *rows]
    return apart


def _one(status: str, solution: Sequence[float], count: int) -> Solution | None:
    if status == "stopped" and not solution:
        raise NoTimeError("stopped before it was known whether another plan is good enough; allow more time")
    return tuple(solution[:count]) or None


_ROUNDING = 1e-9
