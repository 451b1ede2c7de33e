"""A plan that is good across draws: what is signed is chosen for many draws at once, proven, then put to a fresh test.

Signed are hosts, oversight levels, openings and worker caps. In each draw the rest is chosen anew, as the draw allows
(``programme/draws.py`` says what becomes of limits and rights floors that it breaks). The base plan is measured in the
same way on the same draws, so the two compare.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, Hedge
from pilot_planner.errors import Fault, InputError, PilotPlannerError, Place, SolverError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.draws import Draw, Yardstick, yardstick
from pilot_planner.solving.session import Session
from pilot_planner.solving.stochastic.cvar import MeanRisk
from pilot_planner.solving.stochastic.recourse import FirstStage, Recourse
from pilot_planner.solving.stochastic.two_stage import TwoStage, TwoStageOutcome
from pilot_planner.studies.execution.finished_lumps import Finished, identity
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.execution.run_task import job_maker, keep
from pilot_planner.studies.execution.workers import Crew
from pilot_planner.studies.planning.plan import Plan, describe, design_hash, no_plan, versions
from pilot_planner.studies.planning.plan_json import plan_document
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.robust.scenarios import Candidates, FareJob, Outcome, fare_job
from pilot_planner.studies.robust.summary import Fares, add_up
from pilot_planner.studies.uncertainty.risk import MOST_DRAWS
from pilot_planner.studies.uncertainty.samples import Draws, draw
from pilot_planner.studies.uncertainty.uncertain_inputs import Fixed, Uncertain
from pilot_planner.text.result_tables import Rows, Tabled

HEDGED, BASE = "hedged", "base"
PLANNED, FRESH = "planned", "fresh"
_STREAM_OF_FRESH_DRAWS = 1
_DRAWS_A_JOB = 25
_SOLVED, _BUILT, _SEARCHED = 0.02, 0.1, 0.4
_PEOPLE = 1e-6


@dataclass(frozen=True)
class HedgedPlan(Tabled):
    """A plan that is good across draws, beside the base plan.

    Attributes:
        plan: the hedged plan as it runs at base values: hosts, levels, caps as signed, accounts.
        base: the base plan.
        outcome: of the search: losses are scores, less is better.
        fares: by ``planned`` and ``fresh`` draws, then by ``hedged`` and ``base`` plan.
        outcomes: every plan in every draw, those planned for first.
        measure: how draws are measured.
        complete: False where the caller stopped: no fares, and the outcomes that were seen by then.
    """

    plan: Plan
    base: Plan
    settings: Hedge
    outcome: TwoStageOutcome
    fares: dict[str, dict[str, Fares]]
    outcomes: tuple[Outcome, ...]
    measure: Yardstick
    uncertain: tuple[Uncertain, ...]
    fixed: tuple[Fixed, ...]
    seed: int
    complete: bool = True

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"outcomes": self.records}

    @property
    def sign(self) -> float:
        """1 where the objective is made small, -1 where it is made large."""
        return 1.0 if self.base.design.objective.sense == "min" else -1.0

    @property
    def gap(self) -> float:
        """What is not proven, as a share of what the base plan is worth."""
        return (self.outcome.value - self.outcome.bound) / self.measure.worth

    @property
    def advantage(self) -> float:
        """How much better than the base plan in its own measure on fresh draws; below 0 where it is worse."""
        fresh = self.fares[FRESH]
        return self.sign * (fresh[BASE].measure - fresh[HEDGED].measure)

    def paired(self) -> tuple[float, float]:
        """Shares of the fresh draws in which the hedged plan scores better and worse than the base plan."""
        scores = {
            plan: [one.score for one in self.outcomes if (one.stage, one.plan) == (FRESH, plan)] for plan in (HEDGED, BASE)
        }
        room = self.settings.gap * self.measure.worth
        leads = [self.sign * (base - own) for own, base in zip(scores[HEDGED], scores[BASE], strict=True)]
        return sum(lead > room for lead in leads) / len(leads), sum(lead < -room for lead in leads) / len(leads)

    def overfitting(self, plan: str) -> float:
        """How much better a plan looked on the draws that the hedged plan was made for than on fresh ones."""
        return self.sign * (self.fares[FRESH][plan].measure - self.fares[PLANNED][plan].measure)

    def records(self) -> list[dict[str, Any]]:
        """One flat record for each plan and draw."""
        return [one.record() for one in self.outcomes]

    def document(self) -> dict[str, Any]:
        """Everything but the draws themselves, as a plain document."""
        metric = self.base.design.objective.metric
        fresh = self.fares[FRESH]
        return {
            "design": self.base.design.name,
            "design_hash": design_hash(self.base.design),
            "inputs": self.base.inputs.origin,
            "input_hash": self.base.inputs.hash,
            "versions": versions(),
            "seed": self.seed,
            "settings": self.settings.model_dump(mode="json"),
            "status": self.outcome.status,
            "measure": {"value": self.sign * self.outcome.value, "bound": self.sign * self.outcome.bound, "gap": self.gap},
            "search": {"sets_of_hosts_and_levels": self.outcome.sets, "settled": self.outcome.settled},
            "worth": self.measure.worth,
            "prices": {".".join(bound): price for bound, price in self.measure.prices.items()},
            "price_of_the_hedge": {
                "metric": metric,
                "at_base_values": self.plan.metrics[metric] - self.base.metrics[metric],
                "mean_of_fresh_draws": fresh[HEDGED].mean_objective - fresh[BASE].mean_objective,
                "worst_of_fresh_draws": fresh[HEDGED].tail_objective - fresh[BASE].tail_objective,
            },
            "advantage": self.advantage,
            "no_worse_than_base": self.advantage >= 0.0,
            "share_of_fresh_draws": dict(zip(("better", "worse"), self.paired(), strict=True)),
            "overfitting": {plan: self.overfitting(plan) for plan in (HEDGED, BASE)},
            "fares": {stage: {plan: one.document() for plan, one in its.items()} for stage, its in self.fares.items()},
            "plans": {HEDGED: plan_document(self.plan), BASE: plan_document(self.base)},
            "uncertain_values": [asdict(one) for one in self.uncertain],
            "fixed_values": {"count": len(self.fixed), "values": [asdict(one) for one in self.fixed]},
        }


def hedge(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    fresh_draws: int | None = None,
    seed: int = 1,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
    out: str | Path | None = None,
) -> HedgedPlan:
    """The plan of a design that is best across draws, and how it fares against the base plan on fresh ones.

    1. solve the design; its plan is the base plan and the yardstick;
    2. draw all that any eligible placement rests on;
    3. choose hosts, levels, openings and caps for these draws;
    4. let both plans fare on draws that nobody has seen.

    Args:
        model: a design, a file, a name such as ``two_hosts``, or None for ``models/base.toml``.
        inputs: loaded inputs, a folder, or None for ``inputs``.
        settings: dotted paths to values, as ``--set`` takes them (``hedge.weight``, ``hedge.draws`` ...).
        fresh_draws: how many; None for the design's.
        seed: of the draws; the fresh ones are another stream of it.
        workers: processes for the fresh draws.
        scheduler: address of a dask scheduler instead.
        progress: called with a text and the share that is done; returning False stops.
        out: folder that keeps the search and the draws as they are finished, so that the same call goes on from them after a
            stop; None keeps nothing. ``write_hedge`` puts the files of the study in their place.

    Raises:
        InputError: as ``make_plan``, or the design has no table ``hedge``.
        NoPlanError, SolverError: as ``make_plan``.
        CancelledError: ``progress`` returned False; with the base ``Plan`` until the hedged one is found, then with the
            ``HedgedPlan``, its outcomes those that were seen by then and its fares empty; None before there is any plan.
    """
    tell = Telling(progress)
    design, ready = set_up(model, inputs, settings)
    wanted = _wanted(design)
    count = wanted.fresh_draws if fresh_draws is None else fresh_draws
    if not 1 <= count <= MOST_DRAWS:
        raise PilotPlannerError(f"--draws {count}: from 1 to {MOST_DRAWS:,} can be made")
    if seed < 0:
        raise PilotPlannerError(f"--seed {seed}: a whole number of at least 0 is needed")
    kept = Finished(out, identity("hedge", design, ready, draws=count, seed=seed))
    with Crew(workers, scheduler) as crew, kept:
        tell("solving the plan", 0.0)
        programme = build(make_case(design, ready))
        base, solution = _base_plan(programme)
        tell = Telling(progress, lambda: base)
        measure = yardstick(programme, solution, wanted)
        placements = [placement.key for placement in programme.case.placements]
        candidates = Candidates(design, ready, placements, design.oversight.levels)
        uncertain, fixed = candidates.uncertain()
        drawn = draw(uncertain, wanted.draws, seed)
        draws = _draws(candidates, drawn, measure, tell)
        start = signed(programme, solution)
        found = kept.step(
            "search",
            lambda: _plain(search(programme, draws, wanted, measure.worth, start, tell)),
            TypeAdapter(dict[str, Any]),
        )
        outcome = _of_plain(found)
        first, plan = _described(design, ready, outcome, draws, seed)
        fresh = draw(uncertain, count, (seed, _STREAM_OF_FRESH_DRAWS))
        plans = {HEDGED: first, BASE: start}
        seen: dict[int, list[Outcome]] = {}

        def so_far() -> HedgedPlan:
            outcomes = tuple(one for place in sorted(seen) for one in seen[place])
            return HedgedPlan(plan, base, wanted, outcome, {}, outcomes, measure, uncertain, fixed, seed, complete=False)

        tell = Telling(progress, so_far)
        outcomes = _fare(crew, kept, design, ready, {PLANNED: drawn, FRESH: fresh}, plans, measure, tell, seen)
    fares = _fares(outcomes, design, wanted, measure)
    tell("done", 1.0)
    return HedgedPlan(plan, base, wanted, outcome, fares, outcomes, measure, uncertain, fixed, seed)


def _wanted(design: Design) -> Hedge:
    if design.hedge is None:
        what, fix = "the design does not say what a plan across draws is good in", "add it as models/base.toml has it"
        raise InputError([Fault(Place(f"design {design.name}", None, "hedge"), what, "a table [hedge]", fix)])
    return design.hedge


def _base_plan(programme: Programme) -> tuple[Plan, tuple[float, ...]]:
    session = Session(programme)
    outcome = session.solve()
    if not outcome.has_plan:
        raise no_plan(outcome, programme.case.design)
    solution = session.break_ties(outcome)
    return describe(programme, outcome, solution, {}), solution


def signed(programme: Programme, solution: Sequence[float]) -> FirstStage:
    """What a solution signs."""
    d = programme.d
    levels = {h: level for (h, level), column in d.level.items() if round(solution[column])}
    return FirstStage(levels, {key: round(solution[column]) for key, column in d.cap.items() if round(solution[column])})


def _draws(candidates: Candidates, drawn: Draws, measure: Yardstick, tell: Telling) -> list[Draw]:
    count = len(drawn.coordinates)
    found = []
    for number in range(count):
        tell(f"{number:,} of {count:,} draws made", _SOLVED + (_BUILT - _SOLVED) * number / count)
        found.append(candidates.draw(drawn.row(number), measure)[0])
    return found


def search(
    programme: Programme, draws: Sequence[Draw], wanted: Hedge, worth: float, start: FirstStage, tell: Telling
) -> TwoStageOutcome:
    """The best first stage for some draws; the base plan's is where the search starts, so none is worse."""
    names = [column.name for column in programme.d.columns]
    if any([column.name for column in one.programme.d.columns] != names for one in draws):
        raise SolverError("a draw has other decisions than the base programme")
    risk = MeanRisk(wanted.weight, wanted.tail)
    two_stage = TwoStage(programme, draws, risk, wanted.gap * worth, wanted.time_limit, lambda text: tell(text, _BUILT))
    return two_stage.solve(start)


def _plain(outcome: TwoStageOutcome) -> dict[str, Any]:
    """The outcome of a search as a tree of plain values."""
    first = outcome.first and {
        "levels": dict(outcome.first.levels),
        "caps": [[*key, cap] for key, cap in outcome.first.caps.items()],
    }
    return {field: getattr(outcome, field) for field in _FIELDS} | {"losses": list(outcome.losses), "first": first}


def _of_plain(found: dict[str, Any]) -> TwoStageOutcome:
    first = found["first"] and FirstStage(found["first"]["levels"], {(h, s): cap for h, s, cap in found["first"]["caps"]})
    return TwoStageOutcome(**{**found, "first": first, "losses": tuple(found["losses"])})


_FIELDS = ("status", "value", "bound", "sets", "settled")


def _described(
    design: Design, inputs: Inputs, outcome: TwoStageOutcome, draws: Sequence[Draw], seed: int
) -> tuple[FirstStage, Plan]:
    """What is signed, with no cap larger than any draw uses, and the plan that it is at base values."""
    if outcome.first is None:
        raise SolverError("the search across draws lost the base plan")
    first = outcome.first
    programme = build(make_case(design, inputs))
    d = programme.d
    free = list(d.columns)
    for (h, level), j in d.level.items():
        _fix(programme, j, float(first.levels.get(h) == level))
    for (h, s, level), j in d.open.items():
        _fix(programme, j, float(first.levels.get(h) == level and (h, s) in first.caps))
    for key, j in d.cap.items():
        _fix(programme, j, float(first.caps.get(key, 0)))
    session = Session(programme)
    found = session.solve()
    if not found.has_plan:
        raise SolverError(f"the hedged plan ended {found.status} at base values, where it must hold")
    solution = list(session.break_ties(found))
    used = {key: solution[j] for key, j in d.cap.items()}
    for one in draws:
        _, answer = Recourse.settled(one, first.levels, design.solver).answer(first, design.solver.time_limit)
        for (h, s, _, _), j in one.programme.d.workers.items():
            used[h, s] = max(used[h, s], answer[j])
    least = design.programme.min_placement
    caps = {key: min(cap, max(least, math.ceil(used[key] - _PEOPLE))) for key, cap in first.caps.items()}
    for key, cap in caps.items():
        solution[d.cap[key]] = float(cap)
    # What was signed bound the search; the plan is one of the design, whose columns are free.
    d.columns[:] = free
    plan = describe(programme, found, tuple(solution), {})
    text = json.dumps([plan.plan_id, HEDGED, seed, dict(first.levels), sorted(caps.items())])
    named = replace(plan, plan_id=hashlib.sha256(text.encode()).hexdigest()[: len(plan.plan_id)])
    return FirstStage(first.levels, caps), named


def _fix(programme: Programme, column: int, value: float) -> None:
    columns = programme.d.columns
    columns[column] = replace(columns[column], lower=value, upper=value)


def _fare(
    crew: Crew,
    kept: Finished,
    design: Design,
    inputs: Inputs,
    drawn: dict[str, Draws],
    plans: dict[str, FirstStage],
    measure: Yardstick,
    tell: Telling,
    found: dict[int, list[Outcome]],
) -> tuple[Outcome, ...]:
    """Both plans in all draws, here or on several workers; those that are done are in ``found`` also where it is stopped."""
    jobs = _jobs(design, inputs, drawn, plans, measure)
    if crew.in_this_process:
        keep(inputs)
    wanted = sum(len(job.work.runs) for job in jobs)

    def stopped() -> bool:
        done = sum(map(len, found.values())) // len(plans)
        tell(f"{done:,} of {wanted:,} draws seen by both plans", _SEARCHED + (1.0 - _SEARCHED) * done / wanted)
        return False

    for place, outcomes in kept.results(crew, fare_job, jobs, stopped, TypeAdapter(list[Outcome])):
        found |= {place: outcomes}
    return tuple(one for place in sorted(found) for one in found[place])


def _jobs(
    design: Design, inputs: Inputs, drawn: dict[str, Draws], plans: dict[str, FirstStage], measure: Yardstick
) -> list[FareJob]:
    make = job_maker(design, inputs)
    placements = tuple(dict.fromkeys(key for first in plans.values() for key in first.caps))
    jobs = []
    for stage, its in drawn.items():
        count = len(its.coordinates)
        for start in range(0, count, _DRAWS_A_JOB):
            numbers = range(start, min(start + _DRAWS_A_JOB, count))
            work = make(runs=[(number + 1, its.row(number)) for number in numbers], afresh=True)
            jobs.append(FareJob(work, stage, placements, measure, plans))
    return jobs


def _fares(outcomes: Sequence[Outcome], design: Design, wanted: Hedge, measure: Yardstick) -> dict[str, dict[str, Fares]]:
    sign = 1.0 if design.objective.sense == "min" else -1.0
    risk = MeanRisk(wanted.weight, wanted.tail)
    prices = {".".join(bound): price for bound, price in measure.prices.items()}
    found: dict[str, dict[str, Fares]] = {}
    for stage in (PLANNED, FRESH):
        for plan in (HEDGED, BASE):
            its = [one for one in outcomes if (one.stage, one.plan) == (stage, plan)]
            found.setdefault(stage, {})[plan] = add_up(its, design.objective.metric, sign, risk, prices)
    return found
