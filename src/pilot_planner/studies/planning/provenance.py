"""Where the figures of a plan come from: sources with what they are used by, and what rests on weak evidence."""

from __future__ import annotations

from dataclasses import dataclass

from pilot_planner.case.case import Case
from pilot_planner.data.estimates import Estimate
from pilot_planner.programme.metrics import METRICS
from pilot_planner.studies.planning.accounts import Accounts
from pilot_planner.studies.planning.preconditions import Condition


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source and the inputs that a plan takes from it. ``grade`` is the weakest among those inputs."""

    source_id: str
    title: str
    publisher: str
    year: int | None
    url: str
    grade: str
    used_by: str


@dataclass(frozen=True, slots=True)
class WeakInput:
    """A grade C input that the plan uses, and the topics it enters."""

    path: str
    low: float | None
    base: float | None
    high: float | None
    unit: str
    source_id: str
    note: str


def plan_topics(case: Case, accounts: Accounts, *wanted: str) -> list[str]:
    """The topics of evidence of one plan: those of its hosts, placements and levels, and the general ones.

    ``wanted`` narrows them to the ones of some metrics' ``rests_on``; none means all.
    """
    placements = {f"{row.iso3}.{row.sector}" for row in accounts.workforce}
    sectors = {row.sector for row in accounts.workforce}
    keys = placements | sectors | set(accounts.levels) | set(accounts.levels.values())
    lines = {row.cost_line for row in accounts.budget}
    found = []
    for topic in case.evidence.topics:
        parts = topic.split(":")
        if wanted and parts[0] not in wanted:
            continue
        general = len(parts) == 1
        of_cost = parts[0] == "cost" and parts[1] in lines and (len(parts) == 2 or parts[2] in accounts.levels)
        if general or of_cost or (parts[0] != "cost" and parts[1] in keys):
            found.append(topic)
    return found


def behind(case: Case, accounts: Accounts, *wanted: str) -> list[Estimate]:
    """Every estimate that the plan's figures rest on, through formulas, once each."""
    return case.evidence.estimates_behind(*plan_topics(case, accounts, *wanted))


def metric_sources(case: Case, accounts: Accounts) -> dict[str, list[str]]:
    """For each metric the ids of the sources behind it; the tax schedule counts with the inputs."""
    by_kind: dict[str, list[str]] = {}
    for topic in plan_topics(case, accounts):
        by_kind.setdefault(topic.split(":")[0], []).append(topic)
    # Many metrics rest on the same kinds of evidence, and what is behind a kind is the same for each of them.
    known = {kind: {one.source_id for one in case.evidence.estimates_behind(*topics)} for kind, topics in by_kind.items()}
    result = {}
    for metric in METRICS.values():
        sources = set[str]().union(*(known.get(kind, ()) for kind in metric.rests_on or known))
        if "pay" in metric.rests_on:
            sources.add(case.schedule.source_id)
        result[metric.name] = sorted(sources)
    return result


def sources(
    case: Case, accounts: Accounts, conditions: tuple[Condition, ...], precedents: tuple[tuple[str, str, str], ...]
) -> tuple[SourceRow, ...]:
    """Every source that a figure or sentence of the plan rests on, with the paths of the inputs taken from it.

    ``precedents`` are (source id, grade, path) of the precedents shown beside the plan.
    """
    uses: dict[str, dict[str, str]] = {}
    for estimate in behind(case, accounts):
        uses.setdefault(estimate.source_id, {})[estimate.path] = estimate.grade
    uses.setdefault(case.schedule.source_id, {})[f"tax_schedules.{case.schedule.schedule_id}"] = case.schedule.grade
    for condition in conditions:
        uses.setdefault(condition.source_id, {})[f"conditions_precedent.{condition.condition_id}"] = "B"
    for source_id, grade, path in precedents:
        uses.setdefault(source_id, {})[path] = grade
    known = {row.text("source_id"): row for row in case.inputs.rows("lists/sources.csv")}
    rows = []
    for source_id in sorted(uses):
        row = known[source_id]
        year = row["year"]
        rows.append(
            SourceRow(
                source_id=source_id,
                title=row.text("title"),
                publisher=row.text("publisher"),
                year=year if isinstance(year, int) else None,
                url=row.text("url"),
                grade=max(uses[source_id].values(), key=("A", "B", "C", "absent").index),
                used_by="; ".join(sorted(uses[source_id])),
            )
        )
    return tuple(rows)


def weak_inputs(case: Case, accounts: Accounts) -> tuple[WeakInput, ...]:
    """Grade C inputs of the plan that are not themselves made of others, so that each is named once at its root."""
    topics = [topic for topic in plan_topics(case, accounts) if not topic.startswith("eligibility")]
    return tuple(
        WeakInput(one.path, one.low, one.base, one.high, one.unit, one.source_id, one.note)
        for one in case.evidence.estimates_behind(*topics)
        if one.grade == "C" and not one.formula
    )
