"""From pilot to programme: what a worker-month costs as the programme grows, and with how many hosts."""

from __future__ import annotations

import itertools

from pilot_planner.figures.core.base_layout import axis_title, base_axis, frame, nothing, value_axis, wrapped, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.label_placement import Labels
from pilot_planner.figures.core.theme import Theme, palette
from pilot_planner.studies.scale_up.records import Scale, ScaleRun, grouped
from pilot_planner.text.labels import counted, exact, inline, scale_for, shown, tied
from pilot_planner.text.names import Names, hosts_in_words

HEIGHT = 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 20, 48, 52
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "pentagon", "star")
_STEPS = 24
_AROUND = ("right", "above right", "below right", "above", "below", "above left", "below left", "left")
_FIGURES = {"operating_cost": "USD", "cost_per_worker_month": "USD", "workers": "persons", "oversight_posts": "posts"}
_LABELS = {"cost_per_worker_month": "Cost per worker-month", "operating_cost": "Operating cost", "workers": "Workers",
           "oversight_posts": "Inspectors"}  # fmt: skip


def solved(scale: Scale) -> list[ScaleRun]:
    """Sizes with a programme, the smallest first."""
    return sorted(
        (run for run in scale.runs if run.worker_months and run.cost_per_worker_month is not None),
        key=lambda run: (run.hosts_allowed, run.worker_months or 0.0),
    )


def figure(
    scale: Scale,
    theme: Theme = "light",
    *,
    measure: str = "cost_per_worker_month",
    names: Names | None = None,
    width: int = 600,
) -> Chart:
    """A line for each number of hosts allowed; the cheapest size ringed.

    ``measure``: ``cost_per_worker_month``, ``operating_cost``, ``workers`` or ``oversight_posts``.
    """
    runs = solved(scale)
    if not runs:
        return nothing(theme, "No size of programme meets all limits.", HEIGHT)
    names = names or {}
    colours = palette(theme)
    unit = _FIGURES[measure]
    up = scale_for(unit, [getattr(run, measure) for run in runs])
    across = scale_for("months", [])
    result = frame(theme, HEIGHT, left=_LEFT, right=_RIGHT, top=_TOP, bottom=_BOTTOM)
    allowed = sorted({run.hosts_allowed for run in runs})
    shades = [colours.tint2, colours.tint, colours.accent, colours.ink]
    ends = []
    for turn, hosts in enumerate(allowed):
        of_one = [run for run in runs if run.hosts_allowed == hosts]
        colour = shades[min(turn * len(shades) // len(allowed), len(shades) - 1)]
        result.add_trace(
            trace(
                "scatter",
                x=[across.of(run.worker_months) for run in of_one],
                y=[up.of(getattr(run, measure)) for run in of_one],
                mode="lines+markers",
                line={"color": colour, "width": 1.5},
                marker={"symbol": _SYMBOLS[turn % len(_SYMBOLS)], "size": 9, "color": colour},
                hovertext=[_hover(run, names) for run in of_one],
                hoverinfo="text",
                name=counted(hosts, "host"),
                cliponaxis=False,
            )
        )
        ends.append((of_one[-1], hosts))
    _ring(result, scale, measure, colours.ink)
    top = max(value for run in runs if (value := up.of(getattr(run, measure))) is not None) * 1.1
    most = max(run.worker_months or 0.0 for run in runs) * 1.04
    result.update_xaxes(base_axis(colours, range=[0, most], nticks=4 if width < 480 else 6, tickformat=across.format))
    result.update_yaxes(value_axis(colours, range=[0, top], tickformat=up.format))
    _name_lines(result, runs, ends, measure, (most, top * up.divisor), width)
    axis_title(result, f"{_LABELS[measure]}, {up.unit}" if up.unit else _LABELS[measure])
    write(result, "Worker-months", 0.5, 0, at="center top", shift=(0, -26), colour=colours.second)
    return result


def _name_lines(
    result: Chart,
    runs: list[ScaleRun],
    ends: list[tuple[ScaleRun, int]],
    measure: str,
    most: tuple[float, float],
    width: int,
) -> None:
    """How many hosts each line allows, at its last point, over no other point."""
    plot = (width - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM)

    def at(run: ScaleRun) -> tuple[float, float]:
        return plot[0] * (run.worker_months or 0.0) / most[0], plot[1] * (1.0 - (getattr(run, measure) or 0.0) / most[1])

    taken = []
    for one, other in itertools.pairwise(runs):
        if one.hosts_allowed == other.hosts_allowed:
            (x1, y1), (x2, y2) = at(one), at(other)
            taken += [(x1 + (x2 - x1) * k / _STEPS, y1 + (y2 - y1) * k / _STEPS) for k in range(_STEPS + 1)]
    labels = Labels(plot[0] + _RIGHT, plot[1], [(x - 3, y - 3, x + 3, y + 3) for x, y in [*taken, *map(at, runs)]])
    for run, hosts in ends:
        words = counted(hosts, "host")
        put = labels.put(words, *at(run), 9.0, _AROUND)
        if put is not None:
            value = getattr(run, measure) / most[1] * result.layout["yaxis"]["range"][1]
            where = f"{put.xanchor} {put.yanchor}"
            write(result, words, run.worker_months or 0.0, value, on="x y", at=where, shift=(put.xshift, put.yshift))


def _ring(result: Chart, scale: Scale, measure: str, ink: str) -> None:
    if measure != "cost_per_worker_month":
        return
    result.add_trace(
        trace(
            "scatter",
            x=[scale.cheapest.worker_months],
            y=[scale.cheapest.cost_per_worker_month],
            mode="markers",
            marker={"symbol": "circle-open", "size": 20, "color": ink, "line": {"width": 1.5, "color": ink}},
            hovertext=wrapped(tied(scale.cheapest.sentence), 50),
            hoverinfo="text",
            name="cheapest",
        )
    )


def _hover(run: ScaleRun, names: Names) -> str:
    rows = [f"<b>{hosts_in_words(run.hosts, names)}</b>", f"Worker-months: {exact(run.worker_months, 'months')}"]
    rows += [f"{_LABELS[name]}: {exact(getattr(run, name), unit)}" for name, unit in _FIGURES.items()]
    if run.binds:
        rows.append(wrapped(f"Held by: {'; '.join(grouped(run.binds)[:4])}", 56))
    return "<br>".join(rows)


def headline(scale: Scale) -> str:
    """Where a worker-month is cheapest."""
    runs = solved(scale)
    if not runs:
        return "No size of programme meets all limits"
    cheapest = scale.cheapest
    size, price = shown(cheapest.worker_months, "months"), shown(cheapest.cost_per_worker_month, "USD")
    return tied(f"A worker-month is cheapest at {size} worker-months, {price}; the programme can grow to {_largest(scale)}")


def _largest(scale: Scale) -> str:
    return shown(max(run.worker_months or 0.0 for run in scale.runs), "months")


def summary(scale: Scale, names: Names | None = None) -> str:
    """The ends of each line in words, and the cheapest size."""
    runs = solved(scale)
    if not runs:
        return "No size of programme meets all limits."
    parts = [f"Lines of the {inline(_LABELS['cost_per_worker_month'])} against the size of the programme."]
    for hosts in sorted({run.hosts_allowed for run in runs}):
        of_one = [run for run in runs if run.hosts_allowed == hosts]
        first, last = of_one[0], of_one[-1]
        parts.append(
            f"At most {counted(hosts, 'host')}: {shown(first.cost_per_worker_month, 'USD')} at "
            f"{shown(first.worker_months, 'months')} worker-months, {shown(last.cost_per_worker_month, 'USD')} at "
            f"{shown(last.worker_months, 'months')} in {hosts_in_words(last.hosts, names or {}, 'and')}."
        )
    return tied(" ".join(parts))
