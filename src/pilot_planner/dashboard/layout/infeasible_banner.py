"""What stands above a page when the settings have no plan: why, and the repairs as links that apply them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import progress
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.plan_cache import Planner
from pilot_planner.dashboard.runtime.url_state import Question, read_address
from pilot_planner.dashboard.runtime.visitor_state import clean_search, good_answer, task_of
from pilot_planner.errors import InputError
from pilot_planner.studies.explain.infeasibility import Diagnosis
from pilot_planner.studies.explain.repairs import Repair
from pilot_planner.studies.planning.loosened import headline as loosened_headline
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.planning.without_effect import sentence

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services


def register(app: Dash, services: Services) -> None:
    """The diagnosis, and the prices beside the controls: both begin by themselves and are told when they are there."""
    planner, jobs = services.planner, services.jobs

    @app.callback(
        Output(ids.DIAGNOSIS_JOB, "data"),
        Output(ids.DIAGNOSIS_TICK, "disabled"),
        Output(ids.HINTS_TICK, "disabled"),
        Input(ids.TOLD, "data"),
    )
    @answers(Role.VIEW)
    def begin(asked: dict[str, Any] | None) -> tuple[Any, bool, bool]:
        if not asked or asked["status"] != "impossible":
            return None, True, not asked
        question = read_address(clean_search(asked), planner.models, planner.first)
        job = jobs.start(f"diagnosis {question.key}", job_functions.diagnosis, task_of(planner, question))
        return job.key, False, True

    @app.callback(
        Output(ids.BANNER, "children"),
        Output(ids.DIAGNOSIS_TICK, "disabled", allow_duplicate=True),
        Input(ids.TOLD, "data"),
        Input(ids.DIAGNOSIS_JOB, "data"),
        Input(ids.DIAGNOSIS_TICK, "n_intervals"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def show(asked: dict[str, Any] | None, key: str | None, _: int | None) -> tuple[Any, bool]:
        if not asked or asked["status"] == "solved":
            answer = good_answer(planner, asked)
            return told_of(None if answer is None else answer.plan), True
        job = jobs.get(key)
        kept = good_answer(planner, asked) is not None
        return no_plan(asked, job, kept, planner), asked["status"] != "impossible" or (job is not None and job.over)

    @app.callback(
        Output(ids.HINTS_JOB, "data"),
        Output(ids.HINTS_TICK, "disabled", allow_duplicate=True),
        Input(ids.HINTS_TICK, "n_intervals"),
        State(ids.PLAN, "data"),
        State(ids.HINTS_JOB, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)
    def hint(_: int | None, asked: dict[str, Any] | None, hints: dict[str, Any] | None) -> tuple[Any, bool]:
        """Steps are tried once the visitor rests, which is at the second look at one plan; those of earlier plans end."""
        if not asked or asked["status"] != "solved":
            return no_update, True
        question = read_address(clean_search(asked), planner.models, planner.first)
        key, before = f"steps {question.key}", (hints or {}).get("job")
        if before != key:
            jobs.leave(before)
            return {"job": key}, False
        job = jobs.start(key, job_functions.effects, task_of(planner, question))
        told = {"for": asked["good"], "job": key, "effects": [asdict(one) for one in job.items]}
        return told if told != hints else no_update, job.over


def told_of(plan: Plan | None) -> list[Any]:
    """What stands above every page of a plan: what its design loosens, and settings that reach no figure."""
    parts: list[Any] = []
    if plan is None:
        return parts
    if plan.loosened:
        items = [html.Li(one.sentence) for one in plan.loosened]
        summary = html.Summary(loosened_headline(plan.loosened))
        parts.append(html.Details([summary, html.Ul(items, className="pp-list")], className="pp-loosened"))
    parts += [html.P(f"Look again: {warning}.", className="pp-loosened") for warning in plan.out_of_proportion]
    if plan.without_effect:
        parts.append(html.P(sentence(plan.without_effect), className="pp-loosened"))
    return parts


def no_plan(asked: dict[str, Any], job: Job | None, kept: bool, planner: Planner) -> html.Div:
    """Why there is no plan, in a designed state: refused, failed or impossible."""
    last = "The last plan stays below." if kept else ""
    messages = [html.P(text) for text in asked.get("messages") or ()]
    if asked["status"] == "refused":
        start = html.P(dcc.Link("Start from the first design", href="/"))
        return _alert("These settings cannot be used", *messages, html.P(last), start)
    if asked["status"] == "failed":
        return _alert("The solver gave up on these settings", *messages, html.P(last))
    if job is None or not job.over:
        text = job.text if job is not None and job.text else "looking for what conflicts"
        share = 0.0 if job is None else job.share
        return _alert("No plan meets these settings", html.P(last), progress(text.capitalize(), share))
    if job.status != "done" or not isinstance(job.result, Diagnosis):
        return _alert(
            "No plan meets these settings", html.P(job.message or "What conflicts could not be found."), html.P(last)
        )
    return diagnosis_box(job.result, clean_search(asked), planner, last)


def diagnosis_box(found: Diagnosis, search: str, planner: Planner, last: str = "") -> html.Div:
    """The conflicts in words, then each repair as a link that applies all of it, those that keep all safeguards first."""
    parts: list[Any] = []
    listed: list[Any] = []
    for reason in found.reasons:
        if found.conflicts and not reason.endswith(":"):
            listed.append(html.Li(reason))
            continue
        parts += [html.Ul(listed, className="pp-list")] if listed else []
        listed = []
        parts.append(html.P(html.Strong(reason) if found.conflicts else reason))
    parts += [html.Ul(listed, className="pp-list")] if listed else []
    if found.offered:
        parts.append(html.P(f"Each repair below has been solved. {last}"))
        parts.append(html.Div([_repair(one, search, planner) for one in found.offered], className="pp-repairs"))
    elif found.conflicts:
        parts.append(html.P(f"No repair was found. {last}"))
    parts += [html.P(sentence) for sentence in (*_not_alone(found), *found.not_known)]
    return _alert("No plan meets these settings", *parts)


def _not_alone(found: Diagnosis) -> list[str]:
    """In a sentence, the members whose change alone is not enough."""
    names = [one.member.name for one in found.alone if one.enough is False]
    return [f"A change of these alone is not enough: {', '.join(dict.fromkeys(names))}."] if names else []


def _repair(repair: Repair, search: str, planner: Planner) -> Any:
    try:
        question = read_address(search, planner.models, planner.first)
    except InputError:
        question = Question(planner.first)
    href = question.with_settings(repair.changes).search
    verb, _, result = repair.sentence.partition(": ")
    weakens = (
        [html.Div("Weakens a safeguard.", className="pp-weakens")] if repair.weakens_safeguard else ["Safeguards kept."]
    )
    # The sentence of the document says it in words; here it is a mark of its own.
    result = result.removesuffix(" This weakens a safeguard.")
    return dcc.Link(
        [html.Strong(verb), result[:1].upper() + result[1:], " ", *weakens], href=f"/{href}", className="pp-repair"
    )


def _alert(title: str, *content: Any) -> html.Div:
    return html.Div([html.H2(title), *content], className="pp-alert", role="alert")
