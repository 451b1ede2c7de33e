"""A plan for a chance: the best plan that holds, as it is run, in at least a given share of draws.

1. draw all that any eligible placement rests on;
2. search over signatures for the best objective at base values among those that hold in enough draws, with a bound
   (``confident_search.py``); where none does, for the surest one, with the bound that proves it;
3. count its chance on draws that nobody planned for. That is the one that counts: a plan that was chosen for some draws
   looks better on them than it is. Where it falls short, plan again for more than was asked;
4. say what stands in the way: how many points the same signature would gain if one limit were lifted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import Fault, InputError, PilotPlannerError, Place
from pilot_planner.programme.build import build
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.finished_lumps import Finished, identity
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.planning.plan import Plan, describe, no_plan
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.robust.confident_search import ConfidentSearch, Found, Signature
from pilot_planner.studies.robust.scenarios import Candidates
from pilot_planner.studies.robust.signature_bounds import Settled, SignatureBounds
from pilot_planner.studies.uncertainty.chance import Chance, Share, chance_in, check_draws, label_of
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.samples import uncertainty
from pilot_planner.text.number_format import percent, whole_percent

DRAWS, FRESH = 200, 2000
_FRESH_STREAM = 1
_ATTEMPTS = 3
_SMALL = 1e-9


@dataclass(frozen=True)
class Confident:
    """How sure a plan was asked to be, how sure it is, and what is proven.

    Attributes:
        asked: share of draws in which it was to hold as run.
        planned: share of the draws that were planned for in which it holds.
        fresh: its chance on other draws.
        most: no signature holds in a larger share of the draws planned for (proven by linear programmes).
        value: of the objective at base values; ``bound``: no signature that holds often enough has a better one, None where
            none was found that does.
        in_the_way: limits (name, label) and the share of the draws planned for that this signature would gain without each.
        sets: sets of hosts and levels that allow a plan at base values.
        complete: False where time ended first.
    """

    asked: float
    planned: Share
    fresh: Chance
    most: float
    value: float
    bound: float | None
    in_the_way: tuple[tuple[str, str, float], ...]
    sets: int
    complete: bool

    @property
    def reached(self) -> bool:
        """Whether it holds in the share asked for of the draws planned for, and of fresh ones."""
        return min(self.planned.value, self.share_of_fresh.value) >= self.asked - _SMALL

    @property
    def share_of_fresh(self) -> Share:
        outlook = self.fresh.as_run
        return self.planned if outlook is None else outlook.holds

    @property
    def gap(self) -> float | None:
        """What is not proven of the objective, relative to it."""
        return None if self.bound is None else abs(self.bound - self.value) / max(1.0, abs(self.value))

    def document(self) -> dict[str, Any]:
        """What stands in ``plan.json`` under ``confidence``."""
        return {
            "asked": self.asked,
            "reached": self.reached,
            "planned_for": self.planned.document() | {"draws": self.planned.draws},
            "fresh": self.share_of_fresh.document() | {"draws": self.share_of_fresh.draws},
            "no_signature_holds_in_more_than": self.most,
            "objective": self.value,
            "bound": self.bound,
            "gap": self.gap,
            "in_the_way": [{"limit": name, "label": label, "points": 100.0 * gain} for name, label, gain in self.in_the_way],
            "sets_of_hosts_and_levels": self.sets,
            "complete": self.complete,
        }

    @property
    def sentences(self) -> tuple[str, ...]:
        """For a reader: how sure, what is proven, what stands in the way."""
        share = self.share_of_fresh
        low, high = share.interval
        between = f"({100.0 * low:.0f} to {whole_percent(high)})"
        fresh = f"{whole_percent(share.value)} of {share.draws:,} draws that it was not made for {between}"
        if self.reached:
            first = f"Asked to hold in {whole_percent(self.asked)} of draws as it is run, it holds in {fresh}."
            words = "No other that holds as often has an objective better by more than"
            proof = "" if self.gap is None else f" {words} {percent(self.gap)} (proven on the draws planned for)."
            return (first + proof,)
        if self.planned.value >= self.asked - _SMALL:
            return (
                f"Made to hold in {whole_percent(self.asked)} of draws, it holds in {fresh}: less than asked.",
                *self._way,
            )
        if self.most >= self.asked - _SMALL:
            first = (
                f"No plan that holds in {whole_percent(self.asked)} of draws was found before time ended; whether there is "
                f"one is not known. This is the surest found; it holds in {fresh}."
            )
            return first, *self._way
        first = (
            f"No plan under these limits holds in {whole_percent(self.asked)} of draws: none holds in more than "
            f"{whole_percent(self.most)} of the "
            f"{self.planned.draws:,} planned for (proven). This is the surest found; it holds in {fresh}."
        )
        return first, *self._way

    @property
    def _way(self) -> tuple[str, ...]:
        parts = [f"{label.lower()} {100 * gain:.0f} points" for _, label, gain in self.in_the_way if gain > 0.0]
        return (f"What stands in its way, each by itself: {', '.join(parts)}.",) if parts else ()


def plan_for(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    confidence: float | None = None,
    draws: int = DRAWS,
    fresh_draws: int = FRESH,
    seed: int = 1,
    progress: Progress | None = None,
    out: str | Path | None = None,
) -> Plan:
    """The best plan of a design that holds as run in a share of draws; the surest there is where none does.

    What was asked, reached and proven stands in ``plan.confident``, its chance on fresh draws in ``plan.chance``.

    Args:
        model, inputs, settings: as ``make_plan`` takes them.
        confidence: the share of draws, above 0 and below 1; None for the design's.
        draws: planned for.
        fresh_draws: on which its chance is counted.
        seed: of the draws; the fresh ones are another stream of it.
        progress: called with a text and the share that is done; returning False stops.
        out: folder that keeps what is finished, so that the same call goes on from there after a stop; None keeps nothing.

    Raises:
        InputError: as ``make_plan``, or neither the call nor the design says how sure the plan is to be.
        NoPlanError, SolverError: as ``make_plan``.
        CancelledError: ``progress`` returned False.
    """
    check_draws(draws, seed)
    check_draws(fresh_draws, seed)
    design, ready = set_up(model, inputs, settings)
    asked = identity("plan_for", design, ready, confidence=confidence, draws=draws, fresh_draws=fresh_draws, seed=seed)
    with Finished(out, asked) as kept:
        return _Planning(design, ready, draws, fresh_draws, seed, progress, kept).plan(confidence)


def confidence_curve(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    confidences: Sequence[float] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress | None = None,
    out: str | Path | None = None,
) -> list[dict[str, Any]]:
    """The best objective at base values against confidence, on the draws planned for: one record for each confidence.

    ``out``, and what is raised, as ``plan_for``.
    """
    check_draws(draws, seed)
    design, ready = set_up(model, inputs, settings)
    ordered = sorted(confidences)
    asked = identity("confidence_curve", design, ready, confidences=ordered, draws=draws, seed=seed)
    with Finished(out, asked) as kept:
        planning = _Planning(design, ready, draws, draws, seed, progress, kept)
        return [planning.point(confidence) for confidence in ordered]


@dataclass
class _Planning:
    design: Design
    ready: Inputs
    draws: int
    fresh_draws: int
    seed: int
    progress: Progress | None
    kept: Finished
    search: ConfidentSearch = field(init=False)
    start: Signature | None = field(init=False)

    def __post_init__(self) -> None:
        tell = Telling(self.progress)
        tell("solving the plan", 0.0)
        design = self.design.model_copy(update={"confidence": None})
        programme = build(make_case(design, self.ready))
        session = Session(programme)
        outcome = session.solve()
        if not outcome.has_plan:
            raise no_plan(outcome, design)
        solution = session.break_ties(outcome)
        placements = [one.key for one in programme.case.placements]
        candidates = Candidates(design, self.ready, placements, design.oversight.levels)
        evidence = make_case(candidates.design, candidates.inputs).evidence
        self.uncertain = uncertainty(design, self.ready, evidence.estimates_behind(*evidence.topics))
        tell("programmes of all draws", 0.05)
        parts = list(groups(self.uncertain.draw(self.draws, self.seed), design))
        drawn = [(candidates.under(settings).programme_of_draws(values), numbers) for settings, values, numbers in parts]
        deadline = time.perf_counter() + design.solver.time_limit
        bounds = SignatureBounds(programme, solution, drawn, deadline, self.kept)
        told = partial(tell, fraction=0.3)
        self.search = ConfidentSearch(design, self.ready, programme, bounds, parts, told, self.kept)
        levels = tuple((h, level) for (h, level), j in programme.d.level.items() if solution[j] > 0.5)
        self.start = self.search.sign(Settled(levels))
        self.tell = tell

    def plan(self, confidence: float | None) -> Plan:
        asked = self._asked(confidence)
        count = self._enough(asked)
        found, plan, fresh = self._attempt(count)
        for _ in range(_ATTEMPTS - 1):
            short = asked - (0.0 if fresh.as_run is None else fresh.as_run.holds.value)
            if found.best is None or found.best.count < count or short <= _SMALL:
                break
            more = self.search.best_with(count + max(1, math.ceil(short * self.draws)))
            if more.best is None:
                break
            count = more.best.count
            found, plan, fresh = more, *self._described(more.best)
        best = found.best
        if best is None:
            raise PilotPlannerError("no signature could be run in any draw")
        enough = best.count >= self._enough(asked)
        sign = -1.0 if self.search.base.maximise else 1.0
        confident = Confident(
            asked=asked,
            planned=Share(best.count, self.draws),
            fresh=fresh,
            most=found.most / self.draws,
            value=sign * best.loss,
            bound=sign * found.bound if enough and math.isfinite(found.bound) else None,
            in_the_way=() if enough else self._in_the_way(best),
            sets=len(self.search.sets),
            complete=found.complete,
        )
        return replace(plan, confident=confident).with_chance(fresh)

    def point(self, confidence: float) -> dict[str, Any]:
        """One point of the curve."""
        asked = self._asked(confidence)
        found = self.search.best_with(self._enough(asked))
        best = found.best
        sign = -1.0 if self.search.base.maximise else 1.0
        return {
            "confidence": asked,
            "objective": None if best is None else sign * best.loss,
            "bound": None if best is None else sign * found.bound,
            "planned": None if best is None else best.count / self.draws,
            "no_signature_holds_in_more_than": found.most / self.draws,
            "hosts": {} if best is None else dict(best.held.levels),
            "placements": [] if best is None else [".".join(key) for key in best.held.placements],
            "complete": found.complete,
        }

    def _asked(self, confidence: float | None) -> float:
        asked = self.design.confidence if confidence is None else confidence
        if asked is None or not 0.0 < asked < 1.0:
            what = "is not said" if asked is None else f"{asked:g} is no share of draws that a plan can be made for"
            fix = "add confidence = 0.8 to the design, or --confidence 0.8"
            raise InputError([Fault(Place("confidence"), what, "a number above 0 and below 1", fix)])
        self.design = self.design.model_copy(update={"confidence": asked})
        return asked

    def _enough(self, asked: float) -> int:
        return math.ceil(asked * self.draws - _SMALL)

    def _attempt(self, count: int) -> tuple[Found, Plan, Chance]:
        found = self.search.best_with(count)
        if found.best is None:
            found = self.search.surest(self.start)
        if found.best is None:
            raise PilotPlannerError("no signature could be run in any draw; widen the limits or lower the confidence")
        return found, *self._described(found.best)

    def _described(self, best: Signature) -> tuple[Plan, Chance]:
        self.tell("its chance on fresh draws", 0.8)
        programme = self.search.base
        case = replace(programme.case, design=self.design)
        plan = describe(replace(programme, case=case), best.outcome, best.solution, {})
        fresh = self.uncertain.draw(self.fresh_draws, (self.seed, _FRESH_STREAM))
        return plan, chance_in(plan, fresh, self.seed, run=True)

    def _in_the_way(self, best: Signature) -> tuple[tuple[str, str, float], ...]:
        """Points that this signature gains without each limit that it misses somewhere."""
        held = best.holds.mean()
        limits = dict.fromkeys((row.limit.key, row.limit.side) for row in self.search.base.rows if row.limit is not None)
        gains = []
        for bound in limits:
            if ".".join(bound) not in best.missed:
                continue
            gain = float(self.search.run(best.held, [bound])[0].mean() - held)
            gains.append((".".join(bound), label_of(".".join(bound), self.design, {}), gain))
        return tuple(sorted(gains, key=lambda gain: -gain[2]))
