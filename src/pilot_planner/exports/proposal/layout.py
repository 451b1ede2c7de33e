"""The document as plain records for the page template. What a person typed stays data: it is never part of any markup."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pilot_planner.exports.proposal.blocks import (
    Block,
    Bullets,
    Caution,
    Column,
    Document,
    Figure,
    KeyFigures,
    Mark,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
    Text,
    plain,
    walk,
)

Record = dict[str, Any]

LONGEST = 24
"""A table of up to about so many lines is never torn over two pages."""
_LINE = 118
"""Characters on a line of a small table as wide as the page, about."""
_LINE_OF_USUAL = 102
_LONG_WORD = 60
"""A word of the running text that is longer may break anywhere."""
_NARROWEST = 4.0
"""Characters that every column has room for."""


def records(document: Document, drawn: Mapping[str, bytes]) -> Record:
    """The whole document. Figures whose key is not in ``drawn`` (pictures as SVG) stand in words."""
    cover = document.cover
    return {
        "language": document.language,
        "author": document.author,
        "subject": document.subject,
        "keywords": document.keywords,
        "running": document.running,
        "length": document.length,
        "foot": document.foot,
        "cover": {
            "kind": cover.kind,
            "title": _broken(cover.title),
            "draft": cover.draft,
            "lines": [{"label": label, "value": _text(value)} for label, value in cover.lines],
            "gate": _block(cover.gate, drawn),
        },
        "title": cover.title,
        "sections": [_section(section, drawn) for section in document.sections],
        "anchors": sorted(anchors(document)),
    }


def anchors(document: Document) -> set[str]:
    """Everything that a mark can lead to."""
    return {
        row.anchor
        for section in walk(document.sections)
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        if row.anchor
    }


def label(section: Section) -> str:
    """``3.1`` or ``Annex A``."""
    return f"Annex {section.number}" if section.annex else section.number


def _section(section: Section, drawn: Mapping[str, bytes]) -> Record:
    return {
        "anchor": section.anchor,
        "number": label(section),
        "title": _broken(section.title),
        "new": section.new_page,
        "blocks": [_block(block, drawn) for block in section.blocks],
        "sections": [_section(inner, drawn) for inner in section.sections],
    }


def _block(block: Block, drawn: Mapping[str, bytes]) -> Record:
    match block:
        case Paragraph(words, kind):
            return {"is": "paragraph", "kind": kind, "words": _text(words)}
        case Bullets(items):
            return {"is": "bullets", "items": [_text(item) for item in items]}
        case Caution(title, words):
            return {"is": "caution", "title": title, "words": _text(words)}
        case KeyFigures(figures):
            return {
                "is": "key figures",
                "figures": [
                    {"label": one.label, "value": one.value, "unit": one.unit, "note": _text(one.note)} for one in figures
                ],
            }
        case Table():
            return _table(block)
        case Figure():
            picture = drawn.get(block.key)
            return {
                "is": "figure",
                "number": block.number,
                "caption": block.caption,
                "alternative": block.alternative,
                "width": block.width,
                "picture": None if picture is None else picture.decode("utf-8"),
            }


def _table(table: Table) -> Record:
    rooms = list(_rooms(table))
    return {
        "is": "table",
        "number": table.number,
        "caption": table.caption,
        "small": table.small,
        "whole": is_whole(table),
        "columns": [
            {"title": column.title, "width": column.width, "side": side}
            for column, side in zip(table.columns, _sides(table.columns), strict=True)
        ],
        "rows": [_row(row, rooms) for row in table.rows],
        "note": _text(table.note),
    }


def _row(row: Row, rooms: Iterable[float]) -> Record:
    wide = [float(_LINE)] if row.kind == "group" else rooms
    cells = [_text(cell, room) for cell, room in zip(row.cells, wide, strict=False)]
    return {"kind": row.kind, "anchor": row.anchor, "cells": cells}


def _sides(columns: Iterable[Column]) -> Iterator[str]:
    """Numbers stand on the right; words after a column of numbers keep a distance."""
    after_numbers = False
    for column in columns:
        yield "numbers" if column.numbers else "apart" if after_numbers else "words"
        after_numbers = column.numbers


def _rooms(table: Table) -> Iterator[float]:
    """How many characters a line of each column holds, about."""
    total = sum(column.width for column in table.columns)
    line = _LINE if table.small else _LINE_OF_USUAL
    for column in table.columns:
        yield max(_NARROWEST, line * column.width / total)


def is_whole(table: Table) -> bool:
    """Whether a table is short enough to stay on one page."""
    rooms = list(_rooms(table))
    lines = (
        1
        if row.kind == "group"
        else max(math.ceil(len(plain(cell)) / room) for cell, room in zip(row.cells, rooms, strict=True))
        for row in table.rows
    )
    return sum(max(1, count) for count in lines) <= LONGEST


def _text(words: Text, room: float = _LONG_WORD) -> list[str | Record]:
    """Parts of a text: words, ``{"mark": key}`` or ``{"strong": words}``."""
    found: list[str | Record] = []
    for part in words:
        match part:
            case Mark(key):
                found.append({"mark": key})
            case Strong(inner):
                found.append({"strong": _broken(inner, room)})
            case _:
                found.append(_broken(part, room))
    return found


_WORD = re.compile(r"\S+")
_JOINT = re.compile(r"(?<=[\-/_.,:;@=&?|])(?=\w)")
_BREAK = "\u200b"


def _broken(words: str, room: float = _LONG_WORD) -> str:
    """The same words, where one that is longer than its line may be broken: at its joints, and if need be anywhere."""

    def break_one(found: re.Match[str]) -> str:
        word = found[0]
        if len(word) <= room:
            return word
        most = max(int(_NARROWEST), int(room) - 2)
        pieces = (piece for part in _JOINT.split(word) for piece in _cut(part, most))
        return _BREAK.join(pieces)

    return _WORD.sub(break_one, words)


def _cut(part: str, most: int) -> Iterator[str]:
    for start in range(0, len(part), most):
        yield part[start : start + most]
