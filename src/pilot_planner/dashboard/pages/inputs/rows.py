"""Rows of the table of inputs, and what a plan rests on: pure functions of inputs and plans."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pilot_planner.data.coverage import coverage
from pilot_planner.data.estimates import Estimate
from pilot_planner.data.inputs import Inputs
from pilot_planner.reports.inputs_workbook import about, meanings
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.provenance import behind
from pilot_planner.text.labels import counted
from pilot_planner.text.names import names_of_codes, unit_in_words

Row = dict[str, Any]
YES = "yes"

_TABLES = {
    "hosts": "Hosts",
    "placements": "Placements",
    "sectors": "Sectors",
    "oversight": "Oversight levels",
    "programme": "Programme",
    "in_kind_baskets": "Pay in kind",
    "family_parcels": "Family parcels",
    "unit_costs": "Unit costs",
    "cost_lines": "Cost lines",
    "status_quo": "Today",
    "precedents": "Precedents",
    "funding_pledges": "Donors' payments",
    "deflators": "Price index",
    "diversion_evidence": "Evidence of diversion",
    "events": "Events",
    "studies": "Studies",
    "seed_facts": "Founding texts",
}


_IN_FULL = {
    "avg": "average",
    "cpi": "CPI",
    "dprk": "DPRK",
    "ilo": "ILO",
    "iom": "IOM",
    "tip": "TIP",
    "eu": "EU",
    "un": "UN",
    "usd": "USD",
    "lcu": "local currency",
    **{code: code.upper() for code in ("c029", "c081", "c095", "c105", "c189", "p029")},
}
"""Parts of names that are abbreviations."""


def tables() -> list[dict[str, str]]:
    """Tables to choose from, named as people would."""
    return [{"value": name, "label": label} for name, label in _TABLES.items()]


def rests_on(plan: Plan | None) -> frozenset[str]:
    """Paths of every estimate that a plan's figures rest on."""
    return frozenset() if plan is None else frozenset(one.path for one in behind(plan.case, plan.accounts))


def input_rows(
    inputs: Inputs, edited: Collection[str], rests: Collection[str], swings: Mapping[str, float]
) -> dict[str, Row]:
    """One row for each current value, by path. ``edited`` and ``rests`` hold paths, ``swings`` USD by path."""
    names = names_of_codes(inputs)
    words = meanings(inputs)
    sources = {row.text("source_id"): (row.text("title"), _web(row.text("url"))) for row in inputs.rows("lists/sources.csv")}
    found = {}
    for one in inputs.estimates.values():
        title, url = sources.get(one.source_id, (one.source_id, ""))
        found[one.path] = {
            "path": one.path,
            "table": one.address[0],
            "what": what(one),
            "about": about(one, names) if len(one.address) > 1 and _has_indicator(one) else _TABLES[one.address[0]],
            "low": one.low,
            "base": one.base,
            "high": one.high,
            "unit": unit_in_words(one.unit),
            "year": one.year,
            "grade": one.grade,
            "source": title,
            "url": url,
            "note": one.note,
            "meaning": words.get((one.address[0], one.address[-1]), ""),
            "formula": one.formula,
            "can": not one.formula,
            "edited": YES if one.path in edited else "",
            "plan": YES if one.path in rests else "",
            "swing": swings.get(one.path),
        }
    return found


def _has_indicator(one: Estimate) -> bool:
    return one.address[0] in ("hosts", "placements", "sectors", "oversight", "in_kind_baskets", "events")


def what(one: Estimate) -> str:
    """The indicator or item of a value, as people read it."""
    last = one.address[1] if one.address[0] == "status_quo" else one.address[-1]
    words = " ".join(_IN_FULL.get(part, part) for part in last.split("_"))
    where = f", {', '.join(one.address[2:])}" if one.address[0] == "status_quo" else ""
    return words[:1].upper() + words[1:] + where.replace("_", " ")


def _web(url: str) -> str:
    """An address that a browser may be sent to; nothing else becomes a link."""
    return url if url.startswith(("https://", "http://")) else ""


def title(inputs: Inputs, plan: Plan | None) -> str:
    """What the page finds: how much a plan rests on, and how weak that is."""
    count = f"{len(inputs.estimates):,}"
    if plan is None:
        weak = len(coverage(inputs).grade_c)
        return f"{weak:,} of {count} values are recalled or judged and not derived from others"
    roots = [one for one in behind(plan.case, plan.accounts) if not one.formula]
    weak = sum(1 for one in roots if one.grade == "C")
    return f"This plan rests on {len(roots):,} of {count} values; {counted(weak, 'is', 'are')} recalled or judged"
