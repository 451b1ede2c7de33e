"""What a proposal says beyond the plan itself: the front, hosts left out, prices, sensitivity. Worked out once, as records.

The longest of them runs in a process beside this one. Every record is plain data, without a live solver in it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pilot_planner.data.estimates import Bound
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError, InputError, PilotPlannerError, SolverError
from pilot_planner.exports.less_money import BriefFront, brief_front
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.execution.subprocess_task import Beside, StoppedError
from pilot_planner.studies.explain.host_exclusion import Left, why_not
from pilot_planner.studies.explain.price_records import Price
from pilot_planner.studies.explain.shadow_prices import prices
from pilot_planner.studies.planning.plan import Plan, make_plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.robust.gate import GatePlan, gate_of
from pilot_planner.studies.uncertainty.chance import Chance, chance_to_tell
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.drawn_plan import Outlook as Signed
from pilot_planner.studies.uncertainty.risk import solve_and_hold
from pilot_planner.studies.uncertainty.samples import Uncertainty, uncertainty
from pilot_planner.studies.uncertainty.stress_scenarios import NamedDraw, named_draws
from pilot_planner.studies.uncertainty.summary import Swing, main_figures, swings
from pilot_planner.studies.uncertainty.trial import Figures, Trial
from pilot_planner.studies.uncertainty.what_to_find_out import Evidence, evidence_of


@dataclass(frozen=True)
class Outlook:
    """One figure with everything that moves it at its better end, at base, and at its worse end; the plan held.

    Attributes:
        figure: name of a metric whose direction is ``better``.
        at_best, at_worst: main figures with every family at the end that is better or worse for ``figure``.
        broken: limits that the plan then breaks at the worse end, by ``key.side.scope``, with the excess.
        floors: rights floors that placements then fail at the worse end.
        families: how many families of inputs move it.
    """

    figure: str
    at_best: Figures
    at_worst: Figures
    broken: Mapping[str, float]
    floors: tuple[str, ...]
    families: int


@dataclass(frozen=True)
class Sensitivity:
    """How far single families of inputs move the plan, all of them together, and what each event does to it.

    Attributes:
        swings: of families and events.
        known: all that is uncertain.
        events: each by itself, nothing decided again.
    """

    swings: tuple[Swing, ...]
    outlooks: tuple[Outlook, ...]
    known: Uncertainty
    events: tuple[NamedDraw, ...]


class Studies:
    """The studies of one plan, each run once. ``begin`` starts the longest beside this process."""

    def __init__(self, plan: Plan, progress: Progress | None) -> None:
        self.plan = plan
        self.progress = progress
        self._beside: Beside[BriefFront] | None = None

    def begin(self) -> None:
        """Start the front in another process, if it is not there yet."""
        if self._beside is None and "front" not in self.__dict__:
            plan = self.plan
            self._beside = Beside(_front_of, plan.design.model_dump(mode="json"), *_how_to_read(plan.inputs))

    def end(self) -> None:
        """End what is under way and not wanted any more."""
        if self._beside is not None:
            self._beside.end()
            self._beside = None

    @cached_property
    def front(self) -> BriefFront:
        if self._beside is None:
            return brief_front(self.plan, self.progress)
        try:
            return self._beside.result(self._stopped)
        except StoppedError:
            raise CancelledError("stopped while the studies of the plan ran") from None
        finally:
            self.end()

    @cached_property
    def left_out(self) -> tuple[Left, ...]:
        """Hosts that are not in the plan, and what the best plan with each of them loses."""
        return why_not(self.plan.design, self.plan.inputs, floors=False).left

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        """What one more unit of each limit that binds is worth, without full re-solves."""
        return prices(self.plan.design, self.plan.inputs, resolve=False, binding_only=True).prices

    @cached_property
    def sensitivity(self) -> Sensitivity:
        return sensitivity(self.plan)

    @cached_property
    def gate(self) -> GatePlan | None:
        """What is done at the gate of the design, and what that is worth; None where it has none."""
        return gate_of(self.plan, progress=self._told(_GATE))

    @cached_property
    def evidence(self) -> Evidence | None:
        """What to find out first; None where nobody works, or it was not worked out within the design's time limit."""
        if not self.plan.placements:
            return None
        ends = time.perf_counter() + self.plan.design.solver.time_limit
        caller = self._told(_EVIDENCE)

        def progress(text: str, share: float) -> bool:
            if caller is not None and not caller(text, share):
                raise CancelledError(f"stopped at: {text}")
            return time.perf_counter() < ends

        try:
            return evidence_of(self.plan, progress=progress)
        except CancelledError:
            if time.perf_counter() < ends:
                raise
            return None
        except (InputError, SolverError):
            return None

    @cached_property
    def chance(self) -> Chance | None:
        """How sure the plan is; None where that cannot be told."""
        return chance_to_tell(self.plan)

    def _told(self, share: float) -> Progress | None:
        """What is told while a study runs here; the share of the whole stands still."""
        caller = self.progress
        return None if caller is None else lambda text, _: caller(text, share)

    def _stopped(self) -> bool:
        return self.progress is not None and not self.progress("trading off cost, income and state revenue", 0.5)


_GATE, _EVIDENCE = 0.22, 0.24
"""Shares of the whole that are done when they begin."""


def sensitivity(plan: Plan) -> Sensitivity:
    """Swings of each family, and every family at once at the better and the worse end of cost and of worker income."""
    held_plan, held = solve_and_hold(plan.design, plan.inputs)
    known = uncertainty(plan.design, plan.inputs, behind(held_plan.case, held_plan.accounts))
    trial = Trial(plan.design, plan.inputs, held)
    names = tuple(dict.fromkeys((*main_figures(plan.design.objective.metric), "worker_income", "operating_cost", *_MORE)))
    single = swings(trial, known, names)
    outlooks = []
    for figure, better in (("operating_cost", "min"), ("worker_income", "max")):
        ends: dict[str, dict[str, Bound]] = {"best": {}, "worst": {}}
        moving = [one for one in single if one.family in known.movable and _width(one, figure) > _NOTHING]
        for one in moving:
            rises = (one.at_high[figure] or 0.0) > (one.at_low[figure] or 0.0)
            best_is_high = rises == (better == "max")
            ends["best"][one.family] = "high" if best_is_high else "low"
            ends["worst"][one.family] = "low" if best_is_high else "high"
        best, worst = (_at(trial, known.at(ends[end])) for end in ("best", "worst"))
        outlooks.append(Outlook(figure, best.figures, worst.figures, dict(worst.broken), tuple(worst.floors), len(moving)))
    return Sensitivity(single, tuple(outlooks), known, named_draws(trial, held_plan, known, recourse=False))


def _at(trial: Trial, values: Mapping[str, float]) -> Signed:
    return DrawnPlan(trial, {path: np.array([value]) for path, value in values.items()}, 1).outlooks()[0]


_MORE = ("secured_income",)
_NOTHING = 1e-6


def _width(one: Swing, figure: str) -> float:
    return abs((one.at_high[figure] or 0.0) - (one.at_low[figure] or 0.0))


def _how_to_read(inputs: Inputs) -> tuple[str, str, dict[str, float]]:
    """Where another process finds the same inputs, their hash, and what was set on top of them."""
    changes = {".".join(filter(None, (*address, bound))): value for (address, bound), value in inputs.changes.items()}
    return Path(inputs.origin).resolve().as_posix(), inputs.hash, changes


def _front_of(design: dict[str, Any], folder: str, input_hash: str, changes: dict[str, float]) -> BriefFront:
    """In the other process."""
    read = Design.model_validate(design)
    try:
        inputs = load_inputs(folder)
        inputs = inputs.with_values(changes) if changes else inputs
    except InputError as error:
        raise PilotPlannerError(f"the inputs in {folder} cannot be read again: {error.faults[0]}") from None
    if inputs.hash != input_hash:
        raise PilotPlannerError(f"the inputs in {folder} have changed since the plan was made: make it again")
    return brief_front(make_plan(read, inputs))
