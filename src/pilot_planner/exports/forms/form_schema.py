"""What a donor's budget form is, as data: sheets of rows and columns, and where each amount comes from.

The forms themselves stand in ``models/forms/NAME.toml``; ``docs/donor_forms.md`` explains how to write one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pilot_planner.data.locations import shipped
from pilot_planner.design.loading import TomlSource, fault_of, read_toml
from pilot_planner.errors import Fault, InputError, Place

FOLDER = Path("forms")
SEEN = {
    "whole": "Held line by line against the public form named above.",
    "part": "The public form could be seen in part only: what was not seen is named below. Compare it before it is sent.",
    "described": (
        "The public form itself could not be seen: rows and columns follow its published description. Compare it with the "
        "donor's current file before it is sent."
    ),
}
"""What the file says of how well the form behind it is known."""
Words = Annotated[str, Field(max_length=2_000)]
Dimension = Literal["heading", "line", "result", "partner", "category", "host", "year", "quarter", "measure", "asked"]
Keys = dict[Dimension, str]
"""Which entries of the ledger count: those with each of these keys."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Part):
    """A column of a sheet.

    Attributes:
        id: what rows and other columns call it.
        kind: ``text`` holds words, ``amount`` the sum of entries, ``units`` their quantity, ``unit`` its name, ``value`` the
            amount for one unit, ``across`` the sum of the columns ``of``, ``less`` the first of ``of`` without the others,
            ``share`` the first of ``of`` over that of the row ``to``, ``open`` is left to the applicant.
        where: keys that entries must have to count in it.
        each: one such column for each year or partner.
    """

    id: str
    head: Words
    kind: Literal["text", "amount", "units", "unit", "value", "across", "less", "share", "open"] = "text"
    width: float = 14.0
    where: Keys = {}
    of: tuple[str, ...] = ()
    to: str = ""
    each: Literal["", "year", "partner"] = ""


class Row(_Part):
    """A row of a sheet.

    Attributes:
        id: what other rows call it; empty where none does.
        kind: how it looks; a ``head`` and a ``note`` hold no amounts.
        cells: words by column.
        take: keys that entries must have to count in it.
        each: the row again for each budget line under it, for each year, or as the tree of outcomes, outputs and activities.
        sum: rows of the sheet that it adds up; a row with ``each`` stands for all that it became.
        less: rows that are taken away from them.
        share: two rows: the first over the second.
    """

    id: str = ""
    kind: Literal["row", "head", "total", "grand", "note"] = "row"
    cells: dict[str, Words] = {}
    take: Keys = {}
    each: Literal["", "line", "year", "results"] = ""
    sum: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    share: tuple[str, ...] = ()


class Sheet(_Part):
    """One sheet with its title, columns and rows. ``total`` is the row that must hold the whole cost."""

    name: Annotated[str, Field(min_length=1, max_length=31)]
    title: Words
    note: Words = ""
    landscape: bool = True
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: str = ""


class TableColumn(_Part):
    """A column of a table for other systems: its name, and a text with fields in braces; empty is left to the applicant."""

    head: Words
    fill: Words = ""


class Table(_Part):
    """A CSV file that other systems load: one row for each set of keys ``by`` of the cost, for each tranche or each task."""

    file: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.csv$")]
    rows: Literal["entries", "tranches", "tasks"]
    by: tuple[Dimension, ...] = ()
    columns: Annotated[tuple[TableColumn, ...], Field(min_length=1)]


class Form(_Part):
    """A form. ``headings`` says under which heading of it each budget line stands: a form of ``lists/crosswalk.csv``, or
    line by line in ``lines``; ``-`` is what it does not admit."""

    title: Words
    publisher: Words
    model: Words
    address: Words
    seen: Literal["whole", "part", "described"]
    not_seen: Words = ""
    currency: Literal["USD", "donor"] = "donor"
    whole_units: bool = False
    headings: Words = ""
    lines: dict[str, str] = {}
    sheets: tuple[Sheet, ...] = ()
    tables: tuple[Table, ...] = ()


def form_names() -> tuple[str, ...]:
    """The forms there are: those of ``models/forms`` here, and the shipped ones."""
    folders = (Path("models") / FOLDER, shipped("models") / FOLDER)
    return tuple(sorted({path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.toml")}))


def form_file(name: str) -> Path:
    """Where a form stands: in ``models/forms`` here, else among the shipped ones."""
    local = Path("models") / FOLDER / f"{name}.toml"
    return local if local.is_file() else shipped("models") / FOLDER / f"{name}.toml"


def load_form(path: Path) -> Form:
    """Read a form. Raises InputError with every fault by file and row."""
    tree, text = read_toml(path.read_bytes(), path.as_posix())
    try:
        form = Form.model_validate(tree)
    except ValidationError as error:
        source = TomlSource(path.as_posix(), text)
        details = error.errors(include_url=False)
        raise InputError([fault_of(detail, [source], {}, _KEYS, "a form") for detail in details]) from None
    faults = [fault for sheet in form.sheets for fault in _names(sheet, path.as_posix())]
    if faults:
        raise InputError(faults)
    return form


def _names(sheet: Sheet, file: str) -> list[Fault]:
    """Rows and columns that are named and do not exist, or exist twice."""
    columns = [one.id for one in sheet.columns]
    rows = [one.id for one in sheet.rows if one.id]
    place = Place(file, column=f"sheet {sheet.name!r}")
    faults = [
        Fault(place, f"{name!r} stands twice", "each row and column once", "give one of them another id")
        for names in (columns, rows)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    asked = [("row", name, rows) for row in sheet.rows for name in (*row.sum, *row.less, *row.share)]
    asked += [("row", one.to, rows) for one in sheet.columns if one.to]
    asked += [("row", sheet.total, rows)] if sheet.total else []
    asked += [("column", name, columns) for one in sheet.columns for name in one.of]
    asked += [("column", name, columns) for row in sheet.rows for name in row.cells]
    return faults + [
        Fault(place, f"there is no {what} {name!r}", f"one of {', '.join(known)}", "correct it")
        for what, name, known in dict.fromkeys((what, name, tuple(known)) for what, name, known in asked)
        if name not in known
    ]


_KEYS = (
    *Form.model_fields,
    *(f"sheets.{name}" for name in Sheet.model_fields),
    *(f"sheets.columns.{name}" for name in Column.model_fields),
    *(f"sheets.rows.{name}" for name in Row.model_fields),
    *(f"tables.{name}" for name in Table.model_fields),
    *(f"tables.columns.{name}" for name in TableColumn.model_fields),
)
