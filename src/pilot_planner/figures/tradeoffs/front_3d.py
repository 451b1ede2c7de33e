"""The front in three dimensions: for turning, where three axes really are needed at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pilot_planner.design.schema import Axis
from pilot_planner.figures.core.base_layout import frame, nothing
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import SMALL, TEXT, Palette, Theme, palette
from pilot_planner.figures.tradeoffs import front_labels
from pilot_planner.figures.tradeoffs.front_labels import SHAPES_3D, axes_of, hover, shapes_of
from pilot_planner.studies.pareto.pareto_front import FrontPoint
from pilot_planner.text.names import Names, hosts_in_words

HEIGHT = 440
_NARROW = 420
_EYE = {"x": 1.5, "y": -1.5, "z": 0.7}


def figure(
    points: Sequence[FrontPoint],
    axes: Sequence[Axis],
    theme: Theme = "light",
    *,
    names: Names | None = None,
    open_plan: int | None = None,
    selected: int | None = None,
    width: int = 700,
) -> Chart:
    """The points over three axes: the objective upwards; a fourth axis is the colour, else the height is.

    A click gives the number of the plan as ``customdata``. Needs a browser with WebGL.
    """
    if not points:
        return nothing(theme, "No plan has been found yet.", HEIGHT)
    if len(axes) < 3:
        return nothing(theme, "This trade-off has two axes: the scatter shows all of it.", HEIGHT)
    names = names or {}
    colours = palette(theme)
    of_metric = axes_of(points, axes)
    z, x, y, *rest = (of_metric[axis.metric] for axis in axes)
    colour = rest[0] if rest else z
    result = frame(theme, HEIGHT)
    result.update_layout(dragmode="turntable")
    values = [colour.scale.of(point.axes[colour.metric]) or 0.0 for point in points]
    steps = [[place / 3.0, one] for place, one in enumerate(colours.sequential)]
    for hosts, shape in shapes_of(points, SHAPES_3D).items():
        of_set = [point for point in points if point.hosts == hosts]
        result.add_trace(
            trace(
                "scatter3d",
                **_where(of_set, x, y, z),
                mode="markers",
                marker={
                    "symbol": shape,
                    "size": 5,
                    "color": [colour.scale.of(point.axes[colour.metric]) for point in of_set],
                    "colorscale": steps,
                    "cmin": min(values),
                    "cmax": max(values),
                    "line": {"width": 1, "color": colours.accent},
                },
                customdata=[point.number for point in of_set],
                hovertext=[hover(point, axes, names) for point in of_set],
                hoverinfo="text",
                name=hosts_in_words(hosts, names),
            )
        )
    for number, line in ((selected, colours.accent), (open_plan, colours.ink)):
        ringed = [point for point in points if point.number == number]
        result.add_trace(
            trace(
                "scatter3d",
                **_where(ringed, x, y, z),
                mode="markers",
                marker={"symbol": "circle-open", "size": 11, "color": line},
                hoverinfo="skip",
                name="ring",
            )
        )
    result.update_layout(
        scene={
            "xaxis": _axis(x.label, colours),
            "yaxis": _axis(y.label, colours),
            "zaxis": _axis(z.label, colours),
            "bgcolor": colours.page,
            "camera": {
                "eye": {axis: at * (1.35 if width < _NARROW else 1.0) for axis, at in _EYE.items()},
                "center": {"x": 0, "y": 0, "z": -0.12},
            },
            "dragmode": "turntable",
        }
    )
    result.update_layout(
        showlegend=True,
        legend={"x": 0, "y": 1, "bgcolor": "rgba(0,0,0,0)", "font": {"size": TEXT, "color": colours.ink}, "itemclick": False,
                "itemdoubleclick": False},
    )  # fmt: skip
    for one in result.data:
        one["showlegend"] = one.get("name") != "ring"
    return result


def _where(points: Sequence[FrontPoint], *axes: front_labels.AxisOfFront) -> dict[str, list[float | None]]:
    return {
        letter: [axis.scale.of(point.axes[axis.metric]) for point in points]
        for letter, axis in zip("xyz", axes, strict=True)
    }


def _axis(label: str, colours: Palette) -> dict[str, Any]:
    return {
        "title": {"text": label, "font": {"size": TEXT, "color": colours.second}},
        "tickfont": {"size": SMALL, "color": colours.second},
        "gridcolor": colours.hairline,
        "linecolor": colours.second,
        "showbackground": False,
        "zeroline": False,
        "showspikes": False,
        "nticks": 5,
    }


headline = front_labels.headline
summary = front_labels.summary
