"""The document as one HTML page for print. Everything that a person typed is escaped; nothing in it is ever fetched."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from html import escape

from pilot_planner.exports.proposal.blocks import (
    Block,
    Bullets,
    Caution,
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
)

LONGEST = 24
"""A table of up to about so many lines is never torn over two pages."""
_CHARACTERS = {True: 118, False: 102}
"""On a line as wide as the page, in small tables and in others, about."""


def html(document: Document, drawn: AbstractSet[str]) -> str:
    """The page. Figures whose key is not in ``drawn`` stand in words."""
    return "".join(_html(document, drawn))


def _html(document: Document, drawn: AbstractSet[str]) -> Iterator[str]:
    cover = document.cover
    yield f'<!DOCTYPE html><html lang="{escape(document.language)}"><head><meta charset="utf-8">'
    yield f"<title>{escape(cover.title)}</title>"
    for name, content in (
        ("author", document.author),
        ("description", document.subject),
        ("keywords", document.keywords),
        ("generator", "pilot_planner"),
    ):
        yield f'<meta name="{name}" content="{escape(content)}">'
    yield f'</head><body><div class="running">{escape(document.running)}</div><section class="cover">'
    yield f'<p class="kind">{escape(cover.kind)}</p>'
    size = "long" if len(cover.title) > _LONG_TITLE else "short"
    yield f'<p class="title {size}">{_escaped(cover.title)}</p>'
    if cover.draft:
        yield f'<p class="draft">{escape(cover.draft)}</p>'
    yield '<dl class="facts">'
    for label, value in cover.lines:
        yield f"<div><dt>{escape(label)}</dt><dd>{_text(value)}</dd></div>"
    yield f"</dl>{''.join(_block(cover.gate, drawn))}</section>"
    yield from _contents(document)
    for section in document.sections:
        yield from _section(section, 1, drawn)
    yield "</body></html>"


_LONG_TITLE = 90


def _contents(document: Document) -> Iterator[str]:
    yield '<nav class="contents"><h1 class="unnumbered">Contents</h1><ul>'
    for section in document.sections:
        yield f'<li class="first">{_entry(section)}</li>'
        for inner in section.sections:
            yield f'<li class="second">{_entry(inner)}</li>'
    yield "</ul></nav>"


def _entry(section: Section) -> str:
    return f'<a href="#{section.anchor}"><span>{label(section)}</span> {escape(section.title)}</a>'


def label(section: Section) -> str:
    """``3.1`` or ``Annex A``."""
    return f"Annex {section.number}" if section.annex else section.number


def _section(section: Section, depth: int, drawn: AbstractSet[str]) -> Iterator[str]:
    new = " new" if section.new_page else ""
    yield f'<section class="depth{depth}{new}">'
    yield f'<h{depth} id="{section.anchor}"><span class="number">{label(section)}</span> {escape(section.title)}</h{depth}>'
    for block in section.blocks:
        yield from _block(block, drawn)
    for inner in section.sections:
        yield from _section(inner, depth + 1, drawn)
    yield "</section>"


def _block(block: Block, drawn: AbstractSet[str]) -> Iterator[str]:
    match block:
        case Paragraph(words, kind):
            yield f'<p class="{kind}">{_text(words)}</p>'
        case Bullets(items):
            yield f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in items)}</ul>"
        case Caution(title, words):
            yield f'<div class="warning"><p class="head">{escape(title)}</p><p>{_text(words)}</p></div>'
        case KeyFigures(figures):
            yield '<div class="key">'
            for one in figures:
                yield (
                    f'<div><p class="label">{escape(one.label)}</p><p class="value">{escape(one.value)} '
                    f'<span class="unit">{escape(one.unit)}</span></p><p class="why">{_text(one.note)}</p></div>'
                )
            yield "</div>"
        case Table():
            yield from _table(block)
        case Figure():
            caption = f"<figcaption><b>Figure {block.number}.</b> {escape(block.caption)}</figcaption>"
            if block.key in drawn:
                alternative = escape(block.alternative)
                size = f"width:{block.width}px"
                yield f'<figure><img src="figure:{escape(block.key)}" alt="{alternative}" style="{size}">{caption}</figure>'
            else:
                yield f'<figure class="words">{caption}<p>{escape(block.alternative)}</p></figure>'


def _table(table: Table) -> Iterator[str]:
    whole = "whole" if is_whole(table) else "long"
    yield f'<div class="table {whole}"><table class="{"small" if table.small else "usual"}">'
    yield f"<caption><b>Table {table.number}.</b> {escape(table.caption)}</caption><colgroup>"
    total = sum(column.width for column in table.columns)
    for column in table.columns:
        yield f'<col style="width:{100 * column.width / total:.2f}%">'
    yield "</colgroup><thead><tr>"
    for column, side in zip(table.columns, _sides(table), strict=True):
        yield f'<th scope="col"{side}>{escape(column.title) or "&nbsp;"}</th>'
    yield "</tr></thead><tbody>"
    for row in table.rows:
        yield from _row(row, table)
    yield "</tbody></table>"
    if table.note:
        yield f'<p class="note">{_text(table.note)}</p>'
    yield "</div>"


def is_whole(table: Table) -> bool:
    """Whether a table is short enough to stay on one page."""
    total = sum(column.width for column in table.columns)
    room = [max(4.0, _CHARACTERS[table.small] * column.width / total) for column in table.columns]
    rows = [
        1
        if row.kind == "group"
        else max(math.ceil(len(plain(cell)) / wide) for cell, wide in zip(row.cells, room, strict=True))
        for row in table.rows
    ]
    return sum(max(1, row) for row in rows) <= LONGEST


def _row(row: Row, table: Table) -> Iterator[str]:
    anchor = f' id="{escape(row.anchor)}"' if row.anchor else ""
    if row.kind == "group":
        wide = f'scope="rowgroup" colspan="{len(table.columns)}"'
        yield f'<tr class="group"{anchor}><th {wide}>{_text(row.cells[0])}</th></tr>'
        return
    yield f'<tr class="{row.kind}"{anchor}>'
    for place, (cell, side) in enumerate(zip(row.cells, _sides(table), strict=True)):
        if place == 0:
            yield f'<th scope="row"{side}>{_text(cell) or "&nbsp;"}</th>'
        else:
            yield f"<td{side}>{_text(cell)}</td>"
    yield "</tr>"


def _sides(table: Table) -> list[str]:
    """Numbers stand on the right; words after a column of numbers keep a distance."""
    found = []
    for place, column in enumerate(table.columns):
        after = place > 0 and table.columns[place - 1].numbers
        found.append(' class="n"' if column.numbers else ' class="g"' if after else "")
    return found


def _text(words: Text) -> str:
    found = []
    for part in words:
        match part:
            case Mark(key):
                # The blank of no width lets a line end here: without it, WeasyPrint may break the line at its first blank.
                found.append(f'\u200b<a class="mark" href="#{escape(key)}">[{escape(key)}]</a>')
            case Strong(inner):
                found.append(f"<b>{_escaped(inner)}</b>")
            case _:
                found.append(_escaped(part))
    return "".join(found)


_LONG_WORD = re.compile(r"\S{80,}")
_PIECE = 20


def _escaped(words: str) -> str:
    """Escaped; a word longer than a line may break every few letters, which also spares looking for a break at each."""
    found, at = [], 0
    for long in _LONG_WORD.finditer(words):
        pieces = (long[0][start : start + _PIECE] for start in range(0, len(long[0]), _PIECE))
        found += [escape(words[at : long.start()]), "<wbr>".join(escape(piece) for piece in pieces)]
        at = long.end()
    return "".join((*found, escape(words[at:])))
