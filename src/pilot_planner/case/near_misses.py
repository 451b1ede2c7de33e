"""Why a host is out, and how near it comes: one answer for the command line, the pages, the documents and Python.

For each host the nearest of its sectors, with every floor that fails there and its two figures, and the least change of
evidence or design that would let it in. Sectors that the design leaves out come last: they say nothing of a host.
No solver is involved; a change is verified by deciding eligibility anew on the changed inputs and design.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal

from pilot_planner.case.case import Case, make_case, verdict_on
from pilot_planner.case.eligibility import Reason, Verdict
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.wording import listed
from pilot_planner.design.schema import Design, Waiver

EXCLUSION = "exclusion"
_WAGE = "wage_evidence"
_PAY = ("living_wage", "gain_over_today", "employer_cost_ratio")
_WAIVERS = {"foreign_worker_fee": "a waiver of its fee on foreign workers", "host_tax": "a waiver of its income tax"}
_HOSTS = "lists/hosts.csv"
_HALVINGS = 40
_MOST_TIMES = 20.0
"""A wage of more than so many times today's is not looked for."""

Kind = Literal["passes", "excluded", "fails"]


@dataclass(frozen=True, slots=True)
class Change:
    """What would let a placement in: settings as ``--set`` takes them, each in words. Verified by eligibility."""

    settings: Mapping[str, Any]
    words: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{listed(self.words)} would let it in"


_KEY = re.compile(r"\b(?:placements|hosts|sectors)(?:\.\w+)*\.(\w+)")
"""A value's key: the sentence has named host and sector already, so its own name is enough for readers."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """How a host stands at the rights floors.

    Attributes:
        kind: ``passes`` in at least one sector, ``excluded`` by the designer, or ``fails`` in every sector.
        sector: the nearest one where it fails, with its name; empty where the host is excluded as a whole.
        reasons: every floor that fails there, by floor; the designer's exclusion alone where the host is excluded.
        passing: sectors that pass.
    """

    iso3: str
    kind: Kind
    sector: str = ""
    sector_name: str = ""
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    passing: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Why it is out, for every table and page alike; empty where it passes."""
        if self.kind == "passes":
            return ""
        words = _KEY.sub(lambda found: found[1].replace("_", " "), "; ".join(self.reasons.values()))
        return f"{words}." if self.kind == "excluded" else f"Nearest in {self.sector_name}: {words}."


def near_misses(case: Case) -> dict[str, NearMiss]:
    """Every candidate host, by ISO3, in the order of the inputs."""
    by_host: dict[str, list[Verdict]] = {}
    for verdict in case.verdicts:
        by_host.setdefault(verdict.iso3, []).append(verdict)
    names = {row.text("sector"): row.text("name").lower() for row in case.inputs.tables.get("lists/sectors.csv", ())}
    return {iso3: _near_miss(case.design, iso3, verdicts, names) for iso3, verdicts in by_host.items()}


def _near_miss(design: Design, iso3: str, verdicts: list[Verdict], names: Mapping[str, str]) -> NearMiss:
    passing = tuple(one.sector for one in verdicts if one.eligible)
    if passing:
        return NearMiss(iso3, "passes", passing=passing)
    ranked = sorted(verdicts, key=_distance)
    nearest = ranked[0]
    if design.leaves_out_host(iso3) or EXCLUSION in nearest.reasons:
        # What the designer left out is told as that, and not as a want of evidence.
        words = "Excluded by the design" if design.leaves_out_host(iso3) else "Every sector of it is excluded by the design"
        return NearMiss(iso3, "excluded", reasons={EXCLUSION: Reason(words)})
    return NearMiss(iso3, "fails", nearest.sector, names.get(nearest.sector, nearest.sector), nearest.reasons)


def _distance(verdict: Verdict) -> tuple[bool, bool, int, int, float, str]:
    """Smaller is nearer: what is left out and what has no wage last, then by floors failed, by unknowns, by how far off."""
    reasons = [one for floor, one in verdict.reasons.items() if floor != EXCLUSION]
    unknown = sum(one.unknown for one in reasons)
    gap = sum(one.gap for one in reasons)
    return EXCLUSION in verdict.reasons, _WAGE in verdict.reasons, len(reasons), unknown, gap, verdict.sector


def least_changes(case: Case, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Change]:
    """For placements (ISO3, sector) the least change found that makes each pass every floor.

    Evidence on the host is set to what the floor asks for. Where pay fails: no more than that, else the fewest waivers,
    else the smallest market wage, in whole USD. Nothing is said of what the design leaves out, nor where evidence has
    to be found first. Verified by eligibility decided anew, with everything that follows from what is changed.
    """
    found = {place: change for place in places if (change := _least_change(case, *place)) is not None}
    if not found:
        return {}
    every = {path: value for change in found.values() for path, value in change.settings.items()}
    # All at once: what is supposed of one host moves no other.
    let_in = {one.key for one in changed_case(case, every, {iso3 for iso3, _ in found}).placements}
    return {place: change for place, change in found.items() if place in let_in}


def _least_change(case: Case, iso3: str, sector: str) -> Change | None:
    verdict = next(one for one in case.verdicts if (one.iso3, one.sector) == (iso3, sector))
    if verdict.eligible or EXCLUSION in verdict.reasons or _WAGE in verdict.reasons:
        return None
    settings: dict[str, Any] = {}
    words: list[str] = []
    living = verdict.reasons.get("living_wage")
    unknown = living is not None and living.unknown
    if unknown:
        if case.inputs.find("hosts", iso3, "living_wage") is None:
            return None
        settings[f"inputs.hosts.{iso3}.living_wage"] = 0.0
    for reason in (one for floor, one in verdict.reasons.items() if floor not in _PAY):
        if reason.lever is None:
            return None
        path, value, told = reason.lever
        settings[f"inputs.{path}"] = value
        words.append(told)
    change = next(_with_pay(case, iso3, sector, settings, words), None)
    return _with_living_wage(case, iso3, sector, change) if unknown and change is not None else change


def _with_living_wage(case: Case, iso3: str, sector: str, change: Change) -> Change | None:
    """The change with what an unknown living wage may be at most: net pay in the leanest month, in whole USD."""
    path = f"inputs.hosts.{iso3}.living_wage"
    net = judged(case, iso3, sector, {**change.settings, path: math.inf})["living_wage"].figure
    most = float(math.floor(net or 0.0))
    words = f"a living wage known to be {most:,.0f} USD a month at most"
    return Change({**change.settings, path: most}, (*change.words, words)) if most > 0 else None


def _with_pay(case: Case, iso3: str, sector: str, settings: Mapping[str, Any], words: list[str]) -> Iterator[Change]:
    """Candidates, the least first: what stands, waivers, a higher wage, a higher wage with waivers."""
    waived = case.design.waivers.get(iso3, Waiver())
    open_to = [name for name in _WAIVERS if not getattr(waived, name)]
    sets = [one for size in range(len(open_to) + 1) for one in combinations(open_to, size)]
    told = {one: [*words, *(_WAIVERS[name] for name in one)] for one in sets}
    paths = {one: {**settings, **{f"waivers.{iso3}.{name}": True for name in one}} for one in sets}
    for one in sets:
        if not judged(case, iso3, sector, paths[one]):
            yield Change(paths[one], tuple(told[one]))
    path = f"inputs.placements.{iso3}.{sector}.market_wage"
    now = case.inputs.need("placements", iso3, sector, "market_wage")
    for one in sets:
        wage = _least_wage(case, iso3, sector, paths[one], path, now)
        if wage is not None:
            words_of_wage = f"a market wage of {wage:,.0f} USD a month instead of {now:,.0f}"
            yield Change({**paths[one], path: wage}, (*told[one], words_of_wage))


def _least_wage(case: Case, iso3: str, sector: str, settings: Mapping[str, Any], path: str, now: float) -> float | None:
    """The smallest whole wage above today's that passes; None where none does. Pay only rises with the wage."""

    def passes(wage: float) -> bool:
        return not judged(case, iso3, sector, {**settings, path: wage})

    low, high = now, max(now, 1.0) * 2.0
    while not passes(high):
        low, high = high, high * 2.0
        if high > max(now, 1.0) * _MOST_TIMES:
            return None
    for _ in range(_HALVINGS):
        if high - low < 0.5:
            break
        middle = (low + high) / 2.0
        low, high = (low, middle) if passes(middle) else (middle, high)
    return float(next((wage for wage in range(int(low), int(high) + 3) if wage > now and passes(wage)), 0)) or None


def judged(case: Case, iso3: str, sector: str, settings: Mapping[str, Any]) -> Mapping[str, Reason]:
    """Floors that a placement fails with these settings on top; what is derived from changed inputs does not follow."""
    design, values = _split(case.design, settings)
    estimates = dict(case.inputs.estimates)
    for path, value in values.items():
        address = tuple(path.split("."))
        estimates[address] = replace(estimates[address], low=value, base=value, high=value, formula="")
    return verdict_on(design, replace(case.inputs, estimates=estimates), case.schedule, iso3, sector).reasons


def changed_case(
    case: Case,
    settings: Mapping[str, Any],
    hosts: Collection[str] | None = None,
    with_values: Callable[[dict[str, float]], Inputs] | None = None,
) -> Case:
    """The case of some hosts (None: of all) with the settings of changes made, everything following.

    Whether a host passes does not depend on which others are looked at. ``with_values``: a quicker way to what
    ``Inputs.with_values`` of the case's own inputs gives, where somebody has one.
    """
    design, values = _split(case.design, settings)
    inputs = (with_values or case.inputs.with_values)(values)
    if hosts is None:
        return make_case(design, inputs)
    rows = tuple(row for row in inputs.rows(_HOSTS) if row["iso3"] in hosts)
    return make_case(design, replace(inputs, tables={**inputs.tables, _HOSTS: rows}))


def _split(design: Design, settings: Mapping[str, Any]) -> tuple[Design, dict[str, float]]:
    values = {path.removeprefix("inputs."): value for path, value in settings.items() if path.startswith("inputs.")}
    waivers = dict(design.waivers)
    for path in settings:
        if path.startswith("waivers."):
            _, iso3, name = path.split(".")
            waivers[iso3] = waivers.get(iso3, Waiver()).model_copy(update={name: True})
    return design.model_copy(update={"waivers": waivers}), values
