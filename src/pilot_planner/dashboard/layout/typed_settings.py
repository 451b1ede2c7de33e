"""Settings that are typed: in the box beside each control, and as a limit on any figure. The address follows, as ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria
from pilot_planner.dashboard.layout.controls import Control, controls, values_of
from pilot_planner.dashboard.layout.number_box import number_box, read_box
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import read_address, with_page_values
from pilot_planner.data.typed import in_words, typed_number
from pilot_planner.design.writing import written
from pilot_planner.errors import InputError
from pilot_planner.studies.planning.setup import set_up
from pilot_planner.text.names import METRICS, RATIOS, metric_label, metric_unit, path_label

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_NO_LIMIT = ("", "no limit", "none")
_PLAIN_DOLLARS = 1e5
"""In a box that counts millions, a number from here on is meant in dollars: 9,000,000 is 9.0 m USD."""
_DIGITS = 12
_SIDES = ({"value": "min", "label": "At least"}, {"value": "max", "label": "At most"})


def control_box(control: Control, place: int, fixed: bool) -> dmc.TextInput:
    """The box beside a control: it shows its setting in words and takes what it shows."""
    ends = ("", "") if len(control.paths) == 1 else (", at least", ", at most")
    look = "pp-control-value pp-control-value-range" if len(control.paths) > 1 else "pp-control-value"
    return dmc.TextInput(
        id=ids.control_value(box_name(control, place)),
        value="",
        variant="unstyled",
        size="xs",
        disabled=fixed,
        autoComplete="off",
        className=look,
        **aria(label=f"{control.label}{ends[place]}, typed"),
    )


def box_name(control: Control, place: int) -> str:
    """The name of one of its boxes: that of the control for the first."""
    return control.name if place == 0 else f"{control.name}-to"


def limit_form(fixed: bool) -> html.Div:
    """A limit on any figure, also on one that no control moves."""
    data = sorted(
        ({"value": name, "label": metric_label(name)} for name in (*METRICS, *RATIOS)), key=lambda one: one["label"]
    )
    side = dmc.SegmentedControl(
        id=ids.LIMIT_SIDE, data=list(_SIDES), value="min", size="xs", disabled=fixed, **aria(label="Which end")
    )
    bound = number_box(ids.LIMIT_BOUND, "", size="xs", disabled=fixed, **aria(label="Bound"))
    button = html.Button("Add a limit", id=ids.LIMIT_ADD, className="pp-button", type="button", disabled=fixed)
    figure = dmc.Select(
        id=ids.LIMIT_NAME, data=data, placeholder="A figure", searchable=True, size="sm", disabled=fixed,
        nothingFoundMessage="No figure of that name", **aria(label="Figure to limit"),
    )  # fmt: skip
    return html.Div(
        [
            html.H2("Any other limit"),
            figure,
            html.Div([side, bound, button], className="pp-limit-form"),
            html.Div(id=ids.LIMIT_TOLD, className="pp-note", role="status", **aria(live="polite")),
        ],
        className="pp-group",
    )


def register(app: Dash, services: Services) -> None:
    """What is typed is read here, tried on the design, and becomes part of the address or a word under its box."""
    _beside_controls(app, services.planner)
    _any_limit(app, services.planner)


def _beside_controls(app: Dash, planner: Planner) -> None:
    browser: Any = app
    boxes = ids.control_value(ids.EVERY)
    browser.clientside_callback(
        ClientsideFunction("pilot", "typed"),
        Output(ids.TYPED, "data"),
        Input(boxes, "n_submit"),
        Input(boxes, "n_blur"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        Output(boxes, "error"),
        Input(ids.TYPED, "data"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def take(typed: dict[str, str] | None, search: str | None) -> tuple[Any, list[Any]]:
        shown = [one["id"]["name"] for one in ctx.outputs_list[1]]
        found = None if typed is None else _named(str(typed["name"]))
        if typed is None or found is None:
            return no_update, [no_update] * len(shown)
        to, problem = control_typed(planner, search, *found, str(typed["text"]))
        words = [problem if name == typed["name"] else no_update for name in shown]
        return no_update if problem or to == (search or "") else to, words


def _named(name: str) -> tuple[Control, int] | None:
    return next(
        ((one, place) for one in controls() for place in range(len(one.paths)) if box_name(one, place) == name), None
    )


def control_typed(planner: Planner, search: str | None, control: Control, place: int, text: str) -> tuple[str, str]:
    """The address with what was typed beside a control, or the old one and what is wrong with it.

    Nothing typed, or "no limit", is the design's own value again.
    """
    path = control.paths[place]
    if text.replace("\u00a0", " ").strip().lower() in _NO_LIMIT:
        return with_page_values(search, path, []), ""
    units = {control.unit: 1.0, control.unit.partition(" ")[0]: 1.0}
    in_millions = control.unit.startswith("m ")
    if in_millions:
        units["USD"] = 1.0 / control.scale
    value, problem = typed_number(text, units)
    if value is None or problem is not None:
        return search or "", in_words(problem) if problem is not None else ""
    if in_millions and abs(value) >= _PLAIN_DOLLARS:
        value /= control.scale
    return setting_typed(planner, search, path, float(f"{value * control.scale:.{_DIGITS}g}"), control.label)


def setting_typed(planner: Planner, search: str | None, path: str, value: float, label: str) -> tuple[str, str]:
    """The address with one setting more, or the old one and why the design cannot have it."""
    number = int(value) if value.is_integer() else value
    try:
        question = read_address(search, planner.models, planner.first).with_settings({path: number})
        set_up(planner.designs[question.model], planner.inputs, dict(question.settings))
    except InputError as error:
        fault = next((one for one in error.faults if path in str(one.place)), error.faults[0])
        what = fault.what.replace(path, label)
        return search or "", f"{what[:1].upper()}{what[1:]}: {fault.expected}."
    own = values_of(planner.designs[question.model]).get(path)
    return with_page_values(search, path, [] if own == number else [written(number)]), ""


def _any_limit(app: Dash, planner: Planner) -> None:
    @app.callback(
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        Output(ids.LIMIT_TOLD, "children"),
        Output(ids.LIMIT_BOUND, "error"),
        Output(ids.LIMIT_BOUND, "value"),
        Input(ids.LIMIT_ADD, "n_clicks"),
        State(ids.LIMIT_NAME, "value"),
        State(ids.LIMIT_SIDE, "value"),
        State(ids.LIMIT_BOUND, "value"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def add(clicks: int | None, name: str | None, side: str, text: str | None, search: str | None) -> tuple[Any, ...]:
        if not clicks:
            return no_update, no_update, no_update, no_update
        if not name:
            return no_update, "Choose a figure first.", "", no_update
        path = f"limits.{name}.{side}"
        value, problem = bound_typed(name, text)
        if value is None:
            return no_update, "", problem or "Enter a number.", no_update
        to, problem = setting_typed(planner, search, path, value, path_label(path, {}))
        return (no_update, "", problem, no_update) if problem else (to, f"{path_label(path, {})}: set.", "", "")

    @app.callback(Output(ids.LIMIT_BOUND, "placeholder"), Input(ids.LIMIT_NAME, "value"))
    @answers(Role.VIEW)
    def unit(name: str | None) -> str:
        found = metric_unit(name or "")
        return "%" if found == "share" else found


def bound_typed(name: str, text: str | None) -> tuple[float | None, str]:
    """A bound of a figure in its own unit; shares are typed in per cent, dollars also in millions (``8.4 m USD``)."""
    units: Mapping[str, Mapping[str, float]] = {
        "share": {"%": 1.0},
        "USD": {"USD": 1.0, "m USD": 1e6, "m": 1e6},
    }
    value, problem = read_box(text, units.get(metric_unit(name)))
    if value is None:
        return None, problem
    return float(f"{value * (0.01 if metric_unit(name) == 'share' else 1.0):.{_DIGITS}g}"), problem
