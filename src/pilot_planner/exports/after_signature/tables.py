"""The tables of the reports: one for each form, HXL tables of what happened, and the framework with what was measured."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from pilot_planner.case.calendar import period_days
from pilot_planner.data.actuals import number
from pilot_planner.exports.after_signature.book import Book, HeadingRow, federal_lines
from pilot_planner.exports.csv_tables import Column, Table
from pilot_planner.exports.logframe import framework_table
from pilot_planner.text.names import host_names, sector_names

_HEADING = Column("heading", "#item+category+code", "string", "Heading of the form.")
_NAME = Column("name", "#item+category+name", "string", "Its name.")


def _usd(name: str, tag: str, meaning: str) -> Column:
    return Column(name, tag, "number", f"USD: {meaning}")


_FLAG = Column("beyond_tolerance", "#meta+flag", "string", "Why the heading is beyond the donor's tolerance, with its rule.")
_COLUMNS = (
    _HEADING,
    _NAME,
    _usd("budget", "#value+budget+usd", "budget of the whole programme."),
    _usd("spent_before", "#value+spent+before+usd", "spent before the last period that is over."),
    _usd("spent_in_period", "#value+spent+period+usd", "spent in the last period that is over."),
    _usd("spent_to_date", "#value+spent+usd", "spent in all periods that are over."),
    _usd("left", "#value+left+usd", "budget less what is spent."),
    _usd("forecast", "#value+forecast+usd", "of the whole programme, if nothing is decided anew."),
    _FLAG,
)
_FACE = (
    _HEADING,
    _NAME,
    _usd("a_authorised", "#value+budget+period+usd", "A: authorised amount: planned for the reporting period."),
    _usd("b_actual", "#value+spent+period+usd", "B: actual expenditure of the reporting period."),
    _usd("c_accepted", "#value+accepted+usd", "C: expenditures accepted by the agency: left to the agency."),
    _usd("d_balance", "#value+left+period+usd", "D: balance, A less B until the agency accepts."),
    _usd("e_requested", "#value+requested+usd", "E: new request: planned for the next period."),
    _usd("f_authorised", "#value+authorised+usd", "F: authorised amount of the request: left to the agency."),
    _usd("g_outstanding", "#value+outstanding+usd", "G: total outstanding, D and F: left to the agency."),
    _FLAG,
)
_FEDERAL = (
    Column("line", "#item+code", "string", "Line of SF-425."),
    Column("text", "#item+name", "string", "Its words."),
    _usd("cumulative", "#value+usd", "from the beginning to the end of the last period that is over."),
)


def form_tables(book: Book) -> dict[str, Table]:
    """A table for each form, by its name; the last row of those with headings is the total."""
    found = {name: _headed(book, name, title) for name, title in _TITLES.items()}
    found["face"] = _face(book)
    lines = tuple({"line": one.line, "text": one.text, "cumulative": one.usd} for one in federal_lines(book))
    found["sf_425"] = Table("sf_425", "SF-425, lines 10 and 11", _FEDERAL, lines)
    found["sf_425_classes"] = replace(_headed(book, "sf_425", "Object classes behind SF-425"), name="sf_425_classes")
    return found


_TITLES = {
    "un_interim": "UN interim financial report",
    "eu_interim": "EU interim financial report",
    "fcdo": "FCDO budget and expenditure statement",
}


def _headed(book: Book, name: str, title: str) -> Table:
    rows = book.rows(name)
    total = _total(rows)
    return Table(name, title, _COLUMNS, tuple(_cells(row) for row in (*rows, total)))


def _total(rows: tuple[HeadingRow, ...]) -> HeadingRow:
    def of(name: str) -> Decimal:
        return sum((getattr(row, name) for row in rows), Decimal(0))

    return HeadingRow("total", "Total", of("budget"), of("planned"), of("before"), of("period"), of("next"), of("forecast"))


def _cells(row: HeadingRow) -> dict[str, Any]:
    return {
        "heading": row.heading,
        "name": row.name,
        "budget": row.budget,
        "spent_before": row.before,
        "spent_in_period": row.period,
        "spent_to_date": row.spent,
        "left": row.left,
        "forecast": row.forecast,
        "beyond_tolerance": row.flag,
    }


def _face(book: Book) -> Table:
    rows = book.rows("face")
    cells = tuple(
        {
            "heading": row.heading,
            "name": row.name,
            "a_authorised": row.planned,
            "b_actual": row.period,
            "d_balance": row.planned - row.period,
            "e_requested": row.next,
            "beyond_tolerance": row.flag,
        }
        for row in (*rows, _total(rows))
    )
    return Table("face", "FACE: authorised, spent and asked for, by output", _FACE, cells)


# --- HXL ---

_ISO3 = Column("iso3", "#country+code+v_iso3", "string", "Host as ISO 3166-1 alpha-3 code; PRG: the whole programme.")
_HOST = Column("host", "#country+name", "string", "Name of the host; empty for the whole programme.")
_PERIOD = Column("period", "#meta+period", "integer", "Number of the period, from 1.")
_START = Column("date_start", "#date+start", "date", "First day.")
_END = Column("date_end", "#date+end", "date", "Last day.")
_CURRENCY = Column("currency", "#currency+code", "string", "Currency of amounts.")


def hxl_tables(book: Book) -> tuple[Table, ...]:
    """What happened in periods that are over: people, spending, money of donors."""
    return (_people(book), _spending(book), _received(book))


def _when(book: Book, t: int) -> dict[str, Any]:
    start, end = period_days(book.standing.plan.design.programme, t)
    return {"period": t, "date_start": start, "date_end": end}


def _people(book: Book) -> Table:
    hosts, sectors = host_names(book.standing.plan.inputs), sector_names(book.standing.plan.inputs)
    planned = {(row.iso3, row.sector, row.period): row.workers for row in book.standing.plan.accounts.workforce}
    rows = []
    for row in book.standing.actuals.current("people"):
        h, s, t = row.text("iso3"), row.text("sector"), int(number(row, "period"))
        if t <= book.standing.over:
            what = {"iso3": h, "host": hosts.get(h, h), "sector": s, "sector_name": sectors.get(s, s), **_when(book, t)}
            reached = {"workers_planned": planned.get((h, s, t), 0.0), "workers": number(row, "workers")}
            rows.append(what | reached | {"arrivals": number(row, "arrivals")})
    columns = (
        _ISO3,
        _HOST,
        Column("sector", "#sector+code", "string", "Id of the sector."),
        Column("sector_name", "#sector+name", "string", "Name of the sector."),
        _PERIOD,
        _START,
        _END,
        Column("workers_planned", "#targeted+ind+workers", "number", "Persons at work as signed, mean of the period."),
        Column("workers", "#reached+ind+workers", "number", "Persons at work, mean of the period."),
        Column("arrivals", "#reached+ind+workers+arrivals", "number", "Persons who started work in the period."),
    )
    return Table("people_reached", "People at work, as planned and as they were", columns, tuple(rows))


def _spending(book: Book) -> Table:
    hosts = host_names(book.standing.plan.inputs)
    rows = []
    for key in dict.fromkeys([*book.booked, *(key for key in book.planned if key[2] <= book.standing.over)]):
        line, h, t = key
        what = {"iso3": h, "host": hosts.get(h, ""), **_when(book, t), "cost_line": line}
        amounts = {"planned_usd": book.planned.get(key, Decimal(0)), "spent_usd": book.booked.get(key, Decimal(0))}
        rows.append(what | {"category": book.heading_of(line, "UNSDG")} | amounts | {"currency": "USD"})
    columns = (
        _ISO3,
        _HOST,
        _PERIOD,
        _START,
        _END,
        Column("cost_line", "#item+code", "string", "Id of the budget line."),
        Column("category", "#item+category+code+v_unsdg", "string", "UNSDG harmonised budget category."),
        _usd("planned_usd", "#value+budget+usd", "planned for the period."),
        _usd("spent_usd", "#value+spent+usd", "booked in the period."),
        _CURRENCY,
    )
    return Table("spending", "Spending by budget line, host and period", columns, tuple(rows))


def _received(book: Book) -> Table:
    rows = [
        {"donor": row.text("donor"), **_when(book, int(number(row, "period"))), "received_usd": Decimal(str(row["amount"])),
         "currency": "USD"}
        for row in book.standing.actuals.current("funds")
        if number(row, "period") <= book.standing.over
    ]  # fmt: skip
    columns = (
        Column("donor", "#org+name+funder", "string", "Who paid."),
        _PERIOD,
        _START,
        _END,
        _usd("received_usd", "#value+received+usd", "received in the period."),
        _CURRENCY,
    )
    return Table("funds_received", "Money of donors", columns, tuple(rows))


# --- the framework ---


def measured_framework(book: Book) -> Table:
    """The results framework of the plan with the last measurement of each indicator."""
    planned = framework_table(book.dossier)
    told = {one.indicator: one for one in book.standing.indicators}
    programme = book.standing.plan.design.programme
    rows = []
    for row in planned.rows:
        one = told.get(row["indicator"])
        day = None if one is None or one.period is None else period_days(programme, one.period)[1]
        measured = {"actual": None if one is None else one.actual, "actual_date": day}
        rows.append({**row, **measured, "actual_counted": None if one is None else one.counted})
    columns = (
        Column("actual", "#indicator+value+num", "number", "Last measurement; empty where nothing was measured yet."),
        Column("actual_date", "#date+actual", "date", "Last day of the period that was measured."),
        Column("actual_counted", "#indicator+counted+num", "integer", "For a share: of how many it was counted."),
    )
    return Table("logframe_actuals", "Results framework with actuals", (*planned.columns, *columns), tuple(rows))
