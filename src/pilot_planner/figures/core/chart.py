"""A figure as the chart library reads it: plain records of traces and layout, put together without checking each property.

plotly's own figure objects check and copy every property as it is set, which took most of the time that a figure needed,
and importing them took longer than solving a plan. Here nothing is checked as it is set; tests hold every figure of the
project against plotly's rules instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Trace = dict[str, Any]
"""One trace, by plotly.js's names."""


class Chart:
    """Traces and layout, named as plotly.js names them (its figure reference tells each property).

    Attributes:
        data: the traces, in the order in which they are drawn.
        layout: everything else. ``height`` is in px.
    """

    def __init__(self) -> None:
        self.data: list[Trace] = []
        self.layout: dict[str, Any] = {}

    def add_trace(self, one: Trace) -> None:
        """Draw a trace (see ``trace``) over those that are there."""
        self.data.append(one)

    def add_shape(self, **properties: Any) -> None:
        """A line or a rectangle."""
        self.layout.setdefault("shapes", []).append(_given(properties))

    def add_annotation(self, **properties: Any) -> None:
        """Words at a place."""
        self.layout.setdefault("annotations", []).append(_given(properties))

    def update_layout(self, **properties: Any) -> None:
        """Set properties of the layout; records within it are filled in, not replaced."""
        _fill_in(self.layout, properties)

    def update_xaxes(self, properties: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Set properties of the first horizontal axis."""
        _fill_in(self.layout, {"xaxis": {**(properties or {}), **more}})

    def update_yaxes(self, properties: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Set properties of the first vertical axis."""
        _fill_in(self.layout, {"yaxis": {**(properties or {}), **more}})

    def to_plotly_json(self) -> dict[str, Any]:
        """What plotly.js draws, by the name that Dash asks for; ``plotly.graph_objects.Figure`` takes it as well."""
        return {"data": self.data, "layout": self.layout}


def trace(kind: str, **properties: Any) -> Trace:
    """One trace of a chart: ``trace("bar", x=..., y=...)``. What is None is left out."""
    return {"type": kind, **_given(properties)}


def _given(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _given(value) if isinstance(value, dict) else value for name, value in properties.items() if value is not None
    }


def _fill_in(into: dict[str, Any], properties: Mapping[str, Any]) -> None:
    for name, value in properties.items():
        if isinstance(value, dict):
            _fill_in(into.setdefault(name, {}), value)
        elif value is not None:
            into[name] = value
