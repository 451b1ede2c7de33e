"""Codes that others maintain: the codelists of IATI that this package carries, and the minor units of ISO 4217."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from pydantic_core import PydanticCustomError

from pilot_planner.data.nearest_name import did_you_mean

_IATI, _LISTS, _ACTIVE = "iati-2.03", "codelists.csv", "active"
_USUAL_MINOR_UNIT = 2
"""Decimal places that ISO 4217 gives most currencies; the file names the others."""


@cache
def codelists() -> dict[str, dict[str, str]]:
    """Active codes with their names, by codelist: what may be written today."""
    found: dict[str, dict[str, str]] = {}
    for row in shipped_rows(_IATI, _LISTS):
        codes = found.setdefault(row["codelist"], {})
        if row["status"] == _ACTIVE:
            codes[row["code"]] = row["name"]
    return found


@cache
def withdrawn() -> dict[tuple[str, str], str]:
    """Codes that were withdrawn, by codelist and code, with the day; empty where the list does not say it."""
    rows = shipped_rows(_IATI, _LISTS)
    return {(row["codelist"], row["code"]): row["withdrawal"] for row in rows if row["status"] != _ACTIVE}


def known_in(codelist: str) -> Callable[[str | int], str | int]:
    """A check for a model's field: the value is an active code of the list. Raises PydanticCustomError where it is not."""

    def check(value: str | int) -> str | int:
        codes = codelists()[codelist]
        if str(value) not in codes:
            expected = ", ".join(codes) if len(codes) <= _MOST_LISTED else f"one of its {len(codes)} active codes"
            told = {
                "what": f"is {value!r}, which is no active code of the IATI codelist {codelist}",
                "expected": expected,
                "fix": did_you_mean(str(value), codes, "look it up at the IATI Standard's codelists"),
            }
            raise PydanticCustomError("told", "{what}", told)
        return value

    return check


_MOST_LISTED = 20


@cache
def minor_unit(currency: str) -> int:
    """Decimal places of a currency by ISO 4217: 2 for most, 0 for JPY and KRW, 3 for KWD."""
    special = {row["currency"]: int(row["minor_unit"]) for row in shipped_rows("iso-4217", "minor_units.csv")}
    return special.get(currency, _USUAL_MINOR_UNIT)


def shipped_rows(folder: str, name: str) -> list[dict[str, str]]:
    """The rows of a table in ``exports/schemas``."""
    return list(csv.DictReader(io.StringIO(schema_text(folder, name), newline="")))


def schema_text(folder: str, name: str) -> str:
    """The text of a file in ``exports/schemas``."""
    return files("pilot_planner").joinpath("exports", "schemas", folder, name).read_text(encoding="utf-8")
