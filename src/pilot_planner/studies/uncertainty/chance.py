"""The chance of a plan: in which share of draws it holds, as it is signed and as it is run, and what fails.

*As signed*: nothing is decided again. *As run*: hosts, levels and caps stay, everything else is chosen anew in each draw,
and a rights floor that fails stops hiring. What counts as holding is told in ``drawn_plan.py``. Both shares are counted in
draws, so each has its interval; it is the error of so few draws, not of the evidence that they are drawn from.

Draws are worked on in blocks, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.design.schema import Design
from pilot_planner.errors import CancelledError, InputError, PilotPlannerError, SolverError
from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.execution.progress import Progress
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.studies.planning.setup import Settings
from pilot_planner.studies.uncertainty.drawn_design import groups
from pilot_planner.studies.uncertainty.drawn_plan import EVIDENCE, DrawnPlan, Signed, counts
from pilot_planner.studies.uncertainty.proportions import CONFIDENCE, wilson
from pilot_planner.studies.uncertainty.samples import Draws, uncertainty
from pilot_planner.studies.uncertainty.trial import Trial, hold
from pilot_planner.text.names import Names, host_names, place_in_words, sector_names
from pilot_planner.text.result_tables import Rows, Tabled

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan
    from pilot_planner.studies.uncertainty.as_run import Run

DRAWS = 1000
MOST_DRAWS = 100_000

_LABELS = {"demand": "Employers' demand", "intake": "Intake in a period"}
_FLOORS = {
    "host_willingness": "Willingness of the host",
    "tip_tier": "Trafficking-in-persons tier",
    "agency_office": "Office of the agency",
    "labour_inspectors": "Labour inspectors of the host",
    "lawful_admission": "Lawful admission",
    "living_wage": "Living wage",
    "gain_over_today": "Gain over today",
    "employer_cost_ratio": "Cost to the employer",
}
_STRUCTURE = "Hiring within caps, demand and intake"


@dataclass(frozen=True, slots=True)
class Share:
    """A share counted in draws, with the interval in which it lies as far as so many draws can tell (Wilson, 95 %)."""

    count: int
    draws: int

    @property
    def value(self) -> float:
        return self.count / self.draws

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.draws)

    def document(self) -> dict[str, Any]:
        return {"share": self.value, "interval": list(self.interval), "count": self.count}


@dataclass(frozen=True, slots=True)
class Failure:
    """What breaks in some draws: a limit, a rights floor, or the structure.

    Attributes:
        name: of a limit ``key.side.scope`` as signed, ``key.side`` as run; of a floor ``floor.PLACE``.
        kind: legal, safeguard, money, capacity, ``floor`` or ``structure``.
        counts: whether a plan that breaks it does not hold.
        broken: share of draws in which it breaks.
        alone: share of draws in which nothing else that counts breaks.
    """

    name: str
    label: str
    kind: str
    counts: bool
    broken: Share
    alone: Share

    def document(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label,
            "kind": self.kind,
            "counts": self.counts,
            "broken": self.broken.document(),
            "alone": self.alone.document(),
        }


@dataclass(frozen=True)
class Outlook:
    """In which share of draws a plan holds in one reading, and what fails in the others, the most frequent first."""

    holds: Share
    fails: tuple[Failure, ...]

    def document(self) -> dict[str, Any]:
        return {**self.holds.document(), "fails": [one.document() for one in self.fails]}


@dataclass(frozen=True)
class Chance(Tabled):
    """The chance of a plan.

    Attributes:
        as_signed: nothing is decided again.
        as_run: hosts, levels and caps as signed, the rest chosen anew; None where it was not asked for.
        promise: limits on capacity that count.
        seed: the same seed and number of draws give the same chance.
    """

    draws: int
    seed: int
    promise: tuple[str, ...]
    as_signed: Outlook
    as_run: Outlook | None

    def row_sources(self) -> dict[str, Callable[[], Rows]]:
        """What makes the rows of each table, the main one first."""
        return {"fails": lambda: _failures(self)}

    def document(self) -> dict[str, Any]:
        """What stands in ``plan.json`` under ``chance``."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "confidence_of_intervals": CONFIDENCE,
            "promise": list(self.promise),
            "as_signed": self.as_signed.document(),
            "as_run": None if self.as_run is None else self.as_run.document(),
        }


def read_chance(document: Any) -> Chance | None:
    """A chance from what stands in a ``plan.json``; None where it is not one."""

    def outlook(told: Mapping[str, Any]) -> Outlook:
        def share(of: Mapping[str, Any]) -> Share:
            return Share(int(of["count"]), draws)

        return Outlook(
            share(told),
            tuple(
                Failure(one["name"], one["label"], one["kind"], one["counts"], share(one["broken"]), share(one["alone"]))
                for one in told["fails"]
            ),
        )

    try:
        draws, run = int(document["draws"]), document["as_run"]
        signed, promise = outlook(document["as_signed"]), tuple(document["promise"])
        return Chance(draws, int(document["seed"]), promise, signed, None if run is None else outlook(run))
    except (KeyError, TypeError, ValueError):
        return None


def chance(
    model: Plan | Design | str | Path | None = None,
    inputs: Inputs | str | Path | None = None,
    settings: Settings | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    run: bool = True,
    progress: Progress | None = None,
) -> Chance:
    """The chance of a plan.

    Args:
        model: a plan; or what ``make_plan`` takes, and its best plan is put to the test.
        inputs: as ``make_plan`` takes them; not with a plan.
        settings: likewise.
        draws: how many, 1 to 100,000.
        seed: of the draws.
        run: whether to work out how it does as it is run too: a linear programme for each draw.
        progress: called with a text and the share that is done; returning False stops.

    Raises:
        InputError, NoPlanError, SolverError: as ``make_plan``.
        CancelledError: ``progress`` returned False.
        PilotPlannerError: no such number of draws or seed.
    """
    from pilot_planner.studies.planning.plan import Plan, make_plan

    check_draws(draws, seed)
    plan = model if isinstance(model, Plan) else make_plan(model, inputs, settings)
    return chance_of(plan, draws, seed, run, progress)


def check_draws(draws: int, seed: int) -> None:
    """Raises PilotPlannerError for numbers of draws and seeds that there are not."""
    if not 1 <= draws <= MOST_DRAWS:
        raise PilotPlannerError(f"--draws {draws}: from 1 to {MOST_DRAWS:,} can be made")
    if seed < 0:
        raise PilotPlannerError(f"--seed {seed}: a whole number of at least 0 is needed")


def chance_of(plan: Plan, draws: int = DRAWS, seed: int = 1, run: bool = True, progress: Progress | None = None) -> Chance:
    """The same of a plan that is there."""
    known = uncertainty(plan.design, plan.inputs, behind(plan.case, plan.accounts))
    return chance_in(plan, known.draw(draws, seed), seed, run, progress)


def chance_in(plan: Plan, drawn: Draws, seed: int, run: bool, progress: Progress | None = None) -> Chance:
    """The same in draws that are there; values that the plan does not rest on may be among them."""
    draws, tally = len(drawn), Tally(plan.design, host_names(plan.inputs) | sector_names(plan.inputs))
    trial = Trial(plan.design, plan.inputs, hold(plan.programme, plan.solution))
    readings, done = (True, False) if run else (True,), 0
    for signed in readings:
        for settings, values, numbers in groups(drawn, plan.design, signed=signed):
            told = f"{done % draws:,} of {draws:,} draws as {'signed' if signed else 'run'}"
            if progress is not None and not progress(told, done / (draws * len(readings))):
                raise CancelledError(f"stopped after {told}")
            one = DrawnPlan(trial.under(settings), values, len(numbers))
            if signed:
                tally.add_signed(one.signed)
            else:
                tally.add_run(_as_run(one))
            done += len(numbers)
    return Chance(draws, seed, plan.design.promise, tally.signed, tally.run if run else None)


def chance_to_tell(plan: Plan, progress: Progress | None = None) -> Chance | None:
    """The chance of a plan as signed and as run; None where nobody works, or it cannot be worked out.

    Raises CancelledError where ``progress`` returned False.
    """
    known: Chance | None = vars(plan).get("chance")
    if known is not None and known.as_run is not None:
        return known
    try:
        return chance_of(plan, progress=progress) if plan.placements else None
    except (InputError, SolverError):
        return None


def _as_run(plan: DrawnPlan) -> Run:
    # The plan as it is signed needs no solver: it is shown with every plan, so it does not wait for one to be loaded.
    from pilot_planner.studies.uncertainty.as_run import AsRun

    return AsRun(plan).run()


def _failures(chance: Chance) -> Rows:
    """One row per reading and limit or floor that fails in it."""
    readings = {"as_signed": chance.as_signed, "as_run": chance.as_run}
    return [
        {
            "reading": reading,
            "name": one.name,
            "label": one.label,
            "kind": one.kind,
            "counts": one.counts,
            "broken": one.broken.value,
            "alone": one.alone.value,
        }
        for reading, outlook in readings.items()
        if outlook is not None
        for one in outlook.fails
    ]


@dataclass
class _Counted:
    broken: int = 0
    alone: int = 0


@dataclass
class Tally:
    """Counts over blocks of draws."""

    design: Design
    names: Names
    draws: int = 0
    _held: int = 0
    _held_as_run: int = 0
    _fails: dict[str, _Counted] = field(default_factory=dict)
    _fails_as_run: dict[str, _Counted] = field(default_factory=dict)

    def add_signed(self, signed: Signed) -> None:
        """One block as it is signed."""
        self.draws += signed.draws
        self._held += int(signed.holds.sum())
        _count(
            self._fails, {name: amount > 0.0 for name, amount in signed.missed.items()} | dict(signed.floors), self._counts
        )

    def add_run(self, run: Run) -> None:
        """One block as it is run."""
        self._held_as_run += int(run.holds.sum())
        _count(self._fails_as_run, {name: share > 0.0 for name, share in run.missed.items()}, self._counts)

    def _counts(self, name: str) -> bool:
        return failure_kind(name, self.design) in ("floor", "structure") or counts(self.design, *_bound(name))

    @property
    def signed(self) -> Outlook:
        return self._outlook(self._held, self._fails)

    @property
    def run(self) -> Outlook:
        return self._outlook(self._held_as_run, self._fails_as_run)

    def _outlook(self, held: int, fails: Mapping[str, _Counted]) -> Outlook:
        found = [
            Failure(
                name,
                label_of(name, self.design, self.names),
                failure_kind(name, self.design),
                self._counts(name),
                Share(one.broken, self.draws),
                Share(one.alone, self.draws),
            )
            for name, one in fails.items()
        ]
        return Outlook(
            Share(held, self.draws), tuple(sorted(found, key=lambda one: (not one.counts, -one.broken.count, one.name)))
        )


def _count(into: dict[str, _Counted], masks: Mapping[str, Any], counting: Any) -> None:
    if not masks:
        return
    together = sum(mask.astype(int) for name, mask in masks.items() if counting(name))
    for name, mask in masks.items():
        one = into.setdefault(name, _Counted())
        one.broken += int(mask.sum())
        one.alone += int((mask & (together == int(counting(name)))).sum())


def _bound(name: str) -> tuple[str, Any]:
    key, side = name.split(".")[:2]
    return key, side


def failure_kind(name: str, design: Design) -> str:
    """The kind of what fails, from its name."""
    parts = name.split(".")
    if len(parts) > 1 and parts[1] in ("min", "max"):
        limit = find_limit(parts[0], design)
        return "capacity" if limit is None else limit.kind_of("min" if parts[1] == "min" else "max")
    return "floor" if len(parts) > 1 else "structure"


def label_of(name: str, design: Design, names: Names) -> str:
    """What fails in words, from its name: ``Intake in a period (Kazakhstan, construction)``."""

    def at(parts: list[str]) -> str:
        place = place_in_words(".".join(parts), names)
        return f" ({place})" if place else ""

    parts = name.split(".")
    key = parts[0]
    if key in EVIDENCE:
        return _LABELS[key] + at(parts[2:])
    if len(parts) == 1:
        return _STRUCTURE
    if parts[1] in ("min", "max"):
        limit = find_limit(key, design)
        return (key if limit is None else limit.label) + at(parts[2:])
    words = _FLOORS.get(key) or f"ILO convention {key.removeprefix('convention_')}"
    return words + at(parts[1:])
