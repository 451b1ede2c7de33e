"""Every table of the plan as CSV with a row of HXL hashtags under the header, so that humanitarian tools read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from pilot_planner.case.calendar import period_days
from pilot_planner.case.costing import PROGRAMME_WIDE
from pilot_planner.exports.csv_tables import PEOPLE_DECIMALS, Column, Table, csv_bytes, package_bytes
from pilot_planner.exports.logframe import framework_table
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.exports.rounding import CENT
from pilot_planner.programme.metrics import METRICS
from pilot_planner.programme.ratios import RATIOS
from pilot_planner.studies.planning.loosened import every_safeguard
from pilot_planner.studies.planning.precedents import OWN_RATIOS

FOLDER = "hxl"

_ISO3 = Column("iso3", "#country+code+v_iso3", "string", "Host as ISO 3166-1 alpha-3 code; empty for the whole programme.")
_HOST = Column("host", "#country+name", "string", "Name of the host; empty for the whole programme.")
_SECTOR = Column("sector", "#sector+code", "string", "Id of the sector.")
_SECTOR_NAME = Column("sector_name", "#sector+name", "string", "Name of the sector.")
_PERIOD = Column("period", "#meta+period", "integer", "Number of the period, from 1.")
_START = Column("date_start", "#date+start", "date", "First day.")
_END = Column("date_end", "#date+end", "date", "Last day.")
_CURRENCY = Column("currency", "#currency+code", "string", "Currency of amounts.")
_PLACEMENT = (_ISO3, _HOST, _SECTOR, _SECTOR_NAME)
_WHEN = (_PERIOD, _START, _END)


def _usd(name: str, tag: str, meaning: str) -> Column:
    return Column(name, tag, "number", f"USD: {meaning}")


COLUMNS: dict[str, tuple[str, tuple[Column, ...]]] = {
    "summary": (
        "Figures of the whole plan",
        (
            Column("activity", "#activity+name", "string", "Title of the proposal."),
            Column("organisation", "#org+name+impl", "string", "Who proposes it."),
            Column("donor", "#org+name+funder", "string", "Who is asked."),
            Column("figure", "#indicator+code", "string", "Name of a metric or ratio of the plan."),
            Column("name", "#indicator+name", "string", "What a person calls it."),
            Column("value", "#indicator+value+num", "number", "Its value; empty where the plan gives it no meaning."),
            Column("unit", "#indicator+unit", "string", "Its unit; a share is a number from 0 to 1."),
            Column("meaning", "#description+indicator", "string", "What it is, in a sentence."),
        ),
    ),
    "workforce": (
        "People at work by placement and period",
        (
            *_PLACEMENT,
            Column("oversight_level", "#service+oversight", "string", "Level of oversight in the host."),
            *_WHEN,
            Column("arrivals", "#targeted+ind+workers+arrivals", "number", "Persons who start in the period."),
            Column("workers", "#targeted+ind+workers", "number", "Persons at work, mean of the period."),
            Column("workers_women", "#targeted+ind+workers+f", "number", "Women among them, by the sector's share."),
            Column("workers_men", "#targeted+ind+workers+m", "number", "Men among them."),
            Column("worker_cap", "#targeted+ind+workers+cap", "integer", "Most persons at any time."),
        ),
    ),
    "flows": (
        "Where the money of contracts goes, by placement and period, on accrual",
        (
            *_PLACEMENT,
            *_WHEN,
            Column("channel", "#modality", "string", "Part of the money; contract_value and gross_wage are sums of others."),
            _usd("amount_usd", "#value+flow+usd", "amount of the period."),
            _CURRENCY,
        ),
    ),
    "escrow": (
        "The escrow account of each host, period by period, on cash",
        (
            _ISO3,
            _HOST,
            Column("period", "#meta+period", "integer", "Number of the period; 0 is before the first, the last after it."),
            _START,
            _END,
            _usd("opening", "#value+escrow+opening+usd", "balance at the beginning."),
            _usd("deposits", "#value+flow+escrow+deposits+usd", "paid in by employers."),
            _usd("pay", "#value+flow+escrow+pay+usd", "paid to workers, goods and parcels included."),
            _usd("contributions_and_fees", "#value+flow+escrow+dues+usd", "contributions, fees and host tax."),
            _usd("levy", "#value+flow+escrow+levy+usd", "levy of the programme."),
            _usd("tax_released", "#value+flow+escrow+tax+usd", "income tax released after its use was verified."),
            _usd("tax_returned", "#value+flow+escrow+tax+returned+usd", "held income tax returned to workers at the end."),
            _usd("payments", "#value+flow+escrow+payments+usd", "all payments."),
            _usd("closing", "#value+escrow+closing+usd", "balance at the end."),
            _usd("held_tax", "#value+escrow+tax+held+usd", "tax held in the balance."),
            _CURRENCY,
        ),
    ),
    "budget": (
        "Budget lines by host and year, to the cent",
        (
            _ISO3,
            _HOST,
            Column("year", "#meta+year", "integer", "Year of the programme, from 1."),
            _START,
            _END,
            Column("cost_line", "#item+code", "string", "Id of the budget line."),
            Column("what", "#item+name", "string", "What is paid for."),
            Column("category", "#item+category+code+v_unsdg", "string", "UNSDG harmonised budget category."),
            Column("category_name", "#item+category+name", "string", "Its name."),
            Column("driver", "#indicator+driver", "string", "What the quantity follows."),
            Column("unit", "#item+unit", "string", "Unit of the quantity."),
            Column("quantity", "#indicator+quantity+num", "number", "Quantity, unrounded."),
            _usd("unit_cost_usd", "#value+unitcost+usd", "cost of one unit, unrounded."),
            _usd("amount_usd", "#value+budget+usd", "amount to the cent; all rows add up to the operating cost."),
            _CURRENCY,
            Column("source_id", "#meta+source+code", "string", "Source of the unit cost, as in sources.csv."),
            Column("grade", "#meta+source+grade", "string", "Grade of the evidence: A, B, or C to be replaced."),
        ),
    ),
    "oversight": (
        "Inspectors and visits by host and period",
        (
            _ISO3,
            _HOST,
            *_WHEN,
            Column("inspectors", "#capacity+inspectors+num", "number", "Inspectors, full-time equivalents."),
            Column("visits_required", "#indicator+visits+required+num", "number", "Visits that the level asks for."),
            Column("visits_possible", "#indicator+visits+possible+num", "number", "Visits that can be made."),
            Column("workers_per_inspector", "#indicator+workers_per_inspector+num", "number", "Empty without inspectors."),
        ),
    ),
    "eligibility": (
        "Every candidate placement, and why it is left out",
        (
            *_PLACEMENT,
            Column("eligible", "#status+eligible", "boolean", "Whether it passes every rights floor."),
            Column("reason", "#description+reason", "string", "Why not."),
        ),
    ),
    "safeguards": (
        "Every safeguard as this design and the reference design hold it",
        (
            Column("setting", "#meta+setting+code", "string", "Path of the setting in the design."),
            Column("safeguard", "#service+safeguard+name", "string", "What it protects by."),
            Column("reference", "#description+safeguard+reference", "string", "How the reference design holds it."),
            Column("held", "#description+safeguard+held", "string", "How this design holds it."),
            Column("loosened", "#status+loosened", "boolean", "Whether this design protects workers less by it."),
            Column("indicators", "#indicator+ilo+name", "string", "ILO indicators of forced labour that it answers."),
        ),
    ),
    "sources": (
        "Every source that a figure of the plan rests on",
        (
            Column("source_id", "#meta+source+code", "string", "Id of the source."),
            Column("title", "#meta+source+name", "string", "Title."),
            Column("publisher", "#org+name+source", "string", "Who published it."),
            Column("year", "#meta+source+year", "integer", "Year of publication."),
            Column("url", "#meta+source+url", "string", "Where it can be read."),
            Column("grade", "#meta+source+grade", "string", "Weakest grade among the figures that rest on it."),
            Column("used_by", "#description+used_by", "string", "Inputs that come from it."),
        ),
    ),
}
"""Titles and columns of the tables by their file's name; the logical framework has its own."""


def make(dossier: Dossier) -> Files:
    """One CSV a table in ``hxl/`` and their description."""
    tables = hxl_tables(dossier)
    made = {f"{FOLDER}/{table.name}.csv": csv_bytes(dossier, table, tags=True) for table in tables}
    made[f"{FOLDER}/datapackage.json"] = package_bytes(dossier, "plan-hxl", "tables with HXL tags", tables, tags=True)
    return made


def hxl_tables(dossier: Dossier) -> list[Table]:
    """Every table of the plan."""
    names = _Names(dossier)
    tables = [Table(name, title, columns, tuple(_ROWS[name](dossier, names))) for name, (title, columns) in COLUMNS.items()]
    return [*tables, framework_table(dossier)]


class _Names:
    """What people call hosts and sectors, and the days of periods."""

    def __init__(self, dossier: Dossier) -> None:
        inputs = dossier.plan.inputs
        self.hosts = {row.text("iso3"): row.text("name") for row in inputs.rows("lists/hosts.csv")}
        self.sectors = {row.text("sector"): row.text("name") for row in inputs.rows("lists/sectors.csv")}
        self.programme = dossier.plan.design.programme

    def host(self, iso3: str) -> dict[str, Any]:
        return {"iso3": iso3, "host": self.hosts.get(iso3, iso3)}

    def placement(self, iso3: str, sector: str) -> dict[str, Any]:
        return self.host(iso3) | {"sector": sector, "sector_name": self.sectors.get(sector, sector)}

    def when(self, period: int) -> dict[str, Any]:
        start, end = period_days(self.programme, period)
        return {"period": period, "date_start": start, "date_end": end}


Rows = Iterator[dict[str, Any]]


def _summary(dossier: Dossier, _: _Names) -> Rows:
    plan, terms = dossier.plan, dossier.terms
    said = {"activity": dossier.title, "organisation": terms.organisation.name, "donor": terms.donor.name}
    known = {name: (one.label, one.unit, one.meaning) for name, one in METRICS.items()}
    known |= {name: (one.label, one.unit, one.meaning) for name, one in RATIOS.items()} | OWN_RATIOS
    for figure, value in {**plan.metrics, **plan.ratios}.items():
        name, unit, meaning = known.get(figure, (figure, "", ""))
        money = unit == "USD" and figure in plan.metrics
        shown = Decimal(repr(value)).quantize(CENT) if money else value
        yield {**said, "figure": figure, "name": name, "value": shown, "unit": unit, "meaning": meaning}


def _workforce(dossier: Dossier, names: _Names) -> Rows:
    women = {placement.key: placement.women_share for placement in dossier.plan.case.placements}
    for row in dossier.plan.accounts.workforce:
        of_women = round(row.workers * women[row.iso3, row.sector], PEOPLE_DECIMALS)
        yield {
            **names.placement(row.iso3, row.sector),
            **names.when(row.period),
            "oversight_level": row.oversight_level,
            "arrivals": row.arrivals,
            "workers": row.workers,
            "workers_women": of_women,
            "workers_men": round(row.workers - of_women, PEOPLE_DECIMALS),
            "worker_cap": row.worker_cap,
        }


def _flows(dossier: Dossier, names: _Names) -> Rows:
    for row in dossier.plan.accounts.flows:
        where = names.placement(row.iso3, row.sector)
        yield where | names.when(row.period) | {"channel": row.channel, "amount_usd": row.amount_usd, "currency": "USD"}


def _escrow(dossier: Dossier, names: _Names) -> Rows:
    for record in dossier.plan.records("escrow"):
        yield record | names.host(record["iso3"]) | names.when(record["period"]) | {"currency": "USD"}


def _budget(dossier: Dossier, names: _Names) -> Rows:
    budget = dossier.budget
    months = names.programme.period_months
    for line in budget.lines:
        first = (line.year - 1) * 12 // months + 1
        last = min(line.year * 12 // months, names.programme.periods)
        yield {
            # No name that is no country's: tools that look countries up by name make one of it.
            "iso3": "" if line.iso3 == PROGRAMME_WIDE else line.iso3,
            "host": "" if line.iso3 == PROGRAMME_WIDE else line.host,
            "year": line.year,
            "date_start": period_days(names.programme, first)[0],
            "date_end": period_days(names.programme, last)[1],
            "cost_line": line.cost_line,
            "what": line.what,
            "category": line.category,
            "category_name": budget.categories[line.category],
            "driver": line.driver,
            "unit": line.unit,
            "quantity": line.quantity,
            "unit_cost_usd": line.unit_cost,
            "amount_usd": line.amount,
            "currency": "USD",
            "source_id": line.source_id,
            "grade": line.grade,
        }


def _oversight(dossier: Dossier, names: _Names) -> Rows:
    for record in dossier.plan.records("oversight"):
        yield record | names.host(record["iso3"]) | names.when(record["period"])


def _eligibility(dossier: Dossier, names: _Names) -> Rows:
    for verdict in dossier.plan.verdicts:
        where = names.placement(verdict.iso3, verdict.sector)
        yield where | {"eligible": verdict.eligible, "reason": "; ".join(verdict.reasons.values())}


def _safeguards(dossier: Dossier, _: _Names) -> Rows:
    for one, looser in every_safeguard(dossier.plan.design, dossier.plan.inputs):
        yield {
            "setting": one.setting,
            "safeguard": one.label,
            "reference": one.reference,
            "held": one.own,
            "loosened": looser,
            "indicators": "; ".join(one.indicators),
        }


def _sources(dossier: Dossier, _: _Names) -> Rows:
    yield from dossier.plan.records("sources")


_ROWS: dict[str, Callable[[Dossier, _Names], Rows]] = {
    "summary": _summary,
    "workforce": _workforce,
    "flows": _flows,
    "escrow": _escrow,
    "budget": _budget,
    "oversight": _oversight,
    "eligibility": _eligibility,
    "safeguards": _safeguards,
    "sources": _sources,
}
