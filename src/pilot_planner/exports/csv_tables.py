"""Tables as CSV files with a description that other people's tools read (Frictionless Data), with or without HXL tags."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pilot_planner.exports.proposal_data import Dossier
from pilot_planner.exports.sanitise import csv_text

Kind = Literal["string", "number", "integer", "boolean", "date"]
PEOPLE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its HXL hashtag with attributes, its Table Schema type, what it means and in which unit."""

    name: str
    tag: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows hold a value for each column by its name; a missing one is an empty cell."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]


PLAN_ID = Column("plan_id", "#meta+id+plan", "string", "Twelve characters that name the plan.")
NOTICE = Column("notice", "#meta+notice", "string", "Said once, in the first row: draft or not, and the legal gate.")


def csv_bytes(dossier: Dossier, table: Table, tags: bool) -> bytes:
    """The file: header, the row of tags if wanted, then the data. UTF-8, ``,``, ``\\n``, a point for decimals.

    Every table begins with the plan's id, so that the row of tags is the one row that begins with ``#``, and ends with the
    notice, so that no file travels without it.
    """
    columns = all_columns(table)
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    if tags:
        writer.writerow([column.tag for column in columns])
    for number, row in enumerate(table.rows):
        whole = {PLAN_ID.name: dossier.plan.plan_id, **row, NOTICE.name: "" if number else dossier.notice}
        writer.writerow([_cell(whole.get(column.name)) for column in columns])
    return made.getvalue().encode("utf-8")


def all_columns(table: Table) -> tuple[Column, ...]:
    """Columns of the file, those that every file has included."""
    return (PLAN_ID, *table.columns, NOTICE)


def package_bytes(dossier: Dossier, name: str, title: str, tables: Sequence[Table], tags: bool) -> bytes:
    """The ``datapackage.json`` beside the files of some tables."""
    document = {
        "profile": "tabular-data-package",
        "name": name,
        "id": f"{name}-{dossier.plan.plan_id}",
        "title": csv_text(f"{dossier.title}: {title}"),
        "version": dossier.version,
        "created": f"{dossier.made_on}T00:00:00Z",
        "description": dossier.notice + (_TAGS_EXPLAINED if tags else ""),
        "resources": [_resource(table, tags) for table in tables],
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


_TAGS_EXPLAINED = (
    " The row of HXL tags under the header begins with # and is declared as a comment; in pandas, read with skiprows=[1]."
)


def _resource(table: Table, tags: bool) -> dict[str, Any]:
    fields = [
        {"name": column.name, "type": column.kind, "description": column.meaning} | ({"hxl": column.tag} if tags else {})
        for column in all_columns(table)
    ]
    return {
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "format": "csv",
        "mediatype": "text/csv",
        **({"dialect": {"commentChar": "#"}} if tags else {}),
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:.2f}"
        case dt.date():
            return value.isoformat()
        case int() | float():
            # The shortest form that reads back as the same number.
            return repr(value)
        case _:
            return csv_text(str(value))
