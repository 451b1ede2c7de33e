"""The record of a cliff, and the sentence that tells it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.explain.price_records import exactly
from pilot_planner.studies.planning.limit_status import shown


@dataclass(frozen=True, slots=True)
class Place:
    """A setting that is moved: its path, its name in words, its unit, and for a limit its sentence with ``{}``."""

    path: str
    label: str
    unit: str
    says: str


@dataclass(frozen=True, slots=True)
class Cliff:
    """The nearest value in one direction at which something changes; both sides have been solved.

    Attributes:
        value: as the plan has it; 1 and 0 stand for yes and no.
        kind: ``no plan``, ``hosts`` or ``levels`` (of the same hosts).
        stays_at: the last value solved at which the plan's hosts and levels are the best; for ``no plan`` beyond another
            cliff, at which there is a plan.
        changes_at: the first value solved at which they are not.
        objective, change, choice: of the best plan there; ``change`` against the plan as it is.
        proven: whether it is proven that nothing changes before ``stays_at``; else it is the nearest that was found on the
            values that were solved.
    """

    path: str
    label: str
    unit: str
    value: float
    kind: Literal["no plan", "hosts", "levels"]
    stays_at: float
    changes_at: float
    status: str
    objective: float | None
    change: float | None
    choice: str
    proven: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Steady:
    """A value along which nothing changes, from ``value`` to ``until``, on the values that were solved."""

    path: str
    label: str
    unit: str
    value: float
    until: float


def with_words(cliff: Cliff, objective: str) -> Cliff:
    """``Mongolia: willingness 0.6: at 0.39 there is no plan (at 0.4 there is)``."""
    metric = METRICS[objective]
    if cliff.unit == "boolean":
        start = f"{cliff.label}: {'without' if cliff.value else 'with'} it"
    else:
        start = f"{cliff.label} {_shown(cliff.value, cliff.unit)}: at {_shown(cliff.changes_at, cliff.unit)}"
    if cliff.kind == "no plan":
        what = "there is no plan"
    else:
        name = metric.label.lower()
        what = f"the best plan has other {'hosts' if cliff.kind == 'hosts' else 'levels of oversight'}: {cliff.choice}"
        if cliff.change is not None:
            more = "more" if cliff.change > 0 else "less"
            what += f", with {exactly(abs(cliff.change), metric.unit)} {more} of {name}"
    end = ""
    if cliff.unit != "boolean":
        still = "there still is one" if cliff.kind == "no plan" else "they stay"
        found = "" if cliff.proven else "; nearest found on the values solved"
        end = f" (at {_shown(cliff.stays_at, cliff.unit)} {still}{found})"
    return replace(cliff, sentence=f"{start} {what}{end}.")


def steady_words(one: Steady) -> str:
    """``share paid in kind 10 % down to 0 %``."""
    if one.unit == "boolean":
        return f"{one.label}, {'yes' if one.value else 'no'} or {'no' if one.value else 'yes'}"
    way = "down" if one.until < one.value else "up"
    return f"{one.label} {_shown(one.value, one.unit)} {way} to {_shown(one.until, one.unit)}"


def _shown(value: float, unit: str) -> str:
    if unit in ("share", "score", "count", "persons", "posts", "months", "USD"):
        return shown(value, unit)
    if unit == "score_0_1":
        return f"{value:.2f}"
    return f"{value:,.6g} {unit.replace('_', ' ')}" if unit else f"{value:,.6g}"
