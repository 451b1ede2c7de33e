"""Plans saved for everybody who uses this server: kept in a store, each change with who made it and when.

Without a store there is nothing of this on any page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, empty, folded, linked_table, table
from pilot_planner.dashboard.pages.compare.comparison import comparison_link
from pilot_planner.dashboard.pages.compare.saved_plans import clean_name
from pilot_planner.dashboard.runtime.current_user import need, needing, visitor
from pilot_planner.dashboard.runtime.noting import done_and_noted
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.errors import StoreError
from pilot_planner.programme.metrics import METRICS
from pilot_planner.store.records import Item, Revision
from pilot_planner.store.store import Store
from pilot_planner.text.labels import listed, shown
from pilot_planner.text.names import host_names

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Note, Services

_MOST_LISTED = 200
_MOST_CHANGES = 50
_LONGEST_VALUE = 60
_ACTIONS = {
    "save": "saved",
    "rename": "renamed",
    "describe": "described anew",
    "archive": "put away",
    "restore": "brought back",
    "copy": "copied",
}
_FIELDS = {"name": "name", "description": "note"}


def layout(store: Store | None) -> Any:
    """The list, what saves the present plan, and what can be done with one that is saved."""
    if store is None:
        return html.Div()
    keep = html.Div(
        [
            dmc.TextInput(id=ids.TEAM_NAME, label="Name of the present plan", size="xs", w=220),
            dmc.TextInput(id=ids.TEAM_NOTE, label="Note", placeholder="What it is for", size="xs", w=280),
            needing(Role.PLAN, html.Button("Save for everybody", id=ids.TEAM_SAVE, className="pp-button", type="button")),
        ],
        className="pp-filter",
    )
    manage = html.Div(
        [
            dmc.Select(id=ids.TEAM_ENTRY, label="Plan of everybody", data=[], size="xs", placeholder="Choose one", w=220),
            dmc.TextInput(id=ids.TEAM_NEW_NAME, label="Its new name", size="xs", w=180),
            needing(Role.PLAN, html.Button("Rename", id=ids.TEAM_RENAME, className="pp-button", type="button")),
            needing(Role.PLAN, html.Button("Put away", id=ids.TEAM_AWAY, className="pp-button", type="button")),
            needing(Role.PLAN, html.Button("Bring back", id=ids.TEAM_BACK, className="pp-button", type="button")),
            dmc.Checkbox(id=ids.TEAM_ALL, label="Show what was put away", size="xs", checked=False),
        ],
        className="pp-filter",
    )
    return html.Section(
        [
            html.H2("Plans of everybody here"),
            html.P(
                "Kept on this server, with who changed what and when. A plan opens on the inputs of today; its number shows "
                "whether it is still the same plan.",
                className="pp-sub",
            ),
            html.Div(id=ids.TEAM_LIST),
            keep,
            manage,
            html.Div(id=ids.TEAM_TOLD, className="pp-sub", role="status", **aria(live="polite")),
            html.Div(id=ids.TEAM_HISTORY),
            dcc.Store(id=ids.TEAM_CHANGED),
            dcc.Store(id=ids.TEAM_SEEN),
        ],
        className="pp-section",
    )


def register(app: Dash, services: Services) -> None:
    """The list follows every change made here, and is read anew whenever its page is opened."""
    if services.store is None:
        return
    _show(app, services.planner, services.store)
    _save(app, services.planner, services.store, services.note)
    _manage(app, services.store, services.note)


def _show(app: Dash, planner: Planner, store: Store) -> None:
    names = host_names(planner.inputs)

    @app.callback(
        Output(ids.TEAM_LIST, "children"),
        Output(ids.TEAM_ENTRY, "data"),
        Output(ids.TEAM_SEEN, "data"),
        Input(ids.TEAM_CHANGED, "data"),
        Input(ids.TEAM_ALL, "checked"),
        Input(ids.ADDRESS, "search"),
    )
    @answers(Role.VIEW)
    def fill(_changed: Any, everything: bool | None, search: str | None) -> tuple[Any, ...]:
        try:
            items = store.list("plan", archived=None if everything else False)[:_MOST_LISTED]
        except StoreError as error:
            return empty(f"The saved plans cannot be read: {error}"), no_update, no_update
        data = [{"value": item.id, "label": item.name} for item in items]
        return listing(items, planner, search, names), data, {item.id: item.revision for item in items}

    @app.callback(Output(ids.TEAM_HISTORY, "children"), Input(ids.TEAM_ENTRY, "value"), Input(ids.TEAM_CHANGED, "data"))
    @answers(Role.VIEW)
    def follow(entry: str | None, _changed: Any) -> Any:
        if not entry:
            return None
        try:
            return history(store.history(entry, most=_MOST_CHANGES))
        except StoreError as error:
            return empty(str(error))


def _save(app: Dash, planner: Planner, store: Store, note_down: Note) -> None:
    @app.callback(
        Output(ids.TEAM_TOLD, "children"),
        Output(ids.TEAM_CHANGED, "data"),
        Output(ids.TEAM_NAME, "value"),
        Output(ids.TEAM_NOTE, "value"),
        Input(ids.TEAM_SAVE, "n_clicks"),
        State(ids.TEAM_NAME, "value"),
        State(ids.TEAM_NOTE, "value"),
        State(ids.PLAN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def save(clicks: int | None, name: str | None, note: str | None, asked: Any) -> tuple[Any, ...]:
        if not clicks:
            return no_update, no_update, no_update, no_update
        need(Role.PLAN)
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            return "There is no plan to save. Apply a repair above, or move a setting.", no_update, no_update, no_update
        wanted = clean_name(name or "")
        if not wanted:
            return "Give the plan a name first.", no_update, no_update, no_update
        try:
            taken = [item for item in store.list("plan", archived=False) if item.name == wanted]
            if taken:
                told = f"“{wanted}” is there already, last changed by {taken[0].changed_by}: choose another name."
                return told, no_update, no_update, no_update
            plan, search = answer.plan, {"search": answer.question.search}
            item, more = done_and_noted(
                note_down, "plan saved", "", {"plan": plan.plan_id},
                lambda: _by_visitor(store).save_plan(plan, wanted, asked=search, description=(note or "").strip()),
            )  # fmt: skip
        except StoreError as error:
            return f"Nothing was saved: {error}", no_update, no_update, no_update
        return f"Saved “{item.name}” for everybody.{more}", f"{item.id}:{item.revision}", "", ""


def _manage(app: Dash, store: Store, note_down: Note) -> None:
    @app.callback(
        Output(ids.TEAM_TOLD, "children", allow_duplicate=True),
        Output(ids.TEAM_CHANGED, "data", allow_duplicate=True),
        Input(ids.TEAM_RENAME, "n_clicks"),
        Input(ids.TEAM_AWAY, "n_clicks"),
        Input(ids.TEAM_BACK, "n_clicks"),
        State(ids.TEAM_ENTRY, "value"),
        State(ids.TEAM_NEW_NAME, "value"),
        State(ids.TEAM_SEEN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def change(_r: Any, _a: Any, _b: Any, entry: str | None, name: str | None, seen: Any) -> tuple[Any, Any]:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update
        need(Role.PLAN)
        if not entry:
            return "Choose a plan of everybody first.", no_update
        revision = seen.get(entry) if isinstance(seen, dict) else None
        button = str(ctx.triggered_id)
        try:
            item, more = done_and_noted(
                note_down, "plan changed", entry, {"after": revision, "by": button},
                lambda: changed_item(_by_visitor(store), button, entry, clean_name(name or ""), revision),
            )  # fmt: skip
        except StoreError as error:
            return f"Nothing was changed: {error}", no_update
        told = f"“{item.name}”: {'put away' if item.archived else 'kept'}, revision {item.revision}.{more}"
        return told, f"{item.id}:{item.revision}"


def changed_item(store: Store, button: str, item: str, name: str, revision: int | None) -> Item:
    """What a button does to the chosen plan, which the visitor saw as it was after ``revision``.

    Raises StoreError, also where somebody else changed the plan meanwhile.
    """
    match button:
        case ids.TEAM_RENAME:
            return store.rename(item, name, expected=revision)
        case ids.TEAM_AWAY:
            return store.archive(item, expected=revision)
        case _:
            return store.restore_item(item, expected=revision)


def listing(items: Sequence[Item], planner: Planner, search: str | None, names: Mapping[str, str]) -> Any:
    """The plans with what they reach, who changed them last, and links that open or compare them."""
    if not items:
        return empty("No plan is saved here for everybody yet.")
    rows = []
    for item in items:
        asked = str(item.about.get("search", ""))
        metric = METRICS.get(str(item.about.get("objective")))
        value = item.about.get("value")
        reached = "–" if metric is None or value is None else f"{shown(value, metric.unit)} {metric.label.lower()}"
        hosts = listed([names.get(host, host) for host in item.about.get("hosts", ())]) or "none"
        changed = f"{item.changed_at[:16].replace('T', ' ')} by {item.changed_by}"
        name = f"{item.name} (put away)" if item.archived else item.name
        number = str(item.about.get("plan_id", ""))[:_SHORT]
        links = [("Open", f"/{asked}"), comparison_link(planner, search, asked)] if asked else ["–", "–"]
        rows.append([name, item.description, number, hosts, reached, changed, *links])
    heads = ("Plan", "Note", "Number", "Hosts", "Reaches", "Last changed (UTC)", "", "Comparison")
    return linked_table(heads, rows, left=len(heads), label="Plans of everybody here", spare=(1, 2, 4, 5))


_SHORT = 8


def history(changes: Sequence[Revision]) -> Any:
    """Who changed what and when, the last change first."""
    rows = [
        [one.at[:16].replace("T", " "), one.who, _ACTIONS.get(one.action, one.action), _differences(one)] for one in changes
    ]
    lines = table(("When (UTC)", "Who", "What", "Before → after"), rows, left=4, label="History of the plan")
    return folded(f"History: {len(rows)} change{'' if len(rows) == 1 else 's'}", lines)


def _differences(change: Revision) -> str:
    told = []
    for field, word in _FIELDS.items():
        before, after = change.before.get(field), change.after.get(field)
        if before != after and (before or after):
            told.append(f"{word}: {_cut(before)} → {_cut(after)}")
    return "; ".join(told)


def _cut(value: Any) -> str:
    text = "–" if value in (None, "") else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _by_visitor(store: Store) -> Store:
    name = visitor().name
    return store.by(name) if name else store
