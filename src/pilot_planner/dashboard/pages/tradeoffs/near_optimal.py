"""Nearly equal plans on the Trade-offs page: the room that a negotiator has, by what differs from the open plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, ctx, dcc, html

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import empty, linked_table, progress
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.current_user import needing
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.url_state import Question
from pilot_planner.dashboard.runtime.visitor_state import good_answer, task_of
from pilot_planner.studies.pareto.near_optimal import Alternative
from pilot_planner.text.labels import MINUS, NBSP, counted, inline, listed, shown
from pilot_planner.text.names import Names, host_names, metric_label, metric_unit, sector_names

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_COUNT = 5
_WITHIN = ("1", "2", "3", "5", "10")
_FIRST = "5"
_FIGURES = ("operating_cost", "worker_income", "state_revenue", "peak_workers")
_HEADS = ("Cost", "Income", "Revenue", "Workers")


def layout() -> html.Section:
    """The section with its choice and buttons; what is found goes below."""
    within = dmc.Select(
        id=ids.NEAR_WITHIN,
        label="Within",
        data=[{"value": one, "label": f"{one} % of the best"} for one in _WITHIN],
        value=_FIRST,
        allowDeselect=False,
        size="xs",
        w=150,
    )
    return html.Section(
        [
            dcc.Interval(id=ids.NEAR_TICK, interval=900, disabled=True),
            html.Div(id=ids.NEAR_BODY),
            html.Div(
                [
                    within,
                    needing(
                        Role.PLAN,
                        html.Button("Find nearly equal plans", id=ids.NEAR_START, className="pp-button", type="button"),
                    ),
                    html.Button("Cancel", id=ids.NEAR_CANCEL, className="pp-button pp-away", type="button"),
                ],
                className="pp-filter",
            ),
        ],
        className="pp-section",
    )


def register(app: Dash, services: Services) -> None:
    """The search is begun and followed like that of the front."""
    planner, jobs = services.planner, services.jobs
    names, sectors = host_names(planner.inputs), sector_names(planner.inputs)

    @app.callback(
        Output(ids.NEAR_BODY, "children"),
        Output(ids.NEAR_TICK, "disabled"),
        Output(ids.NEAR_START, "className"),
        Output(ids.NEAR_CANCEL, "className"),
        Input(ids.TOLD, "data"),
        Input(ids.NEAR_START, "n_clicks"),
        Input(ids.NEAR_CANCEL, "n_clicks"),
        Input(ids.NEAR_TICK, "n_intervals"),
        Input(ids.NEAR_WITHIN, "value"),
    )
    @answers(Role.VIEW)  # likewise
    def follow(asked: dict[str, Any] | None, _: Any, __: Any, ___: Any, within: str) -> tuple[Any, bool, str, str]:
        away = "pp-button pp-away"
        answer = good_answer(planner, asked)
        share = int(within) / 100.0 if within in _WITHIN else 0.0
        if answer is None or share <= 0:
            return [], True, away, away
        key = f"alternatives {answer.question.key} {within}"
        if ctx.triggered_id == ids.NEAR_START:
            jobs.start(
                key, job_functions.alternatives, {**task_of(planner, answer.question), "within": share, "count": _COUNT}
            )
        if ctx.triggered_id == ids.NEAR_CANCEL:
            jobs.cancel(key)
        job = jobs.get(key)
        working = job is not None and not job.over
        begin = job is None or job.status in ("failed", "cancelled")
        body = content(job, answer.question, share, names, sectors)
        return body, not working, "pp-button" if begin else away, "pp-button" if working else away


def content(job: Job | None, question: Question, within: float, names: Names, sectors: Names) -> list[Any]:
    """The section's title and what was found, in every state of the job."""
    percent = f"{100 * within:g}\u00a0%"
    if job is None:
        text = f"Plans within {percent} of the best that differ most in hosts, sectors or oversight: the room to negotiate."
        return [html.H2("How different could the plan be for little less?"), html.P(text, className="pp-sub")]
    if not job.over:
        text = job.text[:1].upper() + job.text[1:] if job.text else "Getting ready"
        return [html.H2("Looking for plans that differ most"), progress(text, job.share)]
    found: Sequence[Alternative] = job.result or ()
    if len(found) < 2:
        words = {
            "failed": f"The search failed: {job.message}.",
            "cancelled": "Stopped before another plan was found.",
        }.get(
            job.status,
            f"Every plan within {percent} of the best makes the same choices. Allow a wider margin.",
        )
        return [html.H2("No nearly equal plan was found"), empty(words)]
    title = f"{counted(len(found) - 1, 'nearly equal plan', capital=True)} differ in {topics(found, sectors)}"
    if len(found) == 2:
        title = title.replace("differ ", "differs ")
    aim = inline(metric_label(objective(found)))
    stopped = " Stopped early; there may be more." if job.status == "cancelled" else ""
    sub = f"Within {percent} of the best {aim}, as different as possible.{stopped}"
    return [html.H2(title), html.P(sub, className="pp-sub"), near_table(found, question, names, sectors)]


def objective(found: Sequence[Alternative]) -> str:
    """The metric that the alternatives are near the best of: the one whose value is the objective's."""
    first = found[0]
    return min(first.metrics, key=lambda name: abs(first.metrics[name] - first.objective))


def topics(found: Sequence[Alternative], sectors: Names) -> str:
    """What the plans differ in: hosts, oversight, sectors."""
    first, *others = found
    words = []
    if any(set(one.levels) != set(first.levels) for one in others):
        words.append("hosts")
    if any(one.levels[h] != first.levels[h] for one in others for h in set(one.levels) & set(first.levels)):
        words.append("oversight")
    if any(set(one.placements) != set(first.placements) for one in others):
        words.append("sectors")
    return listed(words) or "nothing but worker numbers"


def what_differs(first: Alternative, other: Alternative, names: Names, sectors: Names) -> str:
    """``Kazakhstan: health care instead of construction; Mongolia: adds agriculture``."""
    parts = []
    for host in sorted({*first.levels, *other.levels}, key=lambda code: names.get(code, code)):
        name = names.get(host, host)
        own = {s for h, s in first.placements if h == host}
        new = {s for h, s in other.placements if h == host}
        if host not in first.levels:
            parts.append(f"With {name}: {_sectors(new, sectors)}")
            continue
        if host not in other.levels:
            parts.append(f"Without {name}")
            continue
        told = []
        if other.levels[host] != first.levels[host]:
            told.append(f"{other.levels[host]} oversight")
        gained, lost = new - own, own - new
        if gained and lost:
            told.append(f"{_sectors(gained, sectors)} instead of {_sectors(lost, sectors)}")
        elif gained:
            told.append(f"adds {_sectors(gained, sectors)}")
        elif lost:
            told.append(f"no {_sectors(lost, sectors, 'or')}")
        if told:
            parts.append(f"{name}: {listed(told)}")
    return "; ".join(parts) or "The same choices"


def _sectors(found: set[str], sectors: Names, word: str = "and") -> str:
    return listed(sorted(inline(sectors.get(one, one.replace("_", " "))) for one in found), word=word)


def near_table(found: Sequence[Alternative], question: Question, names: Names, sectors: Names) -> Any:
    """The open plan, then each alternative with its link."""
    first = found[0]
    rows: list[list[Any]] = []
    for one in found:
        figures = [shown(one.metrics[name], metric_unit(name)) for name in _FIGURES]
        if one is first:
            rows.append(["This plan", "–", *figures, "Open now"])
            continue
        href = f"/{question.with_settings(one.settings).search}"
        change = f"{MINUS}{100.0 * one.loss_share:.1f}{NBSP}%"
        rows.append([what_differs(first, one, names, sectors), change, *figures, ("Open", href)])
    return linked_table(("What differs", "Change", *_HEADS, ""), rows, label="Nearly equal plans", spare=(2, 4, 5))
