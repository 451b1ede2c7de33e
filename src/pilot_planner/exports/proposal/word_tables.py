"""Tables of the Word document: hairlines, fixed widths, header rows that repeat, rows that are never torn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from pilot_planner.exports.proposal.blocks import Row, Table, Text, caption_of, text
from pilot_planner.exports.proposal.layout import is_whole
from pilot_planner.exports.proposal.word_styles import FAINT, HAIRLINE, INK, SECOND, WIDTH

_TWIPS = 56.6929
"""Of a mm."""
Write = Callable[[Any, Text], None]
"""Writes a text into a paragraph's element."""


def element(name: str, /, **attributes: str | int) -> Any:
    """An element of WordprocessingML."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def table_element(table: Table, write: Write, bookmark: Callable[[Any, str], None]) -> Any:
    """The whole table, without caption and note."""
    total = sum(column.width for column in table.columns)
    widths = [round(WIDTH * _TWIPS * column.width / total) for column in table.columns]
    made = _frame(widths, caption_of(table))
    style = "Tabletextsmall" if table.small else "Tabletext"
    whole = is_whole(table)
    head = element("w:tr")
    properties = element("w:trPr")
    properties.append(element("w:cantSplit"))
    properties.append(element("w:tblHeader"))
    head.append(properties)
    for place, column in enumerate(table.columns):
        cell = _cell(widths[place], (HAIRLINE, 6), (HAIRLINE, 6))
        cell.append(_paragraph(text(column.title), style, write, table, place, keep=True, colour=SECOND))
        head.append(cell)
    made.append(head)
    for number, row in enumerate(table.rows):
        last = number + 1 == len(table.rows)
        following = None if last else table.rows[number + 1].kind
        keep = not last and (whole or row.kind == "group" or following in ("subtotal", "total"))
        made.append(_row(row, table, widths, style, write, bookmark, keep or (last and bool(table.note))))
    return made


def plain_table(rows: list[list[tuple[Text, str]]], widths: list[float], write: Write, label: str) -> Any:
    """A table without a head: cells are a text and the id of a style; widths in mm."""
    twips = [round(width * _TWIPS) for width in widths]
    made = _frame(twips, label)
    for number, row in enumerate(rows):
        line = element("w:tr")
        properties = element("w:trPr")
        properties.append(element("w:cantSplit"))
        line.append(properties)
        for place, (words, style) in enumerate(row):
            cell = _cell(twips[place], (HAIRLINE, 6) if number == 0 else None, (FAINT, 4))
            paragraph = element("w:p")
            settings = element("w:pPr")
            settings.append(element("w:pStyle", val=style))
            paragraph.append(settings)
            write(paragraph, words)
            cell.append(paragraph)
            line.append(cell)
        made.append(line)
    return made


def _frame(widths: list[int], label: str) -> Any:
    made = element("w:tbl")
    properties = element("w:tblPr")
    properties.append(element("w:tblW", w=sum(widths), type="dxa"))
    properties.append(element("w:tblLayout", type="fixed"))
    margins = element("w:tblCellMar")
    margins.append(element("w:left", w=0, type="dxa"))
    margins.append(element("w:right", w=100, type="dxa"))
    properties.append(margins)
    properties.append(
        element("w:tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1)
    )
    properties.append(element("w:tblCaption", val=label[:_LONGEST_LABEL]))
    made.append(properties)
    grid = element("w:tblGrid")
    for width in widths:
        grid.append(element("w:gridCol", w=width))
    made.append(grid)
    return made


_LONGEST_LABEL = 250


def _row(
    row: Row, table: Table, widths: list[int], style: str, write: Write, bookmark: Callable[[Any, str], None], keep: bool
) -> Any:
    made = element("w:tr")
    properties = element("w:trPr")
    properties.append(element("w:cantSplit"))
    made.append(properties)
    bold = row.kind in ("group", "total")
    top = (INK, 6) if row.kind == "total" else None
    bottom = {"plain": (FAINT, 4), "group": (HAIRLINE, 6), "subtotal": (HAIRLINE, 6), "total": (INK, 6)}[row.kind]
    if row.kind == "group":
        cell = _cell(sum(widths), None, bottom, span=len(widths))
        cell.append(_paragraph(row.cells[0], style, write, table, 0, keep=True, bold=True))
        made.append(cell)
        return made
    for place, words in enumerate(row.cells):
        cell = _cell(widths[place], top, bottom)
        paragraph = _paragraph(words, style, write, table, place, keep=keep, bold=bold)
        if place == 0 and row.anchor:
            bookmark(paragraph, row.anchor)
        cell.append(paragraph)
        made.append(cell)
    return made


def _cell(width: int, top: tuple[str, int] | None, bottom: tuple[str, int], span: int = 1) -> Any:
    cell = element("w:tc")
    properties = element("w:tcPr")
    properties.append(element("w:tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(element("w:gridSpan", val=span))
    borders = element("w:tcBorders")
    for name, line in (("w:top", top), ("w:bottom", bottom)):
        if line is not None:
            borders.append(element(name, val="single", sz=line[1], space=0, color=line[0]))
    properties.append(borders)
    cell.append(properties)
    return cell


def _paragraph(
    words: Text, style: str, write: Write, table: Table, place: int, *, keep: bool, bold: bool = False, colour: str = ""
) -> Any:
    paragraph = element("w:p")
    settings = element("w:pPr")
    settings.append(element("w:pStyle", val=style))
    if keep:
        settings.append(element("w:keepNext"))
    numbers = table.columns[place].numbers
    if place and table.columns[place - 1].numbers and not numbers:
        settings.append(element("w:ind", left=120))
    if numbers:
        settings.append(element("w:jc", val="right"))
    paragraph.append(settings)
    write(paragraph, words)
    if bold or colour:
        for run in paragraph.iter(qn("w:r")):
            properties = run.find(qn("w:rPr"))
            if properties is None:
                properties = element("w:rPr")
                run.insert(0, properties)
            if bold and properties.find(qn("w:b")) is None:
                properties.insert(0, element("w:b"))
            if colour and properties.find(qn("w:color")) is None:
                properties.append(element("w:color", val=colour))
    return paragraph
