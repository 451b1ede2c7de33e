"""What stands in the files of a plan folder (``datapackage.json``, Frictionless Data Package): columns, units, ids, keys."""

from __future__ import annotations

from typing import Any

from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.plan_tables import IN_FOLDERS

PACKAGE = "datapackage.json"
_KEYS = {
    "periods": ["period"],
    "places": ["iso3"],
    "workforce": ["iso3", "sector", "period"],
    "flows": ["iso3", "sector", "period", "channel"],
    "escrow": ["iso3", "period"],
    "budget": ["iso3", "period", "cost_line"],
    "oversight": ["iso3", "period"],
    "eligibility": ["iso3", "sector"],
    "sources": ["source_id"],
}
_TITLES = {
    "periods": "Periods with their dates; 0 is before the first, the last one after the end, as escrow has them",
    "places": "Candidate hosts, and PRG for what belongs to no single host",
    "workforce": "Workers of each placement and period",
    "flows": "Pay and dues of each placement and period, on accrual, to the cent",
    "escrow": "The escrow account of each host, on cash, to the cent",
    "budget": "Budget cells; to the cent, and their sum is the operating cost to the cent",
    "oversight": "Inspectors and visits of each host and period",
    "eligibility": "Whether each placement passes the rights floors, and why not",
    "sources": "Sources that the plan takes inputs from",
}
_OF_PERIODS = ("workforce", "flows", "escrow", "budget", "oversight")
_COLUMNS: dict[str, tuple[str, str]] = {
    "iso3": ("string", "Host as ISO 3166-1 alpha-3 code; PRG: the programme as a whole."),
    "name": ("string", "Name of the country."),
    "chosen": ("boolean", "Whether the plan runs there."),
    "sector": ("string", "Id of the sector."),
    "oversight_level": ("string", "Oversight level of the host."),
    "period": ("integer", "Number of the period (periods.csv)."),
    "start": ("date", "First day; empty before the first period."),
    "end": ("date", "Last day; empty after the end."),
    "months": ("integer", "Months of the period."),
    "set_up": ("boolean", "Whether nobody works yet."),
    "arrivals": ("number", "Workers who start, persons; parts of a person are the programme's, caps are whole."),
    "workers": ("number", "Workers employed, persons; parts of a person are the programme's, caps are whole."),
    "worker_cap": ("integer", "Worker cap of the host agreement, persons."),
    "channel": ("string", "Where the money goes; gross_wage and contract_value are sums of other channels."),
    "amount_usd": ("number", "USD."),
    "opening": ("number", "Balance at the start of the period, USD."),
    "deposits": ("number", "Contract value paid in by employers, USD."),
    "pay": ("number", "Net pay paid out to workers, USD."),
    "contributions_and_fees": ("number", "Contributions, fees and host tax paid out, USD."),
    "levy": ("number", "Programme levy paid out, USD."),
    "tax_released": ("number", "Income tax released, USD."),
    "tax_returned": ("number", "Held income tax returned to workers when the programme ends, USD."),
    "payments": ("number", "All payments, USD."),
    "closing": ("number", "Balance at the end of the period, USD."),
    "held_tax": ("number", "Income tax held in the balance, USD."),
    "cost_line": ("string", "Line of the ingredients list (inputs/estimates/cost_lines.csv)."),
    "unsdg_category": ("string", "Budget category of the UN Sustainable Development Group."),
    "driver": ("string", "What the unit cost is multiplied by."),
    "quantity": ("number", "Units of the driver."),
    "unit": ("string", "Unit of unit_cost_usd."),
    "unit_cost_usd": ("number", "USD for each unit of the driver; a share where the driver is money."),
    "source_id": ("string", "Id of the source."),
    "grade": ("string", "A, B, C or absent: how good the evidence is."),
    "inspectors": ("number", "Inspectors on the ground, full-time equivalents."),
    "visits_required": ("number", "Visits that the oversight level asks for."),
    "visits_possible": ("number", "Visits that the inspectors can make."),
    "workers_per_inspector": ("number", "Workers for each inspector; empty without inspectors."),
    "eligible": ("boolean", "Whether every rights floor is passed."),
    "reason": ("string", "Why not, in words."),
    "title": ("string", "Title of the source."),
    "publisher": ("string", "Who published it."),
    "year": ("integer", "Year of publication."),
    "url": ("string", "Where it is found."),
    "used_by": ("string", "What of the plan rests on it."),
}
"""Type and meaning, with the unit, of every column of every file."""


def package_of(plan: Plan) -> dict[str, Any]:
    """The description of a plan's folder."""
    return {
        "profile": "tabular-data-package",
        "name": f"plan-{plan.plan_id}",
        "title": f"{plan.design.title}: plan {plan.plan_id}",
        "description": f"{plan.legal_gate} Money is USD at prices of {plan.design.programme.price_year}. plan.json holds "
        "metrics, limits and the design; programme.mps and programme.lp the programme that was solved; manifest.json the "
        "versions and hashes.",
        "resources": [_resource(name, list(rows[0])) for name in IN_FOLDERS if (rows := plan.records(name))],
    }


def _resource(name: str, columns: list[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column, column in _KEYS[name]) for column in columns],
        "primaryKey": _KEYS[name],
        "missingValues": [""],
    }
    keys = [("period", "periods")] if name in _OF_PERIODS else []
    keys += [("iso3", "places")] if "iso3" in columns and name != "places" else []
    if keys:
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": table, "fields": [field]}} for field, table in keys
        ]
    return {
        "name": name,
        "title": _TITLES[name],
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(name: str, required: bool) -> dict[str, Any]:
    kind, meaning = _COLUMNS[name]
    field: dict[str, Any] = {"name": name, "type": kind, "description": meaning}
    return field | ({"constraints": {"required": True}} if required else {})
