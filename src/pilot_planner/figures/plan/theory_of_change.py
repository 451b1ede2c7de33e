"""From what is done to what changes: outputs, outcomes and impact as boxes, joined where one serves the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pilot_planner.figures.core.base_layout import CHARACTER, SMALL, frame, hidden_axis, lines, wrapped, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.text.labels import counted

_LEVELS = ("output", "outcome", "impact")
_HEADS = {"output": "What the pilot does", "outcome": "What follows", "impact": "What it is for"}
_GAP, _LINE, _PADDING, _HEAD, _BETWEEN = 46.0, 15.0, 9.0, 26.0, 10.0
"""Px: between columns, of one line of text, inside a box, above the boxes, between boxes."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A result as the figure needs it; ``parent`` is the reference of what it serves, empty at the top."""

    ref: str
    level: str
    parent: str
    words: str


def headline(statements: Sequence[Statement]) -> str:
    """How many outputs serve how many outcomes."""
    count = {level: sum(one.level == level for one in statements) for level in _LEVELS}
    outputs, outcomes = counted(count["output"], "output", capital=True), counted(count["outcome"], "outcome")
    return f"{outputs} serve {outcomes}, and these {counted(count['impact'], 'aim')}"


def summary(statements: Sequence[Statement]) -> str:
    """Every link in words, for whoever does not see the figure."""
    names = {one.ref: one.words for one in statements}
    return " ".join(
        f"{one.words} serves: {names[one.parent].lower()}."
        for one in statements
        if one.parent in names and one.level != "impact"
    )


def figure(statements: Sequence[Statement], theme: Theme, width: float) -> Chart:
    """Columns from left to right, each box in the middle of those that serve it."""
    colours = palette(theme)
    columns = [[one for one in statements if one.level == level] for level in _LEVELS]
    room = (width - _GAP * (len(_LEVELS) - 1)) / len(_LEVELS)
    texts = {one.ref: wrapped(one.words, int((room - 2 * _PADDING) / CHARACTER * 1.05)) for one in statements}
    tall = {ref: lines(words) * _LINE + 2 * _PADDING for ref, words in texts.items()}
    height = _HEAD + sum(tall[one.ref] + _BETWEEN for one in columns[0])
    middles = _middles(columns, tall)
    made = frame(theme, round(height))
    made.update_xaxes(hidden_axis(range=[0, width]))
    made.update_yaxes(hidden_axis(range=[height, 0]))
    made.add_trace(trace("scatter", x=[], y=[], mode="markers", hoverinfo="skip"))
    for place, column in enumerate(columns):
        left = place * (room + _GAP)
        write(made, _HEADS[_LEVELS[place]], left, 0.0, on="x y", at="left top", colour=colours.second, size=SMALL)
        for one in column:
            middle, half = middles[one.ref], tall[one.ref] / 2
            ends = {"x0": left, "x1": left + room, "y0": middle - half, "y1": middle + half}
            pen = {"color": colours.accent, "width": 1.2 if one.level != "impact" else 2}
            made.add_shape(type="rect", xref="x", yref="y", line=pen, fillcolor=colours.faint, layer="below", **ends)
            write(made, texts[one.ref], left + _PADDING, middle, on="x y", at="left middle")
            if one.parent in middles:
                _join(made, left + room, middle, middles[one.parent], colours.second)
    return made


def _middles(columns: Sequence[Sequence[Statement]], tall: dict[str, float]) -> dict[str, float]:
    """Where each box stands: the first column in order, the others amid what serves them."""
    found: dict[str, float] = {}
    top = _HEAD
    for one in _by_parent(columns[0]):
        found[one.ref] = top + tall[one.ref] / 2
        top += tall[one.ref] + _BETWEEN
    for serving, column in pairwise(columns):
        for one in column:
            below = [found[of.ref] for of in serving if of.parent == one.ref] or list(found.values())
            found[one.ref] = sum(below) / len(below)
    return found


def _by_parent(column: Sequence[Statement]) -> list[Statement]:
    """Those that serve the same side by side, so that no lines cross."""
    order = list(dict.fromkeys(one.parent for one in column))
    return sorted(column, key=lambda one: order.index(one.parent))


def _join(made: Chart, start: float, middle: float, parent: float, colour: str) -> None:
    """A line with two bends, and a head of two strokes where it arrives."""
    bend, end, head = start + _GAP / 2, start + _GAP, 5.0
    strokes = [
        (start, middle, bend, middle),
        (bend, middle, bend, parent),
        (bend, parent, end, parent),
        (end - head, parent - head, end, parent),
        (end - head, parent + head, end, parent),
    ]
    for x0, y0, x1, y1 in strokes:
        pen = {"color": colour, "width": 1}
        made.add_shape(type="line", xref="x", yref="y", x0=x0, y0=y0, x1=x1, y1=y1, line=pen, layer="below")
