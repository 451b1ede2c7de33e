"""Draws of everything that any candidate placement rests on, and how a signed plan fares in each of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.draws import Draw, Yardstick, make_draw, placements_failing
from pilot_planner.solving.stochastic.recourse import FirstStage, Recourse
from pilot_planner.studies.execution.run_task import Job, inputs_of
from pilot_planner.studies.planning.accounts import Accounts
from pilot_planner.studies.planning.limit_status import standings
from pilot_planner.studies.sweeps.sweep import ChangingInputs
from pilot_planner.studies.uncertainty.drawn_design import with_drawn_settings
from pilot_planner.studies.uncertainty.event_settings import changed
from pilot_planner.studies.uncertainty.trial import (
    Figures,
    broken_limits,
    figures,
    floors_broken,
    needed_inputs,
    restricted,
    without_floors,
)
from pilot_planner.studies.uncertainty.uncertain_inputs import Fixed, Uncertain, uncertain_values

Placement = tuple[str, str]


@dataclass(frozen=True)
class Outcome:
    """One signed plan in one draw, with all that follows chosen anew.

    Attributes:
        plan: ``hedged`` or ``base``; ``stage``: ``planned`` (draws that the plan was made for) or ``fresh``.
        score: the objective less (if made large) or more (if made small) the price of what is missed.
        figures: every metric and ratio, and ``lowest_balance``.
        missed: shortfalls by ``key.side``, in shares of the bound at the size of the base plan: what is priced.
        broken: limits that are missed, in their unit, by ``key.side.scope``.
        floors: rights floors that signed placements fail, by ``floor.PLACE``.
        stopped: signed placements that are not run, and for which floor (``demand``: they cannot be staffed).
    """

    plan: str
    stage: str
    draw: int
    score: float
    figures: Figures
    missed: dict[str, float]
    broken: dict[str, float]
    floors: tuple[str, ...]
    stopped: dict[str, str]

    def record(self) -> dict[str, Any]:
        """A flat record."""
        return {
            "plan": self.plan,
            "stage": self.stage,
            "draw": self.draw,
            "score": self.score,
            "broken_limits": " ".join(self.broken),
            "broken_floors": " ".join(self.floors),
            "stopped_placements": " ".join(self.stopped),
            **self.figures,
            **{f"shortfall.{name}": value for name, value in self.missed.items()},
        }


class Candidates:
    """Programmes of some placements at some levels under drawn values; caps need not fit the demand, workers must."""

    def __init__(self, design: Design, inputs: Inputs, placements: Sequence[Placement], levels: Sequence[str]) -> None:
        self.placements = tuple(placements)
        kept = tuple(level for level in design.oversight.levels if level in levels)
        self.design = restricted(design, kept, self.placements)
        self._open = without_floors(self.design)
        self.inputs = needed_inputs(self.design, inputs, self.placements)
        self._changing = ChangingInputs(self.inputs, drawn=True)

    def uncertain(self) -> tuple[tuple[Uncertain, ...], tuple[Fixed, ...]]:
        """What is drawn and what is fixed among all that these placements rest on."""
        evidence = make_case(self.design, self.inputs).evidence
        return uncertain_values(evidence.estimates_behind(*evidence.topics), self.inputs)

    def under(self, settings: Mapping[str, Any]) -> Candidates:
        """The same where events have set these paths of the design (see ``event_settings``)."""
        if not settings:
            return self
        other = copy.copy(self)
        other.design = changed(self.design, settings)
        other._open = without_floors(other.design)
        return other

    def programme_of_draws(self, values: Mapping[str, Any]) -> Programme:
        """The programme in many draws at once, ``values`` being arrays of them by path."""
        known = {path: drawn for path, drawn in values.items() if tuple(path.split(".")) in self.inputs.estimates}
        case = make_case(with_drawn_settings(self._open, values), self.inputs.with_draws(known))
        return build(replace(case, design=with_drawn_settings(self.design, values)))

    def draw(self, values: Mapping[str, float], measure: Yardstick) -> tuple[Draw, dict[str, float | None]]:
        """The programme of one draw, and the rights floors that fail in it. Values that nothing here uses are left out."""
        known = {path: value for path, value in values.items() if tuple(path.split(".")) in self.inputs.estimates}
        case = make_case(self._open, self._changing.with_values(known))
        programme = build(replace(case, design=self.design))
        floors = floors_broken(programme.case)
        return make_draw(programme, placements_failing(floors, self.placements), measure), floors


def fare(name: str, stage: str, number: int, draw: Draw, floors: Mapping[str, float | None], first: FirstStage) -> Outcome:
    """How a signed plan fares in a draw."""
    options = draw.programme.case.design.solver
    loss, solution = Recourse.settled(draw, first.levels, options).answer(first, options.time_limit)
    standing = standings(draw.programme, solution, Accounts(dict(first.levels), (), (), (), (), ()))
    signed = {".".join(key) for key in first.caps} | set(first.levels)
    failing = tuple(floor for floor in floors if floor.split(".", 1)[1] in signed)
    return Outcome(
        plan=name,
        stage=stage,
        draw=number,
        score=-loss if draw.programme.maximise else loss,
        figures=figures(draw.programme, solution),
        missed={".".join(bound): share for bound, share in draw.missed(solution).items()},
        broken=broken_limits([one for one in standing if one.owner != "evidence"]),
        floors=failing,
        stopped={".".join(key): why for key, why in draw.stopped.items() if key in first.caps},
    )


@dataclass(frozen=True)
class FareJob:
    """Some draws for some signed plans, as plain data that can travel to any worker."""

    work: Job
    stage: str
    placements: tuple[Placement, ...]
    measure: Yardstick
    plans: dict[str, FirstStage]


def fare_job(job: FareJob) -> list[Outcome]:
    """Every plan in every draw of a job."""
    levels = [level for first in job.plans.values() for level in first.levels.values()]
    design = Design.model_validate(job.work.design)
    candidates = Candidates(design, inputs_of(job.work), job.placements, levels)
    found = []
    for number, values in job.work.runs:
        draw, floors = candidates.draw(values, job.measure)
        found += [fare(name, job.stage, number, draw, floors, first) for name, first in job.plans.items()]
    return found
