"""The programmes of a study of scale, with what each tells the next: by sets of hosts, else in one live session.

In the session they differ in bounds of limits and in their objective only. Each search begins with a programme that is
known to fit. And each is told how many worker-months every host can give at most by itself: hosts meet in a few
programme-wide rows only, so the sum of what they can give is nearly what they do give, while the relaxation alone leaves a
little room in every host and would try all combinations of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from pydantic import TypeAdapter

from pilot_planner.case.case import Case
from pilot_planner.errors import NoTimeError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.limits.registry import PROGRAMME_SCOPE
from pilot_planner.programme.linear import Linear
from pilot_planner.solving.branch_and_bound import BranchAndBound
from pilot_planner.solving.decomposition.host_sets import NoSetsError
from pilot_planner.solving.session import Session
from pilot_planner.solving.warm_start import KeptSession
from pilot_planner.studies.execution.finished_lumps import Finished
from pilot_planner.studies.scale_up.sets import SetQuestions
from pilot_planner.studies.scale_up.sizing import Solved, kept_solved, solve, solved_by
from pilot_planner.studies.sweeps.sweep import with_other_bounds

_SOLUTION = TypeAdapter(Sequence[float])
_MOST = "worker_months"
"""The metric that is bounded host by host."""


class Questions:
    """Programmes of one case, asked one after the other: by sets of hosts where that is possible."""

    def __init__(self, widest: Case, kept: Finished) -> None:
        """``widest``: the case in which all hosts are allowed and the least size is asked for. ``kept``: answers so far."""
        self._widest, self._kept = widest, kept
        self._session: KeptSession | None = None

    @cached_property
    def _sets(self) -> SetQuestions | None:
        """Made with the first question that is not answered yet."""
        try:
            return SetQuestions(self._widest)
        except NoSetsError:
            return None

    def largest(self, case: Case, size: int, known: Solved | None) -> Solved | None:
        """The largest programme in at most ``size`` hosts. ``known`` is one of fewer hosts."""

        def answer() -> Solved | None:
            return self._solve(case, known) if self._sets is None else self._sets.largest(case, size)

        return kept_solved(self._kept, case, answer)

    def cheapest(self, case: Case, size: int, least: float, known: Solved | None) -> Solved | None:
        """The cheapest programme of at least so many worker-months in at most ``size`` hosts. ``known`` is a larger one."""

        def answer() -> Solved | None:
            return self._solve(case, known) if self._sets is None else self._sets.cheapest(case, size, least)

        return kept_solved(self._kept, case, answer)

    def that_keeps(self, case: Case, size: int, least: float, hosts: Sequence[str]) -> Solved | None:
        """The cheapest that stays in ``hosts``; where none can, the cheapest."""

        def answer() -> Solved | None:
            if self._sets is None:
                return solve(case, hosts) or solve(case)
            return self._sets.cheapest(case, size, least, hosts) or self._sets.cheapest(case, size, least)

        return kept_solved(self._kept, case, answer)

    def below(self, price: float, room: float, largest: Solved) -> Sequence[float]:
        """The programme whose cost less ``price`` x worker-months is least, where that is below 0 by more than ``room``
        USD; empty where none is. ``largest``: the largest programme of all hosts. Raises NoTimeError."""
        return self._kept.next_step("price", lambda: self._below(price, room, largest), _SOLUTION)

    def _below(self, price: float, room: float, largest: Solved) -> Sequence[float]:
        if self._sets is not None:
            return self._sets.below(price, room)
        programme = largest.programme
        live = Session(programme).live
        live.set_objective(programme.metric("operating_cost") - programme.metric("worker_months") * price)
        found = BranchAndBound(live, 0.0, programme.case.design.solver.time_limit, room=room).run(incumbent=-room / 2.0)
        if found.status == "stopped":
            raise NoTimeError("stopped before the cheapest size was proven; allow more time")
        return found.solution

    def _solve(self, case: Case, known: Solved | None = None) -> Solved | None:
        """What ``scale_parts.solve`` finds. ``known`` meets every limit of this case."""
        options = case.design.solver
        if options.name != "highs" or options.engine != "structure":
            return solve(case)
        programme = None if self._session is None else with_other_bounds(self._session.programme, case.design)
        if self._session is None or programme is None:
            self._session = KeptSession(build(case))
            bound_hosts(self._session)
        else:
            self._session.take_over(programme)
        return solved_by(self._session, self._session.solve_anew(() if known is None else known.solution))


def bound_hosts(session: KeptSession) -> dict[str, float]:
    """Add a row for each host: its worker-months are at most what it could give alone, and nothing where it is not chosen.

    What a host could give is found with every limit left out that other hosts have a part in. Whatever a host does in a
    programme it can do there too, so no programme is cut off. Returns the bounds.
    """
    programme, live = session.programme, session.live
    d = programme.d
    host_of = {column: h for (h, _, _, _), column in d.workers.items()}
    shared = _shared_rows(programme, host_of)
    parts: dict[str, Linear] = {h: Linear() for h in programme.q.hosts}
    for column, coefficient in programme.metric(_MOST).terms.items():
        if column in host_of:
            parts[host_of[column]].add_term(column, coefficient)
    for number in shared:
        live.set_row_bounds(number, -math.inf, math.inf)
    most: dict[str, float] = {}
    for h, part in parts.items():
        live.set_objective(part * -1.0)
        away = {column: (0.0, 0.0) for (other, _), column in d.level.items() if other != h}
        found = BranchAndBound(live, 0.0, programme.case.design.solver.time_limit).run(start=away)
        if found.status in ("optimal", "infeasible"):
            most[h] = max(0.0, -found.bound) if found.solution else 0.0
    for number in shared:
        row = programme.rows[number]
        low = -math.inf if row.sense == "<=" else row.right_side
        live.set_row_bounds(number, low, math.inf if row.sense == ">=" else row.right_side)
    live.set_bounds({})
    live.set_objective(programme.objective * (-1.0 if programme.maximise else 1.0))
    for h, value in most.items():
        live.add_row(parts[h] + programme.q.chosen(h) * -(value * (1.0 + _ROOM) + _ROOM), -math.inf, 0.0)
    return most


_ROOM = 1e-7
"""Relative, so that rounding in a bound cuts nothing off."""


def _shared_rows(programme: Programme, host_of: dict[int, str]) -> list[int]:
    """Rows of limits that hold for the whole programme, or in which workers of several hosts stand; and rows that ask for
    something to be there, which may be in another host."""
    found = []
    for number, row in enumerate(programme.rows):
        if row.limit is None:
            if row.sense == ">=" and row.right_side > 0.0:
                found.append(number)
        else:
            hosts = {host_of[column] for column in row.expression.terms if column in host_of}
            if row.limit.scope == PROGRAMME_SCOPE or len(hosts) > 1:
                found.append(number)
    return found
