"""Who does what when: a bar for each task over the months of the programme, by part of the work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pilot_planner.figures.core.base_layout import CHARACTER, SMALL, cut, frame, hidden_axis, lines, wrapped, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Theme, palette

_ROW, _HEAD, _LABEL, _BAR, _TOP, _LINE = 19.0, 24.0, 290.0, 5.0, 24.0, 15.0
"""Px: height of a task and of a heading, width of names, half the height of a bar, room for the months, a line of text."""
_MONTHS, _QUARTER = 12, 3


@dataclass(frozen=True, slots=True)
class Task:
    """A task from its first to its last day, both included; one day alone is a milestone."""

    part: str
    name: str
    start: dt.date
    end: dt.date

    @property
    def is_milestone(self) -> bool:
        return self.start == self.end


def figure(tasks: Sequence[Task], theme: Theme, width: float, below: str = "") -> Chart:
    """Bars in the order of the tasks, quarters as hairlines; milestones are diamonds. ``below``: a note under the chart."""
    colours = palette(theme)
    parts = [(part, list(of_part)) for part, of_part in groupby(tasks, key=lambda one: one.part)]
    note = wrapped(below, int(width / CHARACTER)) if below else ""
    foot = _TOP + sum(_HEAD + _ROW * len(of_part) for _, of_part in parts) + 4
    height = foot + (lines(note) + 1) * _LINE
    first, last = min(one.start for one in tasks), max(one.end for one in tasks)
    count = (last.year - first.year) * _MONTHS + last.month - first.month + 1
    month = (width - _LABEL - 8) / count

    def across(day: dt.date) -> float:
        months = (day.year - first.year) * _MONTHS + day.month - first.month
        return _LABEL + (months + (day.day - 1) / 31) * month

    made = frame(theme, round(height))
    made.update_xaxes(hidden_axis(range=[0, width]))
    made.update_yaxes(hidden_axis(range=[height, 0]))
    for number in range(0, count, _QUARTER):
        day = dt.date(first.year + (first.month - 1 + number) // _MONTHS, (first.month - 1 + number) % _MONTHS + 1, 1)
        line = {"color": colours.hairline, "width": 1}
        made.add_shape(
            type="line", xref="x", yref="y", x0=across(day), x1=across(day), y0=_TOP, y1=foot, line=line, layer="below"
        )
        write(made, f"{day:%b %Y}", across(day) + 2, 4.0, on="x y", at="left top", colour=colours.second, size=SMALL)
    marks: list[tuple[float, float]] = []
    top = _TOP
    for part, of_part in parts:
        write(made, f"<b>{part}</b>", 0.0, top + _HEAD / 2, on="x y", colour=colours.accent)
        top += _HEAD
        for one in of_part:
            middle = top + _ROW / 2
            write(made, cut(one.name, int(_LABEL / CHARACTER)), 8.0, middle, on="x y", size=SMALL)
            if one.is_milestone:
                marks.append((across(one.start), middle))
            else:
                made.add_shape(
                    type="rect", xref="x", yref="y", x0=across(one.start), x1=across(one.end + dt.timedelta(days=1)),
                    y0=middle - _BAR, y1=middle + _BAR, fillcolor=colours.tint, line={"width": 0, "color": colours.tint},
                )  # fmt: skip
            top += _ROW
    if note:
        write(made, note, 0.0, foot + _LINE / 2, on="x y", at="left top", colour=colours.second, size=SMALL)
    looks = {"symbol": "diamond", "size": 9, "color": colours.accent}
    made.add_trace(
        trace("scatter", x=[x for x, _ in marks], y=[y for _, y in marks], mode="markers", marker=looks, hoverinfo="skip")
    )
    return made
