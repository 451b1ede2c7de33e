"""Rows and columns of a sheet of a form once a plan is known: as many as there are lines, years and partners."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pilot_planner.errors import Fault, InputError, Place
from pilot_planner.exports.forms.form_schema import Column, Dimension, Row, Sheet
from pilot_planner.exports.forms.ledger import COST, Entry, Ledger, partners
from pilot_planner.exports.proposal_data import Dossier

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Shown:
    """One row as it stands on the sheet.

    Attributes:
        row: the row of the form that it comes from.
        words: its texts by column.
        keys: keys of the entries that count in it; None where it counts none.
        unit, is_share: of the one budget line that it is.
        sums, less: places, among the rows of the sheet, of what it adds up.
        share: places of two rows, the first over the second.
    """

    row: Row
    kind: str
    words: Mapping[str, str]
    keys: Mapping[Dimension, str] | None = None
    unit: str = ""
    is_share: bool = False
    sums: tuple[int, ...] = ()
    less: tuple[int, ...] = ()
    share: tuple[int, ...] = ()


@dataclass
class Grid:
    """A sheet of a form for one plan."""

    columns: tuple[Column, ...]
    rows: list[Shown] = field(default_factory=list)
    by_id: dict[str, list[int]] = field(default_factory=dict)


def make_grid(dossier: Dossier, sheet: Sheet, ledger: Ledger, words: Mapping[str, str], file: str) -> Grid:
    """Lay a sheet out. Raises InputError where a text names a field that does not exist."""
    grid = Grid(tuple(_columns(dossier, sheet, words)))
    lines = {one.keys["line"]: one for one in ledger.entries if one.keys["measure"] == COST}
    for row in sheet.rows:
        for shown in _expanded(dossier, row, lines, words):
            place = len(grid.rows)
            grid.rows.append(shown)
            if row.id and (shown.keys is not None or row.sum or row.less or row.share):
                grid.by_id.setdefault(row.id, []).append(place)
    for place, shown in enumerate(grid.rows):
        if shown.kind == _PART:
            continue
        row = shown.row
        places = {name: tuple(at for one in getattr(row, name) for at in grid.by_id.get(one, ())) for name in _REFERENCES}
        if any(places.values()):
            grid.rows[place] = replace(shown, sums=places["sum"], less=places["less"], share=places["share"])
    _check_words(sheet, words, file)
    return grid


_PART = "part"
_REFERENCES = ("sum", "less", "share")


def _columns(dossier: Dossier, sheet: Sheet, words: Mapping[str, str]) -> Iterator[Column]:
    for column in sheet.columns:
        each: dict[str, str] = {}
        if column.each == "year":
            each = {str(year): f"Year {year}" for year in dossier.budget.years}
        elif column.each == "partner":
            each = partners(dossier)
        if not column.each:
            yield column.model_copy(update={"head": filled(column.head, words)})
        for key, name in each.items():
            update: dict[str, Any] = {
                "id": f"{column.id}:{key}", "each": "", "where": {**column.where, column.each: key},
                "head": filled(column.head, {**words, "name": name}),
            }  # fmt: skip
            yield column.model_copy(update=update)


def _expanded(dossier: Dossier, row: Row, lines: Mapping[str, Entry], words: Mapping[str, str]) -> Iterator[Shown]:
    keys = row.take or None
    own = {name: filled(text, words) for name, text in row.cells.items()}
    under = {name: one for name, one in lines.items() if row.take.items() <= one.keys.items()} if row.each == "line" else {}
    if row.each == "year":
        for year in dossier.budget.years:
            told = {name: filled(text, {**words, "year": str(year)}) for name, text in row.cells.items()}
            yield Shown(row, row.kind, told, {**row.take, "year": str(year)})
    elif row.each == "results":
        yield from _tree(dossier, row, lines)
    elif under:
        yield Shown(row, "head", own)
        for name, one in under.items():
            yield Shown(
                row, "row", {next(iter(row.cells)): f"– {one.what}"}, {**row.take, "line": name}, one.unit, one.is_share
            )
    else:
        yield Shown(row, row.kind, own, keys)


def _tree(dossier: Dossier, row: Row, lines: Mapping[str, Entry]) -> Iterator[Shown]:
    """Outcomes, their outputs, and what is done for each; a sum below each output."""
    outcomes = [one for one in dossier.results if one.level == "outcome"]
    number, words = tuple(row.cells) if len(row.cells) == _NUMBER_AND_TEXT else ("", *tuple(row.cells)[:1])
    for outcome in outcomes:
        yield Shown(row, "head", {number: f"Outcome {outcome.ref}", words: outcome.statement})
        for output in (one for one in dossier.results if one.level == "output" and one.parent == outcome.ref):
            yield Shown(row, "head", {number: f"Output {output.ref}", words: output.statement})
            done = [name for name, one in lines.items() if one.keys["result"] == output.ref]
            for place, name in enumerate(done, start=1):
                told = {number: f"Activity {output.ref}.{place}", words: lines[name].what}
                yield Shown(row, "row", told, {**row.take, "line": name}, lines[name].unit, lines[name].is_share)
            told = {number: "", words: f"Total output {output.ref}"}
            yield Shown(row, _PART, told, None, sums=tuple(range(-len(done), 0)))


_NUMBER_AND_TEXT = 2


def filled(text: str, words: Mapping[str, str]) -> str:
    """A text with its fields, such as ``{title}``, filled in; a field that is not there stays."""
    return _FIELD.sub(lambda found: words.get(found[1], found[0]), text)


def unknown_fields(texts: Iterable[str], known: Container[str]) -> list[str]:
    """Fields of texts that do not exist, once each."""
    return [name for name in dict.fromkeys(name for text in texts for name in _FIELD.findall(text)) if name not in known]


def _check_words(sheet: Sheet, words: Mapping[str, str], file: str) -> None:
    texts = [sheet.title, sheet.note, *(one.head for one in sheet.columns)]
    texts += [text for row in sheet.rows for text in row.cells.values()]
    unknown = unknown_fields(texts, {*words, "name", "year"})
    if unknown:
        place = Place(file, column=f"sheet {sheet.name!r}")
        expected = "a field of docs/word_form_fields.md that is one text"
        raise InputError([Fault(place, f"there is no field {name!r}", expected, "correct it") for name in unknown])
