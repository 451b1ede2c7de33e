"""The structure of ``inputs/`` as its ``datapackage.json`` describes it (Frictionless Table Schema).

The description is the one place where columns, types, closed lists and references are stated; other people's
tools read the same file. Only the parts of Table Schema that the shipped description uses are read here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pilot_planner.data.locations import shipped


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its Table Schema type and constraints."""

    name: str
    type: str
    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: ``columns`` of this table must be found in ``target_columns`` of ``target``."""

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the package. ``unique`` are the column sets whose values may not repeat."""

    name: str
    path: str
    fields: tuple[Field, ...]
    unique: tuple[tuple[str, ...], ...]
    references: tuple[Reference, ...]
    optional: bool = False
    """A folder without this file has no rows of it."""

    @property
    def is_estimates(self) -> bool:
        return self.path.startswith("estimates/")

    @property
    def stem(self) -> str:
        return Path(self.path).stem


@dataclass(frozen=True, slots=True)
class Package:
    """All files, and how large one may be (a guard against files that were never meant as inputs)."""

    tables: tuple[Table, ...]
    max_rows: int
    max_bytes: int
    max_cell_characters: int
    may_be_empty: bool = False
    """Whether a table may have a header and no rows yet."""

    def table(self, path: str) -> Table:
        return next(table for table in self.tables if table.path == path)


def read_package(file: Path) -> Package:
    """Parse a ``datapackage.json``. Raises KeyError or ValueError if it is not one of ours."""
    document = json.loads(file.read_text(encoding="utf-8"))
    guards = document["size_guards"]
    return Package(
        tables=tuple(_table(resource) for resource in document["resources"]),
        max_rows=guards["max_rows"],
        max_bytes=guards["max_bytes"],
        max_cell_characters=guards["max_cell_characters"],
        may_be_empty=bool(guards.get("may_be_empty", False)),
    )


@cache
def shipped_package() -> Package:
    """The structure that this version of the tool reads; a user's copy may describe but not change it."""
    return read_package(shipped("inputs") / "datapackage.json")


def _names(value: str | list[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    unique = [_names(schema.get("primaryKey"))] + [_names(key) for key in schema.get("uniqueKeys", [])]
    return Table(
        name=resource["name"],
        path=resource["path"],
        fields=tuple(_field(field) for field in schema["fields"]),
        unique=tuple(key for key in unique if key),
        references=tuple(
            Reference(
                _names(key["fields"]), key["reference"]["resource"] or resource["name"], _names(key["reference"]["fields"])
            )
            for key in schema.get("foreignKeys", [])
        ),
        optional=bool(resource.get("optional", False)),
    )


def _field(field: dict[str, Any]) -> Field:
    constraints = field.get("constraints", {})
    pattern = constraints.get("pattern")
    return Field(
        name=field["name"],
        type=field["type"],
        required=bool(constraints.get("required", False)),
        enum=tuple(str(value) for value in constraints.get("enum", ())),
        pattern=re.compile(pattern) if pattern else None,
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
    )
