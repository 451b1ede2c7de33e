"""Outlines of the marks of plans on a chart, as plotly draws them."""

from __future__ import annotations

import math
from collections.abc import Callable

Point = tuple[float, float]
"""Right and down from the middle, sizes of the mark (half its height or so)."""


def _round(corners: int, reach: float = 1.0, start: float = -90.0) -> tuple[Point, ...]:
    """A regular outline, its first corner at ``start`` degrees."""
    turns = (math.radians(start + 360.0 * corner / corners) for corner in range(corners))
    return tuple((reach * math.cos(turn), reach * math.sin(turn)) for turn in turns)


def _star() -> tuple[Point, ...]:
    outer, inner = _round(5, 1.4), _round(5, 1.4 * 0.382, -54.0)
    return tuple(point for pair in zip(outer, inner, strict=True) for point in pair)


def _turned(points: tuple[Point, ...], degrees: float) -> tuple[Point, ...]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple((x * cos - y * sin, x * sin + y * cos) for x, y in points)


_ARM, _BAR = 1.2, 0.4
_CROSS: tuple[Point, ...] = (
    (_ARM, -_BAR), (_ARM, _BAR), (_BAR, _BAR), (_BAR, _ARM), (-_BAR, _ARM), (-_BAR, _BAR),
    (-_ARM, _BAR), (-_ARM, -_BAR), (-_BAR, -_BAR), (-_BAR, -_ARM), (_BAR, -_ARM), (_BAR, -_BAR),
)  # fmt: skip
_TRIANGLE: tuple[Point, ...] = ((-2.0 / math.sqrt(3.0), 0.5), (2.0 / math.sqrt(3.0), 0.5), (0.0, -1.0))

OUTLINES: dict[str, tuple[Point, ...]] = {
    "circle": (),
    "square": ((1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0)),
    "diamond": _round(4, 1.3),
    "triangle-up": _TRIANGLE,
    "triangle-down": _turned(_TRIANGLE, 180.0),
    "triangle-left": _turned(_TRIANGLE, -90.0),
    "triangle-right": _turned(_TRIANGLE, 90.0),
    "pentagon": _round(5),
    "hexagon": _round(6),
    "star": _star(),
    "cross": _CROSS,
    "x": _turned(_CROSS, 45.0),
}
"""Corners of each mark that is known, around; a circle has none."""


def mark(symbol: str, x: float, y: float, radius: float, looks: str, number: Callable[[float], str]) -> str:
    """The SVG element of a mark at ``x``, ``y`` px; ``looks`` are its attributes, ``number`` writes px."""
    corners = OUTLINES[symbol]
    if not corners:
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" {looks}/>'
    path = "L".join(f"{number(x + radius * right)} {number(y + radius * down)}" for right, down in corners)
    return f'<path d="M{path}Z" {looks}/>'
