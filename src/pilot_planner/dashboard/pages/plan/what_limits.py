"""What limits a plan: every limit that holds it, and of those that money or an agreement can move, what a step is worth.

Safeguards and the law are named and have no price here: they are what the plan is for, and nobody is invited to sell one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import data
from pilot_planner.dashboard.layout.controls import controls
from pilot_planner.dashboard.layout.html_text import as_text
from pilot_planner.dashboard.pages.plan.hints import Effect, effects_told, nothing, step_words
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.programme.limits import find_limit
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import counted, inline, signed
from pilot_planner.text.names import metric_label, metric_unit

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

BOX = "what-limits"
_MOVABLE = ("money", "capacity")
"""Kinds of limits of which a step may be told as a gain."""
_PLEDGES = "funding."
_DEAREST = 3


def register_what_limits(app: Dash, services: Services) -> None:
    """Filled in as the steps of the controls are solved (see ``hints``)."""

    @app.callback(Output(ids.WORTH, "data"), Input(ids.HINTS_JOB, "data"), State(ids.PLAN, "data"))
    @answers(Role.VIEW)
    def tell(hints: dict[str, Any] | None, asked: dict[str, Any] | None) -> Any:
        answer = good_answer(services.planner, asked)
        if hints is None or answer is None or answer.plan is None or hints.get("for") != answer.question.search:
            return no_update
        search = answer.question.search
        return {"for": search, "html": as_text(content(answer.plan, search, effects_told(hints)))}

    _in_the_browser(app)


def _in_the_browser(app: Any) -> None:
    app.clientside_callback(ClientsideFunction("pilot", "worth"), Input(ids.WORTH, "data"))


def what_limits(plan: Plan, search: str) -> html.Section:
    """The limits by name; their worth follows (``assets/client.js``)."""
    text = as_text(content(plan, search, ()))
    return html.Section(id=BOX, className="pp-head-part pp-one-text", **data(plan=search, html=text))


def content(plan: Plan, search: str, effects: Iterable[Effect]) -> list[Any]:
    """The limits that hold a plan, each a link to its price; those first of which a step gives most."""
    held = list(dict.fromkeys(one.key for one in plan.limits if one.binding and find_limit(one.key, plan.design)))
    if not held:
        return [html.H2("No limit holds it back")]
    dearest = dearest_steps(plan, effects)
    rows = [_row(one, plan, search) for one in dearest]
    told = {key for one in dearest for key in _keys_of(one.move.path)}
    names = [_label(key, plan) for key in held if key not in told]
    links: list[Any] = []
    for place, name in enumerate(names):
        between = "" if place == 0 else " and " if place == len(names) - 1 else ", "
        links += [between, dcc.Link(inline(name), href=f"/why{search}")]
    aim = inline(metric_label(plan.design.objective.metric))
    table = [
        html.P(f"What one step gives of {aim}", className="pp-sub"),
        html.Table(html.Tbody(rows), className="pp-parties"),
    ]
    also = [html.P([("Also: " if rows else ""), *links, "."], className="pp-held")] if links else []
    return [
        html.H2(f"{counted(len(held), 'limit holds', 'limits hold', capital=True)} it back"),
        *(table if rows else []),
        *also,
    ]


def dearest_steps(plan: Plan, effects: Iterable[Effect]) -> list[Effect]:
    """The few steps of money and capacity that better the aim most, one for each setting."""
    sign = -1.0 if plan.design.objective.sense == "min" else 1.0
    good = [
        one
        for one in effects
        if one.change is not None and sign * one.change > 0 and not nothing(one) and _movable(one.move.path, plan)
    ]
    return sorted(good, key=lambda one: -sign * (one.change or 0.0))[:_DEAREST]


def _movable(path: str, plan: Plan) -> bool:
    if path.startswith(_PLEDGES):
        return True
    limit = next((find_limit(key, plan.design) for key in _keys_of(path)), None)
    return limit is not None and limit.kind in _MOVABLE


def _keys_of(path: str) -> Sequence[str]:
    """The limit that a setting is the bound of."""
    first, _, rest = path.partition(".")
    return (rest.rpartition(".")[0],) if first == "limits" else ()


def _label(key: str, plan: Plan) -> str:
    limit = find_limit(key, plan.design)
    return limit.label if limit is not None else key


def _row(one: Effect, plan: Plan, search: str) -> html.Tr:
    control = next(control for control in controls() if control.name == one.move.control)
    step = f"{step_words(control)} {'more' if one.move.up else 'less'}"
    gain = signed(one.change, metric_unit(plan.design.objective.metric))
    name = html.Th(dcc.Link(control.label, href=f"/why{search}"), scope="row")
    return html.Tr([name, html.Td(step), html.Td(gain)], **data(step=one.move.path))
