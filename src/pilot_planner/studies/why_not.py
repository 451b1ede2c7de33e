"""Why a host or a placement is not in the plan, and what each rights floor costs to hold.

For what the rights floors exclude, the floors and their reasons. For what they do not, the best plan that must use it
and what that plan loses against the best. For each floor, what the best plan without it would add and what the floor
protects: never an invitation to drop it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilot_planner.case.case import Case, make_case
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, Floors
from pilot_planner.errors import Fault, InputError, NoPlanError, Place
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.linear import Linear
from pilot_planner.programme.metrics import METRICS
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.plan import no_plan
from pilot_planner.studies.setup import Settings, set_up
from pilot_planner.studies.telling import Progress, Telling
from pilot_planner.studies.words import with_unit


@dataclass(frozen=True, slots=True)
class Left:
    """A host, or a placement, that is not in the plan.

    Attributes:
        reasons: rights floors that exclude it; empty where none does.
        status: ``excluded``, ``worse`` (a plan with it exists) or ``impossible`` (no plan with it meets all limits).
        objective: of the best plan that must use it.
        loss: how much worse than the best plan, as a positive number; None where there is no such plan.
        hosts: hosts of that plan.
    """

    iso3: str
    sector: str
    status: str
    reasons: tuple[str, ...]
    objective: float | None
    loss: float | None
    hosts: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FloorCost:
    """What holding one rights floor costs the objective, and what it protects."""

    floor: str
    protects: str
    held_at: str
    objective_without: float | None
    cost: float | None
    hosts_without: str
    sentence: str


@dataclass(frozen=True)
class WhyNot:
    """Everything that the best plan leaves out. ``complete``: False where the caller stopped before all of it was asked."""

    objective: float
    hosts: str
    left: tuple[Left, ...]
    floors: tuple[FloorCost, ...]
    complete: bool = True

    def records(self) -> list[dict[str, Any]]:
        """One row per host or placement left out."""
        return [
            {
                "iso3": one.iso3,
                "sector": one.sector,
                "status": one.status,
                "objective": one.objective,
                "loss": one.loss,
                "hosts": one.hosts,
                "reasons": "; ".join(one.reasons),
                "sentence": one.sentence,
            }
            for one in self.left
        ]


PROTECTS = {
    "host_willingness": "workers who complain, since officials who do not want the scheme will not protect them",
    "tip_tier": "workers from states that do not act against trafficking",
    "conventions": "workers by the host's own promise against forced labour",
    "agency_office": "workers from the first day, by somebody they can go to",
    "lawful_admission": "workers from becoming irregular, which is how they are held today",
    "living_wage": "a wage that a person can live on in every month",
    "gain_over_today": "workers from taking a risk for no clear gain",
    "employer_cost_ratio": "the placement itself: employers who pay far more than for a local worker do not stay",
}


def why_not(
    model: Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    placements: list[tuple[str, str]] | None = None,
    floors: bool = True,
    progress: Progress | None = None,
) -> WhyNot:
    """Why each host outside the best plan is outside it; the same for ``placements`` (ISO3, sector) on request.

    ``floors`` False leaves out the cost of each rights floor. Raises NoPlanError when there is no plan, InputError for
    a placement that does not exist, CancelledError (with the ``WhyNot`` as far as it came) when ``progress`` returns False.
    """
    design, ready = set_up(model, inputs, settings)
    case = make_case(design, ready)
    return _Study(case, progress).run(placements or [], floors)


class _Study:
    def __init__(self, case: Case, progress: Progress | None) -> None:
        self.case = case
        self.design = case.design
        self.tell = Telling(progress, lambda: self._found(complete=False))
        self.left: list[Left] = []
        self.costs: list[FloorCost] = []
        self.programme = build(case)
        self.best = Session(self.programme).solve()
        if not self.best.has_plan or self.best.objective is None:
            raise no_plan(self.best, self.design)
        self.objective = self.best.objective
        self.hosts = _hosts(self.programme, self.best)
        self.metric = METRICS[self.design.objective.metric]

    def run(self, placements: list[tuple[str, str]], floors: bool) -> WhyNot:
        self._check(placements)
        self.left += [self._placement(h, s) for h, s in placements]
        for one in self._hosts_left():
            self.left.append(one)
        for cost in self._floors() if floors else ():
            self.costs.append(cost)
        return self._found(complete=True)

    def _found(self, complete: bool) -> WhyNot:
        order = {"worse": 0, "impossible": 1, "excluded": 2}
        left = sorted(self.left, key=lambda one: (order[one.status], one.loss or 0.0, one.iso3, one.sector))
        return WhyNot(self.objective, self.hosts, tuple(left), tuple(self.costs), complete)

    def _check(self, placements: list[tuple[str, str]]) -> None:
        known = {(verdict.iso3, verdict.sector) for verdict in self.case.verdicts}
        faults = [
            Fault(Place(f"{h}.{s}"), "no such placement", "ISO3.sector of the inputs", "see inputs/lists")
            for h, s in placements
            if (h, s) not in known
        ]
        if faults:
            raise InputError(faults)

    # --- hosts and placements ---

    def _hosts_left(self) -> Iterator[Left]:
        names = list(dict.fromkeys(verdict.iso3 for verdict in self.case.verdicts))
        eligible = {host.iso3 for host in self.case.hosts}
        for place, h in enumerate(names):
            if h in self.hosts.split("+"):
                continue
            self.tell(f"asking why not {h}", 0.6 * place / len(names))
            if h in eligible:
                yield self._forced(h, "", self.programme.q.chosen(h))
            else:
                reasons = common_reasons([list(v.reasons.values()) for v in self.case.verdicts if v.iso3 == h])
                yield _excluded(h, "", reasons)

    def _placement(self, h: str, s: str) -> Left:
        verdict = next(one for one in self.case.verdicts if (one.iso3, one.sector) == (h, s))
        if not verdict.eligible:
            return _excluded(h, s, tuple(verdict.reasons.values()))
        return self._forced(h, s, self.programme.q.opened(h, s))

    def _forced(self, h: str, s: str, chosen: Linear) -> Left:
        """The best plan that must use it."""
        outcome = Session(self.programme).solve_under(chosen * -1.0, -1.0)
        name = f"{h}.{s}" if s else h
        if not outcome.has_plan or outcome.objective is None:
            sentence = f"No plan with {name} meets all limits of this design."
            return Left(h, s, "impossible", (), None, None, "", sentence)
        loss = abs(outcome.objective - self.objective)
        hosts = _hosts(self.programme, outcome)
        unit, label = self.metric.unit, self.metric.label.lower()
        if loss <= 1e-6 * abs(self.objective):
            sentence = (
                f"A plan with {name} is as good as the best one: {with_unit(outcome.objective, unit)} of {label} in {hosts}."
            )
        else:
            worse = "less" if self.design.objective.sense == "max" else "more"
            share = f" ({loss / abs(self.objective):.1%})" if self.objective else ""
            amount = with_unit(loss, unit)
            sentence = f"The best plan with {name} ({hosts}) has {amount} {worse} {label} than the best one{share}."
        return Left(h, s, "worse", (), outcome.objective, loss, hosts, sentence)

    # --- floors ---

    def _floors(self) -> Iterator[FloorCost]:
        lifted = {
            "host_willingness": 0.0,
            "tip_tier": 4.0,
            "conventions": (),
            "agency_office": False,
            "lawful_admission": False,
            "living_wage": False,
            "gain_over_today": 0.0,
            "employer_cost_ratio": _ENDLESS,
        }
        for place, (floor, value) in enumerate(lifted.items()):
            self.tell(f"asking what the floor on {floor.replace('_', ' ')} costs", 0.6 + 0.4 * place / len(lifted))
            held = getattr(self.design.floors, floor)
            if held == value:
                continue
            yield self._floor(floor, held, self.design.floors.model_copy(update={floor: value}))

    def _floor(self, floor: str, held: object, floors: Floors) -> FloorCost:
        design = self.design.model_copy(update={"floors": floors})
        case = make_case(design, self.case.inputs)
        programme, outcome = self.programme, self.best
        # Floors decide who may be staffed and nothing else: where nobody comes in, the best plan stays the best.
        if [one.key for one in case.placements] != [one.key for one in self.case.placements]:
            try:
                programme = build(case)
            except NoPlanError:
                raise AssertionError("lifting a floor cannot leave fewer placements") from None
            outcome = Session(programme).solve()
        words = floor.replace("_", " ")
        shown = ", ".join(held) if isinstance(held, tuple) else ("held" if held is True else str(held))
        protects = PROTECTS[floor]
        if outcome.objective is None:
            return FloorCost(floor, protects, shown, None, None, "", f"The floor on {words} protects {protects}.")
        cost = abs(outcome.objective - self.objective)
        hosts = _hosts(programme, outcome)
        if cost <= 1e-6 * abs(self.objective):
            sentence = f"The floor on {words} ({shown}) costs this plan nothing. It protects {protects}."
            cost = 0.0
        else:
            amount = f"{with_unit(cost, self.metric.unit)} of {self.metric.label.lower()}"
            sentence = f"Holding the floor on {words} ({shown}) costs {amount}; it protects {protects}."
        return FloorCost(floor, protects, shown, outcome.objective, cost, hosts, sentence)


_ENDLESS = 1e9
_OF_THE_DESIGN = "excluded by the design"
"""Says nothing about the host, so it is not told as a reason of the host."""


def _hosts(programme: Programme, outcome: Outcome) -> str:
    taken = (h for (h, _), j in programme.d.level.items() if outcome.solution[j] > 0.5)
    return "+".join(sorted(taken))


def common_reasons(reasons: list[list[str]]) -> tuple[str, ...]:
    """Reasons of all placements of a host; failing these, the most frequent ones."""
    shared = [one for one in reasons[0] if one != _OF_THE_DESIGN and all(one in other for other in reasons)]
    if shared:
        return tuple(shared)
    counts: dict[str, int] = {}
    for of_one in reasons:
        for reason in of_one:
            if reason != _OF_THE_DESIGN:
                counts[reason] = counts.get(reason, 0) + 1
    return tuple(sorted(counts, key=lambda reason: -counts[reason])[:3])


def _excluded(h: str, s: str, reasons: tuple[str, ...]) -> Left:
    name = f"{h}.{s}" if s else h
    return Left(h, s, "excluded", reasons, None, None, "", f"{name} fails: {'; '.join(reasons)}.")
