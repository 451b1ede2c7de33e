"""How one figure spreads over the draws: a histogram with P10 and P90, the plan as a line."""

from __future__ import annotations

import itertools
import math

from pilot_planner.figures.core.base_layout import axis_title, base_axis, frame, nothing, value_axis, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.studies.uncertainty.risk import Risk
from pilot_planner.studies.uncertainty.uncertain_inputs import quantiles
from pilot_planner.text.labels import EN_DASH, counted, defined, inline, scale_for, shown, tied
from pilot_planner.text.names import metric_label, metric_unit

HEIGHT = 260
_MOST_BINS, _FEWEST_BINS = 30, 6


def values_of(risk: Risk, metric: str = "", recourse: bool = False) -> list[float]:
    """The figure in every draw that has it: as planned, or of the answers with the rest chosen anew."""
    metric = metric or risk.plan.design.objective.metric
    if recourse:
        figures = [row.answer.figures for row in risk.draws if row.answer is not None and row.answer.status == "optimal"]
    else:
        figures = [row.planned.figures for row in risk.draws]
    return [value for one in figures if (value := defined(one.get(metric))) is not None]


def figure(risk: Risk, theme: Theme = "light", *, metric: str = "", recourse: bool = False, width: int = 560) -> Chart:
    """The histogram of one figure (the objective if none is named)."""
    metric = metric or risk.plan.design.objective.metric
    values = values_of(risk, metric, recourse)
    if not values:
        return nothing(theme, "No draw has this figure.", HEIGHT)
    colours = palette(theme)
    label, unit = metric_label(metric), metric_unit(metric)
    base = defined(risk.summary["base"].get(metric))
    scale = scale_for(unit, [*values, base])
    edges, counts = _bins([value / scale.divisor for value in values])
    low, high = (_quantile(values, share) / scale.divisor for share in (0.1, 0.9))
    result = frame(theme, HEIGHT, left=44, right=14, top=44, bottom=52)
    between = list(itertools.pairwise(edges))
    middles = [(a + b) / 2.0 for a, b in between]
    inside = [low <= middle <= high for middle in middles]
    result.add_trace(
        trace(
            "bar",
            x=middles,
            y=counts,
            width=[(b - a) * 0.92 for a, b in between],
            marker={"color": [colours.accent if one else colours.tint2 for one in inside], "line": {"width": 0}},
            hovertext=[
                f"{shown(a * scale.divisor, unit)} {EN_DASH} {shown(b * scale.divisor, unit)}<br>{counted(count, 'draw')}"
                for (a, b), count in zip(between, counts, strict=True)
            ],
            hoverinfo="text",
            name=label,
        )
    )
    if base is not None:
        at = base / scale.divisor
        line = {"color": colours.ink, "width": 1.5}
        result.add_shape(type="line", xref="x", yref="paper", x0=at, x1=at, y0=0, y1=1, line=line)
        write(result, f"plan <b>{shown(base, unit)}</b>", at, 1, on="x paper", at=_side(at, edges), shift=(0, 2))
    result.update_xaxes(base_axis(colours, nticks=5 if width < 480 else 7, tickformat=scale.format))
    result.update_yaxes(value_axis(colours, rangemode="tozero"))
    axis_title(result, "Draws")
    title = f"{label}, {scale.unit}" if scale.unit else label
    write(result, f"{title}; dark: P10 to P90", 0.5, 0, at="center top", shift=(0, -26), colour=colours.second)
    return result


def _side(at: float, edges: list[float]) -> str:
    """The label of the plan does not leave the figure."""
    share = (at - edges[0]) / (edges[-1] - edges[0])
    return "right bottom" if share > 0.75 else "left bottom" if share < 0.25 else "center bottom"


def _bins(values: list[float]) -> tuple[list[float], list[int]]:
    """Even bins, as many as Freedman and Diaconis's rule asks for, within reason."""
    low, high = min(values), max(values)
    if high - low <= 1e-12 * max(1.0, abs(high)):
        room = abs(high) * 0.05 or 0.5
        return [low - room, high + room], [len(values)]
    spread = _quantile(values, 0.75) - _quantile(values, 0.25)
    step = 2.0 * spread / len(values) ** (1.0 / 3.0)
    count = min(_MOST_BINS, max(_FEWEST_BINS, math.ceil((high - low) / step) if step > 0.0 else _FEWEST_BINS))
    edges = [low + (high - low) * place / count for place in range(count + 1)]
    counts = [0] * count
    for value in values:
        counts[min(count - 1, int((value - low) / (high - low) * count))] += 1
    return edges, counts


def _quantile(values: list[float], share: float) -> float:
    """By the study's own rule, so that chart and bands agree."""
    return quantiles(values, {"asked": share})["asked"]


def headline(risk: Risk, metric: str = "", recourse: bool = False) -> str:
    """How many draws fall short of the plan, or exceed it where less is better."""
    metric = metric or risk.plan.design.objective.metric
    values = values_of(risk, metric, recourse)
    base = defined(risk.summary["base"].get(metric))
    label, unit = metric_label(metric), metric_unit(metric)
    if not values or base is None:
        return f"No draw has {inline(label)}"
    below = sum(value < base for value in values)
    return tied(f"{label} is below the plan's {shown(base, unit)} in {100 * below / len(values):.0f} % of the draws")


def summary(risk: Risk, metric: str = "", recourse: bool = False) -> str:
    """The spread in words."""
    metric = metric or risk.plan.design.objective.metric
    values = values_of(risk, metric, recourse)
    label, unit = inline(metric_label(metric)), metric_unit(metric)
    if not values:
        return f"No draw has {label}."
    told = ", ".join(f"P{round(100 * share)} {shown(_quantile(values, share), unit)}" for share in (0.1, 0.5, 0.9))
    base = risk.summary["base"].get(metric)
    return tied(f"Histogram of {label} over {len(values):,} draws: {told}; the plan says {shown(base, unit)}.")
