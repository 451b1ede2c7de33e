"""Colours, type and the settings that every graph shares. The one place for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Theme = Literal["light", "dark", "print"]
THEMES: tuple[Theme, ...] = ("light", "dark", "print")


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme, by what they mean.

    Attributes:
        page: background of everything.
        ink, second: text; labels, units and notes.
        hairline, faint: rules; grid lines and what stands behind everything.
        accent, tint, tint2: chosen, worker, active, binding; lighter (darker on a dark page) kinds of the same.
        state: money to the state in flow charts, nowhere else.
        others, excluded: third parties and the tighter side; candidate hosts that a floor excludes.
        alert: a cliff, an impossible setting, a weakened safeguard.
        sequential: from least to most.
        font: families, best first.
    """

    page: str
    ink: str
    second: str
    hairline: str
    faint: str
    accent: str
    tint: str
    tint2: str
    state: str
    others: str
    excluded: str
    alert: str
    sequential: tuple[str, str, str, str]
    font: str


_SCREEN_FONT = "Inter, system-ui, sans-serif"
_PRINT_FONT = "Inter, Liberation Sans, Arial, Helvetica, sans-serif"

_PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        page="#FFFFFF",
        ink="#18212B",
        second="#52606D",
        hairline="#DFE4E9",
        faint="#EEF1F4",
        accent="#0F6387",
        tint="#4E97B5",
        tint2="#9CC7D8",
        state="#B5760B",
        others="#A3ADB8",
        excluded="#CFD5DB",
        alert="#A8431A",
        sequential=("#BFDCE7", "#6FB0C9", "#217A9F", "#073B54"),
        font=_SCREEN_FONT,
    ),
    "dark": Palette(
        page="#12181E",
        ink="#E8ECF1",
        second="#A9B4C0",
        hairline="#2C3641",
        faint="#212A33",
        accent="#6DBAD8",
        tint="#4389A5",
        tint2="#2F6479",
        state="#E2AC55",
        others="#6C7985",
        excluded="#3A4651",
        alert="#E98A62",
        sequential=("#234C5C", "#3A84A0", "#7CC4DF", "#DDF3FB"),
        font=_SCREEN_FONT,
    ),
    # Paper: darker text and rules, since printers lose hairlines and light greys.
    "print": Palette(
        page="#FFFFFF",
        ink="#000000",
        second="#3C4650",
        hairline="#B4BDC6",
        faint="#DDE2E7",
        accent="#0F6387",
        tint="#4E97B5",
        tint2="#9CC7D8",
        state="#B5760B",
        others="#949FAA",
        excluded="#BAC3CB",
        alert="#A8431A",
        sequential=("#BFDCE7", "#6FB0C9", "#217A9F", "#073B54"),
        font=_PRINT_FONT,
    ),
}


def palette(theme: Theme) -> Palette:
    """Colours and font of a theme."""
    return _PALETTES[theme]


def clear(colour: str, opacity: float) -> str:
    """A hex colour made see-through.

    >>> clear("#0F6387", 0.3)
    'rgba(15, 99, 135, 0.3)'
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


TEXT = 12
"""Size of all text in figures, px."""
SMALL = 11
"""Smallest text anywhere, px."""

GRAPH_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["sendChartToCloud"],
}
"""Config of every graph on a page: no button that sends data anywhere, and scrolling a page never zooms a chart."""
