"""The front as points: shape tells the hosts, colour the third axis, a ring the open plan and the selected one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pilot_planner.design.schema import Axis
from pilot_planner.figures.core.base_layout import SMALL, axis_title, base_axis, cut, frame, nothing, value_axis, write
from pilot_planner.figures.core.chart import Chart, Trace, trace
from pilot_planner.figures.core.label_placement import Box, Labels
from pilot_planner.figures.core.theme import Palette, Theme, palette
from pilot_planner.figures.tradeoffs import front_labels
from pilot_planner.figures.tradeoffs.front_labels import AxisOfFront, axes_of, hover, shapes_of, switch_sentence
from pilot_planner.studies.pareto.pareto_front import FrontPoint, Switch
from pilot_planner.text.names import Names, hosts_in_words

HEIGHT = 380
_LEFT, _TOP, _BOTTOM, _RIGHT = 46, 76, 52, 16
_MARK, _RING, _SECOND_RING = 11, 22, 22
_LONGEST = 30


def figure(
    points: Sequence[FrontPoint],
    axes: Sequence[Axis],
    theme: Theme = "light",
    *,
    names: Names | None = None,
    x: str = "",
    y: str = "",
    colour: str = "",
    open_plan: int | None = None,
    selected: int | None = None,
    switches: Sequence[Switch] = (),
    width: int = 700,
) -> Chart:
    """The scatter. A click gives the number of the plan as ``customdata``.

    Args:
        axes: of the design, 2 to 4, the objective first, as ``TradeOffs.axes`` has them.
        names: host names by ISO3 code.
        x, y, colour: metrics of three axes; left out, the second, the first and the third.
        open_plan, selected: numbers of the plans that get rings.
        switches: where hosts change; those along ``x`` are drawn.
        width: about what the page gives it, px: labels are placed by it.
    """
    if not points or len(axes) < 2:
        return nothing(theme, "No plan has been found yet." if len(axes) > 1 else "A trade-off needs two axes.", HEIGHT)
    names = names or {}
    colours = palette(theme)
    shown_axes = axes_of(points, axes)
    x, y, colour = _chosen([axis.metric for axis in axes], x, y, colour)
    across, up = shown_axes[x], shown_axes[y]
    third = shown_axes.get(colour)
    narrow = width < 480
    top = _TOP + 20 if narrow and third else _TOP
    result = frame(theme, HEIGHT + top - _TOP, left=_LEFT, right=_RIGHT, top=top, bottom=_BOTTOM)
    low_x, high_x = _span([_value(point, across) for point in points])
    low_y, high_y = _span([_value(point, up) for point in points])
    shapes = shapes_of(points)
    for hosts, shape in shapes.items():
        of_set = [point for point in points if point.hosts == hosts]
        result.add_trace(_points(of_set, shape, across, up, third, colours, _limits(points, third), axes, names))
    rings = ((selected, colours.accent), (open_plan, colours.ink))
    for number, line in rings:
        result.add_trace(_ring([point for point in points if point.number == number], across, up, line))
    result.update_xaxes(
        base_axis(colours, range=[low_x, high_x], showgrid=True, tickformat=across.scale.format, nticks=5 if narrow else 7)
    )
    result.update_yaxes(value_axis(colours, range=[low_y, high_y], tickformat=up.scale.format))
    axis_title(result, up.title)
    write(result, across.title, 0.5, 0, at="center top", shift=(0, -26), colour=colours.second)
    if third is not None:
        result.update_layout(coloraxis=_colours(third, points, colours, narrow, width))
    plot = (width - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM)
    span = (low_x, high_x, low_y, high_y)
    changes = _switches(result, switches, across, names, (low_x, high_x), plot, colours)
    labels = _names(result, points, shapes, names, across, up, span, plot, open_plan, [left for _, left in changes])
    for one, left in changes:
        _name_switch(result, one, left, across, labels, plot, names, colours)
    return result


def _chosen(metrics: Sequence[str], x: str, y: str, colour: str) -> tuple[str, str, str]:
    y = y if y in metrics else next(name for name in metrics if name != x)
    x = (
        x
        if x in metrics and x != y
        else next(name for name in metrics if name not in (y, colour) or (len(metrics) == 2 and name != y))
    )
    rest = [name for name in metrics if name not in (x, y)]
    return x, y, colour if colour in rest else next(iter(rest), "")


def _value(point: FrontPoint, axis: AxisOfFront) -> float:
    return axis.scale.of(point.axes[axis.metric]) or 0.0


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Room around the points; from 0 where that is near."""
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or max(abs(high) * 0.1, 1.0)
    return (0.0 if 0.0 <= low < 0.35 * high else low - room), high + room


def _limits(points: Sequence[FrontPoint], axis: AxisOfFront | None) -> tuple[float, float] | None:
    if axis is None:
        return None
    values = [_value(point, axis) for point in points]
    return min(values), max(values)


def _points(
    points: Sequence[FrontPoint],
    shape: str,
    across: AxisOfFront,
    up: AxisOfFront,
    third: AxisOfFront | None,
    colours: Palette,
    limits: tuple[float, float] | None,
    axes: Sequence[Axis],
    names: Names,
) -> Trace:
    marker: dict[str, Any] = {"symbol": shape, "size": _MARK, "line": {"width": 1, "color": colours.accent}}
    if third is not None and limits is not None:
        marker |= {"color": [_value(point, third) for point in points], "coloraxis": "coloraxis"}
    else:
        marker["color"] = colours.accent
    return trace(
        "scatter",
        x=[_value(point, across) for point in points],
        y=[_value(point, up) for point in points],
        mode="markers",
        marker=marker,
        customdata=[point.number for point in points],
        hovertext=[hover(point, axes, names) for point in points],
        hoverinfo="text",
        name=hosts_in_words(points[0].hosts, names),
        cliponaxis=False,
    )


def _ring(points: Sequence[FrontPoint], across: AxisOfFront, up: AxisOfFront, line: str) -> Trace:
    return trace(
        "scatter",
        x=[_value(point, across) for point in points],
        y=[_value(point, up) for point in points],
        mode="markers",
        marker={"symbol": "circle-open", "size": _RING, "color": line, "line": {"width": 1.5, "color": line}},
        hoverinfo="skip",
        cliponaxis=False,
        name="ring",
    )


def _colours(third: AxisOfFront, points: Sequence[FrontPoint], colours: Palette, narrow: bool, width: int) -> dict[str, Any]:
    low, high = _limits(points, third) or (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    bar = {
        "orientation": "h",
        "thickness": 6,
        "lenmode": "pixels",
        "len": min(210, width - _LEFT - _RIGHT),
        "x": 0.0 if narrow else 1.0,
        "xanchor": "left" if narrow else "right",
        "y": 1.0,
        "yanchor": "bottom",
        "ypad": 30 if narrow else 8,
        "xpad": 0,
        "outlinewidth": 0,
        "nticks": 4,
        "ticks": "",
        "tickformat": third.scale.format,
        "tickfont": {"size": 12, "color": colours.second},
        "title": {
            "text": third.title if not narrow else third.label,
            "side": "top",
            "font": {"size": 12, "color": colours.second},
        },
    }
    steps = [[place / 3.0, colour] for place, colour in enumerate(colours.sequential)]
    return {"colorscale": steps, "cmin": low, "cmax": high, "colorbar": bar}


def _names(
    result: Chart,
    points: Sequence[FrontPoint],
    shapes: Mapping[str, str],
    names: Names,
    across: AxisOfFront,
    up: AxisOfFront,
    span: tuple[float, float, float, float],
    plot: tuple[float, float],
    open_plan: int | None,
    lines: Sequence[float],
) -> Labels:
    """A label for each set of hosts beside one of its points, and one for the open plan."""
    low_x, high_x, low_y, high_y = span

    def at(point: FrontPoint) -> tuple[float, float]:
        return (
            plot[0] * (_value(point, across) - low_x) / (high_x - low_x),
            plot[1] * (high_y - _value(point, up)) / (high_y - low_y),
        )

    marks: list[Box] = [(left - 6, top - 6, left + 6, top + 6) for left, top in map(at, points)]
    # A label may cross a line where hosts change only if there is no other room.
    marks += [(left - 2, 0.0, left + 2, plot[1]) for left in lines]
    labels = Labels(plot[0] + _RIGHT, plot[1], marks)
    wanted = [("<b>Open plan</b>", [point for point in points if point.number == open_plan], 13.0)]
    for hosts in shapes:
        # From the middle of the set outwards: that is where its label is least mistaken.
        of_set = sorted((point for point in points if point.hosts == hosts), key=lambda point: point.axes[across.metric])
        middle = len(of_set) // 2
        order = sorted(of_set, key=lambda point: abs(of_set.index(point) - middle))
        wanted.append((cut(hosts_in_words(hosts, names), _LONGEST), order, 9.0))
    for text, candidates, away in wanted:
        for must in (False, True):
            put = None
            for point in candidates[:1] if must else candidates:
                left, top = at(point)
                put = labels.put(text, left, top, away, must=must)
                if put is not None:
                    where = f"{put.xanchor} {put.yanchor}"
                    write(
                        result,
                        text,
                        _value(point, across),
                        _value(point, up),
                        on="x y",
                        at=where,
                        shift=(put.xshift, put.yshift),
                    )
                    break
            if put is not None:
                break
    return labels


def _switches(
    result: Chart,
    switches: Sequence[Switch],
    across: AxisOfFront,
    names: Names,
    span: tuple[float, float],
    plot: tuple[float, float],
    colours: Palette,
) -> list[tuple[Switch, float]]:
    """Dotted lines where hosts change along the horizontal axis; each with its px from the left."""
    found = []
    for one in switches:
        value = across.scale.of(one.value)
        if one.metric != across.metric or value is None or not span[0] < value < span[1]:
            continue
        line = {"color": colours.second, "width": 1, "dash": "dot"}
        result.add_shape(type="line", xref="x", yref="paper", x0=value, x1=value, y0=0, y1=1, line=line)
        found.append((one, plot[0] * (value - span[0]) / (span[1] - span[0])))
    return found


def _name_switch(
    result: Chart,
    one: Switch,
    left: float,
    across: AxisOfFront,
    labels: Labels,
    plot: tuple[float, float],
    names: Names,
    colours: Palette,
) -> None:
    """Says at the line what changes there, where there is room; the whole sentence on hover."""
    words = "Hosts<br>change"
    for top in (plot[1] - 22.0, 22.0, plot[1] / 2.0):
        put = labels.put(words, left, top, 5.0, ("left", "right"), must=False)
        if put is not None:
            result.add_annotation(
                text=words, x=across.scale.of(one.value), xref="x", y=1.0 - top / plot[1], yref="paper", showarrow=False,
                xanchor=put.xanchor, yanchor="middle", xshift=put.xshift, align=put.xanchor,
                font={"size": SMALL, "color": colours.second}, hovertext=switch_sentence(one, names),
            )  # fmt: skip
            return


headline = front_labels.headline
summary = front_labels.summary
