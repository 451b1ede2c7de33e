"""The front as parallel coordinates: one line a plan, to be filtered by dragging along an axis.

The page must restyle what plotly draws in fixed colours: ``.parcoords .highlight`` (the brush), ``.axis .domain`` and
``text-shadow``. Lines are one pixel wide at most, so a table beside it must carry the detail.
"""

from __future__ import annotations

from collections.abc import Sequence

from pilot_planner.design.schema import Axis
from pilot_planner.figures.core.base_layout import frame, nothing
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import TEXT, Theme, clear, palette
from pilot_planner.figures.tradeoffs import front_labels
from pilot_planner.figures.tradeoffs.front_labels import value_of
from pilot_planner.studies.pareto.pareto_front import FrontPoint
from pilot_planner.text.labels import NBSP, scale_for
from pilot_planner.text.names import better, metric_label, metric_unit

HEIGHT = 300
MORE = ("peak_workers", "net_pay_per_worker_month", "funds_at_risk_share")
"""Figures shown beside the axes of the front."""
_ARROWS = {"min": "↓", "max": "↑"}
_LINE = 7.0
"""Px of one character of a label, with room."""
_DULL = 0.35


def figure(
    points: Sequence[FrontPoint],
    axes: Sequence[Axis],
    theme: Theme = "light",
    *,
    more: Sequence[str] = MORE,
    chosen: Sequence[int] = (),
    width: int = 760,
) -> Chart:
    """The lines, in the order of ``points``.

    Args:
        more: metrics and ratios shown after the axes; on a narrow page the axes alone.
        chosen: numbers of plans drawn in the accent colour, all others dull; left out, all are in it.
        width: about what the page gives it, px.
    """
    if not points:
        return nothing(theme, "No plan has been found yet.", HEIGHT)
    colours = palette(theme)
    senses = {axis.metric: axis.sense for axis in axes}
    names = names_shown(points, axes, more, width)
    dimensions = []
    for name in names:
        values = [value_of(point, name) for point in points]
        scale = scale_for(metric_unit(name), values)
        scaled = [value or 0.0 for value in scale.all(values)]
        arrow = _ARROWS.get(senses.get(name) or better(name) or "", "")
        words = f"{_short(name, width // len(names))}{_unit(scale.unit)} {arrow}".strip()
        dimensions.append({"label": words, "values": scaled, "range": _span(scaled), "tickformat": scale.format})
    result = frame(theme, HEIGHT, left=60, right=60, top=84, bottom=14)
    picked = set(chosen)
    line = (
        {
            "color": [1.0 if point.number in picked else 0.0 for point in points],
            "colorscale": [[0.0, colours.excluded], [1.0, colours.accent]],
            "cmin": 0.0,
            "cmax": 1.0,
            "showscale": False,
        }
        if picked
        else {"color": colours.accent}
    )
    result.add_trace(
        trace(
            "parcoords",
            dimensions=dimensions,
            line=line,
            unselected={"line": {"color": clear(colours.others, _DULL), "opacity": _DULL}},
            labelfont={"size": TEXT, "color": colours.ink, "family": colours.font},
            tickfont={"size": TEXT, "color": colours.second, "family": colours.font},
            # The ends of each axis are ticks as well; printing them twice would only clutter.
            rangefont={"size": 1, "color": "rgba(0,0,0,0)"},
            labelangle=0,
            labelside="top",
        )
    )
    return result


def names_shown(
    points: Sequence[FrontPoint], axes: Sequence[Axis], more: Sequence[str] = MORE, width: int = 760
) -> list[str]:
    """Metrics and ratios of the axes drawn, from left to right."""
    own = [axis.metric for axis in axes]
    wanted = [*own, *(name for name in more if name not in own and points and value_of(points[0], name) is not None)]
    return wanted[: max(3, (width - 60) // 90)]


_SHORT = {
    "operating_cost": "Cost",
    "worker_income": "Income",
    "secured_income": "Secured income",
    "state_revenue": "State revenue",
    "peak_workers": "Workers",
    "net_pay_per_worker_month": "Net pay",
    "funds_at_risk_share": "At risk",
}
"""Names that fit above an axis; the table beside it has the whole ones."""


def _short(name: str, room: int) -> str:
    label = _SHORT.get(name, metric_label(name))
    most = max(6, int(room / _LINE) - 3)
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def _unit(unit: str) -> str:
    """``, m`` for millions of USD: the room above an axis is small, and the table beside it says USD."""
    return f", {unit.split(NBSP)[0]}" if unit else ""


def _span(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    if low == high:
        room = abs(low) * 0.1 or 1.0
        return [low - room, high + room]
    return [low, high]


headline = front_labels.headline
summary = front_labels.summary
