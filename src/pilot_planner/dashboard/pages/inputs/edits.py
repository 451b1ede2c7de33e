"""Edits on the Inputs page: typed in the table or the form, uploaded or pasted. Each is taken whole or refused in words."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.pages.inputs.components import message, words
from pilot_planner.dashboard.pages.inputs.scenario import Outcome, edit, upload
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.errors import InputError

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_PASTED = "pasted.toml"
_NO_ADDRESS = "The address of this page cannot be read: start anew from its first page."


def register(app: Dash, services: Services) -> None:
    """Every way in: what is taken changes the address, and the plan follows it."""
    _in_the_grid(app, services)
    _in_the_form(app, services)
    _from_a_file(app, services)


def _to_address() -> Output:
    return Output(ids.ADDRESS, "search", allow_duplicate=True)


def _to_message() -> Output:
    return Output(ids.INPUTS_MESSAGE, "children", allow_duplicate=True)


def _in_the_grid(app: Dash, services: Services) -> None:
    @app.callback(
        _to_address(),
        _to_message(),
        Output(ids.INPUTS_GRID, "rowTransaction", allow_duplicate=True),
        Input(ids.INPUTS_GRID, "cellValueChanged"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    @answers(Role.EDIT)
    def take(events: list[dict[str, Any]] | None, search: str | None) -> tuple[Any, Any, Any]:
        if not events:
            return no_update, no_update, no_update
        one = events[-1]
        path, bound = one["rowId"], one["colId"]
        to, told, found = taken(services, search, path, {bound: one.get("value")})
        # Refused or the same as before: the old value is put back. Taken: the row is sent anew with the plan.
        back = {"update": [{**one["data"], bound: one.get("oldValue")}]}
        return to, told, back if found is None or to is no_update else no_update


def _in_the_form(app: Dash, services: Services) -> None:
    @app.callback(
        _to_address(),
        _to_message(),
        Input(ids.INPUTS_APPLY, "n_clicks"),
        *(State(ids.typed(bound), "value") for bound in ("low", "base", "high")),
        State(ids.INPUTS_CHOSEN, "data"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    @answers(Role.EDIT)
    def take(clicks: int | None, low: Any, base: Any, high: Any, chosen: dict[str, str] | None, search: str | None) -> Any:
        if not clicks or not chosen:
            return no_update, no_update
        if not str(low or "").strip() and not str(high or "").strip():
            low = high = base
        to, told, _ = taken(services, search, chosen["path"], {"low": low, "base": base, "high": high})
        return to, told


def taken(services: Services, search: str | None, path: str, typed: dict[str, Any]) -> tuple[Any, Any, Question | None]:
    """An edit: where to go, what to say, and the question with it (None where it was refused)."""
    planner = services.planner
    question = _at(planner, search)
    if question is None:
        return no_update, message(faults=[_NO_ADDRESS]), None
    found = edit(planner, question, path, typed)
    if found.question is None:
        return no_update, message(faults=found.faults), None
    if found.question.search == question.search:
        return no_update, message("Nothing is changed: that is the value already."), found.question
    name = words(planner.inputs.estimates[tuple(path.split("."))], planner)
    services.note("inputs edited", path, _values(found.question, path))
    text = f"{name} is changed in the scenario; the plan follows."
    return found.question.search, message(text, (), found.notes), found.question


def _from_a_file(app: Dash, services: Services) -> None:
    to_uploaded = Output(ids.INPUTS_UPLOADED, "children", allow_duplicate=True)

    @app.callback(
        _to_address(),
        to_uploaded,
        Input(ids.INPUTS_UPLOAD, "contents"),
        State(ids.INPUTS_UPLOAD, "filename"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    @answers(Role.EDIT)
    def uploaded(contents: str | None, name: str | None, search: str | None) -> tuple[Any, Any]:
        if not contents:
            return no_update, no_update
        try:
            raw = base64.b64decode(contents.partition(",")[2], validate=True)
        except ValueError:
            return no_update, message(faults=["The file did not arrive whole: choose it again."])
        return from_file(services, search, name or "upload", raw)

    @app.callback(
        _to_address(),
        to_uploaded,
        Input(ids.INPUTS_PASTED, "n_clicks"),
        State(ids.INPUTS_PASTE, "value"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    @answers(Role.EDIT)
    def pasted(clicks: int | None, text: str | None, search: str | None) -> tuple[Any, Any]:
        return from_file(services, search, _PASTED, (text or "").encode()) if clicks else (no_update, no_update)


def from_file(services: Services, search: str | None, name: str, raw: bytes) -> tuple[Any, Any]:
    """A file as the scenario: where to go, and what to say."""
    planner = services.planner
    question = _at(planner, search)
    if question is None:
        return no_update, message(faults=[_NO_ADDRESS])
    found: Outcome = upload(planner, question, name, raw)
    taken_over = found.question is not None
    # Not its name, which may hold anybody's: the hash tells whether it is a certain file.
    detail = {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest(), "taken": taken_over}
    services.note("inputs uploaded" if name != _PASTED else "inputs pasted", "", detail)
    if found.question is None:
        return no_update, message(faults=found.faults, refused="The file is refused")
    if found.question.search == question.search:
        return no_update, message(f"{name} says what this page says: nothing differs, nothing is changed.", (), found.notes)
    return found.question.search, message(f"{name} is the scenario now; see what changed above.", (), found.notes)


def _values(question: Question, path: str) -> dict[str, Any]:
    """What a question says of one value, by bound."""
    return {one: value for one, value in question.edits.items() if one == path or one.startswith(f"{path}.")}


def _at(planner: Planner, search: str | None) -> Question | None:
    try:
        return read_address(search, planner.models, planner.first)
    except InputError:
        return None
