"""Where labels go: beside what they name, over nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pilot_planner.figures.core.base_layout import box

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, px."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label goes: anchors as plotly names them, and shifts in px (upwards is positive)."""

    xanchor: str
    yanchor: str
    xshift: float
    yshift: float


SIDES = ("right", "left", "above", "below", "above right", "above left", "below right", "below left")


class Labels:
    """Places labels one after the other, within a width and a height in px."""

    def __init__(self, width: float, height: float, taken: Iterable[Box] = ()) -> None:
        self.width, self.height = width, height
        self.taken: list[Box] = list(taken)

    def put(
        self,
        text: str,
        x: float,
        y: float,
        away: float | tuple[float, float],
        sides: Sequence[str] = SIDES,
        must: bool = True,
    ) -> Placed | None:
        """The first side of the point (px from the left and the top) where the label is free; failing that the first
        with the least overlap, or None if it need not be shown."""
        best, least = None, float("inf")
        for side in sides:
            placed, area = self._try(text, x, y, away, side)
            overlap = sum(_overlap(area, other) for other in self.taken) + 4.0 * self._outside(area)
            if overlap < least:
                best, least = (placed, area), overlap
            if overlap == 0.0:
                break
        if best is None or (least > 0.0 and not must):
            return None
        self.taken.append(best[1])
        return best[0]

    def _try(self, text: str, x: float, y: float, away: float | tuple[float, float], side: str) -> tuple[Placed, Box]:
        wide, high = box(text)
        dx, dy = away if isinstance(away, tuple) else (away, away)
        across = 1 if "right" in side else -1 if "left" in side else 0
        up = 1 if "above" in side else -1 if "below" in side else 0
        if across and up:
            dx, dy = 0.5 * dx, 0.7 * dy
        left = x + across * dx - (wide if across < 0 else wide / 2.0 if across == 0 else 0.0)
        bottom = y - up * dy + (high / 2.0 if up == 0 else high if up < 0 else 0.0)
        placed = Placed(("right", "center", "left")[across + 1], ("top", "middle", "bottom")[up + 1], across * dx, up * dy)
        return placed, (left, bottom - high, left + wide, bottom)

    def _outside(self, area: Box) -> float:
        left, top, right, bottom = area
        beyond = max(0.0, -left) + max(0.0, right - self.width)
        return beyond * (bottom - top) + (max(0.0, -top) + max(0.0, bottom - self.height)) * (right - left)


def _overlap(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)
