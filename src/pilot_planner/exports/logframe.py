"""The logical framework: one row an indicator, as a sheet for people and as a CSV file for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilot_planner.exports.csv_tables import Column, Table, csv_bytes, package_bytes
from pilot_planner.exports.logframe_sheet import sheet_bytes
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.exports.results import Indicator, Result, year_of

NAME = "logframe"


def make(dossier: Dossier) -> Files:
    """``logframe.xlsx``, ``logframe.csv`` and the description of the latter."""
    table = framework_table(dossier)
    return {
        f"{NAME}.xlsx": sheet_bytes(dossier),
        f"{NAME}.csv": csv_bytes(dossier, table, tags=False),
        "datapackage.json": package_bytes(dossier, NAME, "results framework", [table], tags=False),
    }


_BEFORE = (
    Column("level", "#output+level", "string", "Impact, outcome or output."),
    Column("ref", "#output+code", "string", "Reference of the result."),
    Column("parent", "#output+code+parent", "string", "Reference of the result that it serves."),
    Column("result", "#output+name", "string", "The result."),
    Column("indicator", "#indicator+name", "string", "What is measured."),
    Column("unit", "#indicator+unit", "string", "Unit of baseline, milestones and target; a share is a number from 0 to 1."),
    Column("direction", "#indicator+direction", "string", "Whether more or less is better."),
    Column("disaggregation", "#indicator+disaggregation", "string", "By what it is broken down."),
    Column("baseline", "#indicator+baseline+num", "number", "Value today; empty where nothing comparable exists."),
    Column("baseline_year", "#meta+baseline+year", "integer", "Year of the baseline."),
    Column("baseline_source", "#meta+baseline+source", "string", "Source of the baseline."),
)
_AFTER = (
    Column("target_date", "#date+target", "date", "Last day of the programme."),
    Column("target", "#indicator+num+target", "number", "Value at the end of the programme."),
    Column(
        "target_from", "#meta+target+figure", "string", "Figure of the plan that the target is; empty where it is stated."
    ),
    Column("target_source", "#meta+target+source", "string", "Source of a target that is stated."),
    Column("verification", "#description+verification", "string", "Means of verification."),
    Column("frequency", "#description+frequency", "string", "How often it is measured."),
    Column("responsible", "#org+name+responsible", "string", "Who measures it."),
    Column("assumptions", "#description+assumptions", "string", "What must hold for the result to follow."),
    Column("risk_rating", "#severity+risk", "string", "Risk that the result is missed: low, medium or high."),
    Column("weight", "#indicator+num+weight", "number", "Impact weight of an output, of 1; in its first row."),
    Column("safeguards", "#description+safeguards", "string", "Numbers of the ILO indicators whose safeguard it measures."),
)


def framework_table(dossier: Dossier) -> Table:
    """The framework with a pair of columns for each yearly milestone before the last year."""
    years = len(dossier.budget.years)
    milestones = tuple(column for year in range(1, years) for column in _milestone_columns(year))
    sources = {row.text("source_id"): row.text("title") for row in dossier.plan.inputs.rows("lists/sources.csv")}
    rows = tuple(
        _row(dossier, result, indicator, number == 0, sources)
        for result in dossier.results
        for number, indicator in enumerate(result.indicators)
    )
    return Table(NAME, "Results framework", (*_BEFORE, *milestones, *_AFTER), rows)


def _milestone_columns(year: int) -> tuple[Column, Column]:
    what = f"milestone of year {year}; empty where the plan tells none."
    return (
        Column(f"milestone_{year}_date", f"#date+milestone+y{year}", "date", f"Day of the {what}"),
        Column(f"milestone_{year}", f"#indicator+milestone+num+y{year}", "number", f"Value at the {what}"),
    )


def _row(dossier: Dossier, result: Result, indicator: Indicator, first: bool, sources: Mapping[str, str]) -> dict[str, Any]:
    *earlier, last = indicator.targets
    row: dict[str, Any] = {
        "level": result.level,
        "ref": result.ref,
        "parent": result.parent,
        "result": result.statement,
        "indicator": indicator.name,
        "unit": indicator.unit,
        "direction": "more is better" if indicator.ascending else "less is better",
        "disaggregation": "; ".join(indicator.disaggregation),
        "baseline": indicator.baseline,
        "baseline_year": indicator.baseline_year,
        "baseline_source": sources.get(indicator.baseline_source_id, indicator.baseline_source_id),
        "target_date": last.end,
        "target": last.value,
        "target_from": indicator.from_plan,
        "target_source": sources.get(indicator.target_source_id, indicator.target_source_id),
        "verification": indicator.verification,
        "frequency": indicator.frequency,
        "responsible": indicator.responsible,
        "assumptions": result.assumptions if first else "",
        "risk_rating": result.risk_rating,
        "weight": result.weight if first else None,
        "safeguards": "; ".join(str(number) for number in indicator.safeguards),
    }
    for target in earlier:
        year = year_of(target, dossier.start)
        row |= {f"milestone_{year}_date": target.end, f"milestone_{year}": target.value}
    return row
