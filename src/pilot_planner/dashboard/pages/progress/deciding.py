"""Callbacks of the Progress page that decide the rest of a pilot anew and keep what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import progress
from pilot_planner.dashboard.layout.plan_study import running
from pilot_planner.dashboard.pages.compare.saved_plans import clean_name
from pilot_planner.dashboard.pages.progress import anew
from pilot_planner.dashboard.pages.progress.asked import SentFiles, wanted
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.current_user import need, visitor
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.noting import done_and_noted
from pilot_planner.errors import StoreError
from pilot_planner.figures.core.theme import Theme

if TYPE_CHECKING:
    from pilot_planner.dashboard.pages.progress.asked import Wanted
    from pilot_planner.dashboard.runtime.services import Services


def register(app: Dash, services: Services, files: SentFiles) -> None:
    """A button begins the work; what it finds is drawn, and can be kept."""
    _begin(app, services, files)
    _draw(app, services)
    _keep(app, services)


def _begin(app: Dash, services: Services, files: SentFiles) -> None:
    jobs = services.jobs

    @app.callback(
        Output(ids.PROGRESS_ANEW_JOB, "data"),
        Output(ids.PROGRESS_ANEW_TICK, "disabled"),
        Output(ids.PROGRESS_ANEW, "children"),
        Input(ids.PROGRESS_DECIDE, "n_clicks"),
        State(ids.PROGRESS_LEARNED, "checked"),
        State(ids.PLAN, "data"),
        State(ids.PROGRESS_PLAN, "value"),
        State(ids.PROGRESS_UPLOADED, "data"),
        State(ids.PROGRESS_DAY, "value"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def begin(
        clicks: int | None, learned: bool | None, asked: Any, item: str | None, sent: Any, day: str | None
    ) -> tuple[Any, bool, Any]:
        if not clicks:
            return no_update, True, no_update
        found: Wanted | str = wanted(services, files, asked, item, sent, day)
        if isinstance(found, str):
            return no_update, True, html.P(found, className="pp-refused", role="alert")
        key = f"decide_anew {found.key} {bool(learned)}"
        task = {**found.task, "learned": bool(learned)}
        return jobs.start(key, job_functions.decide_anew, task).key, False, progress("Beginning", 0.0)


def _draw(app: Dash, services: Services) -> None:
    jobs = services.jobs

    @app.callback(
        Output(ids.PROGRESS_ANEW, "children", allow_duplicate=True),
        Output(ids.PROGRESS_ANEW_STAGE, "data"),
        Output(ids.PROGRESS_ANEW_TICK, "disabled", allow_duplicate=True),
        Input(ids.PROGRESS_ANEW_JOB, "data"),
        Input(ids.PROGRESS_ANEW_TICK, "n_intervals"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        Input(ids.PROGRESS_JOB, "data"),
        State(ids.PROGRESS_ANEW_STAGE, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def draw(
        key: str | None, _: int | None, theme: Theme | None, width: int | None, standing: str | None, drawn: str | None
    ) -> tuple[Any, Any, bool]:
        job = jobs.get(key)
        if job is None or theme is None or width is None:
            return no_update, no_update, job is None
        stage = f"{key} {standing} {theme} {width} {job.status} {job.share}"
        if stage == drawn:
            return no_update, no_update, job.over
        return _shown(job, jobs.get(standing), theme, width, services.store is not None), stage, job.over


def _shown(job: Job, standing: Job | None, theme: Theme, width: int, may_save: bool) -> Any:
    if not job.over:
        return running(job)
    if job.status != "done":
        said = "Stopped." if job.status == "cancelled" else job.message
        return html.Div([html.P(line) for line in said.splitlines()], className="pp-refused", role="alert")
    course = standing.result.get("course") if standing is not None and standing.status == "done" else None
    about = None if standing is None else standing.key.removeprefix("standing ")
    if job.result["faults"] or course is None or job.key.removeprefix("decide_anew ").rpartition(" ")[0] != about:
        return html.P("Something else is reported now: decide anew.", className="pp-sub")
    return anew.body(job.result["told"], course, theme, width, may_save)


def _keep(app: Dash, services: Services) -> None:
    store, jobs = services.store, services.jobs

    @app.callback(
        Output(ids.PROGRESS_SAVED, "children"),
        Input(ids.PROGRESS_SAVE, "n_clicks"),
        State(ids.PROGRESS_WAY, "value"),
        State(ids.PROGRESS_NAME, "value"),
        State(ids.PROGRESS_PLAN, "value"),
        State(ids.PROGRESS_ANEW_JOB, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def keep(clicks: int | None, way: str | None, name: str | None, item: str | None, key: str | None) -> Any:
        if not clicks:
            return no_update
        need(Role.PLAN)
        if store is None:
            return "This server keeps no plans for everybody."
        job = jobs.get(key)
        if job is None or job.status != "done" or way not in job.result.get("ready", {}):
            return "Decide anew first."
        wanted_name = clean_name(name or "")
        if not item and not wanted_name:
            return "Give the new plan a name, or choose the saved plan that it continues."
        told = job.result["told"]
        why = f"decided anew after period {told.over}: {way}"
        own = store.by(visitor().name) if visitor().name else store
        try:
            onto = None if wanted_name else item
            kept, more = done_and_noted(
                services.note,
                "plan saved",
                onto or wanted_name,
                {"way": way},
                lambda: own.save("plan", job.result["ready"][way], wanted_name, onto=onto, why=why),
            )
        except StoreError as error:
            return f"Nothing was saved: {error}"
        saved = f"Saved as “{kept.name}”, revision {kept.revision}, with all that was reported"
        return f"{saved}. Caps that changed need signatures again.{more}"
