"""Events, such as a host that withdraws, each by itself: what they leave of the plan's aim."""

from __future__ import annotations

from pilot_planner.figures.core.base_layout import nothing, wrapped
from pilot_planner.figures.core.chart import Chart
from pilot_planner.figures.core.horizontal_bars import Bar, Row, draw
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.studies.uncertainty.risk import Risk
from pilot_planner.studies.uncertainty.stress_scenarios import NamedDraw
from pilot_planner.text.labels import counted, exact, in_words, inline, scale_for, shown, signed, tied
from pilot_planner.text.names import metric_label, metric_unit


def label(one: NamedDraw) -> str:
    """The event, and how likely it is: ``Kazakhstan: The host ends the agreement (5 %)``."""
    return f"{one.title} ({100 * one.probability[1]:.0f} %)"


def figure(risk: Risk, theme: Theme = "light", *, width: int = 560) -> Chart:
    """A bar for each event of what is left of the aim if nothing is decided again; a line across marks the plan."""
    if not risk.named:
        return nothing(theme, "No event was tried.")
    colours = palette(theme)
    metric = risk.plan.design.objective.metric
    unit = metric_unit(metric)
    base = risk.summary["base"].get(metric) or 0.0
    values = [one.planned.figures.get(metric) or 0.0 for one in risk.named]
    scale = scale_for(unit, [base, *values])
    rows = []
    for one, value in zip(risk.named, values, strict=True):
        breaks = [*one.planned.broken, *one.planned.floors]
        lost = signed(value - base, unit)
        text = f"<b>{shown(value, unit)}</b>{f', breaks {in_words(len(breaks))}' if breaks else ''}"
        ink = colours.alert if breaks else colours.ink
        hover = f"<b>{label(one)}</b><br>{wrapped(one.what, 52)}<br>{metric_label(metric)}: {exact(value, unit)} ({lost})"
        for name, words in (("income_lost", "Workers lose"), ("cost_added", "Added cost")):
            if name in one.amounts:
                hover += f"<br>{words}: {exact(one.amounts[name], 'USD')}"
        if breaks:
            hover += f"<br>{wrapped(f'Breaks {", ".join(breaks)}', 52)}"
        mark = scale.of(base)
        bar = Bar(0.0, value / scale.divisor, colours.accent, "", ink, hover)
        rows.append(Row(label(one), (bar,), mark, text, ink))
    axis = f"{metric_label(metric)}{f', {scale.unit}' if scale.unit else ''}; the line marks the plan"
    return draw(rows, theme, width, axis=axis)


def headline(risk: Risk) -> str:
    """The worst event, and how many break something."""
    if not risk.named:
        return "No event was tried"
    metric = risk.plan.design.objective.metric
    unit = metric_unit(metric)
    base = risk.summary["base"].get(metric) or 0.0
    sign = 1.0 if risk.plan.design.objective.sense == "max" else -1.0
    worst = min(risk.named, key=lambda one: sign * (one.planned.figures.get(metric) or 0.0))
    delta = (worst.planned.figures.get(metric) or 0.0) - base
    breaking = sum(bool(one.planned.broken or one.planned.floors) for one in risk.named)
    tail = f"{counted(breaking, 'event')} of {len(risk.named)} {'breaks' if breaking == 1 else 'break'} a limit"
    if sign * delta >= -1e-9 * max(1.0, abs(base)):
        return tied(f"No event takes any {inline(metric_label(metric))}; {tail}")
    return tied(f"If {inline(worst.title)}, {inline(metric_label(metric))} changes by {signed(delta, unit)}; {tail}")


def summary(risk: Risk) -> str:
    """Every event in words."""
    metric = risk.plan.design.objective.metric
    unit = metric_unit(metric)
    parts = [
        f"Bar chart of {inline(metric_label(metric))} under {counted(len(risk.named), 'event')}, nothing decided again."
    ]
    for one in risk.named:
        count = len(one.planned.broken) + len(one.planned.floors)
        breaks = f"breaks {counted(count, 'limit or floor', 'limits or floors')}" if count else "breaks nothing"
        parts.append(f"{label(one)}: {shown(one.planned.figures.get(metric), unit)}, {breaks}.")
    return tied(" ".join(parts))
