"""How sure a plan is, beside what is proven of it. It is worked out once the plan stands there, so the plan never waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, data
from pilot_planner.dashboard.layout.html_text import as_text
from pilot_planner.dashboard.runtime.chances import Told
from pilot_planner.dashboard.runtime.visitor_state import good_answer
from pilot_planner.reports import chance_text
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.uncertainty.chance import DRAWS, Chance
from pilot_planner.text.labels import counted

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

BOX = "how-sure"


def register_how_sure(app: Dash, services: Services) -> None:
    """Worked out after the charts in view, and given up where the visitor asks something newer."""

    @app.callback(Output(ids.HOW_SURE, "data"), Input(ids.BELOW, "data"), State(ids.VISITOR, "data"))
    @answers(Role.VIEW)
    def work_out(asked: dict[str, Any] | None, visitor: str | None) -> Any:
        planner = services.planner
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            return no_update
        newer = planner.newer_than_now(visitor)
        told = services.chances.of(answer.question.key, answer.plan, newer)
        if told is None:
            return no_update
        search = answer.question.search
        return {"for": search, "html": as_text(content(answer.plan, search, told))}

    _in_the_browser(app)


def _in_the_browser(app: Any) -> None:
    app.clientside_callback(ClientsideFunction("pilot", "sure"), Input(ids.HOW_SURE, "data"))


def how_sure(plan: Plan, search: str, told: Told | None) -> html.Div:
    """Where it stands; what is not known yet is filled in when it is (``assets/client.js``)."""
    text = as_text(content(plan, search, told))
    return html.Div(id=BOX, className="pp-sure pp-one-text", **aria(live="polite"), **data(plan=search, html=text))


def content(plan: Plan, search: str, told: Told | None) -> list[Any]:
    """The share of draws in which the plan holds, what breaks it most, and beside it the one thing to do next."""
    return [html.Div(_told(plan, told)), _next(next_step(plan, told), search)]


def _told(plan: Plan, told: Told | None) -> list[Any]:
    if told is None and plan.placements:
        return [
            html.H2("How sure is it?"),
            html.P(
                f"What is proven is the arithmetic at the base values. {DRAWS:,} draws of the evidence are worked on now."
            ),
        ]
    if told is None or told.chance is None:
        return [html.H2("How sure is it?"), html.P(chance_text.without(plan))]
    chance = told.chance
    return [
        html.H2(chance_text.headline(chance)),
        _bar(chance),
        *([] if plan.confident is None else [html.P(one) for one in plan.confident.sentences]),
        html.P(chance_text.fails(chance)),
        html.Details(
            [html.Summary("What a draw is, and what it is to hold"), html.P(chance_text.meaning(chance, plan.design))]
        ),
    ]


@dataclass(frozen=True)
class Step:
    """The one thing to do next: what and why, and the page where it is done."""

    what: str
    why: str
    link: str
    page: str


def next_step(plan: Plan, told: Told | None) -> Step:
    """A plan that does not hold is not sent: what breaks it is found out first. One that holds goes to those who agree."""
    if not plan.placements:
        return Step("Make room for a plan", "No placement is staffed under these limits.", "What holds it back", "/why")
    if told is None or told.chance is None:
        why = "Limits that can be moved, and what moving them gives."
        return Step("See what holds it back", why, "Why not more", "/why")
    breaks = chance_text.most_broken(told.chance)
    if breaks is not None:
        often = chance_text.share_in_words(breaks.broken)
        why = f"{breaks.label} fails in {often}: learn which input decides that before anything is asked for."
        return Step("Find out what breaks it", why, "What to find out first", "/what-if")
    conditions = counted(len(plan.conditions), "condition", "conditions", capital=True)
    return Step(
        "Take it to those who must agree",
        f"{conditions} must be met before anybody travels.",
        "Open the proposal",
        "/export",
    )


def _next(step: Step, search: str) -> html.Div:
    link = dcc.Link(step.link, href=f"{step.page}{search}", className="pp-button pp-button-main")
    return html.Div(
        [html.P([html.Strong(f"Next: {step.what[:1].lower()}{step.what[1:]}. "), step.why]), link], className="pp-next"
    )


def _bar(chance: Chance) -> html.Div:
    """The share of draws and its interval, on a bar of all draws. The headline says the same in words."""
    share = chance_text.outlook_of(chance).holds
    low, high = share.interval
    return html.Div(
        [
            html.Div(style={"width": f"{share.value:.2%}"}),
            html.Span(style={"left": f"{low:.2%}", "width": f"{high - low:.2%}"}),
        ],
        className="pp-sure-bar",
        **aria(hidden="true"),
    )
