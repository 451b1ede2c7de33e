"""The rest decided anew on the Progress page: signed, left alone and new side by side, and the way from one to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import html

from pilot_planner.access.roles import Role
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import graph, section, table
from pilot_planner.dashboard.runtime.current_user import needing
from pilot_planner.figures.after_signature import income_steps
from pilot_planner.figures.core.theme import Theme
from pilot_planner.reports.replan_told import AnswerTold, ReplanTold
from pilot_planner.studies.after_signature.course import Course, Steps
from pilot_planner.text.labels import counted, shown, tied
from pilot_planner.text.names import metric_label, metric_unit

_NAMES = {"go_on": "Go on", "shift": "Shift", "stop": "Stop in order", "close": "Close a host"}
_METRICS = ("worker_income", "secured_income", "worker_months", "peak_workers", "operating_cost")
_OF_WORKERS = {
    "newcomers": ("Persons who still start", "persons"),
    "at_the_end": ("Persons at work at the end", "persons"),
    "notice_wages": ("Wages for early ends", "USD"),
}
_NOTHING = "–"


def body(found: ReplanTold, course: Course, theme: Theme, width: int, may_save: bool) -> list[Any]:
    """The answers beside each other, the steps to the first that has a plan, and what each asks for."""
    best = next((one for one in found.answers if one.steps is not None), None)
    parts: list[Any] = []
    columns = _columns(found, course)
    if best is None or best.steps is None:
        reasons = [html.Li(reason) for one in found.answers for reason in one.reasons]
        return [section("No rest of this pilot keeps what must be kept", None, html.Ul(reasons, className="pp-list"))]
    parts += [
        section(_finding(found, course, best), "Periods that are closed stay as they are", columns, name="beside"),
        _steps(best.steps, _NAMES[best.way], theme, width),
    ]
    parts.append(section("What each way asks for", None, *(_way(one) for one in found.answers), name="ways"))
    if may_save:
        parts.append(_save(found))
    return parts


def _steps(steps: Steps, way: str, theme: Theme, width: int) -> html.Section:
    """The steps as a chart; in words alone where nothing moves, since a chart would enlarge what rounding leaves."""
    head = income_steps.headline(steps)
    if not steps.moves:
        return section(head, f"From the signed plan to “{way}”", name="steps")
    chart = graph(income_steps.figure(steps, theme, width), income_steps.summary(steps), name="progress-steps", still=width)
    return section(head, f"From the signed plan to “{way}”, in m USD; the steps add up to the cent", chart, name="steps")


def _finding(found: ReplanTold, course: Course, best: AnswerTold) -> str:
    if best.same:
        return "The rest of the signed plan is as good as any: nothing changes"
    if best.lasts is None:
        return "Planned again"
    now, before = round(100 * best.lasts.value), round(100 * course.lasts.value)
    lost = len(course.limits_ahead)
    missed = counted(lost, "limit that would be missed", "limits that would be missed")
    limits = f" and it keeps {missed}" if lost and not best.given_up else ""
    return tied(f"Planned again, money lasts in {now} of 100 draws, not {before}{limits}")


def _columns(found: ReplanTold, course: Course) -> html.Div:
    heads = ("From now on", "Signed", "Left alone", *(_NAMES[one.way] for one in found.answers))
    rows: list[tuple[str, ...]] = []
    for name in _METRICS:
        unit, (before, alone) = metric_unit(name), course.metrics[name]
        rows.append((metric_label(name), shown(before, unit), shown(alone, unit), *_each(found, _metric(name, unit))))
    for name, (words, unit) in _OF_WORKERS.items():
        alone_words = shown(sum(one.coming for one in course.places), unit) if name == "at_the_end" else _NOTHING
        signed_words = shown(getattr(found.signed, name), unit)
        rows.append((words, signed_words, alone_words, *_each(found, _worker(name, unit))))
    kept = len(course.broken) + len(course.limits_ahead)
    rows.append(("Limits not kept", "0", str(kept), *_each(found, lambda one: str(len(course.broken) + len(one.given_up)))))
    lasts = f"{100 * course.lasts.value:.0f}"
    rows.append(("Money lasts, of 100 draws", _NOTHING, lasts, *_each(found, _lasts)))
    for place, cap in found.caps.items():
        others = [one.caps.get(place) for one in found.answers]
        if any(other is not None and other > cap for other in others):
            new = [_NOTHING if other is None else f"{other:,}" for other in others]
            rows.append((f"Cap, {place}", f"{cap:,}", f"{cap:,}", *new))
    return table(heads, rows, label="Signed plan, left alone and decided anew", spare=(1,))


def _each(found: ReplanTold, words: Callable[[AnswerTold], str]) -> list[str]:
    return [words(one) if one.steps is not None else _NOTHING for one in found.answers]


def _metric(name: str, unit: str) -> Callable[[AnswerTold], str]:
    return lambda one: shown(one.metrics[name], unit)


def _worker(name: str, unit: str) -> Callable[[AnswerTold], str]:
    return lambda one: shown(getattr(one.workers, name), unit)


def _lasts(one: AnswerTold) -> str:
    return _NOTHING if one.lasts is None else f"{100 * one.lasts.value:.0f}"


def _way(one: AnswerTold) -> html.Div:
    head, _, rest = one.sentence.partition(": ")
    said: list[str] = [*one.reasons, *one.given_up]
    if one.same:
        said.append("The rest of the signed plan is as good as any: nothing changes.")
    if one.proven:
        said.append("Proven: no rest under these limits is better by more than the design’s gap.")
    if one.way == "shift" and one.steps is not None:
        said.append("Caps that change need the signatures of the host again.")
    items = html.Ul([html.Li(line) for line in said], className="pp-list")
    return html.Div([html.H3(head), html.P(f"{rest[:1].upper()}{rest[1:]}", className="pp-sub"), items])


def _save(found: ReplanTold) -> html.Section:
    ways = [{"value": one.way, "label": _NAMES[one.way]} for one in found.answers if one.steps is not None]
    return section(
        "Propose the new plan",
        "Kept for everybody with all that was reported, as the next revision of the saved plan, or as a plan of its own",
        html.Div(
            [
                dmc.Select(id=ids.PROGRESS_WAY, label="Way", data=ways, value=ways[0]["value"], size="xs", w=160,
                           allowDeselect=False),
                dmc.TextInput(id=ids.PROGRESS_NAME, label="Name, for a plan of its own", size="xs", w=260),
                needing(Role.PLAN, html.Button("Propose the new plan", id=ids.PROGRESS_SAVE, type="button",
                                               className="pp-button pp-button-main")),
            ],
            className="pp-filter",
        ),
        name="propose",
    )  # fmt: skip
