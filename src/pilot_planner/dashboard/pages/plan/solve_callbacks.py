"""From the address to a plan: each change of a setting is a question, and only the newest one is answered.

    a control is moved -> the address changes (in the browser) -> the question is read and solved (here) -> PLAN
    changes and brings the figures of the Plan page with it -> every page draws the rest of itself anew

The address is the only place where settings live, so reload, back and a copied link all work by themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.controls import controls
from pilot_planner.dashboard.layout.help import glossary_body
from pilot_planner.dashboard.layout.page_protocol import Page, page_at
from pilot_planner.dashboard.pages.plan import first_screen
from pilot_planner.dashboard.pages.plan.hints import effects_told, hint
from pilot_planner.dashboard.runtime.opened_plans import Look, Opened
from pilot_planner.dashboard.runtime.plan_cache import OutdatedError, Planner
from pilot_planner.dashboard.runtime.url_state import read_address
from pilot_planner.dashboard.runtime.visitor_state import Asked, answer_to, good_answer, record
from pilot_planner.errors import InputError
from pilot_planner.figures.core.theme import Theme
from pilot_planner.reports.plan_text import headline
from pilot_planner.text.number_format import percent, with_unit

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services


def register(app: Dash, services: Services, pages: Mapping[str, Page]) -> None:
    """The callbacks of the shell; ``pages`` by their path."""
    planner = services.planner
    _in_the_browser(app)

    @app.callback(
        Output(ids.PLAN, "data"),
        Output(ids.VISITOR, "data"),
        Output(ids.TOP, "data"),
        Input(ids.QUESTION, "data"),
        State(ids.VISITOR, "data"),
        State(ids.PLAN, "data"),
        State(ids.ASKED_AT, "data"),
        running=[
            (Output(ids.BUSY, "className"), "pp-busy pp-busy-on", "pp-busy"),
            (Output(ids.WAITS_TICK, "disabled"), False, True),
            (Output(ids.WAITS, "children"), "", ""),
        ],
        prevent_initial_call=True,
    )
    # A question has a role of its own, by what it sets: see runtime/permission.py.
    @answers(Role.VIEW)
    def ask(search: str | None, visitor: str | None, last: Asked | None, at: float | None) -> tuple[Any, Any, Any]:
        who = visitor or uuid.uuid4().hex
        number = planner.ticket(who, at or 0.0)
        try:
            answer = answer_to(planner, search, who, number)
        except OutdatedError:
            return no_update, no_update, no_update
        asked = record(answer, search or "", last)
        # Whatever page is open: that of the plan may be on its way.
        return asked, no_update if visitor else who, first_screen.top_text(services, asked)

    @app.callback(
        Output(ids.WAITS, "children"),
        Input(ids.WAITS_TICK, "n_intervals"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)  # a number, for whoever knows the question
    def wait(_: int | None, search: str | None) -> str:
        return place_in_words(planner, search)

    @app.callback(
        Output(ids.PAGE, "children"),
        Input(ids.TURN, "data"),
        State(ids.PLAN, "data"),
        State(ids.THEME, "data"),
        State(ids.WIDTH, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def turn_to(pathname: str | None, asked: Asked | None, theme: Theme | None, width: int | None) -> Any:
        page = page_at(pages, pathname)
        if page is None:
            return _no_such_page()
        look = Look(theme, width) if theme and width else None
        return page.layout(services, Opened(pathname, asked, good_answer(planner, asked), look))

    @app.callback(
        Output(ids.GLOSSARY_BODY, "children"),
        Input(ids.GLOSSARY, "opened"),
        State(ids.GLOSSARY_BODY, "children"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def explain(opened: bool, there: Any) -> Any:
        return glossary_body(planner.inputs) if opened and not there else no_update

    @app.callback(
        Output(ids.STATUS, "children"),
        Output(ids.ANNOUNCE, "children"),
        Output(ids.PHONE_SUMMARY, "children"),
        Input(ids.TOLD, "data"),
    )
    @answers(Role.VIEW)
    def tell(asked: Asked | None) -> tuple[Any, Any, Any]:
        return status_line(planner, asked)

    @app.callback(
        Output(ids.control_note(ids.EVERY), "children"),
        Output(ids.control_note(ids.EVERY), "className"),
        Input(ids.TOLD, "data"),
        Input(ids.HINTS_JOB, "data"),
    )
    @answers(Role.VIEW)
    def notes(asked: Asked | None, hints: dict[str, Any] | None) -> tuple[list[Any], list[str]]:
        return control_notes(planner, asked, hints)


def _no_such_page() -> Any:
    return html.Div([html.H1("There is no such page", className="pp-title"), html.P(dcc.Link("Back to the plan", href="/"))])


def place_in_words(planner: Planner, search: str | None) -> str:
    """What is told to a visitor whose question waits for its turn; empty where it is at work or answered."""
    try:
        place = planner.place(read_address(search, planner.models, planner.first))
    except InputError:
        return ""
    if place is None:
        return ""
    before = "yours is the next" if place == 1 else f"yours is number {place} of those that wait"
    return f"The server is busy with the plans of others: {before}."


def status_line(planner: Planner, asked: Asked | None) -> tuple[Any, Any, Any]:
    """The header's line, what a screen reader is told, and the bar of a phone."""
    answer = good_answer(planner, asked)
    if asked is None or answer is None or answer.plan is None:
        return "", "", html.Span("No plan yet")
    plan = answer.plan
    changed = len(answer.question.settings)
    name = plan.design.name.replace("_", " ").capitalize()
    settings = "" if not changed else f", {changed} setting{'s' if changed > 1 else ''} changed"
    line = [html.Strong(f"{name} design"), settings]
    metrics = plan.metrics
    summary = [
        html.Strong(f"{with_unit(metrics['worker_income'], 'USD')} income"),
        html.Small(
            f"{with_unit(metrics['operating_cost'], 'USD')} cost, {percent(plan.ratios['funds_at_risk_share'])} at risk"
        ),
    ]
    spoken = headline(plan) if asked["status"] == "solved" else "No plan meets these settings; the last plan stays."
    return line, spoken, summary


def control_notes(planner: Planner, asked: Asked | None, hints: dict[str, Any] | None) -> tuple[list[Any], list[str]]:
    """Below each control: whether its limit binds and, once it is known, what a step of it gives.

    Nothing while the plan on the screen is not that of the settings.
    """
    answer = good_answer(planner, asked) if asked and asked["status"] == "solved" else None
    if answer is None or answer.plan is None or asked is None:
        return [""] * len(controls()), ["pp-note"] * len(controls())
    binding = {f"{one.key}.{one.sense}" for one in answer.plan.limits if one.binding}
    metric = answer.plan.design.objective.metric
    found = effects_told(hints) if hints is not None and hints.get("for") == asked["good"] else []
    texts, looks = [], []
    for control in controls():
        binds = bool(binding.intersection(control.limits))
        texts.append(hint(control, [one for one in found if one.move.control == control.name], metric, binds))
        looks.append("pp-note pp-note-binds" if binds else "pp-note")
    return texts, looks


def _in_the_browser(app: Any) -> None:
    """What needs no server: the address and the controls follow each other, links keep the settings, themes."""

    def client(name: str, *parts: Any, first: bool = True) -> None:
        app.clientside_callback(ClientsideFunction("pilot", name), *parts, prevent_initial_call=not first)

    every = ids.EVERY
    address, specs, defaults = (
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        State(ids.SPECS, "data"),
        State(ids.DEFAULTS, "data"),
    )
    at = State(ids.ADDRESS, "search")
    asks = Output(ids.QUESTION, "data", allow_duplicate=True)
    when = Output(ids.ASKED_AT, "data", allow_duplicate=True)
    client("moved", address, asks, when, Input(ids.control(every), "value"), at, specs, defaults, first=False)
    client("design", address, Input(ids.MODEL, "value"), at, defaults, first=False)
    # What came with the frame of the page, the plan and the page itself, is not asked for again.
    client("turn", Output(ids.TURN, "data"), Input(ids.ADDRESS, "pathname"), State(ids.TURNED, "data"))
    asked = (Output(ids.QUESTION, "data"), Output(ids.ASKED_AT, "data"))
    client("question", *asked, Input(ids.ADDRESS, "search"), State(ids.PLAN, "data"))
    client("reset", address, Input(ids.RESET, "n_clicks"), at, first=False)
    client("undo", address, Input(ids.UNDO, "n_clicks"), first=False)
    client("redo", address, Input(ids.REDO, "n_clicks"), first=False)
    client(
        "pin",
        address,
        Input(ids.PIN, "n_clicks"),
        Input(ids.PIN_NAME, "n_submit"),
        Input(ids.UNPIN, "n_clicks"),
        State(ids.PIN_NAME, "value"),
        at,
        first=False,
    )
    client("told", Output(ids.TOLD, "data"), Input(ids.PLAN, "data"))
    client("follow", Input(ids.ADDRESS, "search"), specs, defaults)
    client(
        "navigate",
        Output(ids.nav(every), "href"),
        Output(ids.nav(every), "className"),
        Input(ids.ADDRESS, "search"),
        Input(ids.ADDRESS, "pathname"),
        State(ids.nav(every), "id"),
    )
    client(
        "theme", Output(ids.MANTINE, "forceColorScheme"), Input(ids.THEME, "modified_timestamp"), State(ids.THEME, "data")
    )
    client("width", Output(ids.WIDTH, "data"), Input(ids.ADDRESS, "id"))
    client("darken", Output(ids.THEME, "data"), Input(ids.DARK, "checked"), State(ids.THEME, "data"), first=False)
    client(
        "sheet",
        Output(ids.CONTROLS, "className"),
        Input(ids.OPEN_CONTROLS, "n_clicks"),
        Input(ids.CLOSE_CONTROLS, "n_clicks"),
        first=False,
    )
    client("copy", Output(ids.COPY_LINK, "title"), Input(ids.COPY_LINK, "n_clicks"), first=False)
    client("fade", Output(ids.TOAST, "className"), Input(ids.TOAST, "children"), first=False)
    client("title", Output(ids.PAGE, "title"), Input(ids.ADDRESS, "pathname"), first=False)
    client("help", Output(ids.GLOSSARY, "opened"), Input(ids.GLOSSARY + "-open", "n_clicks"), first=False)
    client(
        "tour",
        Output(ids.TOUR, "opened"),
        Output(ids.TOUR_SEEN, "data"),
        Input(ids.TOUR_SEEN, "modified_timestamp"),
        Input(ids.TOUR + "-close", "n_clicks"),
        Input(ids.TOUR + "-again", "n_clicks"),
        Input(ids.TOUR, "opened"),
        State(ids.TOUR_SEEN, "data"),
    )
