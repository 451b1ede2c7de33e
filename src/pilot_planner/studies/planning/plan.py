"""The plan: the best value of one metric under all limits, with proof, accounts and what it relies on."""

from __future__ import annotations

import copy
import hashlib
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_planner.case.case import Case, make_case
from pilot_planner.case.eligibility import Verdict
from pilot_planner.case.near_misses import Change, NearMiss, least_changes, near_misses
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.plausibility import out_of_proportion, proportion_faults
from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError, Fault, InputError, NoPlanError, Place, SolverError
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.hand_over import to_pulp
from pilot_planner.programme.ratios import ratios_of
from pilot_planner.solving.arithmetic import Arithmetic
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.accounts import Accounts, make_accounts
from pilot_planner.studies.planning.additionality import Additionality, additionality
from pilot_planner.studies.planning.ceiling import Ceiling, beside, ceiling
from pilot_planner.studies.planning.comparators import Comparator, comparators
from pilot_planner.studies.planning.constraints import Constraints, with_constraints
from pilot_planner.studies.planning.limit_status import LimitStanding, standings
from pilot_planner.studies.planning.loosened import LoosenedSafeguard, loosened_safeguards
from pilot_planner.studies.planning.own_rules import OwnRule, own_rules
from pilot_planner.studies.planning.plan_tables import TABLES
from pilot_planner.studies.planning.precedents import PrecedentRatio, plan_ratios, precedent_ratios
from pilot_planner.studies.planning.preconditions import LEGAL_GATE, Condition, conditions_precedent
from pilot_planner.studies.planning.provenance import SourceRow, WeakInput, metric_sources, sources, weak_inputs
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.planning.status_quo import StatusQuo, status_quo
from pilot_planner.studies.planning.without_effect import without_effect
from pilot_planner.text.result_tables import as_table

if TYPE_CHECKING:
    import pandas as pd
    import pulp

    from pilot_planner.studies.robust.confident_plan import Confident
    from pilot_planner.studies.uncertainty.chance import Chance


@dataclass(frozen=True, slots=True)
class ChosenHost:
    """A host of the plan."""

    iso3: str
    name: str
    oversight_level: str


@dataclass(frozen=True, slots=True)
class ChosenPlacement:
    """A placement of the plan with its worker cap, and how solid its wage and its demand are."""

    iso3: str
    sector: str
    worker_cap: int
    peak_workers: float
    gross_wage_usd_month: float
    net_pay_usd_month: float
    wage_grade: str
    demand_grade: str


@dataclass(frozen=True, slots=True)
class RiskByGoods:
    """A plan that meets its risk limit by pay in kind above what it must offer, and the best plan without."""

    sentence: str
    status: str
    objective_without: float | None


@dataclass(frozen=True)
class Plan:
    """A solved plan: plain records, and pandas tables through ``table``. Nothing in it needs the solver any more."""

    plan_id: str
    design: Design
    inputs: Inputs
    case: Case
    outcome: Outcome
    metrics: dict[str, float]
    ratios: dict[str, float | None]
    hosts: tuple[ChosenHost, ...]
    placements: tuple[ChosenPlacement, ...]
    accounts: Accounts
    limits: tuple[LimitStanding, ...]
    comparators: dict[str, Comparator]
    conditions: tuple[Condition, ...]
    precedents: tuple[PrecedentRatio, ...]
    sources: tuple[SourceRow, ...]
    metric_sources: dict[str, list[str]]
    weak_inputs: tuple[WeakInput, ...]
    risk_by_goods: RiskByGoods | None
    timings: dict[str, float]
    programme: Programme = field(repr=False)
    solution: tuple[float, ...] = field(repr=False)
    """Of the programme, ties broken: one number for each column."""
    confident: Confident | None = field(default=None, repr=False)
    """How sure it was asked to be and is; None for the plan that is best at base values."""

    @property
    def status(self) -> str:
        return self.outcome.status

    @property
    def legal_gate(self) -> str:
        return LEGAL_GATE

    @cached_property
    def chance(self) -> Chance | None:
        """In which share of draws it holds as signed; None where nobody works, or a draw has no figures."""
        from pilot_planner.studies.uncertainty.chance import chance_of

        try:
            return chance_of(self, run=False) if self.placements else None
        except InputError:
            return None

    def with_chance(self, chance: Chance) -> Plan:
        """The same plan with a chance that was worked out apart: more draws, or as it is run."""
        other = copy.copy(self)
        other.__dict__["chance"] = chance
        return other

    @cached_property
    def problem(self) -> pulp.LpProblem:
        """The programme that was solved, with integer caps, before tie-breaking, in PuLP."""
        return to_pulp(self.programme)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        return self.case.verdicts

    @cached_property
    def near_misses(self) -> dict[str, NearMiss]:
        """Why each candidate host that fails the rights floors is out, by ISO3, from its nearest sector."""
        return near_misses(self.case)

    @cached_property
    def let_in(self) -> dict[str, Change]:
        """The least change that would let a host that fails in, by ISO3; no entry where evidence has to be found first."""
        places = [(iso3, one.sector) for iso3, one in self.near_misses.items() if one.sector]
        return {iso3: change for (iso3, _), change in least_changes(self.case, places).items()}

    @cached_property
    def loosened(self) -> tuple[LoosenedSafeguard, ...]:
        """What the design loosens against the reference design."""
        return loosened_safeguards(self.design, self.inputs)

    @cached_property
    def own_rules(self) -> tuple[OwnRule, ...]:
        """Limits that the design wrote itself, and how they stand."""
        return tuple(own_rules(self.design, self.limits))

    @cached_property
    def out_of_proportion(self) -> tuple[str, ...]:
        """Warnings of inputs a hundredth or a hundred times, or beyond, of what the files or other hosts have."""
        faults = [*out_of_proportion(self.inputs), *proportion_faults(self.inputs)]
        return tuple(str(fault) for fault in faults)

    @cached_property
    def ceiling(self) -> Ceiling | None:
        """What the design's ceiling on cost is about and what the other kind would give; None where it has no ceiling."""
        left = self.design.solver.time_limit - sum(self.timings.values())
        return ceiling(self.programme, self.outcome, left)

    @cached_property
    def additionality(self) -> Additionality:
        """How many of its workers would be abroad today anyway, and what the comparison with today owes to that."""
        return additionality(self)

    @cached_property
    def status_quo(self) -> StatusQuo:
        """What a worker-month of such workers abroad brings whom today, low to high."""
        return status_quo(self)

    @cached_property
    def without_effect(self) -> tuple[str, ...]:
        """Paths of inputs that were set and on which no figure of this plan rests."""
        return without_effect(self.case)

    def records(self, name: str) -> list[dict[str, Any]]:
        """Rows of a table of ``TABLES``. Raises KeyError, which lists the names, for another."""
        if name not in TABLES:
            raise KeyError(f"a plan has no table {name!r}; it has {', '.join(TABLES)}")
        return TABLES[name](self)

    def table(self, name: str) -> pd.DataFrame:
        """The same as a pandas table: typed columns, with their units in ``attrs["units"]``."""
        return as_table(self.records(name))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {name: self.table(name) for name in TABLES}


def make_plan(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    constraints: Constraints | None = None,
    out: str | Path | None = None,
) -> Plan:
    """Solve one design on one set of inputs.

    1. bring inputs, design and settings together and check them;
    2. apply the design to the inputs: pay, tax, eligibility, costs;
    3. build the programme and solve it; break ties;
    4. keep the accounts: workforce, flows, escrow, budget, oversight;
    5. say how each limit stands, what the plan is compared with, what it relies on and where its figures come from.

    Args:
        model: a design, a file, a name such as ``two_hosts``, or None for ``models/base.toml``.
        inputs: loaded inputs, a folder, or None for ``inputs``.
        settings: dotted paths to values, as ``--set`` takes them.
        progress: called between the steps and within the search; returning False stops.
        constraints: takes the programme's variables (see ``Variables``) and gives PuLP constraints by name; they become
            rules of the plan's design, so that accounts, prices, diagnosis and documents know them.
        out: folder that keeps what is finished of a plan for a confidence, as ``plan_for`` takes it.

    Raises:
        InputError: with every fault of inputs, design, settings and constraints.
        NoPlanError: no plan meets all limits.
        SolverError: the solver ended without a plan.
        CancelledError: ``progress`` returned False; nothing of a plan is usable then.
    """
    clock = _Clock(progress)
    if constraints is None:
        design, ready = set_up(model, inputs, settings)
    else:
        design, ready = with_constraints(constraints, model, inputs, settings)
    clock.tick("load")
    if design.confidence is not None:
        from pilot_planner.studies.robust.confident_plan import plan_for

        if constraints is not None:
            what = "cannot be asked of a plan with constraints of one's own: draws do not know them"
            raise InputError(
                [Fault(Place("confidence"), what, "one of both", "leave the confidence or the constraints out")]
            )
        return plan_for(design, ready, progress=progress, out=out)
    case = make_case(design, ready)
    clock.tick("eligibility")
    programme = build(case)
    clock.tick("build")
    session = Session(programme, beside(programme))
    clock.tick("hand_over")
    outcome = clock.searched(session.solve)
    clock.tick("solve")
    if not outcome.has_plan:
        raise no_plan(outcome, design)
    solution = session.break_ties(outcome)
    clock.tick("ties")
    plan = describe(programme, outcome, solution, clock.seconds)
    clock.tick("accounts")
    # With the search at hand it takes a fifth of what the property would take.
    left = design.solver.time_limit - sum(clock.seconds.values())
    plan.__dict__["ceiling"] = ceiling(programme, outcome, left, session)
    return plan


class _Clock:
    """Seconds of each step; tells the caller's hook how far things are."""

    STEPS = ("load", "eligibility", "build", "hand_over", "solve", "ties", "accounts")

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.stopped = False
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def tick(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = now - self._last
        self._last = now
        if self.progress is not None and not self.progress(step, (self.STEPS.index(step) + 1) / len(self.STEPS)):
            raise CancelledError(f"stopped after {step}")

    def searched(self, search: Callable[[Callable[[], bool]], Outcome]) -> Outcome:
        """What a search finds. Raises CancelledError where it was stopped, whatever it had found by then."""
        try:
            found = search(self._cancelled)
        except SolverError:
            if not self.stopped:
                raise
        if self.stopped:
            raise CancelledError("stopped in the search")
        return found

    def _cancelled(self) -> bool:
        # Once is enough: what was broken off is no plan, whatever the hook says when it is asked again.
        self.stopped = self.stopped or (self.progress is not None and not self.progress("solve", 0.5))
        return self.stopped


def no_plan(outcome: Outcome, design: Design) -> NoPlanError:
    """The error of a design without a plan; what to do about it is for ``diagnose`` to say."""
    if outcome.status == "unbounded":
        metric, sense = design.objective.metric, design.objective.sense
        aim = f"{sense} {metric}"
        return NoPlanError(
            [f"{aim} has no end under these limits: add one that holds it, such as limits.operating_cost.max"]
        )
    return NoPlanError(["no plan meets all limits of this design"])


def describe(programme: Programme, outcome: Outcome, solution: tuple[float, ...], timings: dict[str, float]) -> Plan:
    """Everything that is known of a solution: accounts, limits, comparators, conditions, sources.

    Raises WrongPlanError where the solution misses a row: wherever it comes from, nobody sees it.
    """
    Arithmetic(programme).ensure(solution)
    case = programme.case
    accounts = make_accounts(programme, solution)
    metrics = programme.metric_values(solution)
    metrics["operating_cost"] = sum(row.amount_usd for row in accounts.budget)
    metrics["net_donor_ask"] = metrics["operating_cost"] - metrics["levy_income"]
    ratios = plan_ratios(ratios_of(metrics), accounts, case.cost_lines)
    conditions = conditions_precedent(case, accounts)
    precedents = precedent_ratios(case.inputs, ratios)
    cited = tuple((one.source_id, one.grade, f"precedents.{one.precedent}.{one.ratio}") for one in precedents)
    standing = standings(programme, solution, accounts)
    return Plan(
        plan_id=plan_id(case.design, case.inputs),
        design=case.design,
        inputs=case.inputs,
        case=case,
        outcome=outcome,
        metrics=metrics,
        ratios=ratios,
        hosts=tuple(ChosenHost(h, case.host(h).name, level) for h, level in accounts.levels.items()),
        placements=tuple(_placements(case, accounts)),
        accounts=accounts,
        limits=standing,
        comparators=comparators(programme, solution),
        conditions=conditions,
        precedents=precedents,
        sources=sources(case, accounts, conditions, cited),
        metric_sources=metric_sources(case, accounts),
        weak_inputs=weak_inputs(case, accounts),
        risk_by_goods=_risk_by_goods(programme, solution, metrics, standing),
        timings=timings,
        programme=programme,
        solution=tuple(solution),
    )


def _placements(case: Case, accounts: Accounts) -> list[ChosenPlacement]:
    peaks: dict[tuple[str, str], float] = {}
    caps: dict[tuple[str, str], int] = {}
    for row in accounts.workforce:
        key = (row.iso3, row.sector)
        peaks[key] = max(peaks.get(key, 0.0), row.workers)
        caps[key] = row.worker_cap
    found = []
    for placement in case.placements:
        if placement.key not in caps:
            continue
        h, s = placement.key
        found.append(
            ChosenPlacement(
                iso3=h,
                sector=s,
                worker_cap=caps[placement.key],
                peak_workers=peaks[placement.key],
                gross_wage_usd_month=placement.offer.full.gross_wage,
                net_pay_usd_month=placement.offer.full.net_pay,
                wage_grade=case.inputs.estimates["placements", h, s, "market_wage"].grade,
                demand_grade=case.inputs.estimates["placements", h, s, "demand"].grade,
            )
        )
    return found


def _risk_by_goods(
    programme: Programme, solution: tuple[float, ...], metrics: dict[str, float], standing: tuple[LimitStanding, ...]
) -> RiskByGoods | None:
    """Whether pay in kind is used to meet a risk limit; if so, the best plan that offers no more than it must.

    Control of pay is the worker's right, so this is never left unsaid.
    """
    at_risk = any(one.binding and one.key in ("funds_at_risk_share", "host_funds_at_risk_share") for one in standing)
    case = programme.case
    must = case.design.bounds("in_kind_share").min or 0.0
    room = programme.q.total(programme.q.in_kind_room).value(solution)
    offered = room / metrics["worker_income"] if metrics["worker_income"] > 0 else 0.0
    if not at_risk or offered <= must + _SHARE_TOLERANCE:
        return None
    without = _solve_without(case, must)
    sentence = (
        f"This plan meets its limit on funds at risk by paying {offered:.1%} of net pay in goods and services, more than "
        f"the {must:.0%} that it must offer; that trades workers' control of their pay for a donor's risk"
    )
    if without is None:
        return RiskByGoods(f"{sentence}. Without it no plan meets all limits.", "infeasible", None)
    name = case.design.objective.metric
    return RiskByGoods(
        f"{sentence}. The best plan without it has {name} of {without:,.0f} instead of {metrics[name]:,.0f}.",
        "optimal",
        without,
    )


def _solve_without(case: Case, must: float) -> float | None:
    """The objective of the best plan whose pay in kind is what the design's floor asks for and no more."""
    programme = build(case)
    excess = programme.q.total(programme.q.in_kind_room) - programme.metric("worker_income") * must
    outcome = Session(programme).solve_under(excess, 0.0)
    return outcome.objective if outcome.has_plan else None


_SHARE_TOLERANCE = 1e-6


def plan_id(design: Design, inputs: Inputs) -> str:
    """Twelve characters that name a plan: the same design on the same inputs by the same version gives the same."""
    text = json.dumps([design_hash(design), inputs.hash, package_version()])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def design_hash(design: Design) -> str:
    """SHA-256 of a design's values, whatever file or settings they came from."""
    return hashlib.sha256(json.dumps(design.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def package_version() -> str:
    """Version of this package, ``unknown`` when it runs without being installed."""
    try:
        return version("pilot-planner")
    except PackageNotFoundError:
        return "unknown"


def versions() -> dict[str, str]:
    """Versions that a result may depend on."""
    found = {"pilot_planner": package_version(), "python": platform.python_version()}
    for name in ("pulp", "highspy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
