"""One input along a curve: what a figure becomes as it changes, where the hosts change, and where no plan is left."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pilot_planner.data.inputs import Inputs
from pilot_planner.figures.core.base_layout import axis_title, base_axis, cut, frame, nothing, value_axis, write
from pilot_planner.figures.core.chart import Chart, Trace, trace
from pilot_planner.figures.core.theme import SMALL, Palette, Theme, palette
from pilot_planner.figures.what_if.what_if_labels import Varied, label_and_unit, value_of, varied
from pilot_planner.studies.sweeps.run_folder import Record
from pilot_planner.studies.sweeps.what_if import WhatIf
from pilot_planner.text.labels import Scale, counted, exact, inline, scale_for, shown, tied
from pilot_planner.text.names import Names, hosts_in_words

HEIGHT = 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 18, 52, 56
_DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True)
class Curve:
    """Runs of one design in the order of the path's values; ``value`` is None where there is no plan."""

    design: str
    records: tuple[Record, ...]
    values: tuple[float | None, ...]


def curves(study: WhatIf, path: str, metric: str = "objective") -> list[Curve]:
    """One curve for each design; where other paths vary too, runs at the first value of each of them."""
    others = [one for one in study.study.paths if one != path]
    first = study.records[0] if study.records else {}
    found: dict[str, list[Record]] = {}
    for record in study.records:
        if all(record[one] == first[one] for one in others):
            found.setdefault(record["design"], []).append(record)
    result = []
    for design, records in found.items():
        ordered = sorted(records, key=lambda record: (isinstance(record[path], str), record[path]))
        result.append(Curve(design, tuple(ordered), tuple(value_of(record, metric) for record in ordered)))
    return result


def figure(
    study: WhatIf,
    path: str,
    objective: str,
    theme: Theme = "light",
    *,
    metric: str = "objective",
    base: float | None = None,
    names: Names | None = None,
    inputs: Inputs | None = None,
    width: int = 560,
) -> Chart:
    """The curve.

    Args:
        path: the one that varies along the axis.
        objective: metric that the design aims at, for the words.
        metric: what is shown: a metric that the study measures, or ``objective``.
        base: the path's value in the plan that is open; marked.
        inputs: for the unit of an input's path.
    """
    names = names or {}
    along = varied(study, path, names, inputs)
    found = curves(study, path, metric)
    if not any(value is not None for curve in found for value in curve.values):
        return nothing(theme, "No value of this input leaves a plan that meets all limits.", HEIGHT)
    colours = palette(theme)
    label, unit = label_and_unit(metric, objective)
    scale = scale_for(unit, [value for curve in found for value in curve.values])
    result = frame(theme, HEIGHT, left=_LEFT, right=_RIGHT, top=_TOP, bottom=_BOTTOM)
    lines = [colours.accent, colours.ink, colours.tint, colours.others]
    for place, curve in enumerate(found):
        turn = place % len(lines)
        result.add_trace(_line(curve, along, label, unit, scale, names, lines[turn], _DASHES[turn], len(found) > 1))
        if len(found) > 1:
            _name(result, curve, along, scale, lines[turn])
    _missing(result, found, along, colours)
    _switches(result, found[0], along, scale, names, colours)
    if base is not None and along.scale is not None:
        line = {"color": colours.ink, "width": 1}
        at = along.at(base)
        result.add_shape(type="line", xref="x", yref="paper", x0=at, x1=at, y0=0, y1=1, line=line, layer="below")
        write(result, "this plan", at, 1, on="x paper", at="center bottom", shift=(0, 2), size=SMALL)
    numbers = along.scale is not None
    ticks = {"tickformat": along.scale.format} if along.scale is not None else {"type": "category"}
    result.update_xaxes(base_axis(colours, nticks=5 if width < 480 else 7, **ticks))
    if numbers:
        result.update_xaxes(range=_span([along.at(value) for value in along.values]))
    top = max(value for curve in found for value in scale.all(curve.values) if value is not None)
    bottom = min(value for curve in found for value in scale.all(curve.values) if value is not None)
    result.update_yaxes(
        value_axis(colours, range=[min(0.0, bottom * 1.1), max(top * 1.08, 0.0) or 1.0], tickformat=scale.format)
    )
    axis_title(result, f"{label}, {scale.unit}" if scale.unit else label)
    write(result, along.title, 0.5, 0, at="center top", shift=(0, -28), colour=colours.second)
    return result


def _span(values: Sequence[float]) -> list[float]:
    room = (max(values) - min(values)) * 0.05 or max(abs(max(values)) * 0.1, 1.0)
    return [min(values) - room, max(values) + room]


def _line(
    curve: Curve, along: Varied, label: str, unit: str, scale: Scale, names: Names, colour: str, dash: str, several: bool
) -> Trace:
    xs = [along.at(record[along.path]) for record in curve.records]
    words = []
    for record, value in zip(curve.records, curve.values, strict=True):
        where = exact(record[along.path], along.unit) if along.scale is not None else str(record[along.path])
        what = "no plan" if value is None else f"{label}: {exact(value, unit)}"
        hosts = f"<br>{hosts_in_words(record['hosts'], names)}" if record["hosts"] else ""
        design = f"<br>Design {curve.design}" if several else ""
        words.append(f"<b>{along.label}: {where}</b><br>{what}{hosts}{design}")
    return trace(
        "scatter",
        x=xs,
        y=scale.all(curve.values),
        mode="lines+markers",
        connectgaps=False,
        line={"color": colour, "width": 2, "dash": dash},
        marker={"size": 6, "color": colour},
        hovertext=words,
        hoverinfo="text",
        name=curve.design,
        customdata=[record["run"] for record in curve.records],
        cliponaxis=False,
    )


def _name(result: Chart, curve: Curve, along: Varied, scale: Scale, colour: str) -> None:
    """The design's name at the last point that has a plan."""
    last = [(record, value) for record, value in zip(curve.records, curve.values, strict=True) if value is not None]
    if last:
        record, value = last[-1]
        where = {"on": "x y", "at": "right bottom", "shift": (0.0, 6.0), "colour": colour}
        write(result, cut(curve.design, 24), along.at(record[along.path]), scale.of(value) or 0.0, **where)  # type: ignore[arg-type]


def _missing(result: Chart, found: Sequence[Curve], along: Varied, colours: Palette) -> None:
    """Crosses on the base line where no design has a plan."""
    values: dict[Any, bool] = {}
    for curve in found:
        for record, value in zip(curve.records, curve.values, strict=True):
            at = along.at(record[along.path])
            values[at] = values.get(at, True) and value is None
    empty = [at for at, missing in values.items() if missing]
    if not empty:
        return
    result.add_trace(
        trace(
            "scatter",
            x=empty,
            y=[0.0] * len(empty),
            mode="markers",
            marker={"symbol": "x-thin", "size": 8, "line": {"color": colours.alert, "width": 2}},
            hovertext=["No plan meets all limits"] * len(empty),
            hoverinfo="text",
            name="no plan",
            cliponaxis=False,
        )
    )
    write(result, "no plan", empty[-1], 0.0, on="x y", at="center bottom", shift=(0, 8), colour=colours.alert)


def _switches(result: Chart, curve: Curve, along: Varied, scale: Scale, names: Names, colours: Palette) -> None:
    """Dotted lines between two values where the hosts change; the hosts named on the right of the first ones."""
    if along.scale is None:
        return
    for one, other in itertools.pairwise(curve.records):
        if one["hosts"] and other["hosts"] and one["hosts"] != other["hosts"]:
            middle = (along.at(one[along.path]) + along.at(other[along.path])) / 2.0
            line = {"color": colours.second, "width": 1, "dash": "dot"}
            result.add_shape(type="line", xref="x", yref="paper", x0=middle, x1=middle, y0=0, y1=1, line=line)
            before, after = (hosts_in_words(record["hosts"], names, "and") for record in (one, other))
            words = f"Best in {before} on the left, in {after} on the right"
            write(
                result, "Hosts<br>change", middle, 0, on="x paper", at="left bottom", shift=(5, 22), size=SMALL,
                colour=colours.second, hovertext=words,
            )  # fmt: skip


def headline(study: WhatIf, path: str, objective: str, metric: str = "objective", names: Names | None = None) -> str:
    """From where to where the figure goes, and how many values leave no plan."""
    found = curves(study, path, metric)
    label, unit = label_and_unit(metric, objective)
    values = [value for curve in found for value in curve.values if value is not None]
    name = inline(varied(study, path, names or {}).label.removesuffix(", at most").removesuffix(", at least"))
    if not values:
        return f"No value of {name} leaves a plan"
    missing = sum(value is None for curve in found for value in curve.values)
    low, high = shown(min(values), unit), shown(max(values), unit)
    head = f"{label} is {low} at every value" if low == high else f"{label} goes from {low} to {high} as {name} changes"
    return tied(f"{head}; {counted(missing, 'value')} {'leaves' if missing == 1 else 'leave'} no plan" if missing else head)


def summary(study: WhatIf, path: str, objective: str, metric: str = "objective", names: Names | None = None) -> str:
    """The ends of every curve in words."""
    found = curves(study, path, metric)
    label, unit = label_and_unit(metric, objective)
    along = varied(study, path, names or {})
    parts = [f"Line chart of {inline(label)} against {inline(along.label)}."]
    for curve in found:
        pairs = [
            (record[path], value) for record, value in zip(curve.records, curve.values, strict=True) if value is not None
        ]
        start = f"Design {curve.design}: " if len(found) > 1 else ""
        if not pairs:
            parts.append(f"{start}no plan at any value.".capitalize() if not start else f"{start}no plan at any value.")
            continue
        (a, low), (b, high) = pairs[0], pairs[-1]
        parts.append(f"{start}{shown(low, unit)} at {_told(a, along)}, {shown(high, unit)} at {_told(b, along)}.")
        missing = [record[path] for record, value in zip(curve.records, curve.values, strict=True) if value is None]
        if missing:
            parts.append(f"No plan at {', '.join(_told(value, along) for value in missing)}.")
    return tied(" ".join(parts))


def _told(value: Any, along: Varied) -> str:
    return shown(value, along.unit) if along.scale is not None else str(value)
