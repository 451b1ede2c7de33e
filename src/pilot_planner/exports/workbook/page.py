"""One sheet of the workbook: title, tables, print set-up. Every cell is written through it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from pilot_planner.exports.sanitise import xml_text
from pilot_planner.exports.workbook.cell_formats import DAY, MONEY, TEXT, Looks
from pilot_planner.exports.workbook.formula_cells import Cell, Live, cell
from pilot_planner.reports.safe_workbook import LONGEST_CELL, column_name

Content = str | float | int | Decimal | dt.date | Live | None
_A4 = 9
_LINE = 12.5
"""Height of a line of text, points."""
_TITLE_LINE = 19.0
_DENSER = 1.4
"""Characters of small text in the width of one of the standard size, on the safe side."""
_MARGIN = 0.45
"""Inches."""


def brief(text: str, most: int = 300) -> str:
    """Text of a user on one line, and not longer than a heading can hold."""
    plain = " ".join(xml_text(text).split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


class Page:
    """A worksheet with a cursor: ``row`` is the next free one. Widths are in characters, as Excel counts them."""

    def __init__(self, sheet: Any, looks: Looks, widths: Sequence[float], landscape: bool, footer: str) -> None:
        self.sheet = sheet
        self.looks = looks
        self.widths = list(widths)
        self.row = 0
        self._last_column = len(widths) - 1
        sheet.hide_gridlines(2)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, looks.of())
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(_MARGIN, _MARGIN, _MARGIN, _MARGIN + 0.25)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8{footer}&R&8&A, page &P of &N")

    @property
    def name(self) -> str:
        return str(self.sheet.get_name())

    # --- cells ---

    def put(self, column: int, content: Content, number: str = TEXT, *styles: str, row: int | None = None) -> Cell:
        """Write one cell in the current row (or another) and return it as formulas see it."""
        at = self.row if row is None else row
        look = self.looks.of(number, *styles)
        sheet = self.sheet
        match content:
            case None:
                sheet.write_blank(at, column, None, look)
                return cell(self.name, at, column, "")
            case Live():
                value = content.value
                sheet.write_formula(at, column, "=" + content.formula.replace(f"'{self.name}'!", ""), look, value)
                return cell(self.name, at, column, value)
            case str():
                # Halves of surrogates and control characters would make a file that no program opens.
                text = xml_text(content)[:LONGEST_CELL]
                sheet.write_string(at, column, text, look)
                return cell(self.name, at, column, text)
            case dt.date():
                sheet.write_datetime(at, column, dt.datetime.combine(content, dt.time()), self.looks.of(DAY, *styles))
                return cell(self.name, at, column, content.isoformat())
            case _:
                sheet.write_number(at, column, float(content), look)
                return cell(self.name, at, column, float(content))

    def texts(self, contents: Iterable[str], *styles: str, first: int = 0) -> list[Cell]:
        """Texts side by side in the current row."""
        return [self.put(first + place, text, TEXT, *styles) for place, text in enumerate(contents)]

    def numbers(self, contents: Iterable[Content], number: str, *styles: str, first: int) -> list[Cell]:
        """Numbers side by side in the current row."""
        return [self.put(first + place, one, number, *styles) for place, one in enumerate(contents)]

    def not_negative(self, first_row: int, first: int, last: int) -> None:
        """Let the cells from a row to here take numbers that are not negative, and nothing else."""
        self.sheet.data_validation(
            first_row,
            first,
            self.row,
            last,
            {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "error_title": "A number is needed",
                "error_message": "Quantities, unit costs and rates are numbers of nought or more.",
            },
        )

    def fill(self, *styles: str, first: int = 0, last: int | None = None) -> None:
        """Blank cells of one look, for the rules under and over a row; write the contents after it."""
        for column in range(first, (self._last_column if last is None else last) + 1):
            self.put(column, None, TEXT, *styles)

    def next(self, rows: int = 1) -> None:
        self.row += rows

    # --- texts over the whole width ---

    def title(self, text: str, note: str = "") -> None:
        """What the sheet shows, as a sentence, and its units."""
        self._across(text, "title", _TITLE_LINE, 0.8)
        if note:
            self._across(note, "note", _LINE, _DENSER)
        self.next()

    def paragraph(self, text: str, style: str = "note") -> None:
        self._across(text, style, _LINE, _DENSER)

    def section(self, text: str) -> None:
        """A heading within the sheet; a blank row stands before it."""
        self.next()
        self.put(0, text, TEXT, "section")
        self.sheet.set_row(self.row, 18)
        self.next()

    def _across(self, text: str, style: str, line: float, denser: float) -> None:
        look = self.looks.of(TEXT, style)
        text = xml_text(text)[:LONGEST_CELL]
        width = sum(self.widths) * denser
        lines = sum(max(1, math.ceil(len(part) / width)) for part in text.split("\n"))
        if self._last_column > 0:
            self.sheet.merge_range(self.row, 0, self.row, self._last_column, "", look)
        self.sheet.write_string(self.row, 0, text, look)
        self.sheet.set_row(self.row, min(409.0, lines * line + 2))
        self.next()

    # --- tables ---

    def heads(
        self, names: Sequence[str], numeric_from: int = 1, numeric_to: int | None = None, centred: Sequence[int] = ()
    ) -> int:
        """The header of a table in the current row; names of numbers stand to the right. Returns the row."""
        for column, name in enumerate(names):
            right = column >= numeric_from and (numeric_to is None or column <= numeric_to)
            side = "centre" if column in centred else "right" if right else "left"
            # A text beside a number on its left keeps its distance.
            after = column > 0 and not right and column - 1 >= numeric_from and column not in centred
            self.put(column, name, TEXT, "head", side, *(("indent",) if after else ()))
        self.next()
        return self.row - 1

    def tall(self, texts: Iterable[tuple[str, int]], row: int | None = None) -> None:
        """Make a row as tall as its longest wrapped text needs: some readers do not do it by themselves."""
        lines = max((math.ceil(len(text) / max(1.0, self.widths[column] * _DENSER)) for text, column in texts), default=1)
        self.sheet.set_row(self.row if row is None else row, min(409.0, max(1, lines) * _LINE + 1))

    def keep(self, head_row: int, columns: int = 1) -> None:
        """Freeze what is above the table's first row and left of its numbers, and repeat the header on each page."""
        self.sheet.freeze_panes(head_row + 1, columns)
        self.sheet.repeat_rows(head_row)

    def close(self) -> None:
        """Print area and protection: no password, only a guard against slips."""
        everywhere = f"A1:XFD{max(1, self.row)}"
        # Codes are meant to be texts, and rows to differ from each other: no marks in the corners of cells.
        self.sheet.ignore_errors(
            {"number_stored_as_text": everywhere, "formula_differs": everywhere, "formula_range": everywhere}
        )
        self.sheet.print_area(0, 0, max(0, self.row - 1), self._last_column)
        self.sheet.protect(
            "",
            {
                "sort": True, "autofilter": True, "format_cells": True, "format_columns": True, "format_rows": True,
                "select_locked_cells": True, "select_unlocked_cells": True,
            },
        )  # fmt: skip

    def column_of(self, column: int) -> str:
        return column_name(column)


def money(page: Page, column: int, content: Content, *styles: str) -> Cell:
    """An amount to the cent in a row of a table."""
    return page.put(column, content, MONEY, "row", *styles)
