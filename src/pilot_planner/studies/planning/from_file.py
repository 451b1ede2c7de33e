"""A plan that a study found, opened again by file and number (``front.csv:19``): a point, an alternative, a repair."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilot_planner.errors import Fault, InputError, Place

MODEL, SETTINGS = "model", "settings"
"""Columns (and keys) by which a study says what a row of it was made of."""
_LISTS = ("points", "alternatives", "repairs")
_FORM = "FILE:NUMBER, such as front.csv:19, alternatives.csv:2 or diagnosis.json:1"


@dataclass(frozen=True)
class Found:
    """One row of a study: the design and the settings that make its plan."""

    model: str | None
    settings: dict[str, Any]


def origin(model: str | Path | None, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a study's files say of the command that they come from."""
    return {MODEL: None if model is None else str(model), SETTINGS: dict(settings)}


def rows_with_origin(rows: Any, own: Any, made_of: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Rows of a file with what each is made of: the settings of the command, those of the row on top."""
    if made_of is None:
        return list(rows)
    base = made_of[SETTINGS]
    return [
        {**row, MODEL: made_of[MODEL] or "", SETTINGS: json.dumps({**base, **mine}, ensure_ascii=False)}
        for row, mine in zip(rows, own, strict=True)
    ]


def read_from(text: str) -> Found:
    """The row that ``FILE:NUMBER`` names. Raises InputError for a file without it, or that does not say its settings."""
    name, colon, number = text.rpartition(":")
    file = Path(name)
    if not colon or not number.isdecimal() or not name:
        raise InputError([Fault(Place(f"--from {text}"), "is no row of a study", _FORM, "name the file and the number")])
    try:
        rows = _rows_of(file)
    except OSError as error:
        raise InputError([Fault(Place(name), f"cannot be read ({error.strerror})", _FORM, "check the name")]) from None
    except (ValueError, RecursionError, csv.Error) as error:
        raise InputError([Fault(Place(name), f"cannot be read ({error})", _FORM, "let the command write it anew")]) from None
    row = rows.get(int(number))
    if row is None:
        known = f"{min(rows)} to {max(rows)}" if rows else "none"
        raise InputError([Fault(Place(name), f"has no row {number}", f"a number of it: {known}", "correct the number")])
    settings = row.get(SETTINGS)
    if not isinstance(settings, dict):
        fix = "write the file with this version, with --out or --json"
        raise InputError([Fault(Place(name), f"row {number} does not say what it is made of", "a column settings", fix)])
    model = row.get(MODEL)
    return Found(str(model) if model else None, settings)


def _rows_of(file: Path) -> dict[int, dict[str, Any]]:
    text = file.read_text(encoding="utf-8-sig")
    if file.suffix == ".json":
        document = json.loads(text)
        if not isinstance(document, dict):
            raise ValueError("it is no document of a study")
        return _of_document(document)
    found: dict[int, dict[str, Any]] = {}
    for row in csv.DictReader(text.splitlines()):
        settings = row.get(SETTINGS)
        if (row.get("number") or "").isdecimal():
            found[int(row["number"])] = {**row, SETTINGS: json.loads(settings) if settings else None}
    return found


def _of_document(document: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    base = document.get(SETTINGS)
    name = next((one for one in _LISTS if isinstance(document.get(one), list)), None)
    if name is None:
        raise ValueError(f"it holds none of {', '.join(_LISTS)}")
    found: dict[int, dict[str, Any]] = {}
    for place, row in enumerate(document[name], start=1):
        own = row.get("changes") if name == "repairs" else row.get(SETTINGS)
        made_of = {**base, **own} if isinstance(base, dict) and isinstance(own, dict) else None
        found[int(row.get("number", place))] = {MODEL: document.get(MODEL), SETTINGS: made_of}
    return found
