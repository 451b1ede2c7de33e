"""What a proposal says beyond the plan itself: the front, hosts left out, prices, sensitivity. Worked out once, as records.

The longest of them run in a process beside this one. Every record is plain data, without a live solver in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.loading import load_inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import InputError, PilotPlannerError
from pilot_planner.exports.front import BriefFront, brief_front
from pilot_planner.studies.beside import Beside, StoppedError
from pilot_planner.studies.plan import CancelledError, Plan, Progress, make_plan
from pilot_planner.studies.price_words import Price
from pilot_planner.studies.prices import prices
from pilot_planner.studies.provenance import behind
from pilot_planner.studies.risk import solve_and_hold
from pilot_planner.studies.risk_draws import families_of, uncertain_values
from pilot_planner.studies.risk_sums import Swing, main_figures, swings
from pilot_planner.studies.risk_trial import Figures, Trial
from pilot_planner.studies.why_not import Left, why_not


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
    """How far single families of inputs move the plan, and all of them together."""

    swings: tuple[Swing, ...]
    outlooks: tuple[Outlook, ...]
    uncertain: int
    fixed: int


class Studies:
    """The studies of one plan. ``begin`` starts those that take longest beside this process."""

    def __init__(self, plan: Plan, progress: Progress | None) -> None:
        self.plan = plan
        self.progress = progress
        self._beside: Beside[dict[str, Any]] | None = None
        self._kept: dict[str, Any] = {}

    def begin(self) -> None:
        """Start the front, the hosts left out and the prices in another process, if none of them is there yet."""
        if self._beside is None and not self._kept.keys() & {"front", "left_out", "prices"}:
            plan = self.plan
            self._beside = Beside(_all_three, plan.design.model_dump(mode="json"), *_how_to_read(plan.inputs))

    def end(self) -> None:
        """End what is under way and not wanted any more."""
        if self._beside is not None:
            self._beside.end()
            self._beside = None

    @property
    def front(self) -> BriefFront:
        if "front" not in self._kept and self._beside is None:
            self._kept["front"] = brief_front(self.plan, self.progress)
        return self._from_beside("front")  # type: ignore[no-any-return]

    @property
    def left_out(self) -> tuple[Left, ...]:
        if "left_out" not in self._kept and self._beside is None:
            self._kept["left_out"] = _left_out(self.plan.design, self.plan.inputs)
        return self._from_beside("left_out")  # type: ignore[no-any-return]

    @property
    def prices(self) -> tuple[Price, ...]:
        """What one more unit of each limit that binds is worth, without full re-solves."""
        if "prices" not in self._kept and self._beside is None:
            self._kept["prices"] = _prices(self.plan.design, self.plan.inputs)
        return self._from_beside("prices")  # type: ignore[no-any-return]

    @property
    def sensitivity(self) -> Sensitivity:
        if "sensitivity" not in self._kept:
            self._kept["sensitivity"] = sensitivity(self.plan)
        return self._kept["sensitivity"]  # type: ignore[no-any-return]

    def _from_beside(self, name: str) -> Any:
        if name not in self._kept and self._beside is not None:
            try:
                found = self._beside.result(self._stopped)
            except StoppedError:
                raise CancelledError("stopped while the studies of the plan ran") from None
            finally:
                self.end()
            self._kept |= found
        return self._kept[name]

    def _stopped(self) -> bool:
        return self.progress is not None and not self.progress("trading off cost, income and state revenue", 0.5)


def sensitivity(plan: Plan) -> Sensitivity:
    """Swings of each family, and every family at once at the better and the worse end of cost and of worker income."""
    held_plan, held = solve_and_hold(plan.design, plan.inputs)
    uncertain, fixed = uncertain_values(behind(held_plan.case, held_plan.accounts), plan.inputs)
    trial = Trial(plan.design, plan.inputs, held)
    names = tuple(dict.fromkeys((*main_figures(plan.design.objective.metric), "worker_income", "operating_cost", *_MORE)))
    single = swings(trial, uncertain, names)
    outlooks = []
    for figure, better in (("operating_cost", "min"), ("worker_income", "max")):
        ends: dict[str, dict[str, float]] = {"best": {}, "worst": {}}
        moving = [one for one in single if _width(one, figure) > _NOTHING]
        for one in moving:
            rises = (one.at_high[figure] or 0.0) > (one.at_low[figure] or 0.0)
            best_is_high = rises == (better == "max")
            for value in uncertain:
                if value.family == one.family:
                    ends["best"][value.path] = value.high if best_is_high else value.low
                    ends["worst"][value.path] = value.low if best_is_high else value.high
        best, worst = (trial.as_planned(trial.programme(ends[end])) for end in ("best", "worst"))
        outlooks.append(Outlook(figure, best.figures, worst.figures, dict(worst.broken), tuple(worst.floors), len(moving)))
    return Sensitivity(single, tuple(outlooks), len(families_of(uncertain)), len(fixed))


_MORE = ("secured_income",)
_NOTHING = 1e-6


def _width(one: Swing, figure: str) -> float:
    return abs((one.at_high[figure] or 0.0) - (one.at_low[figure] or 0.0))


def _how_to_read(inputs: Inputs) -> tuple[str, str, dict[str, float]]:
    """Where another process finds the same inputs, their hash, and what was set on top of them."""
    changes = {".".join(filter(None, (*address, bound))): value for (address, bound), value in inputs.changes.items()}
    return Path(inputs.origin).resolve().as_posix(), inputs.hash, changes


def _all_three(design: dict[str, Any], folder: str, input_hash: str, changes: dict[str, float]) -> dict[str, Any]:
    """In the other process."""
    read = Design.model_validate(design)
    try:
        inputs = load_inputs(folder)
        inputs = inputs.with_values(changes) if changes else inputs
    except InputError as error:
        raise PilotPlannerError(f"the inputs in {folder} cannot be read again: {error.faults[0]}") from None
    if inputs.hash != input_hash:
        raise PilotPlannerError(f"the inputs in {folder} have changed since the plan was made: make it again")
    return {
        "front": brief_front(make_plan(read, inputs)),
        "left_out": _left_out(read, inputs),
        "prices": _prices(read, inputs),
    }


def _left_out(design: Design, inputs: Inputs) -> tuple[Left, ...]:
    return why_not(design, inputs, floors=False).left


def _prices(design: Design, inputs: Inputs) -> tuple[Price, ...]:
    return prices(design, inputs, resolve=False, binding_only=True).prices
