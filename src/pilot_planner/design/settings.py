"""The dotted paths of a design, for suggestions and for listing what may be set."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from pilot_planner.design.schema import Design

_FREE_KEY = "*"


@cache
def known_paths() -> tuple[str, ...]:
    """Every settable path; a free key, or a place in a list, is shown as ``*`` (``limits.*.max``)."""
    return tuple(_paths(Design, ""))


def descriptions() -> dict[str, str]:
    """What each path means, from the schema."""
    return dict(_described(Design, ""))


def _paths(model: type[BaseModel], prefix: str) -> list[str]:
    return [path for path, _ in _described(model, prefix)]


def _described(model: type[BaseModel], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, field in model.model_fields.items():
        inner = _section(field.annotation)
        if inner is None:
            found.append((prefix + name, field.description or ""))
        else:
            section, free = inner
            if get_origin(field.annotation) is tuple:
                found.append((prefix + name, field.description or ""))
            found += _described(section, f"{prefix}{name}." + (f"{_FREE_KEY}." if free else ""))
    return found


def _section(annotation: Any) -> tuple[type[BaseModel], bool] | None:
    """The section behind an annotation, and whether it stands under free keys; None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    if get_origin(annotation) in (dict, tuple):
        # Below a table with free keys, or a list, whose places are keys as well.
        inner = _section(get_args(annotation)[1 if get_origin(annotation) is dict else 0])
        return (inner[0], True) if inner else None
    if get_origin(annotation) in (Union, UnionType):
        return next((found for part in get_args(annotation) if (found := _section(part))), None)
    return None
