"""What to find out first: what each family of inputs and each event is worth knowing before a plan is signed.

1. candidates: the best plan at base values, and the best plans of some draws, as far as they differ;
2. every candidate is seen in the same draws, as it is signed and as it is run (``chance.py``);
3. its benefit in a draw: 1 where it holds as run, else 0 (points of confidence), and the objective as signed where it holds
   as run, else nothing: a plan that breaks what must hold is stopped (the objective's unit; only where more is better);
4. the value of knowing each family (``value_of_information.py``), and all of them together, the ceiling;
5. studies (``estimates/studies.csv``): the share of that value that a study brings, less what it costs. The share is a
   judgement, and so is the ranking as far as it hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import PilotPlannerError
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.execution.finished_lumps import Finished, identity
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.planning.plan import Plan, design_hash, make_plan
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.uncertainty.as_run import AsRun
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.event_settings import changed
from pilot_planner.studies.uncertainty.samples import Draws, Uncertainty, coordinate_of, uncertain_in_design
from pilot_planner.studies.uncertainty.sampling import Seed
from pilot_planner.studies.uncertainty.trial import Trial, hold
from pilot_planner.studies.uncertainty.value_of_information import FEWEST_DRAWS, Worth, evpi, evppi
from pilot_planner.text.result_tables import Rows, Tabled

DRAWS = 1000
CANDIDATES = 6
_TRIED = 24
"""Draws whose best plans are looked at for candidates."""
STUDIES = "estimates/studies.csv"


@dataclass(frozen=True)
class Known:
    """What knowing one family of inputs, or one event, is worth.

    Attributes:
        points: of confidence, 0 to 1.
        amount: in the unit of the objective; None where less of it is better.
    """

    name: str
    points: Worth
    amount: Worth | None


@dataclass(frozen=True)
class Study:
    """A way to find something out.

    Attributes:
        finds: families and events that it is about.
        cost: USD.
        share: of the value of knowing them that it brings.
        worth: that share of the value of the most valuable of them, in the objective's unit; None where there is none.
        error: standard error of the worth.
        net: worth less cost, where the objective is in USD.
    """

    name: str
    what: str
    finds: tuple[str, ...]
    cost: float
    share: float
    grade: str
    points: float
    worth: float | None
    error: float | None
    net: float | None


@dataclass(frozen=True)
class Evidence(Tabled):
    """What to find out first, about the best plan of a design and its rivals.

    Attributes:
        chances: share of draws in which each candidate holds as run; the first is the best plan at base values.
        ceiling: of knowing everything: points of confidence, and the objective.
        known: families and events, the most valuable first.
        studies: the one of the greatest net worth first.
        paths: inputs that each family or event is about.
    """

    plan: Plan
    draws: int
    seed: int
    chances: tuple[float, ...]
    ceiling: Known
    known: tuple[Known, ...]
    studies: tuple[Study, ...]
    paths: Mapping[str, tuple[str, ...]]

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"known": lambda: self.tables_of_records()["known"], "studies": lambda: self.tables_of_records()["studies"]}

    def tables_of_records(self) -> dict[str, list[dict[str, Any]]]:
        """Rows of what may be known, and of studies."""
        known = [
            {
                "name": one.name,
                "points": one.points.value,
                "points_error": one.points.error,
                "amount": None if one.amount is None else one.amount.value,
                "amount_error": None if one.amount is None else one.amount.error,
            }
            for one in (self.ceiling, *self.known)
        ]
        studies = [{**asdict(one), "finds": "; ".join(one.finds)} for one in self.studies]
        return {"known": known, "studies": studies}

    def document(self) -> dict[str, Any]:
        """All of it as plain records."""
        return {
            "plan_id": self.plan.plan_id,
            "design": self.plan.design.name,
            "design_hash": design_hash(self.plan.design),
            "input_hash": self.plan.inputs.hash,
            "draws": self.draws,
            "seed": self.seed,
            "objective": self.plan.design.objective.metric,
            "chances_of_candidates": list(self.chances),
            "ceiling": asdict(self.ceiling),
            "known": [asdict(one) for one in self.known],
            "studies": [asdict(one) for one in self.studies],
        }


def evidence(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress | None = None,
    out: str | Path | None = None,
) -> Evidence:
    """What to find out first before the best plan of a design, or one of its rivals, is signed.

    ``out``: folder that keeps what is finished, so that the same call goes on from there after a stop; None keeps nothing.

    Raises:
        InputError, NoPlanError, SolverError: as ``make_plan``.
        CancelledError: ``progress`` returned False.
        PilotPlannerError: too few draws, or too many.
    """
    if not FEWEST_DRAWS <= draws <= _MOST_DRAWS:
        raise PilotPlannerError(f"--draws {draws}: from {FEWEST_DRAWS} to {_MOST_DRAWS:,} can be made")
    if seed < 0:
        raise PilotPlannerError(f"--seed {seed}: a whole number of at least 0 is needed")
    tell = Telling(progress)
    tell("solving the plan", 0.0)
    return evidence_of(make_plan(*set_up(model, inputs, settings)), draws, seed, progress, out)


def evidence_of(
    plan: Plan,
    draws: int | None = None,
    seed: int = 1,
    progress: Progress | None = None,
    out: str | Path | None = None,
) -> Evidence:
    """The same before a plan that is there, or one of its rivals, is signed; ``draws``: None for ``DRAWS``.

    Raises CancelledError where ``progress`` returned False; InputError, NoPlanError, SolverError as ``make_plan``.
    """
    tell = Telling(progress)
    draws, design, ready = draws or DRAWS, plan.design, plan.inputs
    known = uncertain_in_design(design, ready)
    drawn = known.draw(draws, seed)
    with Finished(out, identity("evidence", design, ready, draws=draws, seed=seed)) as kept:
        plans = best_plans(
            design, ready, known, (seed, 1), CANDIDATES, lambda text, share: tell(text, _FOUND * share), plan, kept
        )
        holds, amounts = np.zeros((draws, len(plans))), np.zeros((draws, len(plans)))
        for number, one in enumerate(plans):
            tell(f"candidate {number + 1} of {len(plans)}", _FOUND + (1.0 - _FOUND) * number / len(plans))
            seen = kept.step(f"candidate {number}", partial(_seen, one, drawn, design, ready), _SEEN)
            holds[:, number], amounts[:, number] = seen
    benefits = holds * amounts if design.objective.sense == "max" else None
    found = [_known(name, holds, benefits, column) for name, column in _coordinates(known, drawn).items()]
    ceiling = Known("everything", evpi(holds), None if benefits is None else evpi(benefits))
    ordered = tuple(sorted(found, key=lambda one: (-(one.amount or one.points).value, -one.points.value, one.name)))
    tell("done", 1.0)
    chances = tuple(map(float, holds.mean(axis=0)))
    return Evidence(plans[0], draws, seed, chances, ceiling, ordered, _studies(ready, design, ordered), _paths(known))


def _paths(known: Uncertainty) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {one.family: one.moves for one in known.factors}
    for value in known.values:
        found[value.family] = (*found.get(value.family, ()), value.path)
    return found | {event.name: (event.probability.path,) for event in known.events}


_FOUND = 0.3
_MOST_DRAWS = 20_000


def best_plans(
    design: Design,
    inputs: Inputs,
    known: Uncertainty,
    seed: Seed,
    count: int,
    told: Callable[[str, float], None],
    first: Plan | None = None,
    kept: Finished | None = None,
) -> list[Plan]:
    """The plan of the design, or ``first``, and best plans of draws of their own that sign something else, up to ``count``.

    In a draw its evidence is known, so a plan there is made for no chance. ``kept`` knows which draws gave none before a
    stop; the plans themselves are made again.
    """
    kept = Finished(None, {}) if kept is None else kept
    plans = [make_plan(design, inputs) if first is None else first]
    signed = [_signature(plans[0])]
    tried = known.draw(_TRIED, seed)
    known_to_be = design.model_copy(update={"confidence": None})

    def plan_of(number: int) -> Plan | None:
        try:
            at = inputs.with_values(
                {path: value for path, value in tried.row(number).items() if tuple(path.split(".")) in inputs.estimates},
                drawn=True,
            )
            return make_plan(changed(known_to_be, tried.settings(number)), at)
        except PilotPlannerError:
            return None  # no plan in this draw: nothing to sign

    made: dict[int, Plan | None] = {}

    def is_new(number: int) -> bool:
        made[number] = plan = plan_of(number)
        return plan is not None and bool(plan.placements) and _signature(plan) not in signed

    for number in range(_TRIED):
        told(f"{len(plans)} candidates", number / _TRIED)
        if len(plans) == count:
            break
        if kept.step(f"draw {number}", partial(is_new, number), TypeAdapter(bool)):
            plan = made[number] if number in made else plan_of(number)
            if plan is not None:
                signed.append(_signature(plan))
                plans.append(plan)
    return plans


def _signature(plan: Plan) -> tuple[Any, ...]:
    caps = tuple(sorted((one.iso3, one.sector, one.worker_cap) for one in plan.placements))
    return tuple(sorted(hold(plan.programme, plan.solution).levels.items())), caps


_SEEN = TypeAdapter(tuple[list[float], list[float]])


def _seen(plan: Plan, drawn: Draws, design: Design, inputs: Inputs) -> tuple[list[float], list[float]]:
    """In which draws a plan holds as it is run, and the objective as it is signed."""
    trial = Trial(design, inputs, hold(plan.programme, plan.solution))
    holds, amount = np.zeros(len(drawn)), np.zeros(len(drawn))
    for settings, values, places in groups(drawn, design):
        one = DrawnPlan(trial.under(settings), values, len(places))
        holds[places] = AsRun(one).run().holds
        amount[places] = one.accounts.objective.value(one.solution)
    return holds.tolist(), amount.tolist()


def _coordinates(known: Uncertainty, drawn: Draws) -> dict[str, Any]:
    """What may be found out, by name: families by their coordinate, events by whether they happen."""
    events = set(map(coordinate_of, known.events))
    found = {name: column for name, column in zip(drawn.families, drawn.coordinates.T, strict=True) if name not in events}
    return found | dict(zip(drawn.events, drawn.happened.T, strict=True))


def _known(name: str, holds: Any, benefits: Any | None, column: Any) -> Known:
    return Known(name, evppi(holds, column), None if benefits is None else evppi(benefits, column))


def _studies(inputs: Inputs, design: Design, known: Sequence[Known]) -> tuple[Study, ...]:
    by_name: Mapping[str, Known] = {one.name: one for one in known}
    in_usd = design.objective.sense == "max" and METRICS[design.objective.metric].unit == "USD"
    found = []
    for row in inputs.rows(STUDIES):
        name = row.text("study")
        cost, share = inputs.find("studies", name), row["share"]
        its = [by_name[one] for one in row.text("finds").split("; ") if one in by_name]
        if cost is None or cost.base is None or not its or not isinstance(share, int | float):
            continue
        # What several figures are worth together is more than the most valuable, and at most their sum: the least is told.
        best = max((one.amount for one in its if one.amount is not None), key=lambda one: one.value, default=None)
        points = float(share) * max(one.points.value for one in its)
        worth, error = (None, None) if best is None else (float(share) * best.value, float(share) * best.error)
        net = worth - cost.base if worth is not None and in_usd else None
        names = tuple(one.name for one in its)
        found.append(Study(name, row.text("what"), names, cost.base, float(share), cost.grade, points, worth, error, net))
    return tuple(sorted(found, key=lambda one: (-(one.net if one.net is not None else one.points), one.name)))
