"""Each party against its own alternative, all on one axis: where it says no, what nobody vetoes, what each plan gives it."""

from __future__ import annotations

from collections.abc import Sequence

from pilot_planner.figures.core.base_layout import box, frame, hidden_axis, value_axis, write
from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import Palette, Theme, palette
from pilot_planner.studies.parties.party_records import (
    A_DOLLAR,
    EGALITARIAN,
    NASH,
    NEAREST,
    OPEN,
    Deal,
    PartyScale,
    RoomOfAgreement,
)
from pilot_planner.text.labels import exact, sentence, shown, tied

ROW = 58
_MILLION = 1e6
_HALF, _BAND = 0.5, 0.13
_KEY = 17
"""Px of one line of the key."""
_MARKS = (
    (OPEN, "circle-open", "○", "this plan"),
    (EGALITARIAN, "diamond", "◆", "egalitarian compromise"),
    (NASH, "diamond-open", "◇", "Nash point"),
    (NEAREST, "diamond", "◆", "nearest to all floors"),
)


def figure(room: RoomOfAgreement, theme: Theme = "light", width: int = 760) -> Chart:
    """One row a party, m USD over the whole programme; zero is its own alternative. ``width``: px that the page gives it."""
    colours = palette(theme)
    keys = _keys(room, colours)
    lines = _lines(keys, width)
    top = _KEY * (lines[-1][0] + 1) + 8
    result = frame(theme, top + ROW * len(room.scales) + 30, left=4, right=16, top=top, bottom=30)
    low, high = _span(room)
    result.update_xaxes(
        value_axis(colours, range=[low, high], showticklabels=True, ticksuffix=" m", nticks=6 if width < 500 else 10)
    )
    result.update_yaxes(hidden_axis(range=[len(room.scales) - _HALF, -_HALF - 0.12]))
    for place, scale in enumerate(room.scales):
        _row(result, place, scale, room, colours, low, high)
    zero = {"color": colours.ink, "width": 1}
    result.add_shape(type="line", xref="x", yref="paper", x0=0, x1=0, y0=0, y1=1, line=zero, layer="below")
    others = [
        (deal.gains[one.party] / _MILLION, place) for place, one in enumerate(room.scales) for deal in _others(room, one)
    ]
    _marks(result, others, "line-ns", colours.second, 9, [f"Choice of another: {x:.1f} m USD" for x, _ in others])
    for name, symbol, _, words in _MARKS:
        if name in room.deals:
            gains = room.deals[name].gains
            placed = [(gains[one.party] / _MILLION, place) for place, one in enumerate(room.scales)]
            hover = [f"<b>{one.name}</b>, {words}: {exact(gains[one.party], 'USD')}" for one in room.scales]
            vetoing = {veto.party for veto in room.deals[name].vetoed_by}
            own = colours.ink if name == OPEN else colours.accent
            ink = [colours.alert if one.party in vetoing else own for one in room.scales]
            _marks(result, placed, symbol, ink, 11, hover)
    alone = [(one.alone / _MILLION, place) for place, one in enumerate(room.scales)]
    hover = [f"<b>{one.name}</b>, own choice: {exact(one.alone, 'USD')}" for one in room.scales]
    _marks(result, alone, "triangle-down", colours.ink, 9, hover, up=-0.2)
    for line, across, mark, words, colour in lines:
        write(result, mark, 0, 1, at="left bottom", shift=(across - 4, top - _KEY * (line + 1) - 2), colour=colour, size=13)
        write(result, words, 0, 1, at="left bottom", shift=(across + 13, top - _KEY * (line + 1)), colour=colours.second)
    return result


def _row(
    result: Chart, place: int, scale: PartyScale, room: RoomOfAgreement, colours: Palette, low: float, high: float
) -> None:
    floor = scale.floor / _MILLION
    flat = {"width": 0}

    def band(start: float, end: float, fill: str) -> None:
        edges = {"x0": start, "x1": end, "y0": place - _BAND, "y1": place + _BAND}
        result.add_shape(type="rect", xref="x", yref="y", **edges, fillcolor=fill, line=flat, layer="below")

    line = {"color": colours.hairline, "width": 1}
    result.add_shape(type="line", xref="x", yref="y", x0=low, x1=high, y0=place, y1=place, line=line, layer="below")
    if floor > low:
        band(low, floor, colours.faint)
    if scale.least is not None and scale.most is not None:
        band(scale.least / _MILLION, scale.most / _MILLION, colours.tint2)
    edge = {"color": colours.accent, "width": 2}
    ends = {"x0": floor, "x1": floor, "y0": place - 0.24, "y1": place + 0.24}
    result.add_shape(type="line", xref="x", yref="y", **ends, line=edge)
    short = next((veto.short for veto in room.deals[OPEN].vetoed_by if veto.party == scale.party), None)
    verdict = "agrees" if short is None else f"vetoes by {shown(short, 'USD')}"
    ink = colours.second if short is None else colours.alert
    write(result, f"<b>{scale.name}</b>", 0, place, on="paper y", at="left bottom", shift=(0, 15))
    write(result, verdict, 1, place, on="paper y", at="right bottom", shift=(0, 15), colour=ink)


def _marks(
    result: Chart,
    placed: Sequence[tuple[float, int]],
    symbol: str,
    colour: str | list[str],
    size: int,
    hover: list[str],
    up: float = 0.0,
) -> None:
    line = {"color": colour, "width": 2 if symbol.endswith(("open", "ns")) else 0}
    result.add_trace(
        trace(
            "scatter",
            x=[x for x, _ in placed],
            y=[place + up for _, place in placed],
            mode="markers",
            marker={"symbol": symbol, "size": size, "color": colour, "line": line},
            hovertext=hover,
            hoverinfo="text",
            showlegend=False,
        )
    )


def _others(room: RoomOfAgreement, scale: PartyScale) -> list[Deal]:
    return [room.deals[one.party] for one in room.scales if one.party != scale.party]


def _keys(room: RoomOfAgreement, colours: Palette) -> list[tuple[str, str, str]]:
    keys = [("■", "plans that nobody vetoes", colours.tint2)] if room.has_room else []
    keys += [
        ("■", "below its floor", colours.hairline),
        ("▼", "own choice", colours.ink),
        ("❘", "choices of the others", colours.second),
    ]
    for name, _, mark, words in _MARKS:
        if name in room.deals:
            keys.append((mark, words, colours.ink if name == OPEN else colours.accent))
    return keys


def _lines(keys: Sequence[tuple[str, str, str]], width: int) -> list[tuple[int, float, str, str, str]]:
    """Line and px from the left of each entry of the key."""
    found: list[tuple[int, float, str, str, str]] = []
    line, across = 0, 0.0
    for mark, words, colour in keys:
        wide = box(words)[0] + 34
        if across and across + wide > width - 12:
            line, across = line + 1, 0.0
        found.append((line, across, mark, words, colour))
        across += wide
    return found


def _span(room: RoomOfAgreement) -> tuple[float, float]:
    values = [0.0, *(value for one in room.scales for value in (one.floor, one.alone))]
    values += [gain for deal in room.deals.values() for gain in deal.gains.values()]
    low, high = min(values) / _MILLION, max(values) / _MILLION
    room_at_ends = 0.04 * max(high - low, A_DOLLAR / _MILLION)
    return low - room_at_ends, high + room_at_ends


def headline(room: RoomOfAgreement) -> str:
    """How many agree to this plan."""
    plan = room.deals[OPEN]
    agree = len(room.scales) - len(plan.vetoed_by)
    return f"{agree} of {len(room.scales)} parties would agree to this plan"


def summary(room: RoomOfAgreement) -> str:
    """Every party with its floor, what this plan gives it, and what it could have."""
    parts = [sentence("gains of each party over its own alternative, in USD over the whole programme")]
    for one in room.scales:
        gain = room.deals[OPEN].gains[one.party]
        text = f"{one.name}: {shown(gain, 'USD')} in this plan against a floor of {shown(one.floor, 'USD')}"
        if one.least is not None and one.most is not None:
            text += f"; {shown(one.least, 'USD')} to {shown(one.most, 'USD')} in plans that nobody vetoes"
        parts.append(f"{text}; {shown(one.alone, 'USD')} in its own choice.")
    return tied(" ".join(parts))
