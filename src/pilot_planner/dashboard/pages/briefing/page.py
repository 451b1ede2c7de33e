"""The Briefing: the open plan in five full-screen steps, for a room or for paper: problem, plan, trade-off, risk, ask.

It says nothing of its own: each step is a finding of the Plan page with its proof, so nobody is briefed on other figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, data, empty
from pilot_planner.dashboard.layout.how_sure import how_sure
from pilot_planner.dashboard.layout.html_text import as_text, drawn_at_once
from pilot_planner.dashboard.pages.plan.indicator_strip import strips
from pilot_planner.dashboard.pages.plan.what_limits import what_limits
from pilot_planner.dashboard.pages.plan.who_gains import who_gains
from pilot_planner.dashboard.runtime.opened_plans import Look
from pilot_planner.dashboard.runtime.pinned import baseline
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.figures.core.svg_renderer import to_svg
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.plan import contract_value_sankey
from pilot_planner.reports.chance_text import headline as chance_headline
from pilot_planner.reports.plan_text import headline, proof
from pilot_planner.studies.parties.party_records import who_gains as finding
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.text.labels import counted, shown, tied

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.chances import Told
    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.pinned import Baseline
    from pilot_planner.dashboard.runtime.services import Services

_WIDE, _NARROW = 900, 358
"""Px that drawings are laid out for, on a screen or a sheet and on a phone; they are scaled to it."""
_PHONE = 700
"""Px of a main column that is a phone's."""
_LIGHT: Look = Look("light", _WIDE)
_MOST_CONDITIONS = 6


def layout(services: Services, opened: Opened) -> Any:
    """The steps where the plan is known, else a word until it is."""
    content: Any = empty("The plan is being solved; it takes a second or two.")
    if opened.plan is not None and opened.answer is not None:
        question = opened.answer.question
        told = services.chances.known(question.key)
        content = steps(opened.plan, baseline(services.planner, opened.asked), question.search, told, opened.look or _LIGHT)
    return html.Div(
        [
            drawn_at_once(content, ids.BRIEFING),
            dcc.Store(id=ids.SETTLED),
            dcc.Store(id=ids.BELOW),
            dcc.Store(id=ids.HOW_SURE),
        ],
        className="pp-briefing",
    )


def register(app: Dash, services: Services) -> None:
    """Drawn anew with each plan, and once it is known how sure that is."""

    @app.callback(
        Output(ids.BRIEFING, "data-html"),
        Input(ids.PLAN, "data"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        Input(ids.HOW_SURE, "data"),
    )
    @answers(Role.VIEW)
    def draw(asked: dict[str, Any] | None, theme: Theme | None, width: int | None, _: dict[str, Any] | None) -> Any:
        answer = good_answer(services.planner, asked)
        if answer is None or answer.plan is None:
            return no_update
        question = answer.question
        told = services.chances.known(question.key)
        return as_text(
            steps(
                answer.plan, baseline(services.planner, asked), question.search, told, Look(theme or "light", width or _WIDE)
            )
        )


def steps(plan: Plan, before: Baseline, search: str, told: Told | None, look: Look = _LIGHT) -> list[Any]:
    """Five steps, each a finding with its proof."""
    width = _NARROW if look.width < _PHONE else _WIDE
    drawing = to_svg(contract_value_sankey.figure(plan, look.theme, width), width)
    flow = html.Div(className="pp-briefing-drawing pp-still", **data(svg=drawing))
    sure = "How sure is it?" if told is None or told.chance is None else chance_headline(told.chance)
    first, _ = strips(plan, before)
    made = [
        ("Problem", contract_value_sankey.headline(plan), flow),
        ("Plan", headline(plan), [html.P(html.Strong(tied(proof(plan))), className="pp-lead"), first]),
        ("Trade-off", finding(plan), html.Div([who_gains(plan), what_limits(plan, search)], className="pp-head-two")),
        ("Risk", sure, how_sure(plan, search, told)),
        ("Ask", _ask(plan), _conditions(plan)),
    ]
    bar = html.Div(
        [
            dcc.Link("Back to the plan", href=f"/{search}"),
            html.Button("Print, or save as PDF", className="pp-button", **data(print="page")),
        ],
        className="pp-briefing-bar",
    )
    return [bar, *(_step(place, len(made), *one) for place, one in enumerate(made, start=1))]


def _step(place: int, of: int, name: str, title: str, proof_of_it: Any) -> html.Section:
    head = html.H1(tied(title), className="pp-title") if place == 1 else html.H2(tied(title), className="pp-title")
    parts = [html.P(f"{place} of {of}: {name}", className="pp-sub"), head, html.Div(proof_of_it)]
    return html.Section(parts, className="pp-briefing-step", **data(step=name.lower()), **aria(label=name))


def _ask(plan: Plan) -> str:
    asked = shown(plan.metrics["net_donor_ask"], "USD")
    return (
        f"{asked} is asked of donors, and {counted(len(plan.conditions), 'condition', 'conditions')} of those who must agree"
    )


def _conditions(plan: Plan) -> list[Any]:
    few = [html.Li(one.text) for one in plan.conditions[:_MOST_CONDITIONS]]
    more = len(plan.conditions) - len(few)
    rest = [html.P(f"And {more} more; see the Plan page.", className="pp-sub")] if more > 0 else []
    return [html.P(plan.legal_gate), html.Ul(few, className="pp-list"), *rest]
