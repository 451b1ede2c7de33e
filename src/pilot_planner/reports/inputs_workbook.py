"""The inputs as an Excel workbook: one sheet a table, to be edited and read back by ``data.inputs_upload``.

Only the numbers of values that are not derived can be changed; the rest is protected, without a password, so that a reader
can sort and filter but not break it by accident. Every text is written as a text: what looks like a formula stays inert.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pilot_planner.data.estimates import ADDRESS_COLUMNS, Estimate
from pilot_planner.data.inputs import Inputs
from pilot_planner.data.inputs_upload import NUMBERS, READ_ME, made_from
from pilot_planner.reports.safe_workbook import LONGEST_CELL, new_book
from pilot_planner.studies.planning.preconditions import LEGAL_GATE

COLUMNS = (
    "path", "about", "what", "low", "base", "high", "unit", "year", "reading", "grade", "source_id", "source", "url",
    "formula", "note",
)  # fmt: skip
"""Of every sheet of a table, in this order; ``data.inputs_upload`` finds them by name."""

_WIDTHS = {"path": 44, "about": 26, "what": 34, "unit": 18, "source": 36, "url": 28, "formula": 40, "note": 60}


def workbook_bytes(inputs: Inputs, names: dict[str, str], scenario: str = "") -> bytes:
    """The workbook of these inputs, as they stand with what was set on top of the files.

    ``names`` are hosts and sectors by their code; ``scenario`` is the name of the edits that the numbers hold.
    """
    made = io.BytesIO()
    with new_book(made) as book:
        book.set_properties({"title": f"Inputs of pilot-planner {scenario}".strip(), "comments": LEGAL_GATE})
        looks = _looks(book)
        _read_me(book, looks, inputs, scenario)
        sources = {row.text("source_id"): row for row in inputs.rows("lists/sources.csv")}
        wording = meanings(inputs)
        for table in ADDRESS_COLUMNS:
            rows = [one for one in inputs.estimates.values() if one.address[0] == table]
            if rows:
                cells = [_cells(one, names, sources, wording) for one in rows]
                _sheet(book, looks, table, rows, cells)
    return made.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    """Unlocked cells are yellow and blue, as spreadsheets of budgets have it; the rest is plain and locked."""
    top = {"valign": "top"}
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, **top}),
        "text": book.add_format({"num_format": "@", **top}),
        "wrap": book.add_format({"num_format": "@", "text_wrap": True, **top}),
        "locked": book.add_format({"num_format": "#,##0.######", "font_color": "#52606D", **top}),
        "year": book.add_format({"num_format": "0", **top}),
        "open": book.add_format(
            {"num_format": "#,##0.######", "bg_color": "#FFF7DB", "font_color": "#0F3E87", "locked": False, **top}
        ),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }


def _read_me(book: Any, looks: dict[str, Any], inputs: Inputs, scenario: str) -> None:
    sheet = book.add_worksheet(READ_ME)
    sheet.set_column(0, 0, 110, looks["wrap"])
    lines = [
        "Inputs of pilot-planner" + (f": {scenario}" if scenario else ""),
        LEGAL_GATE,
        "Every sheet is one table of the inputs, one row a value, with its range, unit, year, grade and source.",
        "Yellow cells can be changed: low, base and high. Plans use base; low and high are read as the 5th and the 95th "
        "percentile where risk is studied. Write plain numbers; a formula is refused, so paste its value.",
        "Grey numbers are derived by the formula beside them and follow what they are made of: change that instead.",
        "Upload the workbook on the Inputs page, or name it with --inputs on the command line: the differences become the "
        "edits of a scenario, checked by the same rules as 'pilot-planner check'. Rows are "
        "found by their path: sort, filter and delete rows as you like; a row that is "
        "missing leaves its value as it is. Notes that you write beside the table are not read.",
        "Grades: A read in a statistic or first-hand text; B a secondary report, or derived from A; C recalled or judged, "
        "to be replaced before a proposal is signed; absent: looked for and not found.",
        f"{made_from(inputs)}; values set on top of the files: {len(inputs.changes)}.",
    ]
    for place, line in enumerate(lines):
        sheet.write_string(place, 0, line, looks["title"] if place == 0 else looks["wrap"])
    sheet.protect()


def meanings(inputs: Inputs) -> dict[tuple[str, str], str]:
    """What an indicator, or a row of a table without indicators, means."""
    found = {(row.text("table"), row.text("indicator")): row.text("meaning") for row in inputs.rows("lists/indicators.csv")}
    for table, key in (("unit_costs", "cost_id"), ("cost_lines", "cost_line")):
        found |= {(table, row.text(key)): row.text("what") for row in inputs.rows(f"estimates/{table}.csv")}
    return found


def about(estimate: Estimate, names: dict[str, str]) -> str:
    """Which host, sector, level or item a value is about, in words; empty for the whole programme."""
    keys = estimate.address[1:-1] if "indicator" in ADDRESS_COLUMNS[estimate.address[0]] else estimate.address[1:]
    return ", ".join(names.get(key, key.replace("_", " ")) for key in keys)


def _cells(
    estimate: Estimate, names: dict[str, str], sources: dict[str, Any], wording: dict[tuple[str, str], str]
) -> list[Any]:
    source = sources.get(estimate.source_id)
    return [
        estimate.path,
        about(estimate, names),
        wording.get((estimate.address[0], estimate.address[-1]), ""),
        estimate.low,
        estimate.base,
        estimate.high,
        estimate.unit,
        estimate.year,
        estimate.reading,
        estimate.grade,
        estimate.source_id,
        "" if source is None else source.text("title"),
        "" if source is None else source.text("url"),
        estimate.formula,
        estimate.note,
    ]


def _sheet(book: Any, looks: dict[str, Any], table: str, rows: Sequence[Estimate], cells: list[list[Any]]) -> None:
    sheet = book.add_worksheet(table)
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS.get(name, 12))
        sheet.write_string(0, place, name, looks["head"])
    for row, (estimate, values) in enumerate(zip(rows, cells, strict=True), start=1):
        number = looks["locked"] if estimate.formula else looks["open"]
        for place, (name, value) in enumerate(zip(COLUMNS, values, strict=True)):
            if name in NUMBERS:
                if value is None:
                    sheet.write_blank(row, place, None, number)
                else:
                    sheet.write_number(row, place, value, number)
            elif isinstance(value, int):
                sheet.write_number(row, place, value, looks["year"])
            else:
                sheet.write_string(row, place, str(value or "")[:LONGEST_CELL], looks["text"])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    sheet.protect(
        "", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True, "select_locked_cells": True}
    )
