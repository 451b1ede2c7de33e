"""Rows of horizontal bars with the name above each and the value at its end: fits a page and a phone alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilot_planner.figures.core.base_layout import CHARACTER, box, cut, frame, hidden_axis, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Palette, Theme, palette

ROW = 44
_LEGEND = 28
_THICK = 0.28
_MARGIN = 8
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar from ``base`` to ``end``, in the axis's unit.

    Attributes:
        fill: colour.
        text: what stands at the end; on the side away from the base, or towards ``side`` (-1 left, 1 right).
        ink: colour of the text.
    """

    base: float
    end: float
    fill: str
    text: str
    ink: str
    hover: str
    side: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its bars, all on one line.

    ``mark`` draws a short line across at a value; ``note`` stands right of the name, above the bars, in ``ink``.
    """

    label: str
    bars: tuple[Bar, ...]
    mark: float | None = None
    note: str = ""
    ink: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend."""

    fill: str
    words: str


def draw(
    rows: Sequence[Row], theme: Theme, width: int, keys: Sequence[Key] = (), zero: float | None = 0.0, axis: str = ""
) -> Chart:
    """The figure of the rows.

    Args:
        width: about what the page gives it, px; room for texts is planned by it.
        axis: what the bars measure, in words, below them.
        zero: a thin line down all rows at this value; None draws none.
    """
    colours = palette(theme)
    top = _LEGEND if keys else 2
    ends = [value for row in rows for bar in row.bars for value in (bar.base, bar.end)]
    ends += [row.mark for row in rows if row.mark is not None] + ([] if zero is None else [zero])
    low, high = min(ends), max(ends)
    if low == high:
        low, high = low, low + 1.0
    left, right = (_room(rows, side) for side in (-1, 1))
    bottom = 26 if axis else 4
    result = frame(theme, top + ROW * len(rows) + bottom, left=left, right=right, top=top, bottom=bottom)
    result.update_xaxes(hidden_axis(range=[low, high]))
    result.update_yaxes(hidden_axis(range=[len(rows) - _HALF + 0.02, -_HALF - 0.2]))
    # One trace for each place in a row, so that bars of one row lie on one line.
    for turn in range(max(len(row.bars) for row in rows)):
        placed = [(place, row.bars[turn]) for place, row in enumerate(rows) if turn < len(row.bars)]
        result.add_trace(
            trace(
                "bar",
                x=[bar.end - bar.base for _, bar in placed],
                base=[bar.base for _, bar in placed],
                y=[place for place, _ in placed],
                orientation="h",
                width=_THICK,
                marker={"color": [bar.fill for _, bar in placed], "line": {"width": 0}},
                hovertext=[bar.hover for _, bar in placed],
                hoverinfo="text",
            )
        )
    result.update_layout(barmode="overlay")
    if zero is not None:
        line = {"color": colours.hairline, "width": 1}
        result.add_shape(type="line", xref="x", yref="paper", x0=zero, x1=zero, y0=0, y1=1, line=line, layer="below")
    for place, row in enumerate(rows):
        _write_row(result, place, row, colours, left, width)
    if axis:
        write(result, axis, 0, 0, at="left bottom", shift=(-left, -bottom + 4), colour=colours.second)
    for place, key in enumerate(keys):
        start = sum(box(one.words)[0] + 36 for one in keys[:place]) - left
        write(result, "■", 0, 1, at="left bottom", shift=(start, 9), colour=key.fill, size=14)
        write(result, key.words, 0, 1, at="left bottom", shift=(start + 15, 10), colour=colours.second)
    return result


def _write_row(result: Chart, place: int, row: Row, colours: Palette, left: int, width: int) -> None:
    room = width - 4 - (box(row.note)[0] + 12 if row.note else 0)
    label = cut(row.label, int(room / CHARACTER))
    write(result, label, 0, place, on="paper y", at="left bottom", shift=(-left, 8), hovertext=row.label)
    if row.note:
        right = result.layout["margin"]["r"]
        write(result, row.note, 1, place, on="paper y", at="right bottom", shift=(right, 8), colour=row.ink)
    for bar in row.bars:
        if bar.text:
            side = _side(bar)
            at = "left middle" if side > 0 else "right middle"
            write(result, bar.text, bar.end, place, on="x y", at=at, shift=(6 * side, 0), colour=bar.ink)
    if row.mark is not None:
        line = {"color": colours.ink, "width": 2}
        result.add_shape(
            type="line",
            xref="x",
            yref="y",
            x0=row.mark,
            x1=row.mark,
            y0=place - _THICK * 0.9,
            y1=place + _THICK * 0.9,
            line=line,
        )


def _side(bar: Bar) -> int:
    return bar.side or (1 if bar.end >= bar.base else -1)


def _room(rows: Sequence[Row], side: int) -> int:
    """Px for the longest text on one side."""
    wide = [box(bar.text)[0] for row in rows for bar in row.bars if bar.text and _side(bar) == side]
    return round(max(wide, default=0.0) + _MARGIN) if wide else 2
