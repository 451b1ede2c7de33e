"""The What-if and risk page: one value along a curve or two on a map, and the plan put to the test under draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import empty, graph, section
from pilot_planner.dashboard.layout.number_box import as_typed, number_box, read_box, tell_what_is_wrong
from pilot_planner.dashboard.layout.plan_study import running
from pilot_planner.dashboard.pages.what_if.events import events_section
from pilot_planner.dashboard.pages.what_if.risk_sections import risk_sections
from pilot_planner.dashboard.pages.what_if.variables import Lever, levers
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.current_user import needing
from pilot_planner.dashboard.runtime.job_queue import Job
from pilot_planner.dashboard.runtime.visitor_state import good_answer, page_parameter, question_of, task_of
from pilot_planner.figures.core.theme import Theme
from pilot_planner.figures.what_if import what_if_curve, what_if_heatmap
from pilot_planner.studies.planning.plan import Plan
from pilot_planner.studies.sweeps.study_file import DEFAULT_METRICS, Study, Variation
from pilot_planner.studies.sweeps.what_if import WhatIf
from pilot_planner.text.labels import counted, tied
from pilot_planner.text.names import Names, host_names, metric_label, sector_names

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.opened_plans import Opened
    from pilot_planner.dashboard.runtime.services import Services

_STEPS = ("5", "9", "13", "17")
_DRAWS = ("100", "300", "1000")
_SEED = 1
_FIRST = "limits.operating_cost.max"
_DIGITS = 10


def layout(services: Services, opened: Opened) -> Any:
    """Controls of both questions; what they may vary is filled in once the plan is known."""
    return html.Div(
        [
            html.H1("What if the numbers are wrong?", className="pp-title"),
            html.P(
                "Vary one input or setting along a curve, two on a map; or draw every uncertain input at once and see how "
                "often the plan breaks its own limits.",
                className="pp-lead",
            ),
            dcc.Store(id=ids.LEVERS),
            html.Div(id=ids.EVENTS),
            _question(),
            html.Div(id=ids.WHAT_IF_PROGRESS),
            html.Div(empty("Choose what to vary and work it out."), id=ids.WHAT_IF_BODY),
            _test(),
            html.Div(id=ids.RISK_PROGRESS),
            html.Div(id=ids.RISK_BODY),
            *(dcc.Store(id=one) for one in (ids.WHAT_IF_STAGE, ids.RISK_STAGE)),
            dcc.Interval(id=ids.WHAT_IF_TICK, interval=500, disabled=True),
            dcc.Interval(id=ids.RISK_TICK, interval=700, disabled=True),
        ]
    )


def _question() -> html.Section:
    def row(axis: str, name: str, label: str, none: bool) -> html.Div:
        chosen = dmc.Select(
            id=name, label=label, data=[], searchable=True, clearable=none, allowDeselect=none, size="sm", limit=60,
            nothingFoundMessage="Nothing of that name", maxDropdownHeight=320,
        )  # fmt: skip
        ends = [
            number_box(ids.lever_end(axis, end), words, size="sm", w=140) for end, words in (("from", "From"), ("to", "To"))
        ]
        return html.Div([html.Div(chosen, className="pp-grow"), *ends], className="pp-form")

    measured = [{"value": name, "label": metric_label(name)} for name in DEFAULT_METRICS]
    return section(
        "One value along a curve, or two on a map",
        "Each step is a plan of its own, solved anew; hosts, caps and levels may change from step to step",
        row("x", ids.LEVER_X, "Vary", none=False),
        row("y", ids.LEVER_Y, "And with it (leave empty for a curve)", none=True),
        html.Div(
            [
                dmc.Select(
                    id=ids.METRIC, label="Show", data=measured, value=DEFAULT_METRICS[0], allowDeselect=False, size="sm"
                ),
                dmc.Select(id=ids.STEPS, label="Steps", data=list(_STEPS), value="9", allowDeselect=False, size="sm", w=90),
                needing(
                    Role.PLAN,
                    html.Button("Work it out", id=ids.WHAT_IF_RUN, className="pp-button pp-button-main", type="button"),
                ),
                html.Button("Cancel", id=ids.WHAT_IF_CANCEL, className="pp-button", type="button", disabled=True),
            ],
            className="pp-form",
        ),
        name="what-if",
    )


def _test() -> html.Section:
    return section(
        "The plan put to the test",
        "Every uncertain input is drawn at once between its low and high; then single events and families of inputs",
        html.Div(
            [
                dmc.Select(
                    id=ids.DRAWS, label="Draws", data=list(_DRAWS), value=_DRAWS[0], allowDeselect=False, size="sm", w=110
                ),
                needing(
                    Role.PLAN,
                    html.Button("Put it to the test", id=ids.RISK_RUN, className="pp-button pp-button-main", type="button"),
                ),
                html.Button("Cancel", id=ids.RISK_CANCEL, className="pp-button", type="button", disabled=True),
            ],
            className="pp-form",
        ),
        name="risk",
    )


def register(app: Dash, services: Services) -> None:
    """What may be varied, then one pair of callbacks for each of the two questions: begin, and draw."""
    _events_follow(app, services)
    _choose(app, services)
    tell_what_is_wrong(app, *(ids.lever_end(axis, end) for axis in "xy" for end in ("from", "to")))
    _vary(app, services)
    _draw_many(app, services)


def _events_follow(app: Dash, services: Services) -> None:
    @app.callback(Output(ids.EVENTS, "children"), Input(ids.PLAN, "data"))
    @answers(Role.VIEW)
    def events(asked: dict[str, Any] | None) -> Any:
        answer = good_answer(services.planner, asked)
        return no_update if answer is None or answer.plan is None else events_section(answer.plan, answer.question)


def _choose(app: Dash, services: Services) -> None:
    planner = services.planner

    @app.callback(
        Output(ids.LEVERS, "data"),
        Output(ids.LEVER_X, "data"),
        Output(ids.LEVER_Y, "data"),
        Output(ids.LEVER_X, "value"),
        Input(ids.PLAN, "data"),
        State(ids.LEVER_X, "value"),
    )
    @answers(Role.VIEW)
    def offer(asked: dict[str, Any] | None, chosen: str | None) -> tuple[Any, Any, Any, Any]:
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            return no_update, no_update, no_update, no_update
        found = levers(answer.plan, names_of(answer.plan))
        listed = grouped(found)
        known = {one.path: [_short(one.low), _short(one.high)] for one in found}
        wanted = (chosen, page_parameter(asked, "x"), _FIRST, found[0].path)
        return known, listed, listed, next(path for path in wanted if path in known)

    for axis, name in (("x", ids.LEVER_X), ("y", ids.LEVER_Y)):

        @app.callback(
            Output(ids.lever_end(axis, "from"), "value"),
            Output(ids.lever_end(axis, "to"), "value"),
            Input(name, "value"),
            Input(ids.LEVERS, "data"),
        )
        @answers(Role.VIEW)
        def fill(path: str | None, known: dict[str, list[float]] | None) -> tuple[Any, Any]:
            low, high = (known or {}).get(path or "") or (None, None)
            return as_typed(low), as_typed(high)


def _vary(app: Dash, services: Services) -> None:
    planner, jobs = services.planner, services.jobs

    @app.callback(
        Output(ids.WHAT_IF_JOB, "data"),
        Output(ids.WHAT_IF_TICK, "disabled"),
        Output(ids.WHAT_IF_PROGRESS, "children", allow_duplicate=True),
        Input(ids.WHAT_IF_RUN, "n_clicks"),
        State(ids.PLAN, "data"),
        *(State(name, "value") for name in (ids.LEVER_X, ids.LEVER_Y, ids.STEPS)),
        *(State(ids.lever_end(axis, end), "value") for axis in "xy" for end in ("from", "to")),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def begin(
        clicks: int | None, asked: Any, x: str | None, y: str | None, steps: str, *typed: str | None
    ) -> tuple[Any, bool, Any]:
        answer = good_answer(planner, asked)
        if not clicks or answer is None or answer.plan is None or not x or steps not in _STEPS:
            return no_update, True, no_update
        question = answer.question
        named = {one.path: one.label for one in levers(answer.plan, names_of(answer.plan))}
        asked_for = [(x, typed[0], typed[1]), *([(y, typed[2], typed[3])] if y else [])]
        wanted, wrong = ranges_typed(asked_for, named)
        if wrong:
            return no_update, True, html.Div([html.P(text) for text in wrong], className="pp-alert", role="alert")
        study = study_of(wanted, int(steps))
        task = task_of(planner, question)
        task["settings"] = {path: value for path, value in task["settings"].items() if path not in study.paths}
        job = jobs.start(
            f"what-if {question.key} {[(one.path, one.values) for one in study.vary]}",
            job_functions.what_if,
            task | {"study": study},
        )
        return {"key": job.key, "x": x, "y": y, "search": asked["good"]}, False, no_update

    _follow(app, services, ids.WHAT_IF_JOB, ids.WHAT_IF_TICK, ids.WHAT_IF_PROGRESS, ids.WHAT_IF_CANCEL)

    @app.callback(
        Output(ids.WHAT_IF_BODY, "children"),
        Input(ids.WHAT_IF_PROGRESS, "children"),
        Input(ids.METRIC, "value"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        Input(ids.PLAN, "data"),
        State(ids.WHAT_IF_JOB, "data"),
    )
    @answers(Role.VIEW)
    def draw(_: Any, metric: str, theme: Theme | None, width: int | None, asked: Any, begun: Any) -> Any:
        if outdated(begun, asked):
            return of_another_plan(begun)
        job = jobs.get((begun or {}).get("key"))
        answer = good_answer(planner, asked)
        if job is None or job.status not in ("done", "cancelled") or answer is None or answer.plan is None:
            return no_update
        if not isinstance(job.result, WhatIf) or not job.result.records:
            return empty("Stopped before anything was found.")
        return study_section(job.result, answer.plan, begun["x"], begun["y"], metric, theme or "light", width or 0)


def _draw_many(app: Dash, services: Services) -> None:
    planner, jobs = services.planner, services.jobs

    @app.callback(
        Output(ids.RISK_JOB, "data"),
        Output(ids.RISK_TICK, "disabled"),
        Input(ids.RISK_RUN, "n_clicks"),
        State(ids.DRAWS, "value"),
        State(ids.PLAN, "data"),
        prevent_initial_call=True,
    )
    @answers(Role.PLAN)
    def begin(clicks: int | None, draws: str, asked: Any) -> tuple[Any, bool]:
        question = question_of(planner, asked)
        if not clicks or question is None or draws not in _DRAWS:
            return no_update, True
        task = task_of(planner, question) | {"draws": int(draws), "seed": _SEED}
        job = jobs.start(f"risk {question.key} {draws}", job_functions.risk, task)
        return {"key": job.key, "search": asked["good"]}, False

    _follow(app, services, ids.RISK_JOB, ids.RISK_TICK, ids.RISK_PROGRESS, ids.RISK_CANCEL)

    @app.callback(
        Output(ids.RISK_BODY, "children"),
        Input(ids.RISK_PROGRESS, "children"),
        Input(ids.THEME, "data"),
        Input(ids.WIDTH, "data"),
        Input(ids.PLAN, "data"),
        State(ids.RISK_JOB, "data"),
    )
    @answers(Role.VIEW)
    def draw(_: Any, theme: Theme | None, width: int | None, asked: Any, begun: dict[str, Any] | None) -> Any:
        if outdated(begun, asked):
            return of_another_plan(begun)
        job = jobs.get((begun or {}).get("key"))
        answer = good_answer(planner, asked)
        if job is None or job.status != "done" or answer is None or answer.plan is None:
            return no_update
        return risk_sections(job.result, answer.plan, theme or "light", width or 0)


def _follow(app: Dash, services: Services, job_id: str, tick: str, progress_id: str, cancel: str) -> None:
    """How far a job is told while it runs, and the button that stops it."""
    jobs = services.jobs

    @app.callback(Output(cancel, "title"), Input(cancel, "n_clicks"), State(job_id, "data"))
    @answers(Role.VIEW)
    def stop(clicks: int | None, begun: dict[str, Any] | None) -> Any:
        if clicks and begun:
            jobs.cancel(begun["key"])
        return no_update

    @app.callback(
        Output(progress_id, "children"),
        Output(cancel, "disabled"),
        Output(tick, "disabled", allow_duplicate=True),
        Input(job_id, "data"),
        Input(tick, "n_intervals"),
        # Also when the page is opened: what was begun before is found again.
        prevent_initial_call="initial_duplicate",
    )
    @answers(Role.VIEW)
    def tell(begun: dict[str, Any] | None, _: int | None) -> tuple[Any, bool, bool]:
        job = jobs.get((begun or {}).get("key"))
        return state_of(job), job is None or job.over, job is None or job.over


def names_of(plan: Plan) -> Names:
    """Hosts and sectors by their codes."""
    return host_names(plan.inputs) | sector_names(plan.inputs)


def of_another_plan(begun: dict[str, Any] | None) -> Any:
    """What stands where a study of another plan would: the way back to it."""
    back = dcc.Link("open the plan that it is about", href=f"/what-if{(begun or {}).get('search') or ''}")
    return empty("The plan has changed. What was worked out is of another plan: work it out again, or ", back, ".")


def outdated(begun: dict[str, Any] | None, asked: dict[str, Any] | None) -> bool:
    """Whether what was begun is about another plan than the one that is open now."""
    return begun is not None and asked is not None and begun["search"] != asked.get("good")


def grouped(found: tuple[Lever, ...]) -> list[dict[str, Any]]:
    """Levers as the choices of a list, group by group; a label that two share is told apart by its path."""
    groups: dict[str, list[dict[str, str]]] = {}
    seen: set[str] = set()
    for one in found:
        words = one.words if one.words not in seen else f"{one.words}, {one.path}"
        seen.add(words)
        groups.setdefault(one.group, []).append({"value": one.path, "label": words})
    return [{"group": name, "items": items} for name, items in groups.items()]


Range = tuple[str, float, float]
"""What to vary, from where and to where."""


def ranges_typed(asked: Sequence[tuple[str, Any, Any]], named: Mapping[str, str]) -> tuple[list[Range], list[str]]:
    """The ranges that boxes hold, by path, and what is wrong with them in words; ``named`` are labels by path."""
    found: list[Range] = []
    wrong: list[str] = []
    for path, *texts in asked:
        label = named.get(path, path)
        (low, why_low), (high, why_high) = (read_box(text) for text in texts)
        wrong += [f"{label}: {why}" for why in (why_low, why_high) if why]
        if low is None or high is None:
            if not why_low and not why_high:
                wrong.append(f"{label}: give a number to begin with and one to end with.")
        elif low >= high:
            wrong.append(f"{label}: it begins at {as_typed(low)} and ends at {as_typed(high)}; the end must be larger.")
        else:
            found.append((path, low, high))
    if len({path for path, *_ in asked}) < len(asked):
        wrong.append("Both axes vary the same value; choose another for one of them.")
    return found, wrong


def study_of(wanted: Sequence[Range], steps: int) -> Study:
    """The grid of the values asked for. Two axes share the work: each has about half as many steps as one alone."""
    count = steps if len(wanted) == 1 else max(3, (steps + 3) // 2)
    vary = tuple(
        Variation(path, None, tuple(_short(low + (high - low) * k / (count - 1)) for k in range(count)))
        for path, low, high in wanted
    )
    return Study("the page", "What if", "", "grid", (), vary, 0, 0, DEFAULT_METRICS)


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def state_of(job: Job | None) -> Any:
    """How far a job is, or how it ended."""
    if job is None or job.status == "done":
        return html.Div()
    if job.status == "failed":
        return html.Div([html.H2("This could not be worked out"), html.P(job.message)], className="pp-alert", role="alert")
    if job.status == "cancelled":
        found = "what was found until then stands below" if found_something(job) else "nothing was found until then"
        return html.P(f"Cancelled; {found}.", className="pp-sub")
    return running(job)


def found_something(job: Job) -> bool:
    """Whether a job that was stopped has something to show."""
    return bool(getattr(job.result, "records", ()))


def study_section(found: WhatIf, plan: Plan, x: str, y: str | None, metric: str, theme: Theme, width: int) -> html.Section:
    """The curve or the map, with its finding as the title."""
    names, objective = names_of(plan), plan.design.objective.metric
    without = sum(1 for record in found.records if record["status"] not in ("optimal", "time_limit"))
    sub = f"{counted(len(found.records), 'plan', 'plans', capital=True)}, each proven for itself"
    if without:
        sub += f"; {counted(without, 'value leaves', 'values leave')} no plan that meets all limits"
    if y:
        title = what_if_heatmap.headline(found, x, y, objective, metric, names)
        chart = what_if_heatmap.figure(
            found, x, y, objective, theme, metric=metric, names=names, inputs=plan.inputs, width=width
        )
        words = what_if_heatmap.summary(found, x, y, objective, metric, names)
    else:
        base = {one.path: one.base for one in levers(plan, names)}.get(x)
        title = what_if_curve.headline(found, x, objective, metric, names)
        chart = what_if_curve.figure(
            found, x, objective, theme, metric=metric, base=base, names=names, inputs=plan.inputs, width=width
        )
        words = what_if_curve.summary(found, x, objective, metric, names)
    return section(tied(title), sub, graph(chart, words, name="what-if-chart"))
