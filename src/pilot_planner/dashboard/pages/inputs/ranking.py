"""Inputs ranked, told as it goes: by influence (a job moves each group of them to its low and its high), or by what knowing
them before signing is worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import progress
from pilot_planner.dashboard.pages.inputs.components import message
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.visitor_state import question_of, task_of
from pilot_planner.text.labels import shown
from pilot_planner.text.names import Names, family_label

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

Ranking = dict[str, Any]
"""What the browser holds: ``key`` of the job, ``search`` of the plan that it is about, whether it is ``over`` and
whether it ranks by ``worth``.
"""


def swings(job: Job | None) -> dict[str, float]:
    """By path, as far as it is known: swing of worker income, USD, or what knowing it is worth."""
    found: dict[str, float] = {}
    for one in () if job is None else job.items:
        found |= {path: max(found.get(path, 0.0), one.width) for path in one.paths}
    return found


def register(app: Dash, services: Services) -> None:
    """Begin, tell, cancel."""
    _begin(app, services, ids.RANK_RUN, worth=False)
    _begin(app, services, ids.RANK_WORTH, worth=True)
    _tell(app, services)

    @app.callback(
        Output(ids.RANK_CANCEL, "disabled"),
        Input(ids.RANK_CANCEL, "n_clicks"),
        State(ids.RANK_JOB, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def cancel(clicks: int | None, ranking: Ranking | None) -> Any:
        if not clicks or not ranking:
            return no_update
        services.jobs.cancel(ranking["key"])
        return True


def _begin(app: Dash, services: Services, button: str, *, worth: bool) -> None:
    name, work = ("worth", job_functions.worth) if worth else ("influence", job_functions.influence)

    @app.callback(
        Output(ids.RANK_JOB, "data", allow_duplicate=worth),
        Output(ids.RANK_TICK, "disabled", allow_duplicate=worth),
        Output(ids.INPUTS_WHICH, "value", allow_duplicate=worth),
        Input(button, "n_clicks"),
        State(ids.PLAN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def begin(clicks: int | None, asked: dict[str, Any] | None) -> tuple[Any, bool, Any]:
        question = question_of(services.planner, asked)
        if not clicks or question is None or asked is None:
            return no_update, True, no_update
        job = services.jobs.start(f"{name} {question.key}", work, task_of(services.planner, question))
        held = {"key": job.key, "search": asked["good"], "over": job.over, "worth": worth}
        return held, job.over, "all" if worth else "plan"


def _tell(app: Dash, services: Services) -> None:
    names = names_by_code(services)

    @app.callback(
        Output(ids.RANK_PROGRESS, "children"),
        Output(ids.RANK_TICK, "disabled", allow_duplicate=True),
        Output(ids.RANK_JOB, "data", allow_duplicate=True),
        Input(ids.RANK_TICK, "n_intervals"),
        Input(ids.RANK_JOB, "data"),
        Input(ids.PLAN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def tell(_: int | None, ranking: Ranking | None, asked: dict[str, Any] | None) -> tuple[Any, bool, Any]:
        if ranking is None or asked is None:
            return None, True, no_update
        if ranking["search"] != asked.get("good"):
            return html.P("The plan has changed since inputs were ranked: rank them again."), True, no_update
        job = services.jobs.get(ranking["key"])
        if job is None:
            return html.P("The ranking was not kept: rank again."), True, no_update
        over = {**ranking, "over": True} if job.over and not ranking["over"] else no_update
        return ranking_state(job, names, bool(ranking.get("worth"))), job.over, over


def names_by_code(services: Services) -> Names:
    """Hosts and sectors by code."""
    from pilot_planner.text.names import names_of_codes

    return names_of_codes(services.planner.inputs)


def ranking_state(job: Job, names: Names, worth: bool = False) -> Any:
    """How the ranking stands, in words: running, over, cancelled or failed."""
    if job.status == "failed":
        return message(faults=[job.message], refused="Inputs could not be ranked")
    if not job.over:
        left = "" if job.seconds_left is None else f"about {job.seconds_left:.0f} s left"
        stop = html.Button("Cancel", id=ids.RANK_CANCEL, className="pp-button", type="button")
        return progress((job.text or "beginning").capitalize(), job.share, left, stop)
    part = "Cancelled; ranked as far as it went. " if job.status == "cancelled" else ""
    said = [html.P(one) for one in (job.result or ()) if worth]
    if not job.items:
        nothing = (
            "Nothing is worth knowing that can be told from nothing." if worth else "Nothing behind this plan has a range."
        )
        return html.Div([html.P(part or nothing), *said])
    widest = max(job.items, key=lambda one: float(one.width))
    if worth:
        first = f"{family_label(widest.family, names)} is worth most to know before signing: {_worth(float(widest.width))}."
        rest = "Values of one group share a worth. What cannot be told from nothing in so many draws has none."
        return html.Div([html.P([part, html.Strong(first), f" {rest}"]), *said])
    moved = f"{family_label(widest.family, names)} moves worker income most: {shown(widest.width, 'USD')} from low to high."
    rest = "The plan is kept as it is. Values of one group move together and share a swing; without a range there is none."
    return html.P([part, html.Strong(moved), f" {rest}"])


def _worth(value: float) -> str:
    """In the unit of the aim, or a share of draws in which the plan holds."""
    return f"{100.0 * value:.1f} of 100 draws more" if value <= 1.0 else shown(value, "USD")
