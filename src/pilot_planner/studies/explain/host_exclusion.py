"""Why a host or a placement is not in the plan, and what each rights floor costs to hold.

For what the rights floors exclude, the floors that fail in the nearest sector, the least change that would let it in
(``case/near_misses.py``) and, for the nearest hosts, what that would be worth. For what they do not, the best plan that
must use it and what that plan loses against the best. For each floor, what the best plan without it would add and what the
floor protects: never an invitation to drop it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pilot_planner.case.case import make_case
from pilot_planner.case.eligibility import of_floor
from pilot_planner.case.near_misses import Change, NearMiss, changed_case, least_changes, near_misses
from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design, Floors
from pilot_planner.design.writing import written
from pilot_planner.errors import Fault, InputError, NoPlanError, Place
from pilot_planner.programme.build import Programme, build
from pilot_planner.programme.metrics import METRICS
from pilot_planner.solving.outcome import Outcome
from pilot_planner.solving.session import Session
from pilot_planner.studies.execution.progress import Progress, Telling
from pilot_planner.studies.explain.shadow_prices import Basis
from pilot_planner.studies.planning.plan import no_plan
from pilot_planner.studies.planning.setup import Settings, set_up
from pilot_planner.studies.sweeps.sweep import ChangingInputs
from pilot_planner.text.names import floor_label
from pilot_planner.text.number_format import with_unit
from pilot_planner.text.result_tables import Rows, Tabled


@dataclass(frozen=True, slots=True)
class Left:
    """A host, or a placement, that is not in the plan.

    Attributes:
        reasons: rights floors that exclude it, of a host those of its nearest sector; empty where none does.
        fails: the same in words, as every page and document says it.
        nearest: that sector.
        change: the least change that would let it in, in words; empty where evidence has to be found first.
        settings: the same as ``--set`` takes it.
        worth: by how much the best plan is then better than the best plan now, 0 where it does without; None if not asked.
        worth_sentence: the same in words.
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
    fails: str = ""
    nearest: str = ""
    change: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    worth: float | None = None
    worth_sentence: str = ""


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
class WhyNot(Tabled):
    """Everything that the best plan leaves out. ``complete``: False where the caller stopped before all of it was asked."""

    objective: float
    hosts: str
    left: tuple[Left, ...]
    floors: tuple[FloorCost, ...]
    complete: bool = True

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"left": self.records, "floors": lambda: [asdict(one) for one in self.floors]}

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
                "nearest": one.nearest,
                "reasons": one.fails,
                "change": one.change,
                "settings": " ".join(f"{path}={written(value)}" for path, value in one.settings.items()),
                "worth": one.worth,
                "sentence": " ".join(part for part in (one.sentence, one.worth_sentence) if part),
            }
            for one in self.left
        ]


PROTECTS = {
    "host_willingness": "workers who complain, since officials who do not want the scheme will not protect them",
    "tip_tier": "workers from states that do not act against trafficking",
    "conventions": "workers by the host's own promise against forced labour",
    "agency_office": "workers from the first day, by somebody they can go to",
    "labour_inspectors": "workers by the host's own inspectors, who stay when the pilot ends",
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
    worths: int = 3,
    basis: Basis | None = None,
) -> WhyNot:
    """Why each host outside the best plan is outside it; the same for ``placements`` (ISO3, sector) on request.

    ``floors`` False leaves out the cost of each rights floor; ``worths`` is for how many of the hosts that come nearest to
    passing the floors it is solved what letting them in would be worth. ``basis`` is the plan of the same design, inputs and
    settings with what was solved on it, where somebody has it. Raises NoPlanError when there is no plan,
    InputError for a placement that does not exist, CancelledError (with the ``WhyNot`` as far as it came) when
    ``progress`` returns False.
    """
    if basis is not None:
        plan = basis.plan
        return _Study(plan.programme, plan.outcome, basis.resolves.with_host, progress).run(placements or [], floors, worths)
    design, ready = set_up(model, inputs, settings)
    programme = build(make_case(design, ready))
    session = Session(programme)
    best = session.solve()
    if not best.has_plan:
        raise no_plan(best, design)
    return _Study(programme, best, session.solve_with, progress).run(placements or [], floors, worths)


class _Study:
    def __init__(
        self, programme: Programme, best: Outcome, with_host: Callable[[str], Outcome], progress: Progress | None
    ) -> None:
        """``with_host``: the best plan of the programme that must use a host."""
        self.programme = programme
        self.case = case = programme.case
        self.design = case.design
        self.with_host = with_host
        self.tell = Telling(progress, lambda: self._found(complete=False))
        self.left: list[Left] = []
        self.costs: list[FloorCost] = []
        self.best = best
        if best.objective is None:
            raise no_plan(best, self.design)
        self.objective = best.objective
        self.hosts = _hosts(programme, best)
        self._changing = ChangingInputs(case.inputs)
        self.metric = METRICS[self.design.objective.metric]

    def run(self, placements: list[tuple[str, str]], floors: bool, worths: int) -> WhyNot:
        self._check(placements)
        self.left += [self._placement(h, s) for h, s in placements]
        for one in self._hosts_left():
            self.left.append(one)
        for one in sorted((one for one in self.left if one.settings), key=self._how_near)[:worths]:
            self.left[self.left.index(one)] = self._with_worth(one)
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
        near = near_misses(self.case)
        changes = least_changes(self.case, [(h, one.sector) for h, one in near.items() if one.sector])
        for place, (h, one) in enumerate(near.items()):
            if h in self.hosts.split("+"):
                continue
            self.tell(f"asking why not {h}", 0.6 * place / len(near))
            if one.kind == "passes":
                yield self._forced(h, "", self.with_host(h))
            else:
                yield _excluded(h, "", one.reasons, one, changes.get((h, one.sector)))

    def _placement(self, h: str, s: str) -> Left:
        verdict = next(one for one in self.case.verdicts if (one.iso3, one.sector) == (h, s))
        if not verdict.eligible:
            return _excluded(h, s, verdict.reasons, None, least_changes(self.case, [(h, s)]).get((h, s)))
        return self._forced(h, s, Session(self.programme).solve_under(self.programme.q.opened(h, s) * -1.0, -1.0))

    def _forced(self, h: str, s: str, outcome: Outcome) -> Left:
        """What is said of the best plan that must use it."""
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

    # --- what letting a host in would be worth ---

    def _how_near(self, one: Left) -> tuple[int, float, str]:
        verdict = next(v for v in self.case.verdicts if (v.iso3, v.sector) == (one.iso3, one.sector or one.nearest))
        return len(verdict.reasons), sum(reason.gap for reason in verdict.reasons.values()), one.iso3

    def _with_worth(self, one: Left) -> Left:
        """The best plan with the change made that must use the host. Plans without it are what they were."""
        self.tell(f"asking what {one.iso3} would be worth", 0.6)
        there = {*(host.iso3 for host in self.case.hosts), one.iso3}
        programme = build(changed_case(self.case, one.settings, there, self._changing.with_values))
        outcome = Session(programme).solve_with(one.iso3)
        if not outcome.has_plan or outcome.objective is None:
            return replace(one, worth=0.0, worth_sentence=f"Even then no plan with {one.iso3} meets all limits.")
        largest = self.design.objective.sense == "max"
        gain = (outcome.objective - self.objective) * (1.0 if largest else -1.0)
        better, worse = ("more", "less") if largest else ("less", "more")
        amount = f"{with_unit(abs(gain), self.metric.unit)} {better if gain > 0 else worse} {self.metric.label.lower()}"
        hosts = _hosts(programme, outcome)
        if gain > 0:
            return replace(one, worth=gain, worth_sentence=f"Then the best plan is in {hosts} and has {amount}.")
        words = f"Even then the best plan does without it; the best one with it ({hosts}) has {amount}."
        return replace(one, worth=0.0, worth_sentence=words)

    # --- floors ---

    def _floors(self) -> Iterator[FloorCost]:
        lifted = {
            "host_willingness": 0.0,
            "tip_tier": 4.0,
            "conventions": (),
            "agency_office": False,
            "labour_inspectors": 0.0,
            "lawful_admission": False,
            "living_wage": False,
            "gain_over_today": 0.0,
            "employer_cost_ratio": _ENDLESS,
        }
        for place, (floor, value) in enumerate(lifted.items()):
            self.tell(f"asking what the floor on {floor_label(floor)} costs", 0.6 + 0.4 * place / len(lifted))
            held = getattr(self.design.floors, floor)
            if held == value:
                continue
            yield self._floor(floor, held, self.design.floors.model_copy(update={floor: value}))

    def _floor(self, floor: str, held: object, floors: Floors) -> FloorCost:
        programme, outcome = self.programme, self.best
        # Floors decide who may be staffed and nothing else: where nobody comes in, the best plan stays the best.
        if any(one.reasons and all(of_floor(reason) == floor for reason in one.reasons) for one in self.case.verdicts):
            case = make_case(self.design.model_copy(update={"floors": floors}), self.case.inputs)
            if [one.key for one in case.placements] != [one.key for one in self.case.placements]:
                try:
                    programme = build(case)
                except NoPlanError:
                    raise AssertionError("lifting a floor cannot leave fewer placements") from None
                outcome = Session(programme).solve()
        words = floor_label(floor)
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


def _hosts(programme: Programme, outcome: Outcome) -> str:
    taken = (h for (h, _), j in programme.d.level.items() if outcome.solution[j] > 0.5)
    return "+".join(sorted(taken))


def _excluded(h: str, s: str, reasons: Mapping[str, str], near: NearMiss | None, change: Change | None) -> Left:
    """A host (with its near miss) or a placement that a rights floor, or the designer, excludes."""
    told = tuple(reasons.values())
    fails = f"{'; '.join(told)}." if near is None else near.sentence
    sentence = f"{h}.{s} fails: {fails}" if near is None else f"{h}: {fails}"
    if change is not None:
        sentence = f"{sentence} {change.sentence[:1].upper()}{change.sentence[1:]}."
    return Left(
        h,
        s,
        "excluded",
        told,
        None,
        None,
        "",
        sentence,
        fails=fails,
        nearest="" if near is None else near.sector,
        change="" if change is None else change.sentence,
        settings={} if change is None else change.settings,
    )
