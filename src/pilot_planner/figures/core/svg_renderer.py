"""Figures as SVG without a browser: what stands in documents, and on a page until the chart library has drawn.

Our figures use little of what plotly can do: lines, areas, bars, markers, flows, lines and words at given places, and every
axis has its range. That little is drawn here as plotly draws it, so that a figure looks the same wherever it stands.
Whatever a figure asks for beyond it is refused, never left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from pilot_planner.errors import PilotPlannerError
from pilot_planner.figures.core.chart import Chart
from pilot_planner.figures.core.svg_flow_shapes import flow_shapes
from pilot_planner.figures.core.svg_mark_shapes import OUTLINES, mark

Record = Mapping[str, Any]

_LINE = 1.3
"""Height of a line of text, sizes of its letters."""
_ASCENT, _DESCENT = 0.96875, 0.2415
"""Of the box of a line in Inter, sizes of its letters."""
_BORDER = 1.0
"""Px that plotly keeps round a label for a border, drawn or not."""
_TRACES = frozenset({"scatter", "bar", "sankey"})


class NotDrawnError(PilotPlannerError):
    """The figure asks for something that is not drawn here."""


@dataclass(frozen=True)
class _Axis:
    """An axis: where its values stand, in px of the figure."""

    setting: Record
    first: float
    last: float
    low: float
    high: float

    def px(self, value: float) -> float:
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)

    @property
    def length(self) -> float:
        return abs(self.last - self.first)

    @property
    def shown(self) -> bool:
        return self.setting.get("visible", True) is not False


def to_svg(figure: Chart, width: int, height: int | None = None) -> str:
    """The figure as SVG, ``width`` x ``height`` px (its own height if None).

    Raises NotDrawnError, which names what is not drawn here.
    """
    return "".join(_Drawing(figure, float(width), float(height or figure.layout["height"])).parts())


class _Drawing:
    def __init__(self, figure: Chart, width: float, height: float) -> None:
        self.traces: Sequence[Record] = figure.data
        self.layout: Record = figure.layout
        self.width, self.height = width, height
        margin = {side: float(self.layout["margin"].get(side, 0)) for side in "ltrb"}
        self.left, self.right = margin["l"], width - margin["r"]
        self.top, self.bottom = margin["t"], height - margin["b"]
        names = [key for key in self.layout if re.fullmatch(r"[xy]axis\d*", key)]
        self.axes = {name.replace("axis", ""): self._axis(name) for name in names}
        for name, axis in list(self.axes.items()):
            if "scaleanchor" in axis.setting:
                self._to_one_scale(name, axis.setting["scaleanchor"])
        if self.layout.get("showlegend", True):
            raise NotDrawnError("a legend is not drawn here")

    def parts(self) -> Iterator[str]:
        font = self.layout["font"]
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} {_n(self.height)}" '
            f'width="{_n(self.width)}" height="{_n(self.height)}" font-family="{escape(font["family"])}" '
            f'font-size="{_n(font["size"])}">'
        )
        yield f'<rect width="100%" height="100%" fill="{self.layout["paper_bgcolor"]}"/>'
        yield f'<clipPath id="{self._clip}"><rect {self._plot()}/></clipPath>'
        for shape in self.layout.get("shapes", ()):
            if shape.get("layer") == "below":
                yield self._shape(shape)
        for name, axis in self.axes.items():
            yield from self._grid(name, axis)
        for trace in self.traces:
            if trace["type"] not in _TRACES:
                raise NotDrawnError(f"a trace of type {trace['type']} is not drawn here")
            yield from {"scatter": self._scatter, "bar": self._bars, "sankey": self._flow}[trace["type"]](trace)
        for name, axis in self.axes.items():
            yield from self._line_and_labels(name, axis)
        for shape in self.layout.get("shapes", ()):
            if shape.get("layer") != "below":
                yield self._shape(shape)
        for label in self.layout.get("annotations", ()):
            yield from self._label(label)
        yield "</svg>"

    # --- axes ---

    def _axis(self, name: str) -> _Axis:
        setting: Record = self.layout[name]
        if "range" not in setting:
            raise NotDrawnError(f"{name} has no range")
        low, high = (float(end) for end in setting["range"])
        start, end = setting.get("domain", (0.0, 1.0))
        if name.startswith("x"):
            first, last = (self.left + share * (self.right - self.left) for share in (start, end))
        else:
            first, last = (self.bottom - share * (self.bottom - self.top) for share in (start, end))
        return _Axis(setting, first, last, low, high)

    def _to_one_scale(self, name: str, other: str) -> None:
        """One unit is as long on both axes: the one with more px to a unit shows more, to both sides alike."""
        pair = {key: self.axes[key] for key in (name, other)}
        least = min(axis.length / abs(axis.high - axis.low) for axis in pair.values())
        for key, axis in pair.items():
            half = axis.length / least / 2.0 * math.copysign(1.0, axis.high - axis.low)
            middle = (axis.low + axis.high) / 2.0
            self.axes[key] = _Axis(axis.setting, axis.first, axis.last, middle - half, middle + half)

    def _crossing(self, name: str) -> _Axis:
        return self.axes[self.axes[name].setting.get("anchor", "y" if name.startswith("x") else "x")]

    def _grid(self, name: str, axis: _Axis) -> Iterator[str]:
        if not axis.shown or not axis.setting.get("showgrid", True):
            return
        other = self._crossing(name)
        pen = f'stroke="{axis.setting["gridcolor"]}" stroke-width="{_n(axis.setting.get("gridwidth", 1))}"{_SHARP}'
        for value in _ticks(axis):
            at = axis.px(value)
            ends = (at, other.first, at, other.last) if name.startswith("x") else (other.first, at, other.last, at)
            yield _segment(ends, pen)

    def _line_and_labels(self, name: str, axis: _Axis) -> Iterator[str]:
        if not axis.shown:
            return
        setting, other = axis.setting, self._crossing(name)
        across = name.startswith("x")
        wide = float(setting.get("linewidth", 1)) if setting.get("showline") else 0.0
        if wide:
            pen = f'stroke="{setting["linecolor"]}" stroke-width="{_n(wide)}"{_SHARP}'
            at = other.first + (wide / 2.0 if across else -wide / 2.0)
            yield _segment((axis.first, at, axis.last, at) if across else (at, axis.first, at, axis.last), pen)
        if not setting.get("showticklabels", True):
            return
        font = {**self.layout["font"], **setting.get("tickfont", {})}
        size = float(font["size"])
        away = (0.2 * size if setting.get("showline") else 0.0) + wide
        for value, words in zip(_ticks(axis), _tick_texts(axis), strict=True):
            at = axis.px(value)
            if across:
                yield _words(words, at, other.first + away + size, "middle", size, font["color"])
            else:
                yield _words(words, other.first - away - 0.1 * size, at + 0.35 * size, "end", size, font["color"])

    # --- traces ---

    def _scatter(self, trace: Record) -> Iterator[str]:
        across, up = self.axes[trace.get("xaxis") or "x"], self.axes[trace.get("yaxis") or "y"]
        points = [
            None if x is None or y is None else (across.px(float(x)), up.px(float(y)))
            for x, y in zip(trace["x"], trace["y"], strict=True)
        ]
        modes = trace.get("mode", "lines").split("+")
        cut = f' clip-path="url(#{self._clip})"' if trace.get("cliponaxis", True) else ""
        if "lines" in modes:
            yield from self._lines(trace, points, cut)
        if "markers" in modes:
            yield from _markers(trace.get("marker", {}), [point for point in points if point is not None])
        if unknown := set(modes) - {"lines", "markers"}:
            raise NotDrawnError(f"points with {', '.join(sorted(unknown))} are not drawn here")

    def _lines(self, trace: Record, points: Sequence[tuple[float, float] | None], cut: str) -> Iterator[str]:
        fill = trace.get("fill", "none")
        if fill not in ("none", "toself"):
            raise NotDrawnError(f"a fill {fill} is not drawn here")
        line = trace.get("line", {})
        end = "Z" if fill == "toself" else ""
        path = "".join(_path(piece) + end for piece in _pieces(points))
        inside = f'fill="{trace["fillcolor"]}" fill-rule="evenodd"' if fill == "toself" else 'fill="none"'
        dash = f' stroke-dasharray="{_DASHES[line["dash"]]}"' if line.get("dash", "solid") != "solid" else ""
        colour, wide = line.get("color", "none"), _n(line.get("width", 2))
        yield f'<path d="{path}" {inside} stroke="{colour}" stroke-width="{wide}" stroke-linejoin="round"{dash}{cut}/>'

    def _bars(self, trace: Record) -> Iterator[str]:
        """Bars of one trace stand on the same places as those of others: stacked, or one over the other."""
        flat = trace.get("orientation") == "h"
        across, up = self.axes[trace.get("xaxis") or "x"], self.axes[trace.get("yaxis") or "y"]
        places, values = (trace["y"], trace["x"]) if flat else (trace["x"], trace["y"])
        along, over = (across, up) if flat else (up, across)
        wide = float(trace.get("width") or 1.0 - self.layout["bargap"])
        bases = trace.get("base")
        colours = trace["marker"]["color"]
        yield f"<g{_SHARP}>"
        for number, (place, value) in enumerate(zip(places, values, strict=True)):
            if not value:
                continue
            base = self._base(trace, float(place), float(value)) if bases is None else float(bases[number])
            ends = sorted((along.px(base), along.px(base + float(value))))
            sides = sorted((over.px(float(place) - wide / 2.0), over.px(float(place) + wide / 2.0)))
            (left, right), (top, bottom) = (ends, sides) if flat else (sides, ends)
            colour = colours if isinstance(colours, str) else colours[number]
            size = f'width="{_n(right - left)}" height="{_n(bottom - top)}"'
            yield f'<rect x="{_n(left)}" y="{_n(top)}" {size} fill="{colour}"/>'
        yield "</g>"

    def _base(self, trace: Record, place: float, value: float) -> float:
        """Where a stacked bar begins: at the end of those before it on its side of zero."""
        if self.layout.get("barmode", "group") != "relative":
            return 0.0
        total = 0.0
        flat = trace.get("orientation") == "h"
        for other in self.traces:
            if other is trace:
                break
            if other["type"] != "bar" or other.get("xaxis") != trace.get("xaxis"):
                continue
            places, values = (other["y"], other["x"]) if flat else (other["x"], other["y"])
            total += sum(
                float(v) for p, v in zip(places, values, strict=True) if p == place and v and (v > 0) == (value > 0)
            )
        return total

    def _flow(self, trace: Record) -> Iterator[str]:
        (x0, x1), (y0, y1) = trace["domain"]["x"], trace["domain"]["y"]
        wide, high = self.right - self.left, self.bottom - self.top
        yield f'<g transform="translate({_n(self.left + x0 * wide)} {_n(self.bottom - y1 * high)})">'
        for path, colour in flow_shapes(trace, (x1 - x0) * wide, (y1 - y0) * high):
            yield f'<path d="{path}" fill="{colour}"/>'
        yield "</g>"

    # --- shapes and words ---

    def _x(self, ref: str, value: float) -> float:
        return self.left + value * (self.right - self.left) if ref == "paper" else self.axes[ref].px(value)

    def _y(self, ref: str, value: float) -> float:
        return self.bottom - value * (self.bottom - self.top) if ref == "paper" else self.axes[ref].px(value)

    def _shape(self, shape: Record) -> str:
        if shape["type"] not in ("line", "rect"):
            raise NotDrawnError(f"a shape {shape['type']} is not drawn here")
        xref, yref = shape.get("xref", "x"), shape.get("yref", "y")
        if shape.get("xsizemode") == "pixel":
            start = self._x(xref, float(shape["xanchor"]))
            x0, x1 = start + float(shape["x0"]), start + float(shape["x1"])
        else:
            x0, x1 = self._x(xref, float(shape["x0"])), self._x(xref, float(shape["x1"]))
        y0, y1 = self._y(yref, float(shape["y0"])), self._y(yref, float(shape["y1"]))
        line = shape.get("line", {})
        dash = f' stroke-dasharray="{_DASHES[line["dash"]]}"' if line.get("dash", "solid") != "solid" else ""
        pen = f'stroke="{line.get("color", "none")}" stroke-width="{_n(line.get("width", 2))}"{dash}'
        if shape["type"] == "line":
            return _segment((x0, y0, x1, y1), pen)
        fill, opacity = shape.get("fillcolor", "none"), shape.get("opacity", 1)
        (left, right), (top, bottom) = sorted((x0, x1)), sorted((y0, y1))
        size = f'width="{_n(right - left)}" height="{_n(bottom - top)}"'
        return f'<rect x="{_n(left)}" y="{_n(top)}" {size} fill="{fill}" opacity="{_n(opacity)}" {pen}/>'

    def _label(self, label: Record) -> Iterator[str]:
        if label.get("showarrow", True):
            raise NotDrawnError("a label with an arrow is not drawn here")
        font = label["font"]
        size = float(font["size"])
        rows = label["text"].split("<br>")
        high = (_ASCENT + _DESCENT + _LINE * (len(rows) - 1)) * size
        x = self._x(label["xref"], float(label["x"])) + float(label.get("xshift", 0))
        y = self._y(label["yref"], float(label["y"])) - float(label.get("yshift", 0))
        x += {"left": _BORDER, "center": 0.0, "right": -_BORDER}[label["xanchor"]]
        top = {"top": y + _BORDER, "middle": y - high / 2.0, "bottom": y - high - _BORDER}[label["yanchor"]]
        if label["xanchor"] != label["align"] and len(rows) > 1:
            raise NotDrawnError("lines that stand otherwise than their label are not drawn here")
        anchor = {"left": "start", "center": "middle", "right": "end"}[label["xanchor"]]
        for number, row in enumerate(rows):
            yield _words(row, x, top + (_ASCENT + _LINE * number) * size, anchor, size, font["color"])

    def _plot(self) -> str:
        size = f'width="{_n(self.right - self.left)}" height="{_n(self.bottom - self.top)}"'
        return f'x="{_n(self.left)}" y="{_n(self.top)}" {size}'

    @property
    def _clip(self) -> str:
        """A name that other drawings on the page do not have unless they would cut the same."""
        return "plot-" + "-".join(_n(end) for end in (self.left, self.top, self.right, self.bottom)).replace(".", "_")


_LONG = 40
_SHARP = ' shape-rendering="crispEdges"'
"""Straight lines fall on whole points of a screen."""
_DASHES = {"dot": "2 2", "dash": "6 4", "dashdot": "6 3 2 3"}


def _n(value: float) -> str:
    """A number of px, to a hundredth."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _segment(ends: Sequence[float], pen: str) -> str:
    x0, y0, x1, y1 = ends
    return f'<path d="M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}" fill="none" {pen}/>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Steps from point to point; those of a long outline to a tenth of a px, which nobody sees and halves a map."""
    grain = 1 if len(points) > _LONG else 2
    x, y = (round(end, grain) for end in points[0])
    found = [f"M{_n(x)} {_n(y)}l"]
    for right, down in points[1:]:
        across, up = round(right, grain) - x, round(down, grain) - y
        x, y = x + across, y + up
        found.append(f"{_n(across)} {_n(up)} ")
    return "".join(found).rstrip(" l")


def _pieces(points: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    """Runs of points between gaps."""
    run: list[tuple[float, float]] = []
    for point in (*points, None):
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []


def _markers(marker: Record, points: Sequence[tuple[float, float]]) -> Iterator[str]:
    def of(value: Any, number: int) -> Any:
        return value[number] if isinstance(value, (list, tuple)) else value

    line = marker.get("line", {})
    for number, (x, y) in enumerate(points):
        symbol = of(marker.get("symbol", "circle"), number)
        name = symbol.removesuffix("-open")
        if name not in OUTLINES:
            raise NotDrawnError(f"a mark {symbol} is not drawn here")
        radius = float(of(marker.get("size", 6), number)) / 2.0
        colour, opened = of(marker["color"], number), symbol.endswith("-open")
        inside, edge = ("none", colour) if opened else (colour, of(line.get("color", colour), number))
        wide = _n(of(line.get("width", 1 if opened else 0), number))
        yield mark(name, x, y, radius, f'fill="{inside}" stroke="{edge}" stroke-width="{wide}"', _n)


def _words(text: str, x: float, y: float, anchor: str, size: float, colour: str) -> str:
    """One line of text, whose only markup is bold."""
    inner = "".join(
        f'<tspan font-weight="700">{_plain(part[3:-4])}</tspan>' if part.startswith("<b>") else _plain(part)
        for part in re.split(r"(<b>.*?</b>)", text)
        if part
    )
    looks = f'text-anchor="{anchor}" font-size="{_n(size)}" fill="{colour}"'
    return f'<text x="{_n(x)}" y="{_n(y)}" {looks}>{inner}</text>'


def _plain(text: str) -> str:
    """As plotly shows it: its few signs for letters are read, everything else is text."""
    for sign, letter in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\u00a0"), ("&amp;", "&")):
        text = text.replace(sign, letter)
    return escape(text)


def _ticks(axis: _Axis) -> list[float]:
    """Where an axis is marked: as it says, or at round numbers, about ``nticks`` of them."""
    given = axis.setting.get("tickvals")
    if given is not None:
        return [float(value) for value in given]
    low, high = sorted((axis.low, axis.high))
    rough = (high - low) / max(1, int(axis.setting.get("nticks", 5)))
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * (1.0 - 1e-9)) * power
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [number * step for number in range(first, last + 1)]


def _tick_texts(axis: _Axis) -> list[str]:
    given = axis.setting.get("ticktext")
    if given is not None:
        return [str(one) for one in given]
    style = axis.setting.get("tickformat", "")
    if style not in ("", ",~g", ",~r"):
        raise NotDrawnError(f"numbers in the form {style} are not drawn here")
    return [f"{value:,.10g}".replace("-", "\u2212") for value in _ticks(axis)]
