"""Values of settings as the command line and TOML files hold them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from pilot_planner.design.loading import parse_value

_LARGEST_WHOLE = 1e15
"""Whole numbers up to it are written without a point; every one of them is exact."""


def written(value: Any) -> str:
    """A setting's value as ``--set PATH=VALUE`` reads it back: a text stands bare where that reads as itself, else TOML."""
    if isinstance(value, str) and value.strip() == value and parse_value(value) == value:
        return value
    return toml_value(value)


def toml_value(value: Any) -> str:
    """A value as TOML writes it. Raises TypeError for what no setting can be."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < _LARGEST_WHOLE:
            return str(int(value))
        case int() | float():
            return repr(value)
        case str():
            # JSON's escapes are TOML's, but for the delete sign, which TOML wants escaped as well.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case dt.date() | dt.time():
            return value.isoformat()
        case Mapping():
            return "{" + ", ".join(f"{toml_key(name)} = {toml_value(one)}" for name, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(toml_value(one) for one in value) + "]"
        case _:
            raise TypeError(f"no setting can be {value!r}")


def toml_key(name: Any) -> str:
    """One key: bare where TOML allows it, else quoted."""
    text = str(name)
    bare = text.isascii() and text.replace("_", "").replace("-", "").isalnum()
    return text if bare else toml_value(text)
