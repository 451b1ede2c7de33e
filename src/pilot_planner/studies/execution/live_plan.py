"""Plans of one design again and again, as somebody moves a setting: the same plans as ``make_plan``, in less time.

What a change leaves as it is, is kept: a changed bound of a limit changes the rows of that limit only, and the search
starts from where the last one ended (see ``solving/warm_start.py``). Where nothing can be kept, the programme is built anew.
Every plan is proven for itself and its ties are broken anew, so that it is the plan of ``make_plan`` to the last byte.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError, NoTimeError, SolverError
from pilot_planner.programme.build import Programme, build
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.warm_start import KeptSession, same_structure
from pilot_planner.studies.planning.plan import Plan, describe, make_plan, no_plan
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.sweeps.sweep import INPUTS, Memory, with_other_bounds, without_bounds

_KEPT_PROGRAMMES = 12
_KEPT_SESSIONS = 6

Outdated = Callable[[], bool]


@dataclass
class _Kept:
    """A live session with the lock of whoever works with it."""

    session: KeptSession
    lock: threading.Lock


class QuickPlans:
    """Plans of any design on one set of inputs. Safe to be asked from several threads."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self._programmes: Memory[str, Programme] = Memory(_KEPT_PROGRAMMES)
        self._sessions: list[_Kept] = []
        self._lock = threading.Lock()

    def plan(self, model: Design, settings: Settings, outdated: Outdated) -> Plan:
        """The plan of a design with settings on top. ``outdated`` is asked during the search; True stops it.

        Raises what ``make_plan`` raises, CancelledError when stopped.
        """
        options = model.solver
        # A plan for a chance is a search of its own, over many draws.
        alone = bool(settings.get("confidence", model.confidence)) or options.engine != "structure"
        if alone or options.name != "highs" or any(path.startswith("solver.") for path in settings):
            return make_plan(model, self.inputs, settings, lambda step, share: not outdated())
        began = time.perf_counter()
        design, inputs = set_up(model, self.inputs, settings)
        programme = self.programme(model, design, inputs, settings)
        if outdated():
            raise CancelledError("stopped before the search")
        built = time.perf_counter()
        kept = self._session(programme)
        try:
            outcome, solution = _solve(kept.session, programme, outdated)
        except SolverError:
            # A search that was stopped or failed may have left the live object between two states.
            self._forget(kept)
            if outdated():
                raise CancelledError("stopped in the search") from None
            raise
        finally:
            kept.lock.release()
        solved = time.perf_counter()
        if not outcome.has_plan:
            raise no_plan(outcome, design)
        plan = describe(programme, outcome, solution, {"build": built - began, "solve": solved - built})
        plan.timings["accounts"] = time.perf_counter() - solved
        return plan

    def programme(self, model: Design, design: Design, inputs: Inputs, settings: Settings) -> Programme:
        """The programme of ``model`` with settings on top, which ``design`` and ``inputs`` are; kept ones are used."""
        of_inputs = sorted((path, repr(value)) for path, value in settings.items() if path.startswith(INPUTS))
        about = f"{without_bounds(design)} {of_inputs}"
        with self._lock:
            kept = self._programmes.get(about, lambda: build(make_case(design, inputs)))
            if kept.case.design == design:
                return kept
            return with_other_bounds(kept, design) or build(make_case(design, inputs))

    def _session(self, programme: Programme) -> _Kept:
        """A session that nobody else works with: one of the same structure if there is one, else a new one."""
        with self._lock:
            for place, kept in enumerate(self._sessions):
                if same_structure(kept.session.programme, programme) and kept.lock.acquire(blocking=False):
                    self._sessions.insert(0, self._sessions.pop(place))
                    return kept
        fresh = _Kept(KeptSession(programme, always_sets=True), threading.Lock())
        fresh.lock.acquire()
        with self._lock:
            self._sessions = [fresh, *self._sessions[: _KEPT_SESSIONS - 1]]
        return fresh

    def _forget(self, kept: _Kept) -> None:
        with self._lock:
            self._sessions = [one for one in self._sessions if one is not kept]


def _solve(session: KeptSession, programme: Programme, outdated: Outdated) -> tuple[Outcome, tuple[float, ...]]:
    if session.programme is not programme:
        session.take_over(programme)
    outcome = session.solve(outdated)
    if outdated():
        raise NoTimeError("stopped, since something newer was asked")
    return outcome, session.break_ties(outcome) if outcome.has_plan else ()
