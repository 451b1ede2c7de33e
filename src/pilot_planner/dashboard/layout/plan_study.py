"""A study of the open plan that a page begins by itself, draws as far as it has come, and tells about while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import empty, progress
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.dashboard.runtime.visitor_state import good_answer, question_of, task_of
from pilot_planner.figures.core.theme import Theme
from pilot_planner.studies.planning.plan import Plan

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_TICK = 600
"""Milliseconds between two looks at a study that runs."""


@dataclass(frozen=True)
class PlanStudy:
    """What is asked of the open plan, and the ids of the elements that show it.

    Attributes:
        kind: begins the key of its job.
        work: the function of ``job_functions`` that a process of its own runs.
        bodies: elements that are drawn; the first also says that there is no plan.
        job, stage, tick: the key of the job, what has been drawn, and the clock that asks again.
        progress: where drawn parts say how far the study is.
        nothing: said in the first body where there is no plan.
    """

    kind: str
    work: Callable[..., Any]
    bodies: tuple[str, ...]
    job: str
    stage: str
    tick: str
    progress: str
    nothing: str

    def stores(self) -> list[Any]:
        """What the page's layout holds for the study beside its bodies."""
        return [dcc.Store(id=self.job), dcc.Store(id=self.stage), dcc.Interval(id=self.tick, interval=_TICK, disabled=True)]

    def how_far(self, job: Job | None) -> html.Div:
        """The element that keeps saying how far the study is."""
        return html.Div(how_far(job), id=self.progress)


Drawn = Callable[[Question, Plan, "Job | None", Theme, int], Sequence[Any]]
"""Draws a study of a plan as far as it is: children of each body, ``no_update`` where nothing is to be drawn."""


def register(app: Dash, services: Services, study: PlanStudy, drawn: Drawn) -> None:
    """One callback begins the study of each new plan, one draws what is there, one tells how far it is."""
    _begin(app, services, study)
    _draw(app, services, study, drawn)

    @app.callback(
        Output(study.progress, "children"),
        Input(study.stage, "data"),
        Input(study.tick, "n_intervals"),
        State(study.job, "data"),
    )
    @answers(Role.VIEW)
    def tell(_: str | None, __: int | None, key: str | None) -> Any:
        return how_far(services.jobs.get(key))


def _begin(app: Dash, services: Services, study: PlanStudy) -> None:
    planner, jobs = services.planner, services.jobs

    @app.callback(
        Output(study.job, "data"),
        Output(study.tick, "disabled"),
        Input(ids.PLAN, "data"),
        State(study.job, "data"),
    )
    @answers(Role.VIEW)
    def begin(asked: dict[str, Any] | None, before: str | None) -> tuple[Any, bool]:
        question = question_of(planner, asked)
        if question is None:
            return no_update, True
        key = f"{study.kind} {question.key}"
        if before not in (None, key):
            jobs.leave(before)
        return jobs.start(key, study.work, task_of(planner, question)).key, False


def _draw(app: Dash, services: Services, study: PlanStudy, drawn: Drawn) -> None:
    planner, jobs = services.planner, services.jobs
    rest = len(study.bodies) - 1

    @app.callback(
        *(Output(body, "children") for body in study.bodies),
        Output(study.stage, "data"),
        Output(study.tick, "disabled", allow_duplicate=True),
        Input(study.job, "data"),
        Input(study.tick, "n_intervals"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        State(ids.PLAN, "data"),
        State(study.stage, "data"),
        prevent_initial_call="initial_duplicate",
    )
    @answers(Role.VIEW)
    def draw(
        key: str | None,
        _: int | None,
        theme: Theme | None,
        width: int | None,
        asked: dict[str, Any] | None,
        before: str | None,
    ) -> tuple[Any, ...]:
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None or theme is None or width is None:
            return (empty(study.nothing) if asked else no_update), *[no_update] * rest, "", False
        job = jobs.get(key)
        stage = f"{answer.question.key} {theme} {width} {(job.status, len(job.items)) if job else ''}"
        over = job is None or job.over
        if stage == before:
            return *[no_update] * (1 + rest), no_update, over
        return *drawn(answer.question, answer.plan, job, theme, width), stage, over


def how_far(job: Job | None) -> Any:
    """How far a study of the open plan is, or how it ended."""
    if job is None or job.status == "done":
        return html.Div()
    if job.status == "failed":
        return html.Div([html.H2("This could not be worked out"), html.P(job.message)], className="pp-alert", role="alert")
    if job.status == "cancelled":
        return html.P("Stopped: another plan was asked for.", className="pp-sub")
    return running(job)


def running(job: Job) -> Any:
    """The bar of a study that runs, with the time that is left where it can be told."""
    left = job.seconds_left
    return progress((job.text or "beginning").capitalize(), job.share, "" if left is None else f"about {left:.0f} s left")
