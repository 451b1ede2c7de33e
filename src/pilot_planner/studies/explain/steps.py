"""Readable steps of units: bounds that are offered are rounded to them, away from the bound that gives way."""

from __future__ import annotations

import math

from pilot_planner.design.schema import Design
from pilot_planner.programme.limits import Side, find_limit


def unit_of(key: str, design: Design) -> str:
    """The unit of a limit; empty where there is none of that name."""
    limit = find_limit(key, design)
    return "" if limit is None else limit.unit


def step_of(unit: str) -> float:
    """A readable step of a unit, to round to."""
    match unit:
        case "USD":
            return 1_000.0
        case "share" | "score":
            return 0.001
        case "count" | "persons" | "months":
            return 1.0
        case "posts":
            return 0.1
        case _:
            return 0.01


def outward(bound: float, old: float, key: str, side: Side, design: Design, attempt: int = 0) -> float:
    """The bound rounded away from the old one to a readable step; each further attempt one step more."""
    unit = unit_of(key, design)
    step = step_of(unit)
    if unit == "USD" and abs(bound) < _SMALL_SUM:
        step = 1.0
    direction = 1.0 if side == "max" else -1.0
    whole = math.ceil(direction * bound / step - _CLOSE) + attempt
    rounded = direction * whole * step
    # Floating steps such as 0.001 leave crumbs behind.
    return round(rounded, 9) + 0.0 if direction * rounded >= direction * old else old


_CLOSE = 1e-7
_SMALL_SUM = 10_000.0
