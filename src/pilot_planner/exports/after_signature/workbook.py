"""The financial forms and the framework as one workbook: a sheet for each, its total, and what could be seen of the form."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pilot_planner.exports.after_signature.book import Book
from pilot_planner.exports.after_signature.forms import report_forms
from pilot_planner.exports.csv_tables import Table
from pilot_planner.reports.safe_workbook import LONGEST_CELL, cell_name, new_book

_WIDE = {"name": 46, "text": 60, "beyond_tolerance": 70, "result": 40, "indicator": 44, "assumptions": 40}
_TOP = 5
"""Rows above the table: title, what it is of, what was seen, the tolerance, a blank."""


def workbook(book: Book, tables: Mapping[str, Table]) -> bytes:
    """The workbook. Totals are formulas over the rows above them, with the value that they have."""
    made = io.BytesIO()
    with new_book(made) as out:
        out.set_properties({"title": f"Financial reports of plan {book.standing.plan.plan_id}"})
        looks = {
            "title": out.add_format({"bold": True, "font_size": 14}),
            "grey": out.add_format({"font_color": "#52606D", "text_wrap": True, "valign": "top"}),
            "head": out.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "text": out.add_format({"text_wrap": True, "valign": "top"}),
            "money": out.add_format({"num_format": "#,##0.00", "valign": "top"}),
            "total": out.add_format({"bold": True, "top": 1}),
            "total_money": out.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"}),
            "flag": out.add_format({"text_wrap": True, "valign": "top", "font_color": "#A8431A"}),
        }
        for name, table in tables.items():
            _sheet(out, book, name, table, looks)
    return made.getvalue()


def _sheet(out: Any, book: Book, name: str, table: Table, looks: Mapping[str, Any]) -> None:
    sheet = out.add_worksheet(name[:31])
    form = report_forms().get(name.removesuffix("_classes"))
    over = book.standing.over
    sheet.write_string(0, 0, table.title if form is None else form.title, looks["title"])
    about = f"{book.dossier.title}, plan {book.standing.plan.plan_id}; periods 1 to {over}. USD."
    sheet.write_string(1, 0, about, looks["grey"])
    if form is not None:
        sheet.write_string(2, 0, form.seen)
        sheet.write_string(3, 0, f"Tolerance: {form.tolerance.rule} ({form.tolerance.source}; grade {form.tolerance.grade})")
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDE.get(column.name, 16))
        sheet.write_string(_TOP, place, column.name.replace("_", " "), looks["head"])
        sheet.write_comment(_TOP, place, column.meaning)
    for number, row in enumerate(table.rows, start=_TOP + 1):
        last = row.get("heading") == "total"
        for place, column in enumerate(table.columns):
            _cell(sheet, (number, place), row.get(column.name), looks, column.name, last)
    sheet.write_string(_TOP + len(table.rows) + 2, 0, book.dossier.notice, looks["grey"])
    sheet.freeze_panes(_TOP + 1, 2)


def _cell(sheet: Any, at: tuple[int, int], value: Any, looks: Mapping[str, Any], column: str, total: bool) -> None:
    row, place = at
    look = looks["total" if total else "text"]
    match value:
        case None:
            sheet.write_blank(row, place, None, look)
        case Decimal() if total:
            first, above = cell_name(_TOP + 1, place), cell_name(row - 1, place)
            sheet.write_formula(row, place, f"=SUM({first}:{above})", looks["total_money"], float(value))
        case Decimal():
            sheet.write_number(row, place, float(value), looks["money"])
        case int() | float():
            sheet.write_number(row, place, value, look)
        case _:
            flag = looks["flag"] if column == "beyond_tolerance" else look
            sheet.write_string(row, place, str(value)[:LONGEST_CELL], flag)
