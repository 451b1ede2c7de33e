"""The results framework as IATI results: indicators with baselines, yearly targets and how they are measured."""

from __future__ import annotations

from typing import Any

from pilot_planner.exports.iati.elements import add, days, narrated, shortest
from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.results import Indicator, Result

_LEVELS = {"output": 1, "outcome": 2, "impact": 3}
_UNITS, _PERCENTAGE = 1, 2
_DIMENSIONS = {"sex": "sex", "host": "country"}


def add_results(activity: Any, dossier: Dossier) -> None:
    """Every result that has something to measure in this plan."""
    titles = {row.text("source_id"): row.text("title") for row in dossier.plan.inputs.rows("lists/sources.csv")}
    codes = {row.text("iso3"): row.text("iso2") for row in dossier.plan.inputs.rows("lists/hosts.csv")}
    for result in dossier.results:
        if result.indicators:
            _result(activity, result, titles, codes)


def _result(activity: Any, result: Result, titles: dict[str, str], codes: dict[str, str]) -> None:
    made = add(activity, "result", {"type": _LEVELS[result.level], "aggregation-status": 0})
    narrated(made, "title", f"{result.ref}: {result.statement}")
    about = [
        f"Serves {result.parent}." if result.parent else "",
        f"Assumptions: {result.assumptions}" if result.assumptions else "",
        f"Risk that it is missed: {result.risk_rating}.",
        f"Impact weight: {result.weight:.0%}." if result.weight is not None else "",
    ]
    narrated(made, "description", " ".join(part for part in about if part))
    for indicator in result.indicators:
        _indicator(made, indicator, titles, codes)


def _indicator(result: Any, indicator: Indicator, titles: dict[str, str], codes: dict[str, str]) -> None:
    measure = _PERCENTAGE if indicator.is_share else _UNITS
    attributes: dict[str, object] = {"measure": measure, "ascending": int(indicator.ascending), "aggregation-status": 0}
    made = add(result, "indicator", attributes)
    narrated(made, "title", indicator.name)
    narrated(made, "description", " ".join(part for part in _about(indicator, titles) if part))
    if indicator.baseline is not None and indicator.baseline_year is not None:
        value = shortest(indicator.published(indicator.baseline))
        baseline = add(made, "baseline", {"year": indicator.baseline_year, "value": value})
        narrated(baseline, "comment", f"Source: {titles.get(indicator.baseline_source_id, indicator.baseline_source_id)}.")
    for target in indicator.targets:
        period = add(made, "period")
        days(period, target.start, target.end)
        add(period, "target", {"value": shortest(indicator.published(target.value))})
        for part in target.parts:
            of_group = add(period, "target", {"value": f"{part.value:.0f}"})
            add(of_group, "dimension", {"name": _DIMENSIONS[part.dimension], "value": codes.get(part.group, part.group)})


def _about(indicator: Indicator, titles: dict[str, str]) -> list[str]:
    """What a reader needs to measure it."""
    source = titles.get(indicator.target_source_id, indicator.target_source_id)
    numbers = ", ".join(str(number) for number in indicator.safeguards)
    return [
        f"Unit: {'per cent' if indicator.is_share else indicator.unit}.",
        f"Broken down by {', '.join(indicator.disaggregation)}." if indicator.disaggregation else "",
        f"Verified by: {indicator.verification}, {indicator.frequency}, by: {indicator.responsible}.",
        "Target: a figure of the plan." if indicator.from_plan else f"Target: {source}.",
        f"Measures the safeguard against ILO indicator {numbers} of forced labour." if numbers else "",
        "No comparable baseline exists; the first measurement is one." if indicator.baseline is None else "",
    ]
