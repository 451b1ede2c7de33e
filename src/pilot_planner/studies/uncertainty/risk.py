"""Risk: what becomes of a plan when the numbers that it rests on turn out otherwise, and when events happen.

Two readings of every draw, those of the chance of the plan (``chance.py``), with figures. *As signed*, no recourse: hiring,
pay split and inspectors stay as planned, the card takes the rest of net pay; how often does each limit and each rights floor
break, and by how much? Attrition then changes journeys home, not the head count. *As run*, recourse: hosts, levels, sectors
and caps stay, all else is chosen anew by a linear programme (whole posts may then be shared); how often does everything that
counts hold, what gives way elsewhere, and what is the best that can be made of the draws that hold?
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import PilotPlannerError
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.finished_lumps import Finished, identity
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.execution.run_task import Job, inputs_of, job_maker, keep
from pilot_planner.studies.execution.workers import Crew
from pilot_planner.studies.planning.plan import Plan, describe, design_hash, no_plan, versions
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.uncertainty.as_run import AsRun
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.samples import Draws, Uncertainty, uncertainty
from pilot_planner.studies.uncertainty.sobol import Importance
from pilot_planner.studies.uncertainty.stress_scenarios import AMOUNT_UNITS, NamedDraw, named_draws
from pilot_planner.studies.uncertainty.summary import DrawRow, Seen, Swing, add_up, main_figures, swings, what_matters
from pilot_planner.studies.uncertainty.trial import HeldPlan, Trial, hold
from pilot_planner.studies.uncertainty.uncertain_inputs import Fixed, Uncertain
from pilot_planner.text.result_tables import Rows, Tabled

if TYPE_CHECKING:
    import pandas as pd

MOST_DRAWS = 100_000
_DRAWS_A_JOB = 250
"""Enough for arrays of draws to be worth their making. Whatever the number of workers: each job starts its linear
programmes from nothing, so that results are the same."""


@dataclass(frozen=True)
class Risk(Tabled):
    """What draws and named events do to a plan.

    Attributes:
        plan: the plan that is put to the test.
        uncertainty: what is drawn, and what is not and why.
        draws: one record per draw, in order.
        summary: shares and quantiles (see ``risk_sums.add_up``).
        tornado: each family at its low and its high, each event if it happens, all else at base, no recourse; widest first.
        importance: share of the variance of two figures that each family explains by itself, no recourse; the most first.
        named: every event that concerns the plan, by itself, all else at base.
        complete: False where the caller stopped: fewer draws than asked for, and nothing of the last three.
    """

    plan: Plan
    uncertainty: Uncertainty
    draws: tuple[DrawRow, ...]
    summary: dict[str, Any]
    tornado: tuple[Swing, ...]
    importance: dict[str, dict[str, Importance | None]]
    named: tuple[NamedDraw, ...]
    seed: int
    complete: bool = True

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"draws": self.records}

    @property
    def uncertain(self) -> tuple[Uncertain, ...]:
        """Inputs that are drawn."""
        return self.uncertainty.values

    @property
    def fixed(self) -> tuple[Fixed, ...]:
        """Inputs that are not drawn, and why."""
        return self.uncertainty.fixed

    def records(self) -> list[dict[str, Any]]:
        """One flat record per draw: drawn values by path, status, what breaks, figures without and with recourse."""
        return [row.record() for row in self.draws]

    def table(self, name: str = "") -> pd.DataFrame:
        """As every result has it, by number of the draw."""
        return super().table(name).set_index("draw")

    def document(self) -> dict[str, Any]:
        """Everything but the draws themselves, as a plain document."""
        return {
            "plan_id": self.plan.plan_id,
            "design": self.plan.design.name,
            "design_hash": design_hash(self.plan.design),
            "inputs": self.plan.inputs.origin,
            "input_hash": self.plan.inputs.hash,
            "versions": versions(),
            "seed": self.seed,
            **self.summary,
            "tornado": [asdict(one) for one in self.tornado],
            "importance": {
                family: {name: None if one is None else asdict(one) for name, one in figures.items()}
                for family, figures in self.importance.items()
            },
            "named_draws": [asdict(one) for one in self.named],
            "units_of_amounts": AMOUNT_UNITS,
            "uncertain_values": [asdict(one) for one in self.uncertain],
            **self.uncertainty.document(),
            "fixed_values": {"count": len(self.fixed), "values": [asdict(one) for one in self.fixed]},
        }


def risk(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    draws: int = 1000,
    seed: int = 1,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
    recourse: bool = True,
    out: str | Path | None = None,
) -> Risk:
    """Put the best plan of a design to the test under draws of what it rests on.

    1. solve the design;
    2. find what its figures rest on, and draw it;
    3. evaluate every draw, here or on several workers;
    4. named draws, and one family after the other at its low and high;
    5. add up.

    Args:
        model: a design, a file, a name such as ``two_hosts``, or None for ``models/base.toml``.
        inputs: loaded inputs, a folder, or None for ``inputs``.
        settings: dotted paths to values, as ``--set`` takes them.
        draws: how many.
        seed: the same seed gives the same numbers with any number of workers.
        workers: processes.
        scheduler: address of a dask scheduler whose workers can read the same inputs, instead of processes.
        progress: called with a text and the share that is done; returning False stops.
        recourse: whether to solve each draw with caps fixed as well.
        out: folder that keeps draws as they are finished, so that the same call goes on from them after a stop; None keeps
            nothing. ``write_risk`` puts the files of the study in their place.

    Raises:
        InputError, NoPlanError, SolverError: as ``make_plan``.
        CancelledError: ``progress`` returned False; with the ``Risk`` of the draws made by then, None before the first.
        PilotPlannerError: no such number of draws or workers; no scheduler answers.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise PilotPlannerError(f"--draws {draws}: from 1 to {MOST_DRAWS:,} can be made")
    if seed < 0:
        raise PilotPlannerError(f"--seed {seed}: a whole number of at least 0 is needed")
    tell = Telling(progress)
    tell("solving the plan", 0.0)
    design, ready = set_up(model, inputs, settings)
    kept = Finished(out, identity("risk", design, ready, draws=draws, seed=seed, recourse=recourse))
    with Crew(workers, scheduler) as crew, kept:
        plan, held = solve_and_hold(design, ready)
        known = uncertainty(design, ready, behind(plan.case, plan.accounts))
        drawn = known.draw(draws, seed)
        done: dict[int, DrawRow] = {}

        def so_far() -> Risk | None:
            found = tuple(done[number] for number in sorted(done))
            if not found:
                return None
            summary = add_up(found, plan, Trial(design, ready, held), recourse)
            summary |= {"draws": len(found), "families": len(drawn.families)}
            return Risk(plan, known, found, summary, (), {}, (), seed, complete=False)

        tell = Telling(progress, so_far)
        rows = _evaluate(crew, kept, design, ready, held, drawn, recourse, tell, done)
    tell("named draws", _DRAWS_DONE)
    trial = Trial(design, ready, held)
    named = named_draws(trial, plan, known, recourse)
    tell("one family after the other", _NAMED_DONE)
    main = main_figures(design.objective.metric)
    tornado = swings(trial, known, main)
    summary = add_up(rows, plan, trial, recourse) | {"draws": draws, "families": len(drawn.families)}
    tell("what matters most", _TORNADO_DONE)
    matters = what_matters(drawn, rows, (main[0], "funds_at_risk_share"), seed)
    tell("done", 1.0)
    return Risk(plan, known, rows, summary, tornado, matters, named, seed)


_SOLVED, _DRAWS_DONE, _NAMED_DONE, _TORNADO_DONE = 0.02, 0.9, 0.93, 0.96


def solve_and_hold(design: Design, inputs: Inputs) -> tuple[Plan, HeldPlan]:
    """The plan as ``make_plan`` finds it, and what it decides."""
    programme = build(make_case(design, inputs))
    session = Session(programme)
    outcome = session.solve()
    if not outcome.has_plan:
        raise no_plan(outcome, design)
    solution = session.break_ties(outcome)
    return describe(programme, outcome, solution, {}), hold(programme, solution)


def _evaluate(
    crew: Crew,
    kept: Finished,
    design: Design,
    inputs: Inputs,
    held: HeldPlan,
    drawn: Draws,
    recourse: bool,
    tell: Telling,
    found: dict[int, DrawRow],
) -> tuple[DrawRow, ...]:
    """Every draw; those that are done are in ``found`` also where ``tell`` stops it."""
    jobs = list(_jobs(design, inputs, held, drawn, recourse))
    if crew.in_this_process:
        keep(inputs)
    wanted = len(drawn)

    def stopped() -> bool:
        share = _SOLVED + (_DRAWS_DONE - _SOLVED) * len(found) / wanted
        tell(f"{len(found):,} of {wanted:,} draws", share)
        return False

    for place, its in kept.results(crew, evaluate_job, jobs, stopped, TypeAdapter(list[Seen])):
        first = jobs[place].first
        found.update({n: DrawRow(n, drawn, one.planned, one.answer) for n, one in enumerate(its, first)})
    return tuple(found[number] for number in sorted(found))


@dataclass(frozen=True)
class RiskJob:
    """Some draws of one held plan, the first of which has the number ``first``, as plain data that can travel anywhere."""

    work: Job
    held: HeldPlan
    recourse: bool
    drawn: Draws
    first: int


def _jobs(design: Design, inputs: Inputs, held: HeldPlan, drawn: Draws, recourse: bool) -> Iterator[RiskJob]:
    work = job_maker(design, inputs)(runs=[], afresh=True)
    for start in range(0, len(drawn), _DRAWS_A_JOB):
        yield RiskJob(work, held, recourse, drawn.part(start, start + _DRAWS_A_JOB), start + 1)


def evaluate_job(job: RiskJob) -> list[Seen]:
    """Every draw of a job, as signed and (where asked for) as run."""
    trial = Trial(Design.model_validate(job.work.design), inputs_of(job.work), job.held)
    return evaluate(trial, job.drawn, job.recourse)


def evaluate(trial: Trial, drawn: Draws, recourse: bool) -> list[Seen]:
    """What becomes of a plan in each of some draws."""
    found: dict[int, Seen] = {}
    for settings, values, numbers in groups(drawn, trial.design):
        plan = DrawnPlan(trial.under(settings), values, len(numbers))
        answers = AsRun(plan).answers() if recourse else [None] * plan.draws
        found |= zip(numbers.tolist(), map(Seen, plan.outlooks(), answers), strict=True)
    return [found[number] for number in range(len(drawn))]
