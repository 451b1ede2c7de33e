"""The one box for numbers: what it shows can be typed and pasted back, and what it cannot read it refuses under itself.

The component library has a number input of its own; it reads a pasted thousands separator as a decimal point, so no page
uses it. Ours is a text box, read on the server by ``data.typed``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output

from pilot_planner.access.roles import Role, answers
from pilot_planner.data.typed import in_words, typed_number


def number_box(name: Any, label: str, value: float | None = None, rest: int | None = None, **look: Any) -> dmc.TextInput:
    """A box for a number under a label. ``value`` is shown with thousands separators.

    The browser tells it when the box is left, or already when nothing was typed for ``rest`` milliseconds.
    """
    return dmc.TextInput(
        id=name, label=label, value=as_typed(value), debounce=rest or True, autoComplete="off", className="pp-number", **look
    )


def as_typed(value: float | None) -> str:
    """A number as a box shows it: ``8,400,000``, ``0.25``; empty for none."""
    return "" if value is None else f"{value:,}".removesuffix(".0")


def read_box(text: Any, units: Mapping[str, float] | None = None) -> tuple[float | None, str]:
    """What a box holds: the number and no word, or no number and what is wrong. Nothing entered is no fault.

    ``units`` as ``typed_number`` takes them.
    """
    if text is None or not str(text).strip():
        return None, ""
    value, problem = typed_number(str(text), units)
    return value, "" if problem is None else in_words(problem)


def tell_what_is_wrong(app: Dash, *names: Any) -> None:
    """Under each box, as soon as it is left: what cannot be read in it."""
    for name in names:

        @app.callback(Output(name, "error"), Input(name, "value"), prevent_initial_call=True)
        @answers(Role.VIEW)
        def check(text: str | None) -> str:
            return read_box(text)[1]
