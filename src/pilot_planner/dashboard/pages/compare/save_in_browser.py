"""Saving the open plan in this browser: it is kept at once under a name that says what it is, and its name is asked for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria
from pilot_planner.dashboard.pages.compare.saved_plans import MOST_SAVED, Saved, clean_name, free_name, readable, renamed
from pilot_planner.dashboard.runtime.chances import Told
from pilot_planner.dashboard.runtime.visitor_state import Asked, good_answer
from pilot_planner.reports import chance_text
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import listed, shown

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_FORM = "pp-save-form"


def save_form() -> html.Div:
    """Asks for the name of what was saved; nothing before."""
    return html.Div(
        [
            dmc.TextInput(id=ids.SAVE_NAME, label="Name of the saved plan", size="xs", debounce=True, autoComplete="off"),
            html.Div(id=ids.SAVE_TOLD, className="pp-note", role="status", **aria(live="polite")),
        ],
        id=ids.SAVE_FORM,
        className=f"{_FORM} pp-away",
    )


def register(app: Dash, services: Services) -> None:
    """The list lives in the browser; the server adds to it what a list of plans has to say of each."""
    planner = services.planner

    @app.callback(
        Output(ids.SAVED, "data", allow_duplicate=True),
        Output(ids.SAVE_FORM, "className"),
        Output(ids.SAVE_NAME, "value"),
        Output(ids.SAVE_TOLD, "children"),
        Input(ids.SAVE_PLAN, "n_clicks"),
        State(ids.SAVED, "data"),
        State(ids.PLAN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)  # in the visitor's own browser
    def save(clicks: int | None, saved: Any, asked: Asked | None) -> tuple[Any, ...]:
        answer = good_answer(planner, asked) if clicks else None
        if answer is None or answer.plan is None:
            return no_update, no_update, no_update, no_update
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M")
        sure = services.chances.known(answer.question.key)
        rows, name, told = kept(readable(saved), answer.question.search, answer.plan, now, sure)
        return rows, _FORM, name, told

    @app.callback(
        Output(ids.SAVED, "data", allow_duplicate=True),
        Output(ids.SAVE_NAME, "error"),
        Output(ids.SAVE_TOLD, "children", allow_duplicate=True),
        Input(ids.SAVE_NAME, "value"),
        State(ids.SAVED, "data"),
        State(ids.PLAN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def name_it(name: str | None, saved: Any, asked: Asked | None) -> tuple[Any, str, Any]:
        answer = good_answer(planner, asked)
        rows, search = readable(saved), "" if answer is None else answer.question.search
        own = next((one for one in rows if one["search"] == search), None)
        wanted = clean_name(name or "")
        if own is None or wanted == own["name"]:
            return no_update, "", no_update
        if not wanted:
            return no_update, "Give it a name; until then it keeps the one it has.", no_update
        if wanted in {one["name"] for one in rows}:
            return no_update, "Another saved plan has this name; choose another.", no_update
        return renamed(rows, search, wanted), "", f"Saved as “{wanted}”; see Compare."


def kept(saved: Saved, search: str, plan: Plan, now: str, sure: Told | None = None) -> tuple[Saved, str, str]:
    """The list with a plan on top, its name, and what to tell. One that is there already stays as it is."""
    there = next((one for one in saved if one["search"] == search), None)
    if there is not None:
        return saved, there["name"], f"This plan is saved already, as “{there['name']}”."
    hosts, cost = (
        clean_name(text)
        for text in (listed([host.name for host in plan.hosts]), shown(plan.metrics["operating_cost"], "USD"))
    )
    name = free_name(clean_name(f"{hosts}, {cost}"), saved)
    row = {"name": name, "search": search, "at": now, "hosts": hosts, "cost": cost}
    if sure is not None and sure.chance is not None:
        row["holds"] = chance_text.brief(sure.chance)
    return [*saved, row][-MOST_SAVED:], name, "Saved in this browser; give it a name of your own. See Compare."
