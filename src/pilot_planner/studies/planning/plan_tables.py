"""A plan as tables: rows of plain values, by the name of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS

if TYPE_CHECKING:
    from pilot_planner.studies.planning.plan import Plan

Rows = list[dict[str, Any]]


def _rows(records: tuple[Any, ...]) -> Rows:
    return [{one.name: getattr(record, one.name) for one in fields(record)} for record in records]


def _unit(name: str) -> str:
    """Of a metric or ratio; empty for those that a plan has beside the programme's own."""
    known = METRICS.get(name) or RATIOS.get(name)
    return "" if known is None else known.unit


TABLES: dict[str, Callable[[Plan], Rows]] = {
    "workforce": lambda plan: _rows(plan.accounts.workforce),
    "flows": lambda plan: _rows(plan.accounts.flows),
    "escrow": lambda plan: _rows(plan.accounts.escrow),
    "budget": lambda plan: _rows(plan.accounts.budget),
    "oversight": lambda plan: _rows(plan.accounts.oversight),
    "eligibility": lambda plan: [
        {
            "iso3": verdict.iso3,
            "sector": verdict.sector,
            "eligible": "true" if verdict.eligible else "false",
            "reason": "; ".join(verdict.reasons.values()),
        }
        for verdict in plan.verdicts
    ],
    "sources": lambda plan: _rows(plan.sources),
    "hosts": lambda plan: _rows(plan.hosts),
    "placements": lambda plan: _rows(plan.placements),
    "limits": lambda plan: _rows(plan.limits),
    "metrics": lambda plan: [
        {"name": name, "value": value, "unit": _unit(name)} for name, value in {**plan.metrics, **plan.ratios}.items()
    ],
}
"""Every table by its name. Columns are those of the records; money is USD, months are months, shares are of 1."""

IN_FOLDERS = ("workforce", "flows", "escrow", "budget", "oversight", "eligibility", "sources")
"""Those that stand as files in a plan folder; what the others hold stands in its ``plan.json``."""
