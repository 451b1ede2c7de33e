"""The Progress page: what was reported of a signed plan, where it stands by four questions, and its rest decided anew."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, empty, section
from pilot_planner.dashboard.layout.plan_study import running
from pilot_planner.dashboard.pages.export import downloads
from pilot_planner.dashboard.pages.progress import deciding, shown
from pilot_planner.dashboard.pages.progress.asked import SentFiles, wanted
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.current_user import needing
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.visitor_state import question_of
from pilot_planner.data.inputs_upload import MOST_BYTES
from pilot_planner.errors import StoreError
from pilot_planner.figures.core.theme import Theme
from pilot_planner.reports.actuals_files import template_files
from pilot_planner.store.pilots import pilot_of
from pilot_planner.store.recompute import remade
from pilot_planner.studies.planning.plan import Plan, make_plan

if TYPE_CHECKING:
    from flask import Response

    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.services import Services
    from pilot_planner.dashboard.runtime.url_state import Question

TEMPLATE = "/download/actuals"
_OWN = "This page’s plan"
_MOST_LISTED = 200


def layout(services: Services, opened: Opened) -> Any:
    """What is asked of whom stands there at once; the work begins by itself when the page is opened."""
    return html.Div(
        [
            _report(services),
            html.Div(
                [html.H1("Where does the pilot stand?", className="pp-title"), empty("The plan is being solved.")],
                id=ids.PROGRESS_BODY,
            ),
            section(
                "Decide the rest anew",
                "What is over is fixed; signatures and written promises bind; the rest is optimal, proven, in three ways",
                html.Div(
                    [
                        dmc.Checkbox(
                            id=ids.PROGRESS_LEARNED, label="With what the pilot has taught", size="xs", checked=False
                        ),
                        needing(
                            Role.PLAN,
                            html.Button(
                                "Decide anew", id=ids.PROGRESS_DECIDE, className="pp-button pp-button-main", type="button"
                            ),
                        ),
                    ],
                    className="pp-filter",
                ),
                html.Div(id=ids.PROGRESS_ANEW),
                html.Div(id=ids.PROGRESS_SAVED, className="pp-sub", role="status", **aria(live="polite")),
                name="decide",
            ),
            html.Div(id=ids.PROGRESS_BELOW),
            dcc.Store(id=ids.PROGRESS_UPLOADED),
            dcc.Store(id=ids.PROGRESS_JOB),
            dcc.Store(id=ids.PROGRESS_STAGE),
            dcc.Interval(id=ids.PROGRESS_TICK, interval=500, disabled=True),
            dcc.Store(id=ids.PROGRESS_ANEW_JOB),
            dcc.Store(id=ids.PROGRESS_ANEW_STAGE),
            dcc.Interval(id=ids.PROGRESS_ANEW_TICK, interval=500, disabled=True),
        ]
    )


def _report(services: Services) -> html.Div:
    """Of which plan, by which report, up to which day."""
    send = needing(Role.EDIT, html.Button("Upload actuals", className="pp-button pp-button-main", type="button"))
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    return html.Div(
        [
            html.Div(
                [
                    dmc.Select(
                        id=ids.PROGRESS_PLAN,
                        label="Signed plan",
                        data=[],
                        placeholder=_OWN,
                        clearable=True,
                        size="xs",
                        w=240,
                    ),
                    dmc.TextInput(
                        id=ids.PROGRESS_DAY, label="Day of the report", placeholder=today, size="xs", w=130, debounce=True
                    ),
                    dcc.Upload(send, id=ids.PROGRESS_UPLOAD, max_size=MOST_BYTES, accept=".xlsx,.zip"),
                    html.A("Take the template", id=ids.PROGRESS_TEMPLATE, href=f"{TEMPLATE}.zip", className="pp-plain"),
                    html.Button("Leave the upload out", id=ids.PROGRESS_FORGET, className="pp-plain", type="button"),
                ],
                className="pp-filter",
            ),
            html.Div(_HOW, id=ids.PROGRESS_TOLD, className="pp-sub", role="status", **aria(live="polite")),
        ],
        className="pp-progress-bar",
        id="report",
    )


_HOW = "The template’s workbook, or its CSV files as one zip. A report with a fault changes nothing."


def register(app: Dash, services: Services) -> None:
    """Reports arrive, the work begins and is drawn; what is decided anew has callbacks of its own."""
    files = SentFiles()
    _plans(app, services)
    _uploads(app, services, files)
    _begin(app, services, files)
    _draw(app, services)
    deciding.register(app, services, files)
    _templates(app, services)


def _plans(app: Dash, services: Services) -> None:
    planner, store = services.planner, services.store

    @app.callback(
        Output(ids.PROGRESS_PLAN, "data"),
        Output(ids.PROGRESS_TEMPLATE, "href"),
        Input(ids.PLAN, "data"),
        Input(ids.PROGRESS_PLAN, "value"),
        Input(ids.PROGRESS_SAVED, "children"),
    )
    @answers(Role.VIEW)
    def fill(asked: Any, item: str | None, _: Any) -> tuple[Any, str]:
        question = question_of(planner, asked)
        own = f"{TEMPLATE}.zip{'' if question is None else question.search}"
        address = f"{TEMPLATE}/{item}.zip" if item else own
        if store is None:
            return no_update, address
        try:
            items = store.list("plan")[:_MOST_LISTED]
        except StoreError:
            return no_update, address
        return [{"value": one.id, "label": one.name} for one in items], address


def _uploads(app: Dash, services: Services, files: SentFiles) -> None:
    @app.callback(
        Output(ids.PROGRESS_UPLOADED, "data"),
        Output(ids.PROGRESS_TOLD, "children"),
        Output(ids.PROGRESS_UPLOAD, "contents"),
        Input(ids.PROGRESS_UPLOAD, "contents"),
        Input(ids.PROGRESS_FORGET, "n_clicks"),
        State(ids.PROGRESS_UPLOAD, "filename"),
        prevent_initial_call=True,
    )
    @answers(Role.EDIT)
    def take(contents: str | None, clicks: int | None, name: str | None) -> tuple[Any, Any, Any]:
        if ctx.triggered_id == ids.PROGRESS_FORGET:
            return (None, "Nothing that was uploaded is used.", None) if clicks else (no_update,) * 3
        if not contents:
            return no_update, no_update, no_update
        try:
            raw = base64.b64decode(contents.partition(",")[2], validate=True)
        except ValueError:
            return no_update, "The file did not arrive whole: choose it again.", None
        shown_as = " ".join((name or "report").split())[:_LONGEST_NAME]
        token = files.put(raw, shown_as)
        services.note("actuals uploaded", "", {"bytes": len(raw)})
        # Emptied, so that the same file, mended, can be sent again.
        return {"token": token, "name": shown_as}, f"{shown_as} is read, {downloads.size(len(raw))}.", None


_LONGEST_NAME = 80


def _begin(app: Dash, services: Services, files: SentFiles) -> None:
    jobs = services.jobs

    @app.callback(
        Output(ids.PROGRESS_JOB, "data"),
        Output(ids.PROGRESS_TICK, "disabled"),
        Output(ids.PROGRESS_TOLD, "children", allow_duplicate=True),
        Input(ids.PLAN, "data"),
        Input(ids.PROGRESS_PLAN, "value"),
        Input(ids.PROGRESS_UPLOADED, "data"),
        Input(ids.PROGRESS_DAY, "value"),
        State(ids.PROGRESS_JOB, "data"),
        prevent_initial_call="initial_duplicate",
    )
    @answers(Role.VIEW)
    def begin(asked: Any, item: str | None, sent: Any, day: str | None, before: str | None) -> tuple[Any, bool, Any]:
        if not asked:
            return no_update, True, no_update
        found = wanted(services, files, asked, item, sent, day)
        if isinstance(found, str):
            return no_update, True, found
        key = f"standing {found.key}"
        if before not in (None, key):
            jobs.leave(before)
        return jobs.start(key, job_functions.standing, found.task).key, False, no_update


def _draw(app: Dash, services: Services) -> None:
    jobs = services.jobs

    @app.callback(
        Output(ids.PROGRESS_BODY, "children"),
        Output(ids.PROGRESS_BELOW, "children"),
        Output(ids.PROGRESS_STAGE, "data"),
        Output(ids.PROGRESS_TICK, "disabled", allow_duplicate=True),
        Input(ids.PROGRESS_JOB, "data"),
        Input(ids.PROGRESS_TICK, "n_intervals"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        State(ids.PROGRESS_UPLOADED, "data"),
        State(ids.PROGRESS_STAGE, "data"),
        prevent_initial_call="initial_duplicate",
    )
    @answers(Role.VIEW)
    def draw(
        key: str | None, _: int | None, theme: Theme | None, width: int | None, sent: Any, drawn: str | None
    ) -> tuple[Any, Any, Any, bool]:
        job = jobs.get(key)
        if job is None or theme is None or width is None:
            return no_update, no_update, no_update, job is None
        stage = f"{key} {theme} {width} {job.status} {job.text if not job.over else ''}"
        if stage == drawn:
            return no_update, no_update, no_update, job.over
        # What stood there stays until the new report is through, or is told to have faults.
        if not job.over and drawn:
            return no_update, no_update, no_update, False
        name = (sent or {}).get("name", "The report")
        course = job.result["course"] if job.status == "done" else None
        below = [] if course is None else shown.below(course)
        return _body(job, theme, width, name), below, stage if job.over else None, job.over


def _body(job: Job, theme: Theme, width: int, name: str) -> Any:
    waiting = html.H1("Where does the pilot stand?", className="pp-title")
    if not job.over:
        return [waiting, running(job)]
    if job.status != "done":
        said = "Stopped: something else was asked for." if job.status == "cancelled" else job.message
        failed = html.H2("This could not be worked out")
        return [waiting, html.Div([failed, *(html.P(line) for line in said.splitlines())], className="pp-alert")]
    if job.result["faults"]:
        head = html.H1("The report has faults, so nothing of it is used", className="pp-title")
        return [head, shown.faults(job.result["faults"], name)]
    return shown.body(job.result["course"], job.result["note"], theme, width)


def _templates(app: Dash, services: Services) -> None:
    planner = services.planner

    def of_question(question: Question) -> downloads.File:
        inputs = planner.inputs
        return _template(make_plan(planner.designs[question.model], inputs, dict(question.settings)))

    def of_item(item: str) -> Response:
        if services.store is None:
            return downloads.sent(b"Nothing is saved on this server.\n", "nothing.txt", "text/plain")
        parts, record = pilot_of(services.store, item).signed
        name, raw, kind = _template(remade(parts, record).plan)
        services.note("export", name, {"item": item, "bytes": len(raw)})
        return downloads.sent(raw, name, kind)

    for rule, view in (
        (f"{TEMPLATE}.zip", downloads.answering(services, of_question)),
        (f"{TEMPLATE}/<item>.zip", downloads.told(of_item)),
    ):
        app.server.add_url_rule(rule, rule, view, methods=["GET"])


def _template(plan: Plan) -> downloads.File:
    """The folder of ``pilot-planner actuals new`` as one zip."""
    out = io.BytesIO()
    name = f"actuals_{plan.plan_id}"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, raw in template_files(plan).items():
            packed.writestr(f"{name}/{path}", raw)
    return f"{name}.zip", out.getvalue(), "application/zip"
