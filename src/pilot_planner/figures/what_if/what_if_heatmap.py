"""Two inputs as a heat map: darker is more; a cell without a plan says so."""

from __future__ import annotations

from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.figures.core.base_layout import axis_title, frame, nothing, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import SMALL, Theme, palette
from pilot_planner.figures.what_if.what_if_labels import Varied, label_and_unit, same, value_of, varied
from pilot_planner.studies.sweeps.run_folder import Record
from pilot_planner.studies.sweeps.what_if import WhatIf
from pilot_planner.text.labels import Scale, counted, exact, inline, scale_for, shown, tied
from pilot_planner.text.names import Names, hosts_in_words

_ROW = 34
_TOP, _BOTTOM, _LEFT, _RIGHT = 74, 56, 64, 4
_CELL = 34
"""Least px of a cell that has its number written in it."""


def cells(
    study: WhatIf, x: str, y: str, names: Names, inputs: Inputs | None = None, design: str = ""
) -> tuple[Varied, Varied, list[list[Record | None]]]:
    """Both paths, and the run of each cell, row by row from the smallest ``y``; None where no run has it."""
    across, up = varied(study, x, names, inputs), varied(study, y, names, inputs)
    design = design or (study.records[0]["design"] if study.records else "")
    others = [path for path in study.study.paths if path not in (x, y)]
    first = study.records[0] if study.records else {}
    fitting = [
        record for record in study.records
        if record["design"] == design and all(record[path] == first[path] for path in others)
    ]  # fmt: skip
    grid = [
        [next((one for one in fitting if same(one, x, a) and same(one, y, b)), None) for a in across.values]
        for b in up.values
    ]
    return across, up, grid


def figure(
    study: WhatIf,
    x: str,
    y: str,
    objective: str,
    theme: Theme = "light",
    *,
    metric: str = "objective",
    names: Names | None = None,
    inputs: Inputs | None = None,
    design: str = "",
    width: int = 560,
) -> Chart:
    """The heat map of one design (the first if none is named). A click gives the run as ``customdata``.

    ``objective`` is the metric that the design aims at; ``metric`` what is shown.
    """
    names = names or {}
    across, up, grid = cells(study, x, y, names, inputs, design)
    values = [[None if record is None else value_of(record, metric) for record in row] for row in grid]
    flat = [value for row in values for value in row if value is not None]
    if not flat:
        return nothing(theme, "No combination of these values leaves a plan that meets all limits.")
    colours = palette(theme)
    label, unit = label_and_unit(metric, objective)
    scale = scale_for(unit, flat)
    result = frame(theme, _TOP + _BOTTOM + _ROW * len(grid), left=_LEFT, right=_RIGHT, top=_TOP, bottom=_BOTTOM)
    steps = [[place / 3.0, colour] for place, colour in enumerate(colours.sequential)]
    words = [[_hover(record, value, across, up, label, unit, names) for record, value in zip(a, b, strict=True)]
             for a, b in zip(grid, values, strict=True)]  # fmt: skip
    low, high = min(flat) / scale.divisor, max(flat) / scale.divisor
    result.add_trace(
        trace(
            "heatmap",
            x=list(range(len(across.values))),
            y=list(range(len(up.values))),
            z=[scale.all(row) for row in values],
            customdata=[[None if record is None else record["run"] for record in row] for row in grid],
            hovertext=words,
            hoverinfo="text",
            hoverongaps=True,
            colorscale=steps,
            zmin=low if low < high else low - 0.5,
            zmax=high if low < high else high + 0.5,
            xgap=2,
            ygap=2,
            colorbar=_bar(f"{label}, {scale.unit}" if scale.unit else label, scale, colours.second, width),
        )
    )
    room = (width - _LEFT - _RIGHT) / len(across.values)
    for row, of_row in enumerate(values):
        for column, value in enumerate(of_row):
            if value is None:
                what = (
                    "no plan"
                    if grid[row][column] is not None and room >= 52
                    else "×"
                    if grid[row][column] is not None
                    else ""
                )
                write(result, what, column, row, on="x y", at="center middle", colour=colours.alert, size=SMALL)
            elif room >= _CELL:
                share = (value / scale.divisor - low) / (high - low) if high > low else 0.5
                # Text on the darker half of the light theme, and on the lighter half of the dark one, is the page's colour.
                ink = colours.page if share > 0.5 else colours.ink
                digits = f"{value / scale.divisor:,.{1 if scale.divisor != 1 else 0}f}"
                write(result, digits, column, row, on="x y", at="center middle", colour=ink, size=SMALL)
    result.update_xaxes(_ticks(across, colours.second, most=max(2, int((width - _LEFT) / 56))), fixedrange=True)
    result.update_yaxes(_ticks(up, colours.second, most=len(up.values)), fixedrange=True)
    axis_title(result, up.title)
    write(result, across.title, 0.5, 0, at="center top", shift=(0, -28), colour=colours.second)
    return result


def _bar(title: str, scale: Scale, ink: str, width: int) -> dict[str, Any]:
    return {
        "orientation": "h", "thickness": 6, "lenmode": "pixels", "len": min(200, width - _LEFT - _RIGHT), "x": 1.0,
        "xanchor": "right", "y": 1.0, "yanchor": "bottom", "ypad": 28 if width < 480 else 8, "xpad": 0, "outlinewidth": 0,
        "nticks": 4, "ticks": "", "tickformat": scale.format, "tickfont": {"size": 12, "color": ink},
        "title": {"text": title, "side": "top", "font": {"size": 12, "color": ink}},
    }  # fmt: skip


def _ticks(axis: Varied, ink: str, most: int) -> dict[str, Any]:
    step = -(-len(axis.values) // most)
    places = list(range(0, len(axis.values), step))
    texts = [_tick(axis, axis.values[place]) for place in places]
    return {
        "tickvals": places, "ticktext": texts, "showgrid": False, "zeroline": False, "showline": False, "ticks": "",
        "tickfont": {"size": 12, "color": ink}, "automargin": False,
    }  # fmt: skip


def _tick(axis: Varied, value: Any) -> str:
    if axis.scale is None:
        return str(value)
    return f"{axis.scale.of(value):,.6g}".replace("-", "\u2212")


def _hover(
    record: Record | None, value: float | None, across: Varied, up: Varied, label: str, unit: str, names: Names
) -> str:
    if record is None:
        return "Not part of this study"
    rows = [f"{axis.label}: {_exact(record[axis.path], axis)}" for axis in (across, up)]
    what = f"<b>{label}: {exact(value, unit)}</b>" if value is not None else "<b>No plan meets all limits</b>"
    hosts = [hosts_in_words(record["hosts"], names)] if record["hosts"] else []
    return "<br>".join([what, *rows, *hosts])


def _exact(value: Any, axis: Varied) -> str:
    return exact(value, axis.unit) if axis.scale is not None else str(value)


def headline(
    study: WhatIf, x: str, y: str, objective: str, metric: str = "objective", names: Names | None = None, design: str = ""
) -> str:
    """The range, and how many combinations leave no plan."""
    _, _, grid = cells(study, x, y, names or {}, None, design)
    label, unit = label_and_unit(metric, objective)
    runs = [record for row in grid for record in row if record is not None]
    values = [value for record in runs if (value := value_of(record, metric)) is not None]
    missing = len(runs) - len(values)
    if not values:
        return f"None of {counted(len(runs), 'combination')} leaves a plan"
    head = f"{label} is between {shown(min(values), unit)} and {shown(max(values), unit)}"
    if not missing:
        return tied(f"{head}, with a plan everywhere")
    return tied(f"{head}; {missing} of {len(runs)} combinations {'leaves' if missing == 1 else 'leave'} no plan")


def summary(
    study: WhatIf, x: str, y: str, objective: str, metric: str = "objective", names: Names | None = None, design: str = ""
) -> str:
    """The best cell, the worst, and those without a plan."""
    across, up, grid = cells(study, x, y, names or {}, None, design)
    label, unit = label_and_unit(metric, objective)
    start = f"Heat map of {inline(label)} over {inline(across.label)} and {inline(up.label)}."
    told = [(record, value_of(record, metric)) for row in grid for record in row if record is not None]
    found = [(record, value) for record, value in told if value is not None]
    if not found:
        return f"{start} No cell has a plan."
    most, least = max(found, key=lambda one: one[1]), min(found, key=lambda one: one[1])

    def where(record: Record) -> str:
        return f"{inline(across.label)} {_exact(record[x], across)} and {inline(up.label)} {_exact(record[y], up)}"

    words = f"Most, {shown(most[1], unit)}, at {where(most[0])}; least, {shown(least[1], unit)}, at {where(least[0])}."
    missing = len(told) - len(found)
    return tied(f"{start} {words}" + (f" {counted(missing, 'cell', capital=True)} without a plan." if missing else ""))
