"""Where the pilot would be, where it could be, and which candidate hosts a rights floor excludes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pilot_planner.figures.core.base_layout import box, frame, hidden_axis, wrapped, write
from pilot_planner.figures.core.chart import Chart, Trace, trace
from pilot_planner.figures.core.country_outlines import OLD_WORLD, WORLD, Ring, View, largest, outlines
from pilot_planner.figures.core.label_placement import Labels
from pilot_planner.figures.core.theme import Palette, Theme, palette
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import counted, in_words, listed, sentence, shown, tied
from pilot_planner.text.names import host_names, sector_names

State = Literal["chosen", "possible", "excluded"]
_TITLES: dict[State, str] = {"chosen": "Chosen", "possible": "Possible", "excluded": "Excluded"}
_SMALLEST = 5.0
"""Px: a country that is smaller both ways cannot be seen."""
_LEGEND = 28
_MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class HostOnMap:
    """A candidate host: what became of it, and why, in words."""

    iso3: str
    name: str
    state: State
    reason: str


def hosts_on_map(plan: Plan) -> tuple[HostOnMap, ...]:
    """Every candidate host of the plan's inputs."""
    sectors = sector_names(plan.inputs)
    chosen = {host.iso3: host for host in plan.hosts}
    found = []
    for iso3, name in host_names(plan.inputs).items():
        verdicts = [verdict for verdict in plan.verdicts if verdict.iso3 == iso3]
        open_to = [sectors.get(verdict.sector, verdict.sector).lower() for verdict in verdicts if verdict.eligible]
        if iso3 in chosen:
            caps = sum(one.worker_cap for one in plan.placements if one.iso3 == iso3)
            reason = f"Chosen: {caps:,} workers at most, {chosen[iso3].oversight_level} oversight."
            state: State = "chosen"
        elif open_to:
            state = "possible"
            reason = f"Passes every rights floor in {listed(open_to, 4)}, but is not in this plan."
        else:
            state = "excluded"
            near = plan.near_misses.get(iso3)
            reason = near.sentence if near else "nothing is known of it."
            reason = reason if near and near.kind == "excluded" else f"Excluded: {reason}"
        found.append(HostOnMap(iso3, name, state, tied(reason)))
    return tuple(found)


def figure(plan: Plan, theme: Theme = "light", width: int = 430, height: int = 320) -> Chart:
    """The map. ``width`` is about what the page gives it, px: labels are placed and tiny hosts left out by it."""
    return draw(hosts_on_map(plan), theme, width, height)


def draw(hosts: Iterable[HostOnMap], theme: Theme, width: int = 430, height: int = 320) -> Chart:
    """The same from the hosts themselves."""
    hosts = tuple(hosts)
    colours = palette(theme)
    view = _view(hosts)
    drawn = outlines(view)
    result = frame(theme, height, top=_LEGEND)
    left, right, bottom, top = view.bounds
    result.update_xaxes(hidden_axis(range=[left, right]))
    result.update_yaxes(hidden_axis(range=[bottom, top], scaleanchor="x", scaleratio=1))
    ours = {host.iso3 for host in hosts}
    result.add_trace(_land([ring for iso3, rings in drawn.items() if iso3 not in ours for ring in rings], colours))
    fills = {"excluded": colours.excluded, "possible": colours.tint, "chosen": colours.accent}
    for state, fill in fills.items():
        for host in hosts:
            if host.state == state and host.iso3 in drawn:
                result.add_trace(_host(host, drawn[host.iso3], fill, colours))
    _legend(result, hosts, fills, colours)
    _labels(result, hosts, drawn, view, width, height)
    return result


def _view(hosts: tuple[HostOnMap, ...]) -> View:
    """The Old World if every host that the plan could use is in it, else the whole world."""
    seen = outlines(OLD_WORLD)
    left, right, bottom, top = OLD_WORLD.bounds
    for host in hosts:
        if host.state == "excluded":
            continue
        if host.iso3 not in seen:
            if host.iso3 in outlines(WORLD):
                return WORLD
            continue
        west, east, south, north = largest(seen[host.iso3])
        if not (left < (west + east) / 2.0 < right and bottom < (south + north) / 2.0 < top):
            return WORLD
    return OLD_WORLD


def _path(rings: Iterable[Ring]) -> tuple[list[float | None], list[float | None]]:
    """Rings one after the other, with gaps between."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in rings:
        if xs:
            xs.append(None)
            ys.append(None)
        xs += [x for x, _ in ring]
        ys += [y for _, y in ring]
    return xs, ys


def _land(rings: list[Ring], colours: Palette) -> Trace:
    xs, ys = _path(rings)
    line = {"color": colours.page, "width": 0.5}
    return trace(
        "scatter", x=xs, y=ys, mode="lines", fill="toself", fillcolor=colours.faint, line=line, hoverinfo="skip", name="rest"
    )


def _host(host: HostOnMap, rings: tuple[Ring, ...], fill: str, colours: Palette) -> Trace:
    xs, ys = _path(rings)
    return trace(
        "scatter",
        x=xs,
        y=ys,
        mode="lines",
        fill="toself",
        fillcolor=fill,
        line={"color": colours.page, "width": 0.7},
        hoveron="fills",
        hoverinfo="text",
        text=f"<b>{host.name}</b><br>{wrapped(host.reason, 48)}",
        name=host.name,
        meta=host.iso3,
    )


def _legend(result: Chart, hosts: tuple[HostOnMap, ...], fills: dict[str, str], colours: Palette) -> None:
    """Counts beside the colours, in one row above the map."""
    place = 0.0
    for state, title in _TITLES.items():
        count = sum(host.state == state for host in hosts)
        words = f"{title} {count}"
        write(result, "■", 0, 1, at="left bottom", shift=(place, 8), colour=fills[state], size=14)
        write(result, words, 0, 1, at="left bottom", shift=(place + 15, 9), colour=colours.second)
        place += 15 + box(words)[0] + 22


def _labels(
    result: Chart,
    hosts: tuple[HostOnMap, ...],
    drawn: dict[str, tuple[Ring, ...]],
    view: View,
    width: int,
    height: int,
) -> None:
    left, right, bottom, top = view.bounds
    scale = _pixels(view, width, height)
    plot = height - _LEGEND
    # A page of another shape shows more of one direction, in equal parts on both sides.
    aside = (width - scale * (right - left)) / 2.0
    over = (plot - scale * (top - bottom)) / 2.0
    labels = Labels(width, plot)
    for state, sides in (("chosen", ("above", "below", "left", "right")), ("possible", ("right", "left", "above", "below"))):
        for host in hosts:
            if host.state != state or host.iso3 not in drawn:
                continue
            west, east, south, north = largest(drawn[host.iso3])
            x, y = (west + east) / 2.0, (south + north) / 2.0
            away = (scale * (east - west) / 2.0 + 4.0, scale * (north - south) / 2.0 + 2.0)
            text = f"<b>{host.name}</b>" if state == "chosen" else host.name
            placed = labels.put(text, aside + scale * (x - left), over + scale * (top - y), away, sides)
            if placed is None:
                continue
            anchor = f"{placed.xanchor} {placed.yanchor}"
            write(result, text, x, y, on="x y", at=anchor, shift=(placed.xshift, placed.yshift))


def _pixels(view: View, width: int, height: int) -> float:
    """Px of one unit of the page of the projection."""
    left, right, bottom, top = view.bounds
    return min(width / (right - left), (height - _LEGEND) / (top - bottom))


def not_visible(hosts: Iterable[HostOnMap], width: int = 430, height: int = 320) -> list[str]:
    """Names of hosts that the map does not show: too small, or out of view."""
    hosts = tuple(hosts)
    view = _view(hosts)
    drawn = outlines(view)
    left, right, bottom, top = view.bounds
    scale = _pixels(view, width, height)
    missing = []
    for host in hosts:
        if host.iso3 not in drawn:
            missing.append(host.name)
            continue
        west, east, south, north = largest(drawn[host.iso3])
        outside = east < left or west > right or north < bottom or south > top
        if outside or max(east - west, north - south) * scale < _SMALLEST:
            missing.append(host.name)
    return missing


def headline(plan: Plan) -> str:
    """``2 of 40 hosts are chosen; 2 more would pass``."""
    hosts = hosts_on_map(plan)
    chosen = sum(host.state == "chosen" for host in hosts)
    possible = sum(host.state == "possible" for host in hosts)
    verb = "is" if chosen == 1 else "are"
    head = f"{chosen or 'None'} of {counted(len(hosts), 'host')} {verb if chosen else 'is'} chosen"
    if not possible:
        return f"{head}; no other would pass" if chosen else f"{head}; none would pass"
    return f"{head}; {in_words(possible)} more would pass" if chosen else f"{head}; {in_words(possible)} would pass"


def note_below(plan: Plan, width: int = 430, height: int = 320) -> str:
    """What the map cannot show, for the line under it; empty if it shows everything."""
    missing = not_visible(hosts_on_map(plan), width, height)
    return f"Not visible at this size: {', '.join(missing)}." if missing else ""


def summary(plan: Plan) -> str:
    """The map in words: who is chosen, who would pass, who fails, and who is too small to be seen."""
    hosts = hosts_on_map(plan)
    names = {state: [host.name for host in hosts if host.state == state] for state in _TITLES}
    parts = [f"World map of {counted(len(hosts), 'candidate host')}."]
    for host in plan.hosts:
        workers = sum(one.worker_cap for one in plan.placements if one.iso3 == host.iso3)
        parts.append(f"{host.name} is chosen, with at most {shown(workers, 'persons')} workers.")
    if not plan.hosts:
        parts.append("No host is chosen.")
    if names["possible"]:
        parts.append(
            sentence(f"{listed(names['possible'])} would pass every rights floor but {_is(names['possible'])} not in it")
        )
    if names["excluded"]:
        failing = listed(names["excluded"], _MOST_NAMES)
        parts.append(
            f"{counted(len(names['excluded']), 'host', capital=True)} fail{_s(names['excluded'])} a rights floor: {failing}."
        )
    below = note_below(plan)
    return " ".join([*parts, below]).strip()


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _s(names: list[str]) -> str:
    return "s" if len(names) == 1 else ""
