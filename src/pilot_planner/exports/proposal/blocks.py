"""A document without a format: sections of paragraphs, lists, tables and figures. Writers turn it into files.

Every text is made harmless when it enters (see ``exports.sanitise``); writers only have to escape it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pilot_planner.exports.sanitise import line_text
from pilot_planner.text.labels import tied


@dataclass(frozen=True, slots=True)
class Mark:
    """A reference to an entry of an annex, such as ``S12`` or ``F3``: printed in brackets, linked to the entry."""

    key: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    words: str


Part = str | Mark | Strong
Text = tuple[Part, ...]


def text(*parts: Part | Text | Iterable[Part]) -> Text:
    """One text of parts; texts within are joined. Numbers keep their units on the same line."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            found.append(tied(line_text(part)))
        elif isinstance(part, Strong):
            found.append(Strong(tied(line_text(part.words))))
        elif isinstance(part, Mark):
            found.append(part)
        else:
            found.extend(text(*part))
    return tuple(part for part in found if part != "")


def plain(words: Text) -> str:
    """A text as a reader sees it, marks in brackets."""
    found = []
    for part in words:
        match part:
            case Mark(key):
                found.append(f"[{key}]")
            case Strong(inner):
                found.append(inner)
            case _:
                found.append(part)
    return "".join(found)


def without_marks(words: Text) -> Text:
    """A text for a page on which no mark leads anywhere."""
    kept = plain(tuple(part for part in words if not isinstance(part, Mark)))
    closed = re.sub(r"\s+([.,;:)])", r"\1", re.sub(r"[ \u00a0]{2,}", " ", kept)).strip()
    return (closed,) if closed else ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. ``lead`` opens a section; a ``note`` is about what stands above it."""

    words: Text
    kind: Literal["body", "lead", "note"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """What must not be overlooked."""

    title: str
    words: Text


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure that donors ask for first."""

    label: str
    value: str
    unit: str
    note: Text


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Key figures side by side."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its share of the table's width. Numbers stand on the right."""

    title: str
    width: float
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a ``group`` has one cell over all columns. ``anchor`` is the mark that leads here."""

    cells: tuple[Text, ...]
    kind: Literal["plain", "group", "subtotal", "total"] = "plain"
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Its number is given by the document."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Text = ()
    number: int = 0
    small: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its finding as caption and its content in words for who cannot see it.

    Attributes:
        key: name of the picture within the document.
        drawing: the chart.
        width: px; what the figure was made for.
    """

    key: str
    caption: str
    alternative: str
    drawing: Any = field(repr=False, compare=False)
    width: int = 640
    number: int = 0


Block = Paragraph | Bullets | Caution | KeyFigures | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it. ``number`` is ``3``, ``3.1`` or ``A``; ``new_page`` where it begins one."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    annex: bool = False
    number: str = ""
    new_page: bool = False

    @property
    def anchor(self) -> str:
        return f"section-{self.number.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: title, what it is, and lines of label and value."""

    title: str
    kind: str
    draft: str
    lines: tuple[tuple[str, Text], ...]
    gate: Caution


@dataclass(frozen=True, slots=True)
class Document:
    """A whole proposal. ``foot`` stands on every page; only a ``full`` one has a list of contents, a ``brief`` no cover."""

    cover: Cover
    sections: tuple[Section, ...]
    language: str
    author: str
    subject: str
    keywords: str
    running: str
    length: Literal["full", "short", "brief"] = "full"
    foot: str = "No statement of lawfulness: see the legal gate on page 1"

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in order."""
        return tuple(block for section in walk(self.sections) for block in section.blocks if isinstance(block, Figure))


def walk(sections: Iterable[Section]) -> Iterator[Section]:
    """Each section, then those within it."""
    for section in sections:
        yield section
        yield from walk(section.sections)


def unmarked(block: Block) -> Block:
    """A block without its marks."""
    match block:
        case Paragraph(words, kind):
            return Paragraph(without_marks(words), kind)
        case Bullets(items):
            return Bullets(tuple(without_marks(item) for item in items))
        case KeyFigures(figures):
            return KeyFigures(tuple(replace(one, note=without_marks(one.note)) for one in figures))
        case Table():
            rows = tuple(replace(row, cells=tuple(without_marks(cell) for cell in row.cells)) for row in block.rows)
            return replace(block, rows=rows, note=without_marks(block.note))
        case _:
            return block


def texts_of(block: Block) -> Iterator[str]:
    """Every text of a block as a reader sees it."""
    match block:
        case Paragraph(words):
            yield plain(words)
        case Bullets(items):
            yield from (plain(item) for item in items)
        case Caution(title, words):
            yield title
            yield plain(words)
        case KeyFigures(figures):
            for one in figures:
                yield from (one.label, one.value, one.unit, plain(one.note))
        case Table():
            yield caption_of(block)
            yield from (column.title for column in block.columns)
            yield from (plain(cell) for row in block.rows for cell in row.cells)
            yield plain(block.note)
        case Figure():
            yield caption_of(block)


def caption_of(block: Table | Figure) -> str:
    """``Table 3. Budget by category``."""
    return f"{'Table' if isinstance(block, Table) else 'Figure'} {block.number}. {block.caption}"


def all_texts(document: Document) -> list[str]:
    """Every text of the document, in order; what both writers must print."""
    found = [document.cover.kind, document.cover.title, document.cover.draft]
    for label, value in document.cover.lines:
        found += [label, plain(value)]
    found += [document.cover.gate.title, plain(document.cover.gate.words)]
    for section in walk(document.sections):
        found.append(section.title)
        for block in section.blocks:
            found.extend(texts_of(block))
    return [one for one in found if one]
