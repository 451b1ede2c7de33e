"""Numbers and small words as figures and pages print them: rounded on the face, exact on hover, nothing torn apart.

The rounding is that of ``text.number_format``, so that no two places ever print a figure differently; here a unit stays on
the line of its number, and parts are rounded so that they add up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pilot_planner.data.wording import in_words as in_words
from pilot_planner.data.wording import listed as listed
from pilot_planner.text import number_format
from pilot_planner.text.number_format import NO_VALUE

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"

_TORN = re.compile(r"(?<=\d) (?=(?:m|k|USD|points)\b|%)|(?<=\bm) (?=USD\b)")
_MILLION = 1e6


def tied(text: str) -> str:
    """A sentence whose numbers keep their units on the same line."""
    return _TORN.sub(NBSP, text)


def shown(value: float | None, unit: str) -> str:
    """A figure with its unit, rounded: ``19.6 m USD``, ``5.3 %``, ``1,802``; a dash where it is not defined."""
    return tied(number_format.with_unit(defined(value), unit))


def signed(value: float | None, unit: str) -> str:
    """A change, with its sign; a change of a share is in points: ``+3.0 points``."""
    value = defined(value)
    if value is None:
        return NO_VALUE
    if unit == "share":
        text = minus(f"{100 * value:,.1f}")
        return f"{'+' if text.strip('0.,') and value > 0 else ''}{text}{NBSP}points"
    return tied(number_format.signed(value, unit))


def exact(value: float | None, unit: str) -> str:
    """The same with every digit that means something: for hovering."""
    value = defined(value)
    if value is None:
        return NO_VALUE
    match unit:
        case "USD":
            text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}"
            return f"{minus(text)}{NBSP}USD"
        case "share":
            return f"{minus(f'{100 * value:,.3f}'.rstrip('0').rstrip('.'))}{NBSP}%"
        case "persons" | "months" | "posts" | "count":
            return minus(f"{value:,.1f}".removesuffix(".0"))
        case _:
            return minus(f"{value:,.6g}")


def defined(value: float | None) -> float | None:
    """None for what is no number."""
    return None if value is None or not math.isfinite(value) else float(value)


def minus(text: str) -> str:
    """The true minus; a zero has none."""
    return (text.lstrip("-") if not text.strip("-0.,") else text).replace("-", MINUS)


@dataclass(frozen=True, slots=True)
class Scale:
    """How an axis shows a quantity: values are divided by ``divisor``; ``unit`` is what the axis title says."""

    divisor: float
    unit: str
    format: str
    """Of ticks, in d3's language."""

    def of(self, value: float | None) -> float | None:
        value = defined(value)
        return None if value is None else value / self.divisor

    def all(self, values: Iterable[float | None]) -> list[float | None]:
        return [self.of(value) for value in values]


def scale_for(unit: str, values: Iterable[float | None]) -> Scale:
    """Millions for large sums, per cent for shares; everything else as it is."""
    most = max((abs(one) for value in values if (one := defined(value)) is not None), default=0.0)
    match unit:
        case "USD" if most >= _MILLION:
            return Scale(_MILLION, f"m{NBSP}USD", ",~g")
        case "share":
            return Scale(0.01, "%", ",~g")
        case "USD":
            return Scale(1.0, "USD", ",~r")
        case "persons" | "posts" | "months" | "count":
            return Scale(1.0, "", ",~r")
        case "score":
            return Scale(1.0, "", ",~g")
        case _:
            return Scale(1.0, unit, ",~r")


def rounded_parts(values: Sequence[float], decimals: int, total: float | None = None) -> list[float]:
    """Values rounded so that they add up to the rounded total: the largest remainders are rounded up first.

    ``total`` is what the printed total shows, in the same unit; left out, the sum of the values.
    """
    factor = 10**decimals
    whole = round((math.fsum(values) if total is None else total) * factor)
    floors = [math.floor(value * factor) for value in values]
    missing = whole - sum(floors)
    order = sorted(range(len(values)), key=lambda place: floors[place] - values[place] * factor)
    # More or fewer than one step each only where the total is not that of the values.
    for step in range(abs(missing)):
        place = order[step % len(order)] if missing > 0 else order[-1 - step % len(order)]
        floors[place] += 1 if missing > 0 else -1
    return [value / factor for value in floors]


def counted(count: int, one: str, many: str = "", capital: bool = False) -> str:
    """``one host``, ``two hosts``, ``no hosts``."""
    return f"{in_words(count, capital)} {one if count == 1 else many or one + 's'}"


def inline(text: str) -> str:
    """A label within a sentence: without its capital, unless it begins with an abbreviation or a code."""
    return text if len(text) < 2 or not text[1].islower() else text[0].lower() + text[1:]


def change(value: float | None, scale: Scale) -> str:
    """A change on a scale, with its sign and without its unit: for charts whose axis says the unit."""
    value = scale.of(value)
    if value is None:
        return NO_VALUE
    text = minus(f"{value:,.{2 if scale.divisor == _MILLION else 1 if scale.unit == '%' else 0}f}")
    if not text.strip("0.,"):
        return "0"
    return f"+{text}" if value > 0 else text


def ranged(low: float | None, high: float | None, unit: str) -> str:
    """``15.2–20.1 m USD``: both ends in one unit; one figure where they look the same."""
    scale = scale_for(unit, [low, high])
    if defined(low) is None or defined(high) is None:
        return NO_VALUE
    decimals = 1 if scale.divisor != 1.0 else 2 if unit == "score" else 0
    ends = [minus(f"{scale.of(value) or 0.0:,.{decimals}f}") for value in (low, high)]
    text = ends[0] if ends[0] == ends[1] else EN_DASH.join(ends)
    return f"{text}{NBSP}{scale.unit}" if scale.unit else text


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text.strip()
    return tied(f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}") if text else ""
