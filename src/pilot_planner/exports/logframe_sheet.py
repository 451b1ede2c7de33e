"""The logical framework as a sheet for people: A4 across, one page wide, its header on every page."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.results import Indicator, Result, year_of
from pilot_planner.exports.sanitise import xml_text
from pilot_planner.reports.safe_workbook import LONGEST_CELL, new_book

_SHADES = {"impact": "#D6E2F0", "outcome": "#EAF0F7", "output": "#FFFFFF"}
_COUNTED = ("persons", "worker-months")
_HEAD_ROW = 3
_FROZEN_COLUMNS = 4
_LINE, _LEAST_HEIGHT = 12.5, 15.0
"""Height of a line and of the lowest row, points."""
_FULL = 1.1
"""Characters of running text to a unit of a column's width, which counts figures; most letters are narrower."""
_A4 = 9
_TEXT = "@"


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands in a cell: a text, a number with its format, or nothing."""

    value: str | float | None
    number_format: str = _TEXT


@dataclass(frozen=True, slots=True)
class _SheetColumn:
    """A column: heading, width in characters, and its cell for an indicator. ``once``: in the first row of a result only."""

    heading: str
    width: float
    cell: Callable[[Result, Indicator], _Cell]
    once: bool = False


def sheet_bytes(dossier: Dossier) -> bytes:
    """The workbook with its one sheet. Texts stay texts, whatever they look like."""
    made = io.BytesIO()
    columns = tuple(_columns(dossier))
    with new_book(made) as book:
        created = dt.datetime.combine(dossier.made_on, dt.time())
        title = f"Results framework: {dossier.title}"
        book.set_properties({"title": _text(title)[:255], "comments": dossier.notice, "created": created})
        sheet = book.add_worksheet("Logframe")
        rows = [(result, one, place == 0) for result in dossier.results for place, one in enumerate(result.indicators)]
        _set_up(sheet, dossier, columns, len(rows))
        _head(book, sheet, dossier, columns, title)
        looks = _Looks(book)
        for number, (result, indicator, first) in enumerate(rows, start=_HEAD_ROW + 1):
            cells = [_Cell(None) if column.once and not first else column.cell(result, indicator) for column in columns]
            sheet.set_row(number, _height(cells, columns))
            for place, cell in enumerate(cells):
                _write(sheet, number, place, cell, looks.of(result.level, cell.number_format))
    return made.getvalue()


def _columns(dossier: Dossier) -> Iterator[_SheetColumn]:
    sources = {row.text("source_id"): row.text("title") for row in dossier.plan.inputs.rows("lists/sources.csv")}
    years = dossier.budget.years
    yield _SheetColumn("Level", 8, lambda result, _: _Cell(result.level.capitalize()))
    yield _SheetColumn("Ref", 4, lambda result, _: _Cell(result.ref))
    yield _SheetColumn("Result", 19, lambda result, _: _Cell(_serving(result)), once=True)
    yield _SheetColumn("Indicator", 26, lambda _, one: _Cell(one.name))
    yield _SheetColumn("Unit", 9, lambda _, one: _Cell("per cent" if one.is_share else one.unit))
    yield _SheetColumn("Better", 7, lambda _, one: _Cell("more" if one.ascending else "less"))
    yield _SheetColumn("Broken down by", 11, lambda _, one: _Cell(", ".join(one.disaggregation)))
    yield _SheetColumn("Baseline", 8, lambda _, one: _Cell(one.baseline, _number_format(one)))
    yield _SheetColumn("Year", 7, lambda _, one: _Cell(one.baseline_year, "0"))
    yield _SheetColumn("Source of baseline", 17, lambda _, one: _Cell(_baseline_source(one, sources)))
    for year in years[:-1]:
        yield _SheetColumn(f"Milestone, end of year {year}", 10, _target_of(dossier, year))
    yield _SheetColumn(f"Target, {dossier.end}", 10, _target_of(dossier, years[-1]))
    yield _SheetColumn("Basis of target", 13, lambda _, one: _Cell(_basis(one, sources)))
    yield _SheetColumn("Means of verification", 19, lambda _, one: _Cell(one.verification))
    yield _SheetColumn("Frequency", 9, lambda _, one: _Cell(one.frequency))
    yield _SheetColumn("Responsible", 14, lambda _, one: _Cell(one.responsible))
    yield _SheetColumn("Assumptions", 21, lambda result, _: _Cell(result.assumptions), once=True)
    yield _SheetColumn("Risk", 7, lambda result, _: _Cell(result.risk_rating), once=True)
    yield _SheetColumn("Impact weight", 7, lambda result, _: _Cell(result.weight, "0%"), once=True)
    yield _SheetColumn("ILO indicators", 9, lambda _, one: _Cell(", ".join(str(number) for number in one.safeguards)))


def _serving(result: Result) -> str:
    return f"{result.statement} (serves {result.parent})" if result.parent else result.statement


def _baseline_source(indicator: Indicator, sources: Mapping[str, str]) -> str:
    if indicator.baseline is None:
        return "None comparable; the first measurement is the baseline"
    return sources.get(indicator.baseline_source_id, indicator.baseline_source_id)


def _basis(indicator: Indicator, sources: Mapping[str, str]) -> str:
    if indicator.from_plan:
        return f"This plan: {indicator.from_plan.replace('_', ' ')}"
    return sources.get(indicator.target_source_id, indicator.target_source_id)


def _target_of(dossier: Dossier, year: int) -> Callable[[Result, Indicator], _Cell]:
    def cell(_: Result, indicator: Indicator) -> _Cell:
        found = [target.value for target in indicator.targets if year_of(target, dossier.start) == year]
        return _Cell(found[0] if found else None, _number_format(indicator))

    return cell


def _number_format(indicator: Indicator) -> str:
    if indicator.is_share:
        return "0.0%"
    return "#,##0" if indicator.unit in _COUNTED else "#,##0.0"


def _set_up(sheet: Any, dossier: Dossier, columns: tuple[_SheetColumn, ...], rows: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(0.3, 0.3, 0.4, 0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.freeze_panes(_HEAD_ROW + 1, _FROZEN_COLUMNS)
    sheet.set_footer(f"&L&8Plan {dossier.plan.plan_id}, {dossier.made_on}&R&8Page &P of &N")
    sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + rows, len(columns) - 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)


def _head(book: Any, sheet: Any, dossier: Dossier, columns: tuple[_SheetColumn, ...], title: str) -> None:
    whole = sum(column.width for column in columns)
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "font_size": 10})
    bold = book.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"})
    for row, text, look, scale in ((0, _text(title), bold, 1.5), (1, dossier.notice, wrapped, 1.0)):
        # A long title or the legal gate runs over the whole width and is not cut.
        sheet.merge_range(row, 0, row, len(columns) - 1, "", look)
        sheet.write_string(row, 0, text, look)
        sheet.set_row(row, min(_HIGHEST, max(1, math.ceil(len(text) * scale / whole)) * _LINE * scale + 4))
    style = {"bold": True, "text_wrap": True, "valign": "top", "font_size": 10, "border": 1}
    head = book.add_format(style | {"bg_color": "#1F3A5F", "font_color": "#FFFFFF"})
    sheet.set_row(_HEAD_ROW, 3 * _LINE + 4)
    for place, column in enumerate(columns):
        sheet.write_string(_HEAD_ROW, place, column.heading, head)


_HIGHEST = 409.0
"""Points: no spreadsheet shows a higher row."""


class _Looks:
    """Formats of cells, made when first asked for: one for each level and way of writing a number."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}

    def of(self, level: str, number_format: str) -> Any:
        key = (level, number_format)
        if key not in self._made:
            shade = {"bg_color": _SHADES.get(level, "#FFFFFF"), "border": 1, "border_color": "#B8C2CE"}
            look = {"text_wrap": True, "valign": "top", "font_size": 10, "num_format": number_format}
            if number_format != _TEXT:
                look |= {"align": "right", "indent": 1}
            self._made[key] = self._book.add_format(shade | look)
        return self._made[key]


def _write(sheet: Any, row: int, place: int, cell: _Cell, look: Any) -> None:
    if cell.value is None or cell.value == "":
        sheet.write_blank(row, place, None, look)
    elif isinstance(cell.value, str):
        sheet.write_string(row, place, _text(cell.value), look)
    else:
        sheet.write_number(row, place, cell.value, look)


def _height(cells: list[_Cell], columns: tuple[_SheetColumn, ...]) -> float:
    """Points that the longest text of a row needs, words kept whole; spreadsheets do not all work it out themselves."""
    lines = max(_lines(str(cell.value), column.width) for cell, column in zip(cells, columns, strict=True))
    return min(_HIGHEST, max(_LEAST_HEIGHT, lines * _LINE + 3))


def _lines(text: str, width: float) -> int:
    room = width * _FULL
    count, used = 1, 0.0
    for word in text.split():
        need = len(word) + (1 if used else 0)
        if used and used + need > room:
            count, used, need = count + 1, 0.0, len(word)
        # A word that is wider than its column breaks inside.
        count += int(need // (room + 1))
        used += need
    return count


def _text(text: str) -> str:
    return xml_text(text)[:LONGEST_CELL]
