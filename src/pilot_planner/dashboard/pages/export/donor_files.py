"""Files for donors on the Export page: choose formats and terms, make them beside everything else, look, take one zip."""

from __future__ import annotations

import base64
import hashlib
import io
import mimetypes
import threading
import uuid
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from flask import Response

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import aria, linked_table, progress, section
from pilot_planner.dashboard.pages.export import downloads
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.current_user import needing
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.dashboard.runtime.visitor_state import question_of, task_of
from pilot_planner.data.locations import shipped
from pilot_planner.errors import InputError, PilotPlannerError
from pilot_planner.exports.registry import FORMATS
from pilot_planner.exports.terms import DRAFT, parse_terms
from pilot_planner.text.labels import counted

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.plan_cache import Planner
    from pilot_planner.dashboard.runtime.services import Services

MOST_TERMS_BYTES = 200_000
TERMS = "/download/terms.toml"
_FILES = "/download/donor"
_MOST_KEPT = 12
_SHOWN_IN_PAGE = ("application/pdf",)
"""Types that a browser shows; anything else is sent as a file to keep, so that nothing in it can run as a page of ours."""


@dataclass(frozen=True)
class Made:
    """One export as visitors fetch it: by a name that nobody can guess."""

    token: str
    plan_id: str
    files: dict[str, bytes]
    notes: tuple[str, ...]


class MadeFiles:
    """Exports of a server, the latest ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Made] = OrderedDict()
        self._by_job: dict[str, str] = {}
        self._lock = threading.Lock()

    def of_job(self, job: Job) -> Made:
        """What a finished job has made."""
        with self._lock:
            token = self._by_job.get(job.key)
            if token is None or token not in self._kept:
                token = self._by_job[job.key] = uuid.uuid4().hex
                self._kept[token] = Made(token, job.result.plan_id, job.result.files, job.result.notes)
            self._kept.move_to_end(token)
            while len(self._kept) > _MOST_KEPT:
                gone, _ = self._kept.popitem(last=False)
                self._by_job = {key: one for key, one in self._by_job.items() if one != gone}
            return self._kept[token]

    def get(self, token: str) -> Made | None:
        with self._lock:
            return self._kept.get(token)


def layout() -> html.Section:
    """The choice, then what becomes of it."""
    choices = [dmc.Checkbox(value=name, label=one.label, description=one.words, size="sm") for name, one in FORMATS.items()]
    button = html.Button("Choose a file", type="button", className="pp-button")
    return section(
        "Files for donors are made from this plan",
        "A proposal, its budget and the files that donors' systems read; every figure is the plan's",
        dmc.CheckboxGroup(
            html.Div(choices, className="pp-choices"), id=ids.DONOR_FORMATS, value=list(FORMATS), **aria(label="Formats")
        ),
        html.P(
            [
                "Names, identifiers, currency and the donor's rules come from a small settings file. Without one, the files "
                "are drafts with examples in their place. ",
                html.A("Take the draft", href=TERMS),
                ", fill it in and bring it here: ",
            ]
        ),
        html.Div(
            [
                dcc.Upload(button, id=ids.DONOR_UPLOAD, max_size=MOST_TERMS_BYTES, accept=".toml"),
                html.Span("The draft is used.", id=ids.DONOR_TERMS_SAY, **aria(live="polite")),
                html.Button("Use the draft", id=ids.DONOR_NO_TERMS, className="pp-plain", type="button"),
            ],
            className="pp-filter",
        ),
        html.P(
            [
                needing(
                    Role.PLAN,
                    html.Button("Make the files", id=ids.DONOR_MAKE, className="pp-button pp-button-main", type="button"),
                ),
                " ",
                html.Button("Cancel", id=ids.DONOR_CANCEL, className="pp-plain", type="button"),
            ]
        ),
        html.Div(id=ids.DONOR_BODY, **aria(live="polite")),
        dcc.Store(id=ids.DONOR_TERMS),
        dcc.Store(id=ids.DONOR_JOB),
        dcc.Interval(id=ids.DONOR_TICK, interval=700, disabled=True),
        name="donors",
    )


def register(app: Dash, services: Services) -> None:
    """Terms are checked when they arrive; files are made by a job of their own and fetched by routes."""
    made = MadeFiles()
    _routes(app, services, made)
    _register_terms(app, services)
    _register_making(app, services, made)


def _register_terms(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ids.DONOR_TERMS, "data"),
        Output(ids.DONOR_TERMS_SAY, "children"),
        Output(ids.DONOR_TERMS_SAY, "className"),
        Input(ids.DONOR_UPLOAD, "contents"),
        Input(ids.DONOR_NO_TERMS, "n_clicks"),
        State(ids.DONOR_UPLOAD, "filename"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def read(contents: str | None, _: int | None, name: str | None) -> tuple[Any, Any, str]:
        if ctx.triggered_id == ids.DONOR_NO_TERMS or not contents:
            return None, "The draft is used.", ""
        try:
            raw = base64.b64decode(contents.partition(",")[2], validate=True)
            if len(raw) > MOST_TERMS_BYTES:
                most = downloads.size(MOST_TERMS_BYTES)
                return no_update, f"The file has {downloads.size(len(raw))}; such a file has {most} at most.", "pp-refused"
            terms = parse_terms(raw, name or "terms.toml")
        except (PilotPlannerError, ValueError) as error:
            return no_update, [html.P(line) for line in str(error).splitlines()], "pp-refused"
        services.note("terms uploaded", "", {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()})
        return raw.decode(), f"{name}: {terms.organisation.name} asks {terms.donor.name}.", ""


def _register_making(app: Dash, services: Services, made: MadeFiles) -> None:
    planner, jobs = services.planner, services.jobs

    @app.callback(
        Output(ids.DONOR_JOB, "data"),
        Output(ids.DONOR_TICK, "disabled"),
        Input(ids.DONOR_MAKE, "n_clicks"),
        Input(ids.DONOR_CANCEL, "n_clicks"),
        State(ids.DONOR_FORMATS, "value"),
        State(ids.DONOR_TERMS, "data"),
        State(ids.PLAN, "data"),
        State(ids.ADDRESS, "search"),
        State(ids.DONOR_JOB, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def begin(
        _: int | None,
        __: int | None,
        formats: list[str],
        terms: str | None,
        asked: dict[str, Any] | None,
        search: str | None,
        last: str | None,
    ) -> tuple[Any, bool]:
        # Where the first plan is still being solved, the job solves it as well.
        question = question_of(planner, asked) or _asked_for(planner, search)
        if ctx.triggered_id == ids.DONOR_CANCEL:
            jobs.cancel(last)
            return no_update, False
        if question is None or not formats:
            return no_update, True
        chosen = [name for name in FORMATS if name in formats]
        key = f"donor {question.key} {' '.join(chosen)} {hashlib.sha256((terms or '').encode()).hexdigest()}"
        task = {**task_of(planner, question), "formats": chosen, "terms": terms}
        services.note("donor files asked for", " ".join(chosen), {"question": question.key})
        return jobs.start(key, job_functions.donor_files, task).key, False

    @app.callback(
        Output(ids.DONOR_BODY, "children"),
        Output(ids.DONOR_TICK, "disabled", allow_duplicate=True),
        Input(ids.DONOR_JOB, "data"),
        Input(ids.DONOR_TICK, "n_intervals"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def follow(key: str | None, _: int | None) -> tuple[Any, bool]:
        job = jobs.get(key)
        if job is None:
            return [], True
        if not job.over:
            return progress((job.text or "solving the plan").capitalize(), job.share), False
        if job.status != "done":
            said = "Stopped; nothing was made." if job.status == "cancelled" else job.message
            return html.Div([html.P(line) for line in said.splitlines()], className="pp-refused", role="alert"), True
        return result(made.of_job(job)), True


def _asked_for(planner: Planner, search: str | None) -> Question | None:
    try:
        return read_address(search, planner.models, planner.first)
    except InputError:
        return None


def result(made: Made) -> list[Any]:
    """The files with their sizes, what could not be done as it should, and the pages of the proposal."""
    address = f"{_FILES}/{made.token}"
    count = counted(len(made.files), "file", "files", capital=True)
    total = sum(len(raw) for raw in made.files.values())
    parts: list[Any] = [
        html.P(
            html.A(f"Download {zip_name(made)}", href=f"{address}.zip", className="pp-button pp-button-main"),
            className="pp-download",
        ),
        html.P(f"{count}, {downloads.size(total)}, of plan {made.plan_id}.", className="pp-sub"),
        *(html.P(note, className="pp-note-line") for note in made.notes),
        linked_table(
            ("File", "Size"),
            [[(path, f"{address}/{path}"), downloads.size(len(raw))] for path, raw in made.files.items()],
            label="Files for donors",
            look="pp-files-table",
        ),
    ]
    for path in made.files:
        if path.endswith(".pdf"):
            open_it = html.A("Open it by itself", href=f"{address}/{path}", target="_blank", rel="noopener")
            pages = html.Iframe(src=f"{address}/{path}", title="Pages of the proposal", className="pp-pages")
            parts += [html.P(["The pages as they print. ", open_it]), pages]
    return parts


def zip_name(made: Made) -> str:
    """Name of the zip of an export."""
    return f"export_{made.plan_id}.zip"


def _routes(app: Dash, services: Services, made: MadeFiles) -> None:
    def terms() -> Response:
        return downloads.sent((shipped("models") / DRAFT).read_bytes(), "terms.toml", "application/toml")

    def whole(token: str) -> Response:
        found = made.get(token)
        if found is None:
            return _gone()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
            for path, raw in found.files.items():
                out.writestr(f"export_{found.plan_id}/{path}", raw)
        services.note("export", "donor.zip", {"plan": found.plan_id, "bytes": packed.tell()})
        return downloads.sent(packed.getvalue(), zip_name(found), "application/zip")

    def one(token: str, path: str) -> Response:
        found = made.get(token)
        if found is None or path not in found.files:
            return _gone()
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        services.note("export", path, {"plan": found.plan_id, "bytes": len(found.files[path])})
        return downloads.sent(found.files[path], path.rpartition("/")[2], kind, keep=kind not in _SHOWN_IN_PAGE)

    rules = {TERMS: terms, f"{_FILES}/<token>.zip": whole, f"{_FILES}/<token>/<path:path>": one}
    for rule, view in rules.items():
        app.server.add_url_rule(rule, rule, view, methods=["GET"])


def _gone() -> Response:
    return Response("These files are no longer kept; make them again.\n", status=404, mimetype="text/plain")
