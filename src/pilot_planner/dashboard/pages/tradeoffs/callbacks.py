"""Following a front on the Trade-offs page: it is looked at with each plan, searched when asked, and known again later."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.layout.components import progress
from pilot_planner.dashboard.pages.tradeoffs.state import front_at, front_key, opened_point, points_aimed_at
from pilot_planner.dashboard.runtime import job_functions
from pilot_planner.dashboard.runtime.plan_cache import Answer, OutdatedError
from pilot_planner.dashboard.runtime.visitor_state import Asked, good_answer, task_of
from pilot_planner.errors import NotAllowedError
from pilot_planner.text.labels import counted

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services


def register(app: Dash, services: Services) -> None:
    """What happens: a look comes with each plan, a job is begun, followed and stopped by hand."""
    _look(app, services)
    _follow(app, services)


def _parts(again: bool = False) -> tuple[Output, ...]:
    """What every answer about a front changes; ``again`` for all callbacks but the first."""
    ends = (
        (ids.FRONT, "data"),
        (ids.FRONT_ORIGIN, "data"),
        (ids.FRONT_PROGRESS, "children"),
        (ids.FRONT_TICK, "disabled"),
        (ids.FRONT_START, "className"),
        (ids.FRONT_START, "children"),
        (ids.FRONT_CANCEL, "className"),
    )
    return tuple(Output(name, prop, allow_duplicate=again) for name, prop in ends)


_HELD = (
    State(ids.PLAN, "data"),
    State(ids.ADDRESS, "search"),
    State(ids.VISITOR, "data"),
    State(ids.FRONT, "data"),
    State(ids.FRONT_ORIGIN, "data"),
)
"""What the browser holds, whatever the front is asked for."""


def _look(app: Dash, services: Services) -> None:
    """A front comes with each plan: a coarse one at once, the rest of it when that is drawn."""
    planner, looks = services.planner, services.looks
    browser: Any = app
    browser.clientside_callback(ClientsideFunction("pilot", "more"), Input(ids.FRONT, "data"))

    @app.callback(*_parts(), Input(ids.PLAN, "data"), *_HELD[1:])
    # A first look is a question like that of a plan, with the same roles: see runtime/permission.py.
    @answers(Role.VIEW)
    def look(asked: Asked | None, search: str | None, visitor: str | None, now: Any, origin: Any) -> tuple[Any, ...]:
        answer = good_answer(planner, asked)
        if answer is not None and answer.plan is not None:
            question, key = answer.question, front_key(answer.question, points_aimed_at(search))
            if services.jobs.get(key) is None and not _open_in(services, origin, key, answer):
                with suppress(NotAllowedError, OutdatedError):
                    looks.coarse(key, question, visitor)
        return _followed(services, asked, search, now, origin)

    @app.callback(*_parts(again=True), Input(ids.FRONT_MORE, "data"), *_HELD, prevent_initial_call=True)
    @answers(Role.VIEW)
    def finer(
        more: Any, asked: Asked | None, search: str | None, visitor: str | None, now: Any, origin: Any
    ) -> tuple[Any, ...]:
        answer = good_answer(planner, asked)
        points = points_aimed_at(search)
        if not more or answer is None or more["key"] != front_key(answer.question, points):
            return _nothing()
        try:
            looks.finer(more["key"], answer.question, points, visitor)
        except (NotAllowedError, OutdatedError):
            return _nothing()
        return _followed(services, asked, search, now, origin)


def _nothing() -> tuple[Any, ...]:
    return (no_update,) * len(_parts())


def _open_in(services: Services, origin: Any, key: str, answer: Answer) -> bool:
    """Whether the open plan was chosen from another front that is still known."""
    if not origin or origin["key"] == key or answer.plan is None:
        return False
    before = front_at(services, origin["key"], origin["search"], answer)
    return opened_point(services.planner, origin["search"], before.points, answer.question.key) is not None


def _follow(app: Dash, services: Services) -> None:
    """A search is begun and stopped by hand, and followed while it runs."""
    planner, jobs = services.planner, services.jobs

    @app.callback(
        *_parts(again=True),
        Input(ids.FRONT_START, "n_clicks"),
        Input(ids.FRONT_CANCEL, "n_clicks"),
        Input(ids.FRONT_TICK, "n_intervals"),
        *_HELD,
        prevent_initial_call=True,
    )
    @answers(Role.VIEW)  # beginning a front needs PLAN: see WORK
    def follow(
        begun: Any, stopped: Any, _: Any, asked: Asked | None, search: str | None, __: Any, now: Any, origin: Any
    ) -> tuple[Any, ...]:
        answer = good_answer(planner, asked)
        if answer is not None and answer.plan is not None:
            question, points = answer.question, points_aimed_at(search)
            if ctx.triggered_id == ids.FRONT_START and begun:
                jobs.start(
                    front_key(question, points), job_functions.front, {**task_of(planner, question), "points": points}
                )
                origin = None
            if ctx.triggered_id == ids.FRONT_CANCEL and stopped:
                jobs.cancel(_shown(services, answer, points, origin)[0])
        return _followed(services, asked, search, now, origin)


def _shown(services: Services, answer: Answer, points: int, origin: Any) -> tuple[str, str]:
    """Key of the front that stands there and the search of its question: the plan's own, or the one it was opened from."""
    own = front_key(answer.question, points)
    if services.jobs.get(own) is None and _open_in(services, origin, own, answer):
        return origin["key"], origin["search"]
    return own, answer.question.search


def _followed(services: Services, asked: Asked | None, search: str | None, now: Any, origin: Any) -> tuple[Any, ...]:
    """How far the front is that stands there: a value for each of ``_parts``."""
    answer = good_answer(services.planner, asked)
    if answer is None or answer.plan is None:
        none = {"status": "none" if asked else "waiting"}
        return none, no_update, [], True, "pp-button pp-away", no_update, "pp-button pp-away"
    points = points_aimed_at(search)
    own = front_key(answer.question, points)
    key, of = _shown(services, answer, points, origin)
    job = services.jobs.get(key)
    front = front_at(services, key, of, answer)
    look = services.looks.known(key)
    rest = front.status == "look" and look is not None and not look.whole
    working = job is not None and not job.over
    record = {
        "key": key, "search": of, "status": front.status, "count": len(front.points), "aim": points,
        "elsewhere": key != own, "working": working or rest, "rest": rest,
    }  # fmt: skip
    bar: Any = []
    if job is not None and working:
        left = job.seconds_left
        side = f"{100 * job.share:.0f} %" + (f", about {max(1, round(left))} s left" if left is not None else "")
        text = counted(len(job.items), "plan", capital=True) + " found" if job.items else job.text or "Getting ready"
        bar = progress(text[:1].upper() + text[1:], job.share, "Stopping" if job.cancelled else side)
    begin = key == own and (job is None or front.status in ("stopped", "failed")) and not working
    words = "Find the trade-offs" if job is None else "Start again"
    if front.status == "look":
        words = "Find the trade-offs exactly"
    if key != own:
        begin, words = True, "Find those of this plan’s own settings"
    start = "pp-button pp-button-main" if begin else "pp-button pp-away"
    cancel = "pp-button" if working and not (job and job.cancelled) else "pp-button pp-away"
    kept_origin = {"key": key, "search": of} if front.points else no_update
    return record if record != now else no_update, kept_origin, bar, not working, start, words, cancel
