"""Small helpers to write IATI elements: text made harmless, dates and numbers as the standard has them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from lxml import etree

from pilot_planner.exports.sanitise import xml_text

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def add(parent: Any, tag: str, attributes: dict[str, object] | None = None, text: str = "") -> Any:
    """An element at the end of ``parent``. Attributes whose value is empty are left out."""
    made = etree.SubElement(parent, tag)
    for name, value in (attributes or {}).items():
        plain = xml_text(str(value)).strip()
        if plain:
            made.set(name, plain)
    if text:
        made.text = xml_text(text)
    return made


def narrative(parent: Any, text: str, language: str = "") -> None:
    """Text for people; nothing where there is nothing to read. ``language`` is named where it is not the file's own."""
    plain = xml_text(text).strip()
    if plain:
        add(parent, "narrative", {LANGUAGE: language}, plain)


def narrated(parent: Any, tag: str, text: str, attributes: dict[str, object] | None = None, language: str = "") -> Any:
    """An element with one narrative."""
    made = add(parent, tag, attributes)
    narrative(made, text, language)
    return made


def days(parent: Any, start: dt.date, end: dt.date) -> None:
    """The first and the last day of a period."""
    add(parent, "period-start", {"iso-date": start})
    add(parent, "period-end", {"iso-date": end})


def shortest(number: Decimal) -> str:
    """A number without trailing zeros and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
