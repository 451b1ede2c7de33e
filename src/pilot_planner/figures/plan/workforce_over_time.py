"""Workers of each placement over time against the cap in the host agreement: small multiples on one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pilot_planner.case.calendar import Period
from pilot_planner.figures.core.base_layout import CHARACTER, base_axis, cut, frame, nothing, value_axis, write
from pilot_planner.figures.core.chart import Chart, Trace, trace
from pilot_planner.figures.core.theme import Palette, Theme, palette
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import counted, exact, sentence, shown, tied
from pilot_planner.text.names import host_names, sector_names

_WITHIN = 1.0
"""Caps are whole persons and plans are not: a placement within one person of its cap has reached it."""
_PERIOD_WORDS = {1: "month", 2: "two months", 3: "quarter", 4: "four months", 6: "half-year", 12: "year"}
_PANEL = 112
"""Least width of a panel, px."""
_ROW, _TITLE, _FOOT, _LEFT = 176, 46, 26, 44
_MOST_TOLD = 4


@dataclass(frozen=True, slots=True)
class Panel:
    """One placement: workers by period (None before work begins)."""

    host: str
    sector: str
    workers: tuple[float | None, ...]
    cap: int

    @property
    def peak(self) -> float:
        return max((value for value in self.workers if value is not None), default=0.0)

    @property
    def reached(self) -> int | None:
        """Number of the first period at the cap; None where it is never reached."""
        for number, value in enumerate(self.workers, start=1):
            if value is not None and value > self.cap - _WITHIN:
                return number
        return None


def panels(plan: Plan) -> tuple[Panel, ...]:
    """Every placement of the plan, the largest cap first."""
    hosts, sectors = host_names(plan.inputs), sector_names(plan.inputs)
    found = []
    for one in plan.placements:
        rows = {
            row.period: row.workers for row in plan.accounts.workforce if (row.iso3, row.sector) == (one.iso3, one.sector)
        }
        workers = tuple(rows.get(period.number) for period in plan.case.periods)
        host, sector = hosts.get(one.iso3, one.iso3), sectors.get(one.sector, one.sector)
        found.append(Panel(host, sector, workers, one.worker_cap))
    return tuple(sorted(found, key=lambda panel: -panel.cap))


def figure(plan: Plan, theme: Theme = "light", width: int = 590) -> Chart:
    """The small multiples. ``width`` is about what the page gives them, px: panels wrap by it."""
    return draw(panels(plan), plan.case.periods, theme, width)


def draw(placements: tuple[Panel, ...], periods: tuple[Period, ...], theme: Theme, width: int = 590) -> Chart:
    """The same from the panels themselves."""
    if not placements:
        return nothing(theme, "No placement is planned, so there are no workers to show.")
    colours = palette(theme)
    columns, rows = _grid(len(placements), width)
    pitch = _TITLE + _ROW + _FOOT
    height = rows * pitch
    result = frame(theme, height, left=_LEFT, right=2, bottom=_FOOT)
    top = max(max(panel.cap, panel.peak) for panel in placements) * 1.12
    plot = height - _FOOT
    inner = width - _LEFT - 2
    gap = 18.0 / inner
    share = (1.0 - gap * (columns - 1)) / columns
    ticks, words = _years(periods)
    for place, panel in enumerate(placements):
        row, column = divmod(place, columns)
        turn = "" if place == 0 else str(place + 1)
        x, y = f"x{turn}", f"y{turn}"
        across = (column * (share + gap), column * (share + gap) + share)
        down = row * pitch + _TITLE
        upward = (max(0.0, 1.0 - (down + _ROW) / plot), 1.0 - down / plot)
        result.add_trace(_bars(panel, periods, colours.accent, x, y))
        axis = base_axis(colours, domain=across, anchor=y, range=[0.4, len(periods) + 0.6], tickvals=ticks, ticktext=words)
        scale = value_axis(
            colours, domain=upward, anchor=x, range=[0, top], nticks=4, tickformat=",~r", showticklabels=column == 0
        )
        result.update_layout(**{f"xaxis{turn}": axis, f"yaxis{turn}": scale})
        _cap(result, panel, len(periods), x, y, colours)
        room = int(share * inner / CHARACTER)
        title = f"{cut(panel.host, room)}<br>{cut(panel.sector.lower(), room)}"
        whole = f"{panel.host}, {panel.sector.lower()}"
        write(result, title, across[0], upward[1], at="left bottom", shift=(0, 8), hovertext=whole)
    return result


def _grid(count: int, width: int) -> tuple[int, int]:
    """Columns and rows: as even as the width allows."""
    most = max(1, (width - _LEFT) // _PANEL)
    rows = math.ceil(count / most)
    return math.ceil(count / rows), rows


def _years(periods: tuple[Period, ...]) -> tuple[list[float], list[str]]:
    """Calendar years under the middle of their periods; a year with few of them among many goes unnamed."""
    years: dict[int, list[int]] = {}
    for period in periods:
        years.setdefault(period.start.year, []).append(period.number)
    step = math.ceil(len(years) / 3)
    shown_years = list(years)[::step]
    return [sum(years[year]) / len(years[year]) for year in shown_years], [str(year) for year in shown_years]


def _bars(panel: Panel, periods: tuple[Period, ...], colour: str, x: str, y: str) -> Trace:
    name = f"<b>{panel.host}, {panel.sector.lower()}</b>"
    words = [
        f"{name}<br>{_when(period)}: {exact(value, 'persons')} workers, cap {panel.cap:,}" if value is not None else ""
        for period, value in zip(periods, panel.workers, strict=True)
    ]
    return trace(
        "bar",
        x=[period.number for period in periods],
        y=list(panel.workers),
        xaxis=x,
        yaxis=y,
        marker={"color": colour, "line": {"width": 0}},
        hovertext=words,
        hoverinfo="text",
        name=f"{panel.host}, {panel.sector}",
    )


def _when(period: Period) -> str:
    """``April 2027``, ``April to June 2027``."""
    first = f"{period.start:%B}"
    if period.months == 1:
        return f"{first} {period.start.year}"
    last = period.start.replace(month=period.calendar_months[-1])
    return f"{first} to {last:%B} {period.start.year}"


def _cap(result: Chart, panel: Panel, count: int, x: str, y: str, colours: Palette) -> None:
    line = {"color": colours.ink, "width": 1.5}
    result.add_shape(type="line", xref=x, yref=y, x0=0.4, x1=count + 0.6, y0=panel.cap, y1=panel.cap, line=line)
    words = f"cap <b>{panel.cap:,}</b>"
    write(result, words, count + 0.6, panel.cap, on=f"{x} {y}", at="right bottom", shift=(0, 1))


def period_word(plan: Plan) -> str:
    """``quarter``, ``month`` ...: what one bar stands for."""
    return _PERIOD_WORDS[plan.design.programme.period_months]


def headline(plan: Plan) -> str:
    """How many placements reach their cap, and by when."""
    placements = panels(plan)
    if not placements:
        return "No placement is planned"
    reached = [number for panel in placements if (number := panel.reached) is not None]
    if not reached:
        return (
            f"{counted(len(placements), 'placement', capital=True)} stay{'s' if len(placements) == 1 else ''} below the cap"
        )
    when = _when(plan.case.periods[max(reached) - 1])
    if len(reached) == len(placements):
        who = "The only placement reaches its" if len(placements) == 1 else "Every placement reaches its"
        return f"{who} agreed cap by {when}"
    verb = "reaches its" if len(reached) == 1 else "reach their"
    return f"{len(reached)} of {len(placements)} placements {verb} agreed cap by {when}"


def summary(plan: Plan) -> str:
    """The bars in words."""
    placements = panels(plan)
    if not placements:
        return "No placement is planned."
    told = [
        f"{panel.host}, {panel.sector.lower()}: at most {shown(panel.peak, 'persons')} workers, cap {panel.cap:,}"
        for panel in placements[:_MOST_TOLD]
    ]
    total = sum(panel.cap for panel in placements)
    more = len(placements) - len(told)
    tail = (
        f" {counted(more, 'smaller placement', capital=True)} {'is' if more == 1 else 'are'} not told here." if more else ""
    )
    start = sentence(
        f"bar charts of workers by {period_word(plan)} in {counted(len(placements), 'placement')}, on one scale"
    )
    return tied(f"{start} {'; '.join(told)}.{tail} All caps together: {total:,} workers.")


__all__ = ["Panel", "draw", "figure", "headline", "panels", "period_word", "summary"]
