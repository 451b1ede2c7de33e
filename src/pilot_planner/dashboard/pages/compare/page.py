"""The Compare page: the present plan beside up to three others, saved or from links; differences first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, empty, graph, linked_table, section
from pilot_planner.dashboard.pages.compare import shared_plans
from pilot_planner.dashboard.pages.compare.comparison import (
    MOST,
    Compared,
    chosen,
    columns,
    compared,
    comparison_link,
    differences,
    headline,
    link_with,
)
from pilot_planner.dashboard.pages.compare.saved_plans import Saved, as_file, from_file, readable, renamed
from pilot_planner.dashboard.runtime.chances import Told
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import read_address
from pilot_planner.dashboard.runtime.visitor_state import answer_to, good_answer
from pilot_planner.errors import InputError
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.plan import compare_bars
from pilot_planner.reports import chance_text
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.uncertainty.chance import DRAWS
from pilot_planner.text.labels import counted, shown, tied
from pilot_planner.text.names import host_names, metric_label, metric_unit, sector_names

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.services import Services

_WIDEST = 760
_FILE = "saved-plans.json"


def layout(services: Services, opened: Opened) -> Any:
    """The comparison, then the list of saved plans with what can be done with it."""
    paste = html.Div(
        [
            dmc.TextInput(id=ids.COMPARE_PASTE, label="Link to a plan", placeholder="Paste a link", size="xs", w=320),
            html.Button("Add to comparison", id=ids.COMPARE_ADD, className="pp-button", type="button"),
        ],
        className="pp-filter",
    )
    manage = html.Div(
        [
            dmc.Select(id=ids.COMPARE_ENTRY, label="Saved plan", data=[], size="xs", placeholder="Choose one", w=220),
            dmc.TextInput(id=ids.COMPARE_NAME, label="Its new name", size="xs", w=180),
            html.Button("Rename", id=ids.COMPARE_RENAME, className="pp-button", type="button"),
            html.Button("Delete", id=ids.COMPARE_DELETE, className="pp-button", type="button"),
        ],
        className="pp-filter",
    )
    files = html.Div(
        [
            html.Button("Download list", id=ids.COMPARE_DOWNLOAD, className="pp-button", type="button"),
            dcc.Upload(
                html.Button("Add from file", className="pp-button", type="button"),
                id=ids.COMPARE_UPLOAD,
                accept=".json,application/json",
                max_size=1_000_000,
            ),
            dcc.Download(id=ids.COMPARE_FILE),
        ],
        className="pp-filter",
    )
    return html.Div(
        [
            html.Div(empty("The plans are being solved."), id=ids.COMPARE_BODY),
            html.Section(
                [
                    html.H2("Plans to choose from"),
                    html.P(
                        "Saved in this browser only. A comparison’s own link holds all of its plans.", className="pp-sub"
                    ),
                    html.Div(id=ids.COMPARE_CHOOSE),
                    paste,
                    manage,
                    files,
                    html.Div(id=ids.COMPARE_PROBLEM, className="pp-sub", role="status", **aria(live="polite")),
                ],
                className="pp-section",
            ),
            shared_plans.layout(services.store),
        ]
    )


def register(app: Dash, services: Services) -> None:
    """Drawn anew when the address, the saved list, the theme or the width changes."""
    _compare(app, services)
    _add(app, services)
    _manage(app, services)
    shared_plans.register(app, services)


def _compare(app: Dash, services: Services) -> None:
    planner = services.planner
    names = {**host_names(planner.inputs), **sector_names(planner.inputs)}

    @app.callback(
        Output(ids.COMPARE_BODY, "children"),
        Input(ids.PLAN, "data"),
        Input(ids.ADDRESS, "search"),
        Input(ids.SAVED, "data"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
    )
    @answers(Role.VIEW)
    def draw(asked: Any, search: str | None, saved: Any, theme: Theme | None, width: int | None) -> Any:
        if not asked or theme is None or width is None:
            return no_update
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            return empty("There is no present plan to compare with. Apply a repair above, or move a setting.")
        plans = compared(planner, answer.question, chosen(planner, search), readable(saved), names)
        return body(plans, theme, width, names)

    @app.callback(Output(ids.COMPARE_SURE, "children"), Input(ids.COMPARE_SHOWN, "data"), State(ids.VISITOR, "data"))
    @answers(Role.VIEW)
    def work_out(rows: list[list[str]] | None, visitor: str | None) -> Any:
        found, newer = [], planner.newer_than_now(visitor)
        for name, search in rows or ():
            answer = answer_to(planner, search)
            told = None if answer.plan is None else services.chances.of(answer.question.key, answer.plan, newer)
            if answer.plan is None or told is None:
                return no_update
            found.append((name, answer.plan, told))
        return how_sure(found) if found else no_update

    @app.callback(
        Output(ids.COMPARE_CHOOSE, "children"),
        Output(ids.COMPARE_ENTRY, "data"),
        Input(ids.SAVED, "data"),
        Input(ids.ADDRESS, "search"),
    )
    @answers(Role.VIEW)
    def choose(saved: Any, search: str | None) -> tuple[Any, Any]:
        rows = readable(saved)
        data = [{"value": one["search"], "label": one["name"]} for one in rows]
        return choice(planner, rows, search), data


def _add(app: Dash, services: Services) -> None:
    planner = services.planner

    @app.callback(
        Output(ids.ADDRESS, "search", allow_duplicate=True),
        Output(ids.COMPARE_PROBLEM, "children"),
        Output(ids.COMPARE_PASTE, "value"),
        Input(ids.COMPARE_ADD, "n_clicks"),
        Input(ids.COMPARE_PASTE, "n_submit"),
        State(ids.COMPARE_PASTE, "value"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def paste(clicks: int | None, entered: int | None, text: str | None, search: str | None) -> tuple[Any, Any, Any]:
        if not (clicks or entered):
            return no_update, no_update, no_update
        found, problem = from_link(planner, text or "", search)
        return (no_update, problem, no_update) if problem else (found, "", "")


def _manage(app: Dash, services: Services) -> None:
    planner = services.planner

    @app.callback(
        Output(ids.SAVED, "data", allow_duplicate=True),
        Output(ids.COMPARE_PROBLEM, "children", allow_duplicate=True),
        Output(ids.COMPARE_ENTRY, "value"),
        Input(ids.COMPARE_RENAME, "n_clicks"),
        Input(ids.COMPARE_DELETE, "n_clicks"),
        Input(ids.COMPARE_UPLOAD, "contents"),
        State(ids.COMPARE_ENTRY, "value"),
        State(ids.COMPARE_NAME, "value"),
        State(ids.SAVED, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)  # of a list in the visitor's own browser
    def manage(_: Any, __: Any, contents: str | None, entry: str | None, name: str | None, saved: Any) -> tuple[Any, ...]:
        rows = readable(saved)
        if ctx.triggered_id == ids.COMPARE_UPLOAD:
            if not contents:
                return no_update, no_update, no_update
            added, told = from_file(contents, planner, rows)
            return added, told, no_update
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        if not entry or entry not in {one["search"] for one in rows}:
            return no_update, "Choose a saved plan first.", no_update
        if ctx.triggered_id == ids.COMPARE_DELETE:
            return [one for one in rows if one["search"] != entry], "Deleted.", None
        if not (name or "").strip():
            return no_update, "Enter its new name first.", no_update
        return renamed(rows, entry, name or ""), "Renamed.", no_update

    @app.callback(
        Output(ids.COMPARE_FILE, "data"),
        Input(ids.COMPARE_DOWNLOAD, "n_clicks"),
        State(ids.SAVED, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def download(clicks: int | None, saved: Any) -> Any:
        return {"content": as_file(readable(saved)), "filename": _FILE} if clicks else no_update


def body(plans: list[Compared], theme: Theme, width: int, names: dict[str, str]) -> list[Any]:
    """The comparison of one plan or more; those without a plan are named with the reason."""
    solved = [one for one in plans if one.plan is not None]
    head: list[Any] = [html.H1(tied(headline(plans)), className="pp-title")]
    problems = [
        html.Div([html.H2(f"{one.name} cannot be compared"), html.P(one.problem)], className="pp-alert", role="alert")
        for one in plans
        if one.plan is None
    ]
    heads = html.Div([_head(one, plans, place) for place, one in enumerate(plans)], className="pp-compare-heads")
    if len(solved) < 2:
        text = (
            "Add a saved plan or a link below: settings, choices and figures are then shown side by side, differences first."
        )
        return [*head, html.P(text, className="pp-lead"), *problems, heads]
    words = counted(len(solved), "plan", capital=True)
    lead = html.P(f"{words} side by side. Copy the link to share this comparison.", className="pp-lead")
    drawn = columns(plans)
    room = min(width, _WIDEST)
    bars = section(
        compare_bars.headline(drawn, solved[0].plan.design.objective.metric if solved[0].plan else "worker_income"),
        "Each figure on its own scale; change against the first plan in brackets",
        graph(compare_bars.figure(drawn, theme, width=room), compare_bars.summary(drawn), name="compare-bars"),
    )
    # How sure each is takes longer than the rest, which does not wait for it.
    sure = html.Div(empty("How sure each plan is, is being worked out from draws of the evidence."), id=ids.COMPARE_SURE)
    shown_now = dcc.Store(id=ids.COMPARE_SHOWN, data=[[one.name, one.search] for one in plans if one.plan is not None])
    return [*head, lead, *problems, heads, sure, shown_now, *differences(plans, names), bars]


def how_sure(plans: Sequence[tuple[str, Plan, Told]]) -> html.Section:
    """The aim of each plan, the share of draws in which it holds, and what breaks it most."""
    metric = plans[0][1].design.objective.metric
    told = [one.chance for _, _, one in plans]
    rows = [
        [metric_label(metric), *(shown(plan.metrics[metric], metric_unit(metric)) for _, plan, _ in plans)],
        *(list(row) for row in chance_text.rows(told)),
    ]
    return section(
        "How sure each plan is",
        f"{DRAWS:,} draws of the evidence. As run: hosts, oversight and caps as signed, the rest decided anew; as "
        "signed: nothing decided again. Intervals of 95 %",
        linked_table(["", *(name for name, _, _ in plans)], rows, label="How sure each plan is", look="pp-wrap"),
    )


def _head(one: Compared, plans: list[Compared], place: int) -> html.Div:
    others = [other.search for other in plans[1:] if other is not one]
    links: list[Any] = [dcc.Link("Open", href=f"/{one.search}")]
    if place:
        links += [" · ", dcc.Link("Take out", href=link_with(plans[0].search, others))]
    if one.plan is None:
        return html.Div([html.Strong(one.name), html.P("No plan"), html.P(links)], className="pp-compare-head")
    metrics = one.plan.metrics
    hosts = ", ".join(host.name for host in one.plan.hosts)
    figures = f"{shown(metrics['worker_income'], 'USD')} income, {shown(metrics['operating_cost'], 'USD')} cost"
    return html.Div([html.Strong(one.name), html.P(hosts), html.P(figures), html.P(links)], className="pp-compare-head")


def choice(planner: Planner, saved: Saved, search: str | None) -> Any:
    """The saved plans, each with the link that adds it to the comparison or takes it out."""
    if not saved:
        return empty("No plan is saved in this browser yet. “Save plan” beside the settings keeps the present one.")
    rows = [
        [
            one["name"],
            one.get("hosts", "–"),
            one.get("cost", "–"),
            one.get("holds", "–"),
            one["at"],
            ("Open", f"/{one['search']}"),
            comparison_link(planner, search, one["search"]),
        ]
        for one in reversed(saved)
    ]
    heads = ("Saved plan", "Hosts", "Cost", "Holds in, of 100 draws", "Saved", "", "Comparison")
    return linked_table(heads, rows, left=2, label="Saved plans", spare=(1, 4))


def from_link(planner: Planner, text: str, search: str | None) -> tuple[str, str]:
    """The address with a pasted link added, or what is wrong with the link. Only its settings are read."""
    query = urlsplit(text.strip()).query if "?" in text else ""
    if not query and not text.strip().startswith(("http", "/")):
        return "", "This is no link to a plan: it has no settings after a question mark."
    try:
        question = read_address(query, planner.models, planner.first)
        own = read_address(search, planner.models, planner.first)
    except InputError as error:
        fault = error.faults[0]
        return "", f"The link cannot be used: {fault.place} {fault.what}."
    taken = chosen(planner, search)
    if question.search in (own.search, *taken):
        return "", "This plan is in the comparison already."
    if len(taken) >= MOST - 1:
        return "", f"{MOST} plans are compared at most; take one out first."
    return link_with(own.search, [*taken, question.search]).removeprefix("/compare"), ""
