"""What matters most: each family of uncertain inputs at its low and at its high, nothing decided again."""

from __future__ import annotations

from pilot_planner.figures.core.base_layout import nothing, wrapped
from pilot_planner.figures.core.chart import Chart
from pilot_planner.figures.core.horizontal_bars import Bar, Key, Row, draw
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.studies.uncertainty.risk import Risk
from pilot_planner.studies.uncertainty.summary import Swing
from pilot_planner.text.labels import change, counted, exact, inline, listed, scale_for, shown, signed, tied
from pilot_planner.text.names import host_names, metric_label, metric_unit, sector_names

MOST = 10
_MOST_PATHS, _MOST_TOLD = 4, 5
_NOTHING = 1e-9


def swings_of(risk: Risk, metric: str = "") -> tuple[str, list[Swing]]:
    """The metric (the objective if none is named) and the swings that move it, the widest first."""
    metric = metric or risk.plan.design.objective.metric
    base = abs(risk.summary["base"].get(metric) or 0.0)

    def width(one: Swing) -> float:
        return abs((one.at_high.get(metric) or 0.0) - (one.at_low.get(metric) or 0.0))

    moving = [one for one in risk.tornado if width(one) > _NOTHING * max(1.0, base)]
    return metric, sorted(moving, key=lambda one: -width(one))


def figure(risk: Risk, theme: Theme = "light", *, metric: str = "", width: int = 560, most: int = MOST) -> Chart:
    """The bars: change of the metric against the plan, at the low end in grey and at the high end in the accent."""
    metric, found = swings_of(risk, metric)
    base = risk.summary["base"].get(metric)
    if not found or base is None:
        return nothing(theme, f"No uncertain input moves {inline(metric_label(metric))} while nothing is decided again.")
    colours = palette(theme)
    unit = metric_unit(metric)
    found = found[:most]
    scale = scale_for(unit, [value for one in found for value in (one.at_low[metric], one.at_high[metric])])
    rows = []
    for one in found:
        bars = []
        deltas = [(value if value is not None else base) - base for value in (one.at_low[metric], one.at_high[metric])]
        sides = (-1, 1) if deltas[0] <= deltas[1] else (1, -1)
        ends = (
            ("low", one.at_low[metric], colours.others, colours.second),
            ("high", one.at_high[metric], colours.accent, colours.accent),
        )
        for (end, value, fill, ink), delta, side in zip(ends, deltas, sides, strict=True):
            hover = (
                f"<b>{family_label(one.family, risk)}</b> at {end}<br>{metric_label(metric)}: {exact(value, unit)} "
                f"({signed(delta, unit)})<br>{wrapped(listed(list(one.paths), _MOST_PATHS), 60)}"
            )
            moved = change(delta, scale)
            text = "" if moved == "0" else f"{end} {moved}"
            bars.append(Bar(0.0, delta / scale.divisor, fill, text, ink, hover, side))
        rows.append(Row(family_label(one.family, risk), tuple(bars)))
    axis = f"Change of {inline(metric_label(metric))}{f', {scale.unit}' if scale.unit else ''}"
    return draw(rows, theme, width, [Key(colours.others, "at its low"), Key(colours.accent, "at its high")], axis=axis)


def family_label(family: str, risk: Risk) -> str:
    """``wages.KAZ`` as ``Wages, Kazakhstan``."""
    names = host_names(risk.plan.inputs) | {key: name.lower() for key, name in sector_names(risk.plan.inputs).items()}
    parts = [names.get(part, part.replace("_", " ")) for part in family.split(".")]
    return f"{parts[0][:1].upper()}{parts[0][1:]}" + "".join(f", {part}" for part in parts[1:])


def headline(risk: Risk, metric: str = "") -> str:
    """What matters most, and by how much."""
    metric, found = swings_of(risk, metric)
    label, unit = metric_label(metric), metric_unit(metric)
    if not found:
        return f"No uncertain input moves {inline(label)}"
    most = found[0]
    low, high = sorted((most.at_low[metric] or 0.0, most.at_high[metric] or 0.0))
    name = family_label(most.family, risk)
    return tied(f"{name}: no other input moves {inline(label)} as far, from {shown(low, unit)} to {shown(high, unit)}")


def summary(risk: Risk, metric: str = "") -> str:
    """The widest bars in words."""
    metric, found = swings_of(risk, metric)
    label, unit = inline(metric_label(metric)), metric_unit(metric)
    if not found:
        return f"No uncertain input moves {label} while nothing is decided again."
    told = []
    for one in found[:_MOST_TOLD]:
        low, high = (shown(end[metric], unit) for end in (one.at_low, one.at_high))
        told.append(f"{family_label(one.family, risk)}: {low} at its low, {high} at its high")
    start = (
        f"Tornado chart of {label}: {counted(len(found), 'family', 'families')} of inputs move it, nothing decided again."
    )
    return tied(f"{start} {'; '.join(told)}.")
