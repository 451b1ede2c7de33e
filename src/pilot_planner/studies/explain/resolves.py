"""One design solved again and again with a setting moved: what a real change gives, hosts and levels free to change.

Every answer is the optimum of the whole programme with the moved setting, proven as a plan is. What a move leaves as it
is, is kept: the inputs, the programme, and, where only right sides moved, the search with everything that it has proven.
The same question is never solved twice.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.wording import listed
from pilot_planner.design.schema import Design
from pilot_planner.errors import InputError, NoPlanError, NoTimeError, SolverError
from pilot_planner.programme.build import Programme, build
from pilot_planner.solving.arithmetic import Arithmetic
from pilot_planner.solving.decomposition.one_set import best_with
from pilot_planner.solving.outcome import Outcome, Status
from pilot_planner.solving.session import Session
from pilot_planner.solving.warm_start import KeptSession
from pilot_planner.studies.planning.plan import no_plan
from pilot_planner.studies.sweeps.sweep import Programmes

PROVEN_TO = 1e-7
"""Gap of every re-solve: two of them then differ by less than a millionth of the objective from the true difference."""

_KEPT = 8
"""Programmes whose answers are kept."""
_SAME = 1e-6
"""Relative loss up to which the hosts and levels of the plan count as still the best ones."""
_TAKEN = 0.5


@dataclass(frozen=True, slots=True)
class Solved:
    """The best plan with some settings moved.

    Attributes:
        status: ``optimal``, ``time_limit``, ``infeasible``, ``unbounded``, ``refused`` (the design or the inputs do not
            take the value; ``reason`` says why) or ``failed``.
        objective: in the unit of the design's metric; None without a plan.
        levels: oversight level by host, of the hosts that are chosen.
        same_choice: whether the hosts and levels of the plan as it is are still the best ones.
        others: what no plan with other hosts or levels than those of the plan as it is passes; infinite if not known.
    """

    status: str
    objective: float | None = None
    levels: Mapping[str, str] | None = None
    same_choice: bool = False
    reason: str = ""
    others: float = math.nan

    @property
    def hosts(self) -> str:
        """``KAZ+MNG``; empty without a plan."""
        return "+".join(sorted(self.levels or ()))

    @property
    def choice(self) -> str:
        """``KAZ (standard) and MNG (intensive)``; empty without a plan."""
        return listed(f"{host} ({level})" for host, level in sorted((self.levels or {}).items()))

    @property
    def settled(self) -> bool:
        """Whether it is proven what the value gives: a plan, or that there is none."""
        return self.status in ("optimal", "infeasible")


class Resolves:
    """The best plans of one design with settings moved. Settings are dotted paths, as ``--set`` takes them.

    Raises NoPlanError when the design as it is has no plan.
    """

    def __init__(
        self,
        design: Design,
        inputs: Inputs,
        programme: Programme | None = None,
        session: KeptSession | None = None,
        levels: Mapping[str, str] | None = None,
    ) -> None:
        """What somebody has of the design as it is: its ``programme``, a ``session``, the plan's ``levels`` by host."""
        self.programme = programme or build(make_case(design, inputs))
        self.design = design
        solver = design.solver.model_copy(update={"gap": min(design.solver.gap, PROVEN_TO)})
        closer = copy.copy(self.programme)
        closer.case = replace(self.programme.case, design=design.model_copy(update={"solver": solver}))
        self._programmes = Programmes(closer.case.design, inputs, closer)
        self._session = session if session is not None else self._fresh(closer)
        self._known: dict[tuple[tuple[str, Any], ...], Solved] = {}
        self._of_programmes: list[tuple[Programme, Solved]] = []
        self._levels = levels
        self._arithmetic = Arithmetic(closer)
        self.solves = 0
        self.base = self.at({})
        if self.base.objective is None:
            status: Status = "unbounded" if self.base.status == "unbounded" else "infeasible"
            raise no_plan(Outcome(status, None, None, (), 0.0), design)
        self._levels = levels if levels is not None else self.base.levels
        others = self._session.best_of_others(self._levels or {})
        self.base = self._known[()] = replace(self.base, levels=self._levels, same_choice=True, others=others)
        self._of_programmes = [(closer, self.base)]

    def at(self, changes: Mapping[str, Any], within: Solved | None = None, target: float | None = None) -> Solved:
        """The best plan with these settings moved. Never raises for what the values or the solver do.

        ``within`` is an answer to a question that allows every plan that this one allows, such as that of a looser bound.
        What it proved of other hosts and levels then holds here too, and often the plan's own need be searched only. With
        a ``target`` it is proven as well, where that is so, that other hosts or levels do not pass it.
        """
        key = tuple(sorted((path, _rounded(value)) for path, value in changes.items()))
        if key not in self._known:
            self._known[key] = self._solved(dict(key), math.nan if within is None else within.others, target)
        return self._known[key]

    def known(self, changes: Mapping[str, Any]) -> Solved | None:
        """The answer to a question that was asked before."""
        return self._known.get(tuple(sorted((path, _rounded(value)) for path, value in changes.items())))

    def change(self, changes: Mapping[str, Any]) -> float | None:
        """What moving these settings adds to the objective; None where no plan is left."""
        after, before = self.at(changes).objective, self.base.objective
        return None if after is None or before is None else after - before

    def allows(self, changes: Mapping[str, Any]) -> bool:
        """Whether the design and the inputs take these values; law may refuse a looser bound."""
        try:
            self._programmes.of(changes)
        except InputError:
            return False
        except NoPlanError:
            return True
        return True

    def with_host(self, host: str) -> Outcome:
        """The best plan of the design as it is that must use a host."""
        programme = self._programmes.of({})
        goes_on = self._by_sets(programme) and self._session.goes_on_with(programme)
        return (self._session if goes_on else Session(programme)).solve_with(host)

    # --- solving ---

    def _by_sets(self, programme: Programme) -> bool:
        options = programme.case.design.solver
        return options.name == "highs" and options.engine == "structure"

    def _fresh(self, programme: Programme) -> KeptSession:
        return KeptSession(programme, always_sets=True)

    def _solved(self, changes: Mapping[str, Any], others: float, target: float | None) -> Solved:
        try:
            programme = self._programmes.of(changes)
        except InputError as error:
            return Solved("refused", reason="; ".join(str(fault) for fault in error.faults))
        except NoPlanError as error:
            return Solved("infeasible", reason="; ".join(error.reasons))
        for known, solved in self._of_programmes:
            if known is programme:
                # Whatever was moved reaches nothing that the programme is made of.
                return solved
        self.solves += 1
        try:
            solved = self._of_programme(programme, others, target)
        except NoTimeError as error:
            return Solved("time_limit", reason=str(error))
        except SolverError as error:
            return Solved("failed", reason=str(error))
        if solved.settled and target is None:
            self._of_programmes = [(programme, solved), *self._of_programmes[: _KEPT - 1]]
        return solved

    def _of_programme(self, programme: Programme, others: float, target: float | None) -> Solved:
        options = programme.case.design.solver
        by_sets = self._by_sets(programme)
        goes_on = by_sets and self._session.goes_on_with(programme)
        if by_sets and not goes_on and self._levels and not math.isnan(others):
            own = best_with(programme, self._levels, options)
            if own is not None and own.objective is not None and not self._better(others, own.objective):
                self._arithmetic.of(programme).ensure(own.solution)
                return Solved("optimal", own.objective, self._levels, same_choice=True, others=others)
        session = self._session if goes_on else Session(programme)
        try:
            outcome = session.solve()
        except SolverError:
            if goes_on:
                # A search that was stopped or failed may have left the live object between two states.
                self._session = self._fresh(self._programmes.of({}))
            raise
        if not outcome.has_plan:
            return Solved(outcome.status)
        levels = {h: level for (h, level), column in programme.d.level.items() if outcome.solution[column] > _TAKEN}
        own_levels = levels if self._levels is None else self._levels
        return Solved(
            outcome.status,
            outcome.objective,
            levels,
            same_choice=self._still_best(programme, outcome, levels),
            others=session.bound_of_others(own_levels, target),
        )

    def _better(self, first: float, second: float) -> bool:
        return first > second if self.programme.maximise else first < second

    def _still_best(self, programme: Programme, outcome: Outcome, levels: Mapping[str, str]) -> bool:
        """Whether the hosts and levels of the plan as it is are among the best: of equals, a search may find any."""
        if self._levels is None or levels == self._levels:
            return True
        if outcome.objective is None:
            return False
        best = best_with(programme, self._levels, programme.case.design.solver)
        if best is None or best.objective is None:
            return False
        return abs(best.objective - outcome.objective) <= _SAME * max(1.0, abs(outcome.objective))


def _rounded(value: Any) -> Any:
    """A number without the noise of arithmetic in its last digits, so that one value is one question."""
    return float(f"{value:.12g}") if isinstance(value, float) else value
