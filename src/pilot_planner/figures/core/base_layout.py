"""The frame of every figure: no box, quiet grid, words instead of legends, and a designed figure for nothing to show."""

from __future__ import annotations

import textwrap
from typing import Any

from pilot_planner.figures.core.chart import Chart, trace
from pilot_planner.figures.core.theme import SMALL, TEXT, Palette, Theme, palette

CHARACTER = 6.7
"""Mean width of a character of chart text, px; to plan room for labels."""


def frame(theme: Theme, height: int, *, left: int = 0, right: int = 0, top: int = 0, bottom: int = 0) -> Chart:
    """An empty figure of a theme. Margins in px; the width is the page's."""
    colours = palette(theme)
    figure = Chart()
    figure.update_layout(
        # Empty: for whoever makes a plotly figure of it, plotly's own would bring its colours back.
        template={},
        height=height,
        margin={"l": left, "r": right, "t": top, "b": bottom, "pad": 0, "autoexpand": False},
        paper_bgcolor=colours.page,
        plot_bgcolor=colours.page,
        font={"family": colours.font, "size": TEXT, "color": colours.second},
        colorway=[colours.accent, colours.tint, colours.others, colours.ink],
        showlegend=False,
        meta={"ink": colours.ink},
        separators=".,",
        hovermode="closest",
        dragmode=False,
        bargap=0.2,
        hoverlabel={
            "bgcolor": colours.page,
            "bordercolor": colours.hairline,
            "font": {"family": colours.font, "size": TEXT, "color": colours.ink},
            "align": "left",
            "namelength": 0,
        },
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": colours.second, "activecolor": colours.accent},
    )
    return figure


def value_axis(colours: Palette, **more: Any) -> dict[str, Any]:
    """An axis of numbers: faint grid, no line, three or four ticks."""
    return {
        "showgrid": True,
        "gridcolor": colours.faint,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "nticks": 5,
        "fixedrange": True,
        "tickfont": {"size": TEXT, "color": colours.second},
        "automargin": False,
        **more,
    }


def base_axis(colours: Palette, **more: Any) -> dict[str, Any]:
    """An axis that things stand on: one line, no grid."""
    return value_axis(colours, **{"showgrid": False, "showline": True, "linecolor": colours.second, "linewidth": 1} | more)


def hidden_axis(**more: Any) -> dict[str, Any]:
    """An axis that is only for placing things."""
    return {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False, **more}


def write(
    figure: Chart,
    text: str,
    x: float | str,
    y: float | str,
    *,
    colour: str = "",
    on: str = "paper",
    at: str = "left middle",
    shift: tuple[float, float] = (0.0, 0.0),
    size: int = TEXT,
    **more: Any,
) -> None:
    """Write text on a figure, without an arrow.

    Args:
        x, y: shares of the plot where ``on`` is ``paper``; else values on the axes that ``on`` names (``x y``, ``x2 y2``,
            ``paper y``).
        at: which point of the text is there: ``left``, ``center`` or ``right``, then ``top``, ``middle`` or ``bottom``.
        shift: px to the right and upwards.
    """
    across, up = at.split()
    xref, _, yref = on.partition(" ")
    font = {"size": size, "color": colour or figure.layout["meta"]["ink"], "family": figure.layout["font"]["family"]}
    figure.add_annotation(
        text=text,
        x=x,
        y=y,
        xref=xref,
        yref=yref or xref,
        xanchor=across,
        yanchor=up,
        xshift=shift[0],
        yshift=shift[1],
        align=across,
        showarrow=False,
        borderpad=0,
        font=font,
        **more,
    )


def axis_title(figure: Chart, text: str) -> None:
    """The title of a vertical axis: horizontal, above it, on the left edge of the figure."""
    left = figure.layout["margin"]["l"]
    write(figure, text, 0.0, 1.0, at="left bottom", shift=(-left, 12.0), colour=figure.layout["font"]["color"])


def wrapped(text: str, characters: int) -> str:
    """The text on several lines."""
    return "<br>".join(textwrap.wrap(text, max(4, characters), break_long_words=False)) or text


def lines(text: str) -> int:
    """How many lines a wrapped text has."""
    return text.count("<br>") + 1


def cut(text: str, characters: int) -> str:
    """The text, or as much of it as fits, with an ellipsis; the whole stands in the hover text."""
    return text if len(text) <= characters else f"{text[: max(1, characters - 1)].rstrip()}…"


def nothing(theme: Theme, sentence: str, height: int = 160) -> Chart:
    """A figure that says why there is none."""
    colours = palette(theme)
    figure = frame(theme, height, left=1)
    figure.update_xaxes(hidden_axis(range=[0, 1]))
    figure.update_yaxes(hidden_axis(range=[0, 1]))
    figure.add_trace(trace("scatter", x=[], y=[], mode="markers", hoverinfo="skip"))
    figure.add_shape(
        type="line", xref="paper", yref="paper", x0=0, x1=0, y0=0.35, y1=0.65, line={"color": colours.hairline, "width": 2}
    )
    write(figure, wrapped(sentence, 46), 0.0, 0.5, colour=colours.second, shift=(16.0, 0.0))
    return figure


def box(label: str, size: int = TEXT) -> tuple[float, float]:
    """Width and height of a label in px, about."""
    bold = 1.07 if "<b>" in label else 1.0
    rows = label.replace("<b>", "").replace("</b>", "").split("<br>")
    return max(len(row) for row in rows) * CHARACTER * bold * size / TEXT, len(rows) * (size + 3.0)


__all__ = [
    "CHARACTER",
    "SMALL",
    "TEXT",
    "axis_title",
    "base_axis",
    "box",
    "cut",
    "frame",
    "hidden_axis",
    "lines",
    "nothing",
    "value_axis",
    "wrapped",
    "write",
]
