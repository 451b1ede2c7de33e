"""The shapes of a flow (Sankey) diagram whose nodes have given places, as plotly makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def flow_shapes(trace: Mapping[str, Any], wide: float, high: float) -> Iterator[tuple[str, str]]:
    """Each link, then each node: its outline as an SVG path within ``wide`` x ``high`` px, and its colour.

    The scale is the one that lets the fullest column fit, with its gaps. Links leave and arrive in the order of the nodes
    at their other end, from top to bottom.
    """
    nodes, links = trace["node"], trace["link"]
    values = [float(value) for value in links["value"]]
    ends = list(zip(links["source"], links["target"], strict=True))
    through = [
        max(
            sum(value for value, (source, _) in zip(values, ends, strict=True) if source == node),
            sum(value for value, (_, target) in zip(values, ends, strict=True) if target == node),
        )
        for node in range(len(nodes["x"]))
    ]
    columns: dict[float, list[int]] = {}
    for node, x in enumerate(nodes["x"]):
        columns.setdefault(float(x), []).append(node)
    most = max(len(column) for column in columns.values())
    gap = min(float(nodes["pad"]), high / max(1, most - 1))
    scale = min((high - gap * (len(column) - 1)) / sum(through[node] for node in column) for column in columns.values())
    half = float(nodes["thickness"]) / 2.0
    middles = [float(x) * wide for x in nodes["x"]]
    tops = [float(y) * high - through[node] * scale / 2.0 for node, y in enumerate(nodes["y"])]
    leaving, arriving = list(tops), list(tops)
    starts: dict[int, float] = {}
    arrivals: dict[int, float] = {}
    for link in sorted(range(len(ends)), key=lambda one: tops[ends[one][1]]):
        source = ends[link][0]
        starts[link] = leaving[source]
        leaving[source] += values[link] * scale
    for link in sorted(range(len(ends)), key=lambda one: tops[ends[one][0]]):
        target = ends[link][1]
        arrivals[link] = arriving[target]
        arriving[target] += values[link] * scale
    for link, (source, target) in enumerate(ends):
        thick = values[link] * scale
        x0, x1 = middles[source] + half, middles[target] - half
        bend = (x0 + x1) / 2.0
        a, b = starts[link], arrivals[link]
        path = (
            f"M{x0:.2f} {a:.2f}C{bend:.2f} {a:.2f} {bend:.2f} {b:.2f} {x1:.2f} {b:.2f}"
            f"L{x1:.2f} {b + thick:.2f}C{bend:.2f} {b + thick:.2f} {bend:.2f} {a + thick:.2f} {x0:.2f} {a + thick:.2f}Z"
        )
        yield path, links["color"][link]
    for node, middle in enumerate(middles):
        left, right, top, bottom = middle - half, middle + half, tops[node], tops[node] + through[node] * scale
        yield f"M{left:.2f} {top:.2f}H{right:.2f}V{bottom:.2f}H{left:.2f}Z", nodes["color"][node]
