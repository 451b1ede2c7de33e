"""Influence: how far one uncertain input after the other moves a plan that is kept as it is.

The tornado of the risk study for one figure, without its draws: seconds and not minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.uncertainty.risk import solve_and_hold
from pilot_planner.studies.uncertainty.samples import uncertainty
from pilot_planner.studies.uncertainty.summary import Swing, swings
from pilot_planner.studies.uncertainty.trial import Trial

FIGURE = "worker_income"
_SOLVED = 0.5


@dataclass(frozen=True)
class Influence:
    """Swings of one figure by family of inputs, the widest first, and why other inputs of the plan have none.

    Attributes:
        figure: name of the metric, USD.
        base: its value in the plan.
        swings: each family at its low and at its high, all else at base, nothing decided again.
        fixed: reason by path, for values that the plan rests on and that have no range.
    """

    figure: str
    base: float
    swings: tuple[Swing, ...]
    fixed: dict[str, str]


def influence(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    on_family: Callable[[Swing], None] | None = None,
    progress: Progress | None = None,
) -> Influence:
    """Move each family of uncertain inputs behind a plan to its low and its high, and see what workers are paid.

    ``on_family`` is told each family as it is done. ``progress`` is called with a text and the share that is done;
    returning False stops. Raises what ``make_plan`` raises, and CancelledError.
    """
    tell = Telling(progress)
    tell("solving the plan", 0.0)
    design, ready = set_up(model, inputs, settings)
    plan, held = solve_and_hold(design, ready)
    known = uncertainty(design, ready, behind(plan.case, plan.accounts))
    trial = Trial(design, ready, held)
    tell("one group of inputs after the other", _SOLVED)
    found = swings(trial, known, (FIGURE,))
    for place, swing in enumerate(found):
        tell(f"{place} of {len(found)} groups of inputs", _SOLVED + (1.0 - _SOLVED) * place / len(found))
        if on_family is not None:
            on_family(swing)
    tell("done", 1.0)
    ordered = tuple(sorted(found, key=lambda one: (-one.width, one.family)))
    return Influence(FIGURE, plan.metrics[FIGURE], ordered, {one.path: one.reason for one in known.fixed})
