"""Parts that pages are made of: sections, tables, notes. Plain HTML, so that they print and read aloud well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from pilot_planner.figures.core.svg_renderer import to_svg
from pilot_planner.figures.core.theme import GRAPH_CONFIG

_CONFIG: Any = GRAPH_CONFIG

Content = Any
"""A Dash component, a text, or a list of them."""


def aria(**names: str) -> dict[str, Any]:
    """Attributes for screen readers: ``aria(label="Pages")``."""
    return {f"aria-{name}": value for name, value in names.items()}


def data(**names: str) -> dict[str, Any]:
    """Attributes of the page's own."""
    return {f"data-{name}": value for name, value in names.items()}


def section(
    title: Content, sub: Content = None, *content: Content, side: Content = None, name: str | None = None
) -> html.Section:
    """A part of a page under a hairline. The title says the finding; ``sub`` what is shown, and in which unit."""
    head: Content = html.H2(title)
    if side is not None:
        head = html.Div([html.H2(title), side], className="pp-section-head")
    parts = [head]
    if sub is not None:
        parts.append(html.P(sub, className="pp-sub"))
    anchor: dict[str, Any] = {} if name is None else {"id": name}
    return html.Section([*parts, *content], className="pp-section", **anchor)


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Content]],
    left: int = 1,
    total: bool = False,
    label: str = "",
    spare: Sequence[int] = (),
    name: Any = None,
    look: str = "",
) -> html.Div:
    """A table: the first ``left`` columns are words, the others figures; ``spare`` columns are dropped on a phone.

    One component and not one for each cell: a page of many cells would take seconds to draw on a slow machine.
    """
    filled = {"head": list(heads), "body": [list(row) for row in rows], "caption": label or None}
    looks = ["pp-table", f"pp-words-{left}", *(f"pp-spare-{place + 1}" for place in spare)]
    if look:
        looks.append(look)
    if total:
        looks.append("pp-with-total")
    chosen = {} if name is None else {"id": name}
    found = dmc.Table(data=filled, className=" ".join(looks), withRowBorders=False, **chosen)
    # A box that scrolls must be reachable by keyboard, and then needs a name.
    return scrolled(found, label)


def scrolled(found: Content, label: str) -> html.Div:
    """A table in a box that scrolls, with the ways to take it along below it."""
    return html.Div(
        [found, take_table()], className="pp-scroll", tabIndex="0", role="region", **aria(label=label or "Table")
    )


def take_table() -> html.Div:
    """The ways to take a table along; it stands in the box of the table (``assets/take.js``)."""
    return html.Div(className="pp-take pp-one-text", **data(html=_TAKE_TABLE))


_TAKE = '<button type="button" class="pp-plain" data-take="{kind}" title="{title}">{words}</button>'
_TAKE_TABLE = "".join(
    _TAKE.format(kind=kind, title=title, words=words)
    for kind, title, words in (
        ("csv", "This table as a file that spreadsheets open", "CSV"),
        ("copy", "This table into the clipboard, to be pasted into a document", "Copy"),
    )
)
_TAKE_CHART = "".join(
    _TAKE.format(kind=kind, title=title, words=words)
    for kind, title, words in (
        ("svg", "This chart as a drawing that stays sharp at any size", "SVG"),
        ("png", "This chart as a picture, at twice the size of the screen", "PNG"),
    )
)
"""Buttons that ``assets/take.js`` answers to, as text: they ask the server for nothing."""


def linked_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str | tuple[str, str]]],
    left: int = 1,
    label: str = "",
    spare: Sequence[int] = (),
    name: Any = None,
    look: str = "",
) -> html.Div:
    """The same with links: a cell is a text, or a text and the address that it leads to; ``**`` around makes it bold.

    One component as well: ``dmc.Table`` takes no links. ``assets/client.js`` follows them without loading the page anew.
    """
    lines = [[_cell(one) for one in heads], ["---"] * len(heads), *([_cell(one) for one in row] for row in rows)]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    looks = ["pp-table", "pp-linked", f"pp-words-{left}", *(f"pp-spare-{place + 1}" for place in spare), *look.split()]
    chosen = {} if name is None else {"id": name}
    found = dcc.Markdown(text, className=" ".join(looks), **chosen)
    return scrolled(found, label)


_SIGNS_OF_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~.-])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", ":": "&#58;", "@": "&#64;"})
"""Tags, and the signs by which an address would become a link by itself."""


def _cell(value: str | tuple[str, str]) -> str:
    """A cell in Markdown, where no sign of the text itself means anything."""
    if isinstance(value, tuple):
        text, address = value
        return f"[{_cell(text)}]({address})"
    bold = value.startswith("**") and value.endswith("**") and len(value) > len("****")
    inner = " ".join((value[2:-2] if bold else value).split())
    plain = _SIGNS_OF_MARKDOWN.sub(r"\\\1", inner).translate(_ENTITIES)
    return f"**{plain}**" if bold else plain or "\u00a0"


def folded(title: str, *content: Content) -> html.Details:
    """Content that is there for those who ask for it."""
    return html.Details([html.Summary(title), *content], className="pp-folded")


def graph(figure: Any, summary: str, name: Any = None, still: int | None = None, **more: Any) -> html.Div:
    """A chart with the sentence that stands for it where it cannot be seen. It is as high as its figure says.

    With ``still``, the width in px that it was made for, a drawing stands in its place until the chart library, which is
    large, has drawn it (``assets/client.js`` shows it).
    """
    chosen = {} if name is None else {"id": name}
    # A responsive chart takes the height of its box and not its own.
    style = {"height": f"{figure.layout['height']}px"}
    chart = dcc.Graph(figure=figure, config=_CONFIG, style=style, responsive=True, **chosen, **more)
    # Its room is kept while it is being drawn: nothing moves when it comes.
    room = {"minHeight": style["height"]}
    # Beside the picture and not in it: what stands inside a picture is not read.
    take = html.Div(className="pp-take pp-one-text", **data(html=_TAKE_CHART))
    if still is None:
        return html.Div([html.Div(chart, role="img", style=room, **aria(label=summary)), take], className="pp-figure")
    drawn = html.Div(className="pp-still", **data(svg=to_svg(figure, still)))
    picture = html.Div([chart, drawn], className="pp-chart", role="img", style=room, **aria(label=summary))
    return html.Div([picture, take], className="pp-figure")


def tag(grade: str) -> html.Span:
    """A grade of evidence, small and outlined."""
    words = {"A": "published and checked", "B": "published, dated or derived", "C": "recalled or judged: to be replaced"}
    return html.Span(grade, className="pp-tag", title=f"evidence grade {grade}: {words.get(grade, '')}".rstrip(": "))


def progress(text: str, fraction: float, side: str = "", button: Content = None) -> html.Div:
    """A line of progress with its count, what is going on, and a way to stop it."""
    share = f"{100 * min(1.0, max(0.0, fraction)):.0f}"
    line = html.Div(
        html.Div(style={"width": f"{share}%"}),
        className="pp-progress-line",
        role="progressbar",
        **aria(valuenow=share, valuemin="0", valuemax="100", label=text),
    )
    return html.Div([html.Strong(text), line, html.Span(side), button or html.Span()], className="pp-progress")


def empty(*content: Content) -> html.Div:
    """What stands where there is nothing to show yet."""
    return html.Div(list(content), className="pp-empty")
