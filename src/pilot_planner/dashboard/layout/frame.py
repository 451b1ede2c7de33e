"""What stands around every page: header, navigation, controls, messages. Nothing here computes a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from pilot_planner.access.access import Visitor
from pilot_planner.access.roles import TOLD, Role
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria
from pilot_planner.dashboard.layout.controls import Control, controls, groups, schedules, values_of
from pilot_planner.dashboard.layout.help import glossary, tour
from pilot_planner.dashboard.layout.page_protocol import Page, page_at
from pilot_planner.dashboard.layout.running_studies import stores
from pilot_planner.dashboard.layout.typed_settings import control_box, limit_form
from pilot_planner.dashboard.pages.compare.save_in_browser import save_form
from pilot_planner.dashboard.runtime.current_user import OWNER, visitor
from pilot_planner.dashboard.runtime.opened_plans import opened_by_request
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.services import Services

PAGES: tuple[tuple[str, str], ...] = (
    ("/", "Plan"),
    ("/trade-offs", "Trade-offs"),
    ("/parties", "Parties"),
    ("/why", "Why"),
    ("/what-if", "What-if and risk"),
    ("/compare", "Compare"),
    ("/inputs", "Inputs"),
    ("/progress", "Progress"),
    ("/export", "Export"),
)

_PETROL = ["#eaf3f7", "#cfe3ec", "#9cc7d8", "#74b0c8", "#4e97b5", "#2c7fa0", "#0f6387", "#0c5270", "#094259", "#073b54"]
_DARK = ["#e8ecf1", "#c8d0d8", "#a9b4c0", "#6c7985", "#3a4651", "#2c3641", "#212a33", "#12181e", "#0e1318", "#0a0e12"]


def make_layout(services: Services, pages: Mapping[str, Page]) -> Any:
    """The whole page; what stands in the middle as well where the browser tells which of ``pages`` it has opened."""
    planner, asks = services.planner, visitor()
    opened = opened_by_request(planner)
    page = page_at(pages, opened.pathname) if opened.pathname is not None else None
    defaults = {
        "first": planner.first,
        "designs": {name: values_of(design) for name, design in planner.designs.items()},
        "fixed": asks.role < Role.PLAN,
    }
    return dmc.MantineProvider(
        id=ids.MANTINE,
        forceColorScheme="light" if opened.look is None or opened.look.theme == "print" else opened.look.theme,
        theme={
            "primaryColor": "petrol",
            "colors": {"petrol": _PETROL, "dark": _DARK},
            "primaryShade": {"light": 6, "dark": 3},
            "defaultRadius": 4,
            "autoContrast": True,
            "fontFamily": "Inter, system-ui, sans-serif",
        },
        children=[
            dcc.Location(id=ids.ADDRESS, refresh="callback-nav"),
            dcc.Store(id=ids.VISITOR, storage_type="session"),
            dcc.Store(id=ids.QUESTION),
            dcc.Store(id=ids.ASKED_AT),
            dcc.Store(id=ids.TURN),
            dcc.Store(id=ids.PLAN, data=opened.asked),
            dcc.Store(id=ids.TOLD),
            dcc.Store(id=ids.TOP),
            dcc.Store(id=ids.TURNED, data=opened.pathname if page is not None else None),
            dcc.Store(id=ids.THEME, storage_type="local"),
            dcc.Store(id=ids.WIDTH),
            dcc.Store(id=ids.SAVED, storage_type="local"),
            dcc.Store(id=ids.TOUR_SEEN, storage_type="local"),
            dcc.Store(id=ids.TYPED),
            *stores(),
            dcc.Store(id=ids.SPECS, data=[control.spec() for control in controls()]),
            dcc.Store(id=ids.DEFAULTS, data=defaults),
            dcc.Store(id=ids.DIAGNOSIS_JOB),
            dcc.Interval(id=ids.DIAGNOSIS_TICK, interval=500, disabled=True),
            dcc.Store(id=ids.HINTS_JOB),
            dcc.Interval(id=ids.HINTS_TICK, interval=1200, disabled=True),
            html.A("Skip to the plan", href="#main", className="pp-skip"),
            _header(asks),
            html.Div(id=ids.CONNECTION, className="pp-connection", role="alert"),
            html.Div(id=ids.BUSY, className="pp-busy", **aria(hidden="true")),
            html.Div(id=ids.WAITS, className="pp-waits", role="status", **aria(live="polite")),
            # Begins with each question, so that one which is answered within the second asks for nothing more.
            dcc.Interval(id=ids.WAITS_TICK, interval=1000, disabled=True),
            html.Div(
                [
                    _controls(planner, asks.role >= Role.PLAN),
                    html.Main(
                        [
                            # Filled by the browser when it prints (``assets/take.js``).
                            html.Div(id="print-head", className="pp-print-head"),
                            html.Div(id=ids.STUDY_CHIPS, className="pp-plan-bar-studies"),
                            _pin(),
                            html.Div(id=ids.CHIPS),
                            html.Div(id=ids.BANNER),
                            html.Div(None if page is None else page.layout(services, opened), id=ids.PAGE),
                        ],
                        id="main",
                        className="pp-main",
                        tabIndex="-1",
                    ),
                ],
                className="pp-frame",
            ),
            _phone_bar(),
            html.Div(id=ids.ANNOUNCE, className="pp-hidden", role="status", **aria(live="polite")),
            html.Div(id=ids.TOAST, className="pp-toast", role="status", **aria(live="polite")),
            tour(),
            glossary(),
        ],
    )


def _pin() -> html.Div:
    """The plan that figures are told against, and the way to make it the one on the screen."""
    name = dmc.TextInput(
        id=ids.PIN_NAME,
        placeholder="the plan the board saw",
        size="xs",
        **aria(label="Name of the pinned plan"),
    )
    form = html.Div([name, html.Button("Pin", id=ids.PIN, className="pp-button", type="button")], className="pp-pin-form")
    return html.Div(
        [
            html.Span(id=ids.PINNED_NAME, role="status"),
            html.Button("Let it go", id=ids.UNPIN, className="pp-plain pp-away", type="button"),
            dcc.Link("Briefing", href="/briefing", id=ids.nav("/briefing"), className="pp-nav-link"),
            html.Details([html.Summary("Pin this plan to compare with"), form], id=ids.PIN_BOX),
        ],
        className="pp-pin",
    )


def _header(asks: Visitor) -> html.Header:
    name = html.Span("Pilot planner", className="pp-brand-name")
    links = [dcc.Link(label, href=path, id=ids.nav(path), className="pp-nav-link") for path, label in PAGES]
    return html.Header(
        [
            dcc.Link(
                [html.Img(src="/assets/favicon.svg", alt=""), name],
                href="/",
                className="pp-brand",
            ),
            html.Nav(links, className="pp-nav", **aria(label="Pages")),
            html.Div(
                [
                    html.Span(id=ids.STATUS, className="pp-status"),
                    html.Button("Help", id=ids.GLOSSARY + "-open", className="pp-plain", type="button"),
                    *([] if asks is OWNER else [_account(asks)]),
                    dmc.Switch(id=ids.DARK, label="Dark", size="xs", labelPosition="left"),
                ],
                className="pp-side",
            ),
        ],
        className="pp-header",
    )


def _account(asks: Visitor) -> html.Form:
    """Whose session this is, and the way out of it: forms that work without a script."""
    link = html.A(asks.name, href="/account", className="pp-plain", title=f"Your account may {TOLD[asks.role]}")
    out = html.Button("Log out", type="submit", className="pp-plain")
    return html.Form([link, out], action="/log-out", method="post", className="pp-account")


def _controls(planner: Planner, may_move: bool) -> html.Aside:
    parts: list[Any] = [
        html.Div(
            [
                html.H2("Settings"),
                html.Button("Show plan", id=ids.CLOSE_CONTROLS, className="pp-button pp-button-main", type="button"),
            ],
            className="pp-controls-head",
        ),
        html.Div([html.H2("Design"), _design(planner)], className="pp-group"),
    ]
    if not may_move:
        parts.insert(1, html.P(f"Your account may {TOLD[Role.VIEW]}; settings stay as they are.", className="pp-note"))
    first = values_of(planner.designs[planner.first])
    for group in groups():
        shown = [_control(control, planner, first, may_move) for control in group.controls]
        parts.append(html.Div([html.H2(group.name), *shown], className="pp-group"))
    parts.append(limit_form(not may_move))
    parts.append(
        html.Div(
            [
                html.Button("Save plan", id=ids.SAVE_PLAN, className="pp-button pp-button-main", type="button"),
                html.Button("Copy link", id=ids.COPY_LINK, className="pp-button", type="button"),
                html.Button("Undo", id=ids.UNDO, className="pp-plain pp-away", type="button", title="Ctrl+Z"),
                html.Button("Redo", id=ids.REDO, className="pp-plain pp-away", type="button", title="Ctrl+Shift+Z"),
                html.Button("Reset", id=ids.RESET, className="pp-plain", type="button"),
            ],
            className="pp-actions",
        )
    )
    parts.append(save_form())
    return html.Aside(parts, id=ids.CONTROLS, className="pp-controls", **aria(label="Settings"))


def _design(planner: Planner) -> Any:
    data = [{"value": name, "label": design.title} for name, design in planner.designs.items()]
    data.sort(key=lambda one: (one["value"] != planner.first, one["label"]))
    return dmc.Select(
        id=ids.MODEL,
        data=data,
        value=planner.first,
        allowDeselect=False,
        size="sm",
        **aria(label="Design to start from"),
    )


def _control(control: Control, planner: Planner, first: dict[str, Any], may_move: bool) -> html.Div:
    words = html.Span(control.label, className="pp-control-name", title=control.help)
    typed = control.kind in ("slider", "range", "choice")
    boxes = [control_box(control, place, not may_move) for place in range(len(control.paths))] if typed else []
    head = html.Div([words, *boxes], className="pp-control-head")
    note = html.Div(id=ids.control_note(control.name), className="pp-note")
    return html.Div([head, _moving(control, planner, first, not may_move), note], className="pp-control", title=control.help)


def _moving(control: Control, planner: Planner, first: dict[str, Any], fixed: bool) -> Any:
    own = [first[path] for path in control.paths]
    name = ids.control(control.name)
    spoken = f"{control.label}. {control.help}"
    slider = {
        "min": control.low,
        "max": control.high,
        "step": control.step,
        "size": 3,
        "thumbSize": 24,
        "mx": 12,
        "label": None,
        "updatemode": "mouseup",
        "disabled": fixed,
    }
    match control.kind:
        case "slider":
            value = control.open_end if own[0] is None else own[0] / control.scale
            return dmc.Slider(id=name, value=value, thumbLabel=spoken, **slider)
        case "range":
            low, high = (
                bound if one is None else one / control.scale
                for one, bound in zip(own, (control.low, control.high), strict=True)
            )
            return dmc.RangeSlider(
                id=name,
                value=[low, high],
                minRange=control.step,
                thumbFromLabel=f"{control.label}, at least. {control.help}",
                thumbToLabel=f"{control.label}, at most. {control.help}",
                **slider,
            )
        case "choice":
            value = str(int(own[0])) if own[0] is not None else None
            return dmc.SegmentedControl(
                id=name,
                data=list(control.choices),
                value=value,
                size="xs",
                fullWidth=True,
                disabled=fixed,
                **aria(label=spoken),
            )
        case _:
            data = schedules(planner.inputs) if control.kind == "schedule" else list(control.choices)
            value = " ".join(str(one) for one in own)
            return dmc.Select(
                id=name, data=data, value=value, allowDeselect=False, size="sm", disabled=fixed, **aria(label=spoken)
            )


def _phone_bar() -> html.Div:
    return html.Div(
        [
            html.Div(id=ids.PHONE_SUMMARY),
            html.Button("Settings", id=ids.OPEN_CONTROLS, className="pp-button pp-button-main", type="button"),
        ],
        className="pp-phone-bar",
        role="region",
        **aria(label="The plan in short"),
    )
