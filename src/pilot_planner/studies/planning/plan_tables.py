"""A plan as tables: rows of plain values, by the name of the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from pilot_planner.case.costing import PROGRAMME_WIDE
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


def _periods(plan: Plan) -> Rows:
    """Every period with its days, and what escrow has before the first and after the last."""
    calendar = plan.case.periods
    ends = [one.start - _DAY for one in calendar[1:]]
    begin = calendar[0].start
    months = begin.year * 12 + begin.month - 1 + plan.design.programme.duration_months
    after = begin.replace(year=months // 12, month=months % 12 + 1)
    ends.append(after - _DAY)
    rows: Rows = [{"period": 0, "start": "", "end": str(begin - _DAY), "months": 0, "set_up": "true"}]
    rows += [
        {
            "period": one.number,
            "start": str(one.start),
            "end": str(end),
            "months": one.months,
            "set_up": "true" if one.number <= plan.case.lead else "false",
        }
        for one, end in zip(calendar, ends, strict=True)
    ]
    return [*rows, {"period": len(calendar) + 1, "start": str(after), "end": "", "months": 0, "set_up": "false"}]


def _places(plan: Plan) -> Rows:
    chosen = {host.iso3 for host in plan.hosts}
    rows = [
        {"iso3": row.text("iso3"), "name": row.text("name"), "chosen": "true" if row["iso3"] in chosen else "false"}
        for row in plan.inputs.rows("lists/hosts.csv")
    ]
    return [*rows, {"iso3": PROGRAMME_WIDE, "name": "the programme as a whole", "chosen": "true"}]


def _host_sides(plan: Plan) -> Rows:
    from pilot_planner.studies.parties.host_side import host_rows

    return host_rows(plan)


def _employer_sides(plan: Plan) -> Rows:
    from pilot_planner.studies.parties.employer_side import employer_rows

    return employer_rows(plan)


def _worker_sides(plan: Plan) -> Rows:
    from pilot_planner.studies.parties.worker_side import worker_rows

    return worker_rows(plan)


_DAY = dt.timedelta(days=1)

TABLES: dict[str, Callable[[Plan], Rows]] = {
    "periods": _periods,
    "places": _places,
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
    "host_sides": _host_sides,
    "employer_sides": _employer_sides,
    "worker_sides": _worker_sides,
    "placements": lambda plan: _rows(plan.placements),
    "limits": lambda plan: _rows(plan.limits),
    "metrics": lambda plan: [
        {"name": name, "value": value, "unit": _unit(name)} for name, value in {**plan.metrics, **plan.ratios}.items()
    ],
}
"""Every table by its name. Columns are those of the records; money is USD, months are months, shares are of 1."""

IN_FOLDERS = ("periods", "places", "workforce", "flows", "escrow", "budget", "oversight", "eligibility", "sources")
"""Those that stand as files in a plan folder; what the others hold stands in its ``plan.json``."""
