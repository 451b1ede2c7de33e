"""Plans for visitors: solved once for all who ask the same, and only the newest question of each visitor counts.

What is kept is kept by what was asked, never by who asked, so no visitor can see another's settings by accident.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pilot_planner.dashboard.runtime.log import Log, no_log
from pilot_planner.dashboard.runtime.permission import Permission, everybody
from pilot_planner.dashboard.runtime.shared_links import LeftOut
from pilot_planner.dashboard.runtime.turns import Turns
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import load_inputs
from pilot_planner.data.locations import resolve_inputs, resolve_model
from pilot_planner.design.loading import load_design
from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError, InputError, NoPlanError, NotAllowedError, PilotPlannerError
from pilot_planner.studies.execution.live_plan import Outdated, QuickPlans
from pilot_planner.studies.planning.plan import Plan

_MOST_PLANS = 48
"""Plans kept in memory, about 3 MB each; the least recently used goes first."""
_AT_ONCE = 2
"""Solves under way at a time; more would only slow each other down."""
_MOST_VISITORS = 5_000
_LATE = -1
"""The number of a question that is outdated when it comes; no newest one has it."""
_MOST_APART = 60_000.0
"""Milliseconds by which one question may overtake another on its way."""


@dataclass(frozen=True)
class Answer:
    """What became of a question: a plan, or why there is none.

    Attributes:
        status: ``solved``; ``impossible`` (no plan meets all limits); ``refused`` (the question itself is wrong);
            ``failed`` (the solver gave up).
        messages: in words; empty where there is a plan.
        seconds: what the solve took.
        left_out: parts of the link that could not be used.
    """

    question: Question
    status: str
    plan: Plan | None = None
    messages: tuple[str, ...] = ()
    seconds: float = 0.0
    left_out: tuple[LeftOut, ...] = ()


class OutdatedError(PilotPlannerError):
    """The visitor has asked something newer."""


class Planner:
    """Designs and inputs of one server, and the plans made of them."""

    def __init__(
        self,
        inputs: str | Path | None = None,
        model: str | Path | None = None,
        *,
        permission: Permission = everybody,
        log: Log = no_log,
        solve_seconds: float | None = None,
    ) -> None:
        """Read inputs and designs. ``permission`` says what may not be asked; a search ends after ``solve_seconds``."""
        self.permission = permission
        self.solve_seconds = solve_seconds
        self._log = log
        self.inputs_folder: Path = resolve_inputs(inputs)
        self.inputs: Inputs = load_inputs(self.inputs_folder)
        first = resolve_model(model)
        self.models: dict[str, Path] = _designs_beside(first)
        self.first = first.stem
        self.designs: dict[str, Design] = {name: load_design(path) for name, path in self.models.items()}
        self.quick = QuickPlans(self.inputs)
        self._plans: OrderedDict[str, Answer] = OrderedDict()
        self._making: dict[str, threading.Lock] = {}
        self._newest: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = Turns(_AT_ONCE)
        self._closing = threading.Event()

    def warm_up(self) -> None:
        """Solve the first design now, beside everything else, so that the first visitor finds it there."""

        def first() -> None:
            with contextlib.suppress(OutdatedError):
                self.answer(Question(self.first))

        threading.Thread(target=first, daemon=True, name="warm-up").start()

    def close(self) -> None:
        """Stop every search, for the end of the server: a solver that is still at work then would break its process."""
        self._closing.set()
        self._turns.all_back(_SECONDS_TO_END)

    def ticket(self, visitor: str, at: float = 0.0) -> int:
        """A number for the visitor's newest question; earlier ones are outdated from now on.

        Two questions may arrive in another order than they were asked in: ``at`` is when the visitor's own clock had this
        one, and one that comes after a later one is outdated from the beginning. 0 where nobody has told.
        """
        with self._lock:
            number, latest = self._newest.pop(visitor, (0, 0.0))
            # A clock that was set back is no order of questions.
            late = latest - _MOST_APART < at < latest
            number += 0 if late else 1
            self._newest[visitor] = (number, latest if late else at)
            while len(self._newest) > _MOST_VISITORS:
                self._newest.popitem(last=False)
            return _LATE if late else number

    def known(self, question: Question) -> Answer | None:
        """The answer if it is there already and may be given."""
        return None if self.permission(question) else self._kept(question)

    def check(self, question: Question) -> None:
        """Raise NotAllowedError where the visitor may not ask this."""
        why = self.permission(question)
        if why:
            raise NotAllowedError(why)

    def _kept(self, question: Question) -> Answer | None:
        with self._lock:
            found = self._plans.get(question.key)
            if found is None:
                return None
            self._plans.move_to_end(question.key)
            # The plan is anybody's who asks for it; the name that somebody gave to a scenario is theirs alone.
            return replace(found, question=question)

    def answer(self, question: Question, visitor: str = "", number: int = 0) -> Answer:
        """The answer to a question, from memory or solved now.

        Raises OutdatedError when the visitor asks something newer meanwhile.
        """
        why = self.permission(question)
        if why:
            return Answer(question, "refused", messages=(why,))
        found = self._kept(question)
        if found is not None:
            return found
        with self._lock:
            making = self._making.setdefault(question.key, threading.Lock())
        try:
            with making:
                return self._kept(question) or self._solve(question, lambda: self._outdated(visitor, number))
        finally:
            with self._lock:
                if not making.locked():
                    self._making.pop(question.key, None)

    def newer_than_now(self, visitor: str | None) -> Outdated:
        """Tells, whenever it is asked, whether the visitor has asked something newer than what he has asked by now."""
        with self._lock:
            number, _ = self._newest.get(visitor or "", (0, 0.0))
        return lambda: self._outdated(visitor or "", number)

    @contextlib.contextmanager
    def turn(self, key: str, given_up: Outdated) -> Iterator[bool]:
        """A turn among those who solve, waited for under a key; False where it was given up before."""
        mine = self._turns.take(key, given_up)
        try:
            yield mine
        finally:
            if mine:
                self._turns.release()

    def place(self, question: Question) -> int | None:
        """The question's place among those that wait for a turn, 1 for the next; None where it does not wait."""
        return self._turns.place(question.key)

    def _outdated(self, visitor: str, number: int) -> bool:
        if self._closing.is_set():
            return True
        with self._lock:
            newest, _ = self._newest.get(visitor, (number, 0.0))
            return number != 0 and newest != number

    def _solve(self, question: Question, outdated: Outdated) -> Answer:
        with self.turn(question.key, outdated) as mine:
            if not mine or outdated():
                raise OutdatedError("a newer question was asked")
            answer = self._made(question, outdated)
        plan = answer.plan
        self._log(
            "solve",
            status=answer.status,
            seconds=round(answer.seconds, 3),
            plan=None if plan is None else plan.plan_id,
            design=question.model,
            settings=len(question.settings),
        )
        with self._lock:
            self._plans[question.key] = answer
            while len(self._plans) > _MOST_PLANS:
                self._plans.popitem(last=False)
        return answer

    def _made(self, question: Question, outdated: Outdated) -> Answer:
        began = time.perf_counter()
        seconds = self.solve_seconds

        def too_long() -> bool:
            return seconds is not None and time.perf_counter() - began > seconds

        def ended(status: str, *messages: str) -> Answer:
            return Answer(question, status, messages=messages, seconds=time.perf_counter() - began)

        try:
            design = self.designs[question.model]
            plan = self.quick.plan(design, dict(question.settings), lambda: too_long() or outdated())
            return Answer(question, "solved", plan, seconds=time.perf_counter() - began)
        except CancelledError:
            if too_long():
                return ended("failed", f"The search took longer than the {seconds:g} s that this server gives to one plan.")
            raise OutdatedError("a newer question was asked") from None
        except NoPlanError as error:
            return ended("impossible", *error.reasons)
        except InputError as error:
            return ended("refused", *(str(fault) for fault in error.faults))
        except PilotPlannerError as error:
            return ended("failed", str(error))


_SECONDS_TO_END = 5.0


def _designs_beside(first: Path) -> dict[str, Path]:
    """The designs of a folder by name, the one asked for included. Those that cannot be read are left out."""
    found: dict[str, Path] = {}
    for path in sorted({first, *first.parent.glob("*.toml")}):
        try:
            load_design(path)
        except InputError:
            if path == first:
                raise
            continue
        found[path.stem] = path
    return found
