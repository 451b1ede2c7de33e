"""From where a pilot stands to files for its donors, complete or absent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from pilot_planner.data.nearest_name import did_you_mean
from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.after_signature.book import Book
from pilot_planner.exports.after_signature.forms import report_forms
from pilot_planner.exports.after_signature.tables import form_tables, hxl_tables, measured_framework
from pilot_planner.exports.after_signature.workbook import workbook
from pilot_planner.exports.csv_tables import Table, csv_bytes, package_bytes
from pilot_planner.exports.formats import Export
from pilot_planner.exports.iati import reported
from pilot_planner.exports.proposal_data import Dossier, Files
from pilot_planner.exports.terms import Terms, load_terms
from pilot_planner.studies.after_signature.standing import Standing

REPORTS = {
    "forms": "financial reports: UN interim and FACE, EU interim, SF-425, FCDO, as one workbook and as CSV",
    "iati": "IATI activity with transactions and result actuals, under the identifier of the plan's own file",
    "hxl": "people, spending and money of donors with HXL tags",
    "logframe": "the results framework with what was measured",
}
ALL = "all"


def make_reports(
    standing: Standing,
    formats: Iterable[str] = (ALL,),
    terms: Terms | str | Path | None = None,
    made_on: dt.date | None = None,
) -> Export:
    """Make reports from where a pilot stands; nothing is written. ``exports.formats.write_export`` writes them.

    Args:
        standing: at least one period is over.
        formats: names of ``REPORTS``; ``all`` stands for each.
        terms: those of the proposal; a file, or None for the draft.
        made_on: the day that the files bear; today's if None.

    Raises:
        InputError: an unknown report, terms at fault, no period that is over.
        PilotPlannerError: the activity file breaks the standard.
    """
    chosen = named_reports(formats)
    if not standing.over:
        what, fix = "no period is over yet, so there is nothing to report", "close a period in reports.csv"
        raise InputError([Fault(Place(standing.actuals.origin), what, "a period that is closed", fix)])
    read = terms if isinstance(terms, Terms) else load_terms(terms)
    day = made_on or dt.datetime.now(tz=dt.UTC).date()
    where = "terms" if isinstance(terms, Terms) or terms is None else str(terms)
    book = Book(Dossier(standing.plan, read, day, where), standing)
    files: Files = {}
    try:
        for name in chosen:
            files |= _MAKERS[name](book)
        notes = [*book.dossier.notes, *(_flags(book) if "forms" in chosen else ())]
    finally:
        book.dossier.close()
    return Export(standing.plan.plan_id, files, tuple(notes))


def named_reports(formats: Iterable[str]) -> list[str]:
    """Reports by their names, once each. Raises InputError with every name that is none."""
    asked = list(dict.fromkeys(formats))
    known = (*REPORTS, ALL)
    faults = [
        Fault(Place("--to"), f"{name!r} is no report", ", ".join(known), did_you_mean(name, known, "choose one of these"))
        for name in asked
        if name not in known
    ]
    if faults:
        raise InputError(faults)
    return [name for name in REPORTS if name in asked or ALL in asked]


def _forms(book: Book) -> Files:
    tables = form_tables(book)
    files = _csv(book, "forms", "Financial reports", list(tables.values()), tags=False)
    return {"financial_reports.xlsx": workbook(book, tables)} | files


def _hxl(book: Book) -> Files:
    return _csv(book, "hxl", "What happened", list(hxl_tables(book)), tags=True)


def _logframe(book: Book) -> Files:
    table = measured_framework(book)
    files = {"logframe_actuals.xlsx": workbook(book, {"logframe": table})}
    return files | _csv(book, "logframe", table.title, [table], tags=False)


def _csv(book: Book, folder: str, title: str, tables: list[Table], tags: bool) -> Files:
    files = {f"{folder}/{table.name}.csv": csv_bytes(book.dossier, table, tags) for table in tables}
    return files | {f"{folder}/datapackage.json": package_bytes(book.dossier, folder, title, tables, tags)}


_MAKERS = {"forms": _forms, "iati": reported.make, "hxl": _hxl, "logframe": _logframe}


def _flags(book: Book) -> list[str]:
    """What is beyond a donor's tolerance, in sentences."""
    return [
        f"{form.title}, {row.heading} {row.name}: {row.flag}"
        for name, form in report_forms().items()
        for row in book.rows(name)
        if row.flag
    ]
