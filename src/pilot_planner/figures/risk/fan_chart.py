"""P10 to P90 of each figure over the draws, beside what the plan says: as it is, and with the rest chosen anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pilot_planner.figures.core.base_layout import CHARACTER, box, cut, frame, hidden_axis, nothing, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.horizontal_bars import Bar, Key
from pilot_planner.figures.core.theme import Palette, Theme, palette
from pilot_planner.studies.uncertainty.risk import Risk
from pilot_planner.text.labels import defined, exact, inline, ranged, shown, tied
from pilot_planner.text.names import metric_label, metric_unit

FIGURES = (
    "worker_income",
    "secured_income",
    "state_revenue",
    "operating_cost",
    "net_donor_ask",
    "funds_at_risk_share",
    "operating_cost_per_worker_month",
    "worker_months",
)
_ROW, _TOP, _RIGHT = 54, 28, 12
_HALF = 0.5
_READINGS = (("no_recourse", "as signed"), ("recourse", "as run"))

Band = Mapping[str, float]


def bands_of(risk: Risk, wanted: Sequence[str] = FIGURES) -> list[tuple[str, float | None, Band, Band | None]]:
    """Of each figure: its name, the plan's value, the band as planned and that with recourse, where it was asked for."""
    planned: dict[str, Band] = risk.summary["no_recourse"]["bands"]
    again: dict[str, Band] = risk.summary.get("recourse", {}).get("bands", {})
    order = dict.fromkeys((risk.plan.design.objective.metric, *wanted))
    base: dict[str, Any] = risk.summary["base"]
    return [(name, defined(base.get(name)), planned[name], again.get(name)) for name in order if name in planned]


def figure(risk: Risk, theme: Theme = "light", *, wanted: Sequence[str] = FIGURES, width: int = 560) -> Chart:
    """A row for each figure, each on its own scale from 0: bands of P10 to P90, a gap at P50, the plan as an ink line."""
    found = bands_of(risk, wanted)
    if not found:
        return nothing(theme, "Nothing was drawn, so there are no bands.")
    colours = palette(theme)
    result = frame(theme, _TOP + _ROW * len(found) + 4, right=_RIGHT, top=_TOP, left=1, bottom=4)
    result.update_xaxes(hidden_axis(range=[0.0, 1.0]))
    result.update_yaxes(hidden_axis(range=[len(found) - _HALF, -_HALF]))
    fills = (colours.accent, colours.tint2)
    for turn in range(2):
        bars = [
            (place, _bar(name, band, base, turn, fills[turn], colours, _span(base, planned, again)))
            for place, (name, base, planned, again) in enumerate(found)
            if (band := (planned, again)[turn]) is not None
        ]
        result.add_trace(
            trace(
                "bar",
                x=[bar.end - bar.base for _, bar in bars],
                base=[bar.base for _, bar in bars],
                y=[place + (0.1, 0.32)[turn] for place, _ in bars],
                width=(0.2, 0.12)[turn],
                orientation="h",
                marker={"color": fills[turn], "line": {"width": 0}},
                hovertext=[bar.hover for _, bar in bars],
                hoverinfo="text",
                name=_READINGS[turn][1],
            )
        )
    result.update_layout(barmode="overlay")
    for place, (name, base, planned, again) in enumerate(found):
        _row(result, place, name, base, planned, _span(base, planned, again), width, colours)
    keys = [Key(fills[0], "P10 to P90")]
    if any(again is not None for *_, again in found):
        keys.append(Key(fills[1], "rest chosen anew"))
    keys.append(Key(colours.ink, "plan"))
    start = 0.0
    for key in keys:
        sign = "┃" if key.words == "plan" else "■"
        write(result, sign, 0, 1, at="left bottom", shift=(start, 9), colour=key.fill, size=14)
        write(result, key.words, 0, 1, at="left bottom", shift=(start + 15, 10), colour=colours.second)
        start += box(key.words)[0] + 34
    return result


def _span(base: float | None, *bands: Band | None) -> tuple[float, float]:
    """From 0, or below where a band is, to the largest value of the row."""
    values = [0.0, *(value for band in bands if band is not None for value in band.values())]
    if base is not None:
        values.append(base)
    low, high = min(values), max(values)
    return (low, high) if high > low else (low, low + 1.0)


def _at(value: float, span: tuple[float, float]) -> float:
    return (value - span[0]) / (span[1] - span[0])


def _bar(
    name: str, band: Band, base: float | None, turn: int, fill: str, colours: Palette, span: tuple[float, float]
) -> Bar:
    unit = metric_unit(name)
    rows = [f"<b>{metric_label(name)}, {_READINGS[turn][1]}</b>"]
    rows += [f"{key.upper()}: {exact(value, unit)}" for key, value in band.items()]
    rows.append(f"Plan: {exact(base, unit)}")
    return Bar(_at(band["p10"], span), _at(band["p90"], span), fill, "", colours.ink, "<br>".join(rows))


def _row(
    result: Chart,
    place: int,
    name: str,
    base: float | None,
    band: Band,
    span: tuple[float, float],
    width: int,
    colours: Palette,
) -> None:
    unit = metric_unit(name)
    told = ranged(band["p10"], band["p90"], unit)
    room = int((width - box(told)[0] - 30) / CHARACTER)
    write(result, cut(metric_label(name), room), 0, place, on="paper y", at="left bottom", shift=(0, 8))
    write(result, told, 1, place, on="paper y", at="right bottom", shift=(0, 8), colour=colours.second)
    middle = _at(band["p50"], span)
    gap = {"color": colours.page, "width": 2}
    result.add_shape(type="line", xref="x", yref="y", x0=middle, x1=middle, y0=place, y1=place + 0.2, line=gap)
    if base is not None:
        at = _at(base, span)
        ink = {"color": colours.ink, "width": 2}
        result.add_shape(type="line", xref="x", yref="y", x0=at, x1=at, y0=place - 0.04, y1=place + 0.38, line=ink)


def headline(risk: Risk) -> str:
    """The band of the aim, beside the plan."""
    found = bands_of(risk)
    if not found:
        return "Nothing was drawn"
    name, base, band, _ = found[0]
    unit = metric_unit(name)
    low, high = shown(band["p10"], unit), shown(band["p90"], unit)
    return tied(
        f"In eight of ten draws {inline(metric_label(name))} is between {low} and {high}; the plan says {shown(base, unit)}"
    )


def summary(risk: Risk) -> str:
    """Every band in words."""
    parts = [f"Bands of P10 to P90 over {risk.summary['draws']:,} draws, nothing decided again."]
    for name, base, band, again in bands_of(risk):
        unit = metric_unit(name)
        told = f"{metric_label(name)}: plan {shown(base, unit)}, {shown(band['p10'], unit)} to {shown(band['p90'], unit)}"
        if again is not None:
            told += f"; with the rest chosen anew {shown(again['p10'], unit)} to {shown(again['p90'], unit)}"
        parts.append(f"{told}.")
    return tied(" ".join(parts))
