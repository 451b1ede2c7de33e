"""Compare."""

from typing import Any

from dash import html


def layout(services: Any) -> Any:
    return html.Div()


def register(app: Any, services: Any) -> None:
    pass
