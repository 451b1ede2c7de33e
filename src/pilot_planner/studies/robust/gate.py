"""A plan with a gate: what is signed now, and at the gate, by what is known then, go on, shift or stop in order.

1. *starts*: plans that may be signed now, the best at base values and the best of some draws;
2. *ways* of each start: go on as signed; stop in one of its hosts and go on in the others; stop everywhere, which the
   agreements then provide for, so that the promise of people and months falls away. Where a host stops, everybody goes home
   and is paid for one more period, as where it withdraws; its office is kept to the end, so a way that stops costs rather
   too much than too little. At a gate before anything is signed the ways are the starts themselves, and to sign nothing;
3. every way is run in the same draws (``as_run.py``). Its benefit is the objective where everything that counts holds,
   else nothing; where less of the objective is better, it is 1 where it holds and runs to its end, else 0;
4. branches by what is known at the gate (``gate_policy.py``), for the best start;
5. fresh draws say what the gate is worth against the best that can be signed today without one.

What is signed knows nothing of the draw but its branch. Hiring follows as it does for the chance of a plan as run.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from pilot_planner.data.inputs import Inputs
from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.design.schema import Design, Gate
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.planning.plan import Plan, design_hash
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.robust.gate_policy import Branch, Fact, grow, taken
from pilot_planner.studies.uncertainty.as_run import AsRun
from pilot_planner.studies.uncertainty.chance import Share, check_draws
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import DrawnPlan
from pilot_planner.studies.uncertainty.event_settings import held_under
from pilot_planner.studies.uncertainty.samples import Draws, Uncertainty, uncertain_in_design
from pilot_planner.studies.uncertainty.trial import HeldPlan, Trial, hold
from pilot_planner.studies.uncertainty.value_of_information import Worth, evpi
from pilot_planner.studies.uncertainty.what_to_find_out import best_plans
from pilot_planner.text.labels import listed
from pilot_planner.text.names import Names, family_label, host_names, sector_names
from pilot_planner.text.result_tables import Rows, Tabled

DRAWS, FRESH = 400, 1000
_FRESH_STREAM, _STARTS_STREAM = 1, 2
_STARTS = 4
_CUTS = (1.0 / 3.0, 2.0 / 3.0)
"""Where a figure is told to be low or high by the gate: in the lower or upper third of its draws."""
_FOUND, _PLANNED, _END = 0.2, 0.7, 0.99
GO_ON = "go on as signed"
STOP = "stop everywhere, in order"
NOTHING = "sign nothing"
NOT = "not: "
"""Before an event that does not happen."""


@dataclass(frozen=True)
class Way:
    """A way on from a start: the design that holds then, what is decided, and whether the pilot runs to its end."""

    words: str
    design: Design
    held: HeldPlan | None
    whole: bool


@dataclass(frozen=True)
class BranchTold:
    """One branch.

    Attributes:
        when: what is known then, in words; empty where there is one branch.
        way: what is done.
        share: of fresh draws that come to it.
        holds: of these, those in which everything that counts holds.
        benefit: mean over these, in the unit of the objective (1 where it holds, where less of it is better).
    """

    when: tuple[str, ...]
    way: str
    share: Share
    holds: Share
    benefit: float


@dataclass(frozen=True)
class GatePlan(Tabled):
    """A plan with a gate.

    Attributes:
        plan: what is signed now, as it runs where it goes on; None where nothing is signed before the gate.
        month, learns: when the gate is, and what is known there.
        learns_in_words: the same for people.
        branches: what is done then, the most frequent first.
        worth: what the gate gains on fresh draws against the best without one, with its standard error.
        ceiling: the same if each draw were known at the gate, on the draws planned for: no branches can gain more there.
        without: the mean benefit of the best that can be signed today without a gate, on fresh draws.
        without_words: what that is.
        holds, without_holds: fresh draws in which everything that counts holds, with the gate and without it.
        stopped: fresh draws that are stopped everywhere, in order.
    """

    design: Design
    plan: Plan | None
    month: int
    learns: tuple[str, ...]
    learns_in_words: tuple[str, ...]
    branches: tuple[BranchTold, ...]
    worth: Worth
    ceiling: Worth
    without: float
    without_words: str
    holds: Share
    without_holds: Share
    stopped: Share
    starts: int
    draws: int
    seed: int

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"branches": lambda: self.document()["branches"]}

    @property
    def unit(self) -> str:
        """What a benefit is counted in."""
        return self.design.objective.metric if self.design.objective.sense == "max" else "share of draws"

    def document(self) -> dict[str, Any]:
        """All of it as plain records."""
        return {
            "design": self.design.name,
            "design_hash": design_hash(self.design),
            "plan_id": None if self.plan is None else self.plan.plan_id,
            "month": self.month,
            "learns": list(self.learns),
            "benefit": self.unit,
            "branches": [
                {
                    "when": list(one.when),
                    "way": one.way,
                    "share": one.share.document(),
                    "holds": one.holds.document(),
                    "benefit": one.benefit,
                }
                for one in self.branches
            ],
            "worth": asdict(self.worth),
            "ceiling": asdict(self.ceiling),
            "without_gate": {"signed": self.without_words, "benefit": self.without, "holds": self.without_holds.document()},
            "holds": self.holds.document(),
            "stopped": self.stopped.document(),
            "starts": self.starts,
            "draws_planned_for": self.draws,
            "fresh_draws": self.holds.draws,
            "seed": self.seed,
        }


def plan_with_gate(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    month: int | None = None,
    learns: Sequence[str] | None = None,
    draws: int = DRAWS,
    fresh_draws: int = FRESH,
    seed: int = 1,
    progress: Progress | None = None,
) -> GatePlan:
    """The best plan with a gate: what to sign now, what to do at the gate by what is known, and what waiting is worth.

    Args:
        model, inputs, settings: as ``make_plan`` takes them.
        month: of the programme, after which the gate is; 0: before anything is signed; None: the design's.
        learns: names of events and families of inputs that are known then; None: the design's, where it names none all
            events.
        draws: that branches are made for; fresh_draws: on which they are counted.
        seed: of the draws; the fresh ones are another stream of it.
        progress: called with a text and the share that is done; returning False stops.

    Raises:
        InputError: as ``make_plan``; no gate is named, or it cannot be one; something is named that nobody draws.
        NoPlanError, SolverError: as ``make_plan``.
        CancelledError: ``progress`` returned False.
    """
    check_draws(draws, seed)
    check_draws(fresh_draws, seed)
    tell = Telling(progress)
    tell("solving the plan", 0.0)
    design, ready = set_up(model, inputs, settings)
    known = uncertain_in_design(design, ready)
    gate = _gate(design, known, month, learns)
    if design.gate is None:
        design = design.model_copy(update={"gate": gate})
    plans = best_plans(design, ready, known, (seed, _STARTS_STREAM), _STARTS, lambda text, share: tell(text, _FOUND * share))
    return _planned(design, ready, known, gate, plans, (draws, fresh_draws, seed), tell)


def gate_of(plan: Plan, seed: int = 1, progress: Progress | None = None) -> GatePlan | None:
    """The gate of a plan that is there, as its design has it; None where its design has none.

    What is signed before the gate is this plan. Only where nothing is signed before it are there rivals.

    Raises:
        InputError: the gate of the design cannot be one; SolverError: as ``make_plan``.
        CancelledError: ``progress`` returned False.
    """
    design = plan.design
    if design.gate is None:
        return None
    tell = Telling(progress)
    known = uncertain_in_design(design, plan.inputs)
    gate = _gate(design, known, None, None)
    plans = [plan]
    if gate.month == 0:
        plans = best_plans(
            design, plan.inputs, known, (seed, _STARTS_STREAM), _STARTS, lambda text, share: tell(text, _FOUND * share), plan
        )
    return _planned(design, plan.inputs, known, gate, plans, (DRAWS, FRESH, seed), tell)


def _planned(
    design: Design,
    ready: Inputs,
    known: Uncertainty,
    gate: Gate,
    plans: Sequence[Plan],
    numbers: tuple[int, int, int],
    tell: Telling,
) -> GatePlan:
    """The gate with these plans as starts; ``numbers``: draws, fresh draws, seed."""
    draws, fresh_draws, seed = numbers
    starts = _starts(plans, gate)
    drawn, fresh = known.draw(draws, seed), known.draw(fresh_draws, (seed, _FRESH_STREAM))
    count = sum(len(ways) for _, ways in starts)
    done = itertools.count()

    def run(way: Way, its: Draws) -> Seen:
        tell(f"{way.words}: {len(its):,} draws", min(_END, _FOUND + (_PLANNED - _FOUND) * next(done) / count))
        return run_way(way, its, ready)

    seen = [[run(way, drawn) for way in ways] for _, ways in starts]
    names = {event.name: event.title for event in known.events} | host_names(ready) | sector_names(ready)
    policy = choose(seen, facts(drawn, gate.learns, names))
    its = {pair: run(starts[pair[0]][1][pair[1]], fresh) for pair in policy.needed}
    return _counted(design, gate, starts, policy, its, facts(fresh, gate.learns, names), names, seed)


def _gate(design: Design, known: Uncertainty, month: int | None, learns: Sequence[str] | None) -> Gate:
    """The gate that is asked for, every fault of it in one pass."""
    own = design.gate
    wanted = month if month is not None else None if own is None else own.month
    names = tuple(learns if learns is not None else () if own is None else own.learns) or tuple(e.name for e in known.events)
    faults = []
    if wanted is None:
        what, fix = "does not say when its gate is", "add a table [gate] with month = 12 to the design, or --month 12"
        faults.append(Fault(Place(f"design {design.name}", None, "gate"), what, "a month of the programme", fix))
    else:
        least = (design.programme.lead_periods + 1) * design.programme.period_months
        if wanted != 0 and not least <= wanted < design.programme.duration_months:
            what = f"month {wanted} is no gate: there is work from month {least} to {design.programme.duration_months} only"
            expected = f"0, or from {least} to {design.programme.duration_months - 1}"
            faults.append(Fault(Place("gate.month"), what, expected, "choose another month"))
    all_known = {*known.families, *(event.name for event in known.events)}
    for name in names:
        if name not in all_known:
            what = f"{name!r} is nothing that is uncertain for this design"
            faults.append(Fault(Place("gate.learns"), what, "an event or a family of inputs", did_you_mean(name, all_known)))
    if faults:
        raise InputError(faults)
    return Gate(month=wanted or 0, learns=names)


# --- ways on ---


def _starts(plans: Sequence[Plan], gate: Gate) -> list[tuple[Plan | None, list[Way]]]:
    """What may be signed now, with its ways on."""
    if gate.month > 0:
        return [(plan, ways_on(plan, gate.month)) for plan in plans]
    ways = [Way(f"sign {words_of(plan)}", plan.design, hold(plan.programme, plan.solution), True) for plan in plans]
    return [(None, [*ways, Way(NOTHING, plans[0].design, None, False)])]


def ways_on(plan: Plan, month: int) -> list[Way]:
    """Go on; stop in one host of several; stop everywhere."""
    held = hold(plan.programme, plan.solution)
    names = host_names(plan.inputs)
    hosts = sorted(held.levels)
    ways = [Way(GO_ON, plan.design, held, True)]
    if len(hosts) > 1:
        for host in hosts:
            others = listed([names.get(one, one) for one in hosts if one != host])
            words = f"stop in {names.get(host, host)} and go on in {others}"
            ways.append(_stopped(words, plan.design, held, [host], month, True))
    return [*ways, _stopped(STOP, plan.design, held, hosts, month, False)]


def _stopped(words: str, design: Design, held: HeldPlan, hosts: Sequence[str], month: int, whole: bool) -> Way:
    """Some hosts end at the gate; where all do, the promise falls away."""
    share = month / design.programme.duration_months
    closures = {**design.closures, **{host: min(share, design.closures.get(host, 1.0)) for host in hosts}}
    changes: dict[str, Any] = {"closures": closures}
    if not whole:
        changes["promise"] = ()
        changes["limits"] = {
            key: bounds.model_copy(update={"min": None}) if key in design.promise else bounds
            for key, bounds in design.limits.items()
        }
    after = design.model_copy(update=changes)
    return Way(words, after, held_under(held, design, after), whole)


def words_of(plan: Plan) -> str:
    """What a plan signs: ``Kazakhstan (enhanced) and Mongolia (standard), up to 812 workers``."""
    hosts = listed([f"{one.name} ({plan.accounts.levels[one.iso3]})" for one in plan.hosts])
    return f"{hosts}, up to {sum(one.worker_cap for one in plan.placements):,.0f} workers"


# --- benefits ---


@dataclass(frozen=True)
class Seen:
    """In which draws a way holds as it is run, and its benefit in each."""

    holds: Any
    benefit: Any


def run_way(way: Way, drawn: Draws, inputs: Inputs) -> Seen:
    """A way in some draws."""
    holds, benefit = np.ones(len(drawn), dtype=bool), np.zeros(len(drawn))
    if way.held is None:
        return Seen(holds, benefit)
    trial = Trial(way.design, inputs, way.held)
    more_is_better, metric = way.design.objective.sense == "max", way.design.objective.metric
    for settings, values, places in groups(_no_later(drawn, way.design), way.design):
        run = AsRun(DrawnPlan(trial.under(settings), values, len(places)))
        if not more_is_better:
            holds[places] = run.run().holds
            continue
        answers = run.answers()
        holds[places] = [one.status == "optimal" for one in answers]
        benefit[places] = [one.figures.get(metric) or 0.0 for one in answers]
    return Seen(holds, benefit if more_is_better else (holds & way.whole).astype(float))


def _no_later(drawn: Draws, design: Design) -> Draws:
    """A host that an event closes later than the way does stays closed."""
    variants = []
    for settings in drawn.variants:
        own = {f"closures.{host}": share for host, share in design.closures.items()}
        variants.append({path: min(value, own[path]) if path in own else value for path, value in settings.items()})
    return replace(drawn, variants=tuple(variants))


# --- what is known, and what it is worth ---


def facts(drawn: Draws, learns: Sequence[str], names: Names) -> list[Fact]:
    """What is so or not so of each thing that is known at the gate, in some draws. ``names``: of events, hosts, sectors."""
    found = []
    for name in learns:
        if name in drawn.events:
            so = drawn.happened[:, drawn.events.index(name)]
            found.append(Fact(names[name], f"{NOT}{names[name]}", so))
            continue
        coordinate = drawn.coordinates[:, drawn.families.index(name)]
        low, high = _CUTS
        label = family_label(name, names)
        found.append(Fact(f"{label} in its lower third", f"{label} above its lower third", coordinate < low))
        found.append(Fact(f"{label} in its upper third", f"{label} below its upper third", coordinate >= high))
    return found


@dataclass(frozen=True)
class Policy:
    """What is signed and done, chosen on the draws planned for.

    Attributes:
        start: that is signed, with its branches.
        without: start and way of the best without a gate.
        ceiling: what perfect knowledge of each draw would gain with this start.
    """

    start: int
    branches: Sequence[Branch]
    known: Sequence[Fact]
    without: tuple[int, int]
    ceiling: Worth
    draws: int

    @property
    def needed(self) -> dict[tuple[int, int], None]:
        """Starts and ways that fresh draws are counted for."""
        return dict.fromkeys([*((self.start, one.way) for one in self.branches), self.without])


def choose(seen: Sequence[Sequence[Seen]], known: Sequence[Fact]) -> Policy:
    """The best start with its branches, and the best without a gate. ``seen``: each way of each start in the same draws."""
    tables = [np.column_stack([way.benefit for way in ways]) for ways in seen]
    draws = len(tables[0])
    rows = np.arange(draws)
    trees = [grow(table, known) for table in tables]
    means = [table[rows, taken(tree, known, draws)].mean() for table, tree in zip(tables, trees, strict=True)]
    best = int(np.argmax(means))
    # Whatever is known later: the best start and way of all, of equals the start that is signed.
    pairs = [(start, way) for start, table in enumerate(tables) for way in range(table.shape[1])]
    without = max(pairs, key=lambda pair: (tables[pair[0]][:, pair[1]].mean(), pair[0] == best, -pair[1]))
    return Policy(best, trees[best], known, without, evpi(tables[best]), draws)


def _counted(
    design: Design,
    gate: Gate,
    starts: Sequence[tuple[Plan | None, list[Way]]],
    policy: Policy,
    seen: Mapping[tuple[int, int], Seen],
    known: Sequence[Fact],
    names: Names,
    seed: int,
) -> GatePlan:
    """What was chosen, counted on fresh draws."""
    signed, ways = starts[policy.start]
    its = {one.way: seen[policy.start, one.way] for one in policy.branches}
    count = len(next(iter(its.values())).benefit)
    way = taken(policy.branches, known, count)
    benefit, holds = (sum(np.where(way == w, part(one), 0) for w, one in its.items()) for part in (_BENEFIT, _HOLDS))
    without = seen[policy.without]
    gain = np.asarray(benefit) - without.benefit
    start, other = policy.without
    other_plan = starts[start][0]
    words = starts[start][1][other].words
    return GatePlan(
        design=design,
        plan=signed,
        month=gate.month,
        learns=gate.learns,
        learns_in_words=tuple(names.get(name) or family_label(name, names) for name in gate.learns),
        branches=_told(policy, known, ways, its, count),
        worth=Worth(float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(count)) if count > 1 else 0.0),
        ceiling=policy.ceiling,
        without=float(without.benefit.mean()),
        without_words=words if other_plan is None else f"{words_of(other_plan)}: {words}",
        holds=Share(int(np.sum(holds)), count),
        without_holds=Share(int(without.holds.sum()), count),
        stopped=Share(sum(int((way == w).sum()) for w in its if not ways[w].whole), count),
        starts=len(starts) if signed is not None else len(ways) - 1,
        draws=policy.draws,
        seed=seed,
    )


_BENEFIT, _HOLDS = attrgetter("benefit"), attrgetter("holds")


def _told(
    policy: Policy, known: Sequence[Fact], ways: Sequence[Way], seen: Mapping[int, Seen], count: int
) -> tuple[BranchTold, ...]:
    found = []
    for one in policy.branches:
        its = one.holds(known, count)
        size = int(its.sum())
        found.append(
            BranchTold(
                when=tuple(known[place].yes if so else known[place].no for place, so in one.facts),
                way=ways[one.way].words,
                share=Share(size, count),
                holds=Share(int(seen[one.way].holds[its].sum()), max(1, size)),
                benefit=float(seen[one.way].benefit[its].mean()) if size else 0.0,
            )
        )
    return tuple(sorted(found, key=lambda one: -one.share.count))
