"""Following a front on the Trade-offs page: it is looked at with each plan, searched when asked, and known again later."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from pilot_planner.dashboard import ids, work
from pilot_planner.dashboard.asked import good_answer, task_of
from pilot_planner.dashboard.components import progress
from pilot_planner.dashboard.front_state import axes_of, front_key, known_front, opened_point, points_aimed_at
from pilot_planner.dashboard.looks import FirstLook
from pilot_planner.dashboard.planner import Answer, OutdatedError
from pilot_planner.errors import NotAllowedError
from pilot_planner.figures.numbers import counted

if TYPE_CHECKING:
    from pilot_planner.dashboard.services import Services


def register(app: Dash, services: Services) -> None:
    """What happens: a look comes with each plan, a job is begun, followed and stopped by hand."""
    _look(app, services)
    _follow(app, services)


def _look(app: Dash, services: Services) -> None:
    """A front comes with each plan: a coarse one at once, the rest of it when that is drawn."""
    planner, looks = services.planner, services.looks
    browser: Any = app
    browser.clientside_callback(ClientsideFunction("pilot", "more"), Input(ids.FRONT, "data"))

    @app.callback(
        Output(ids.FRONT_LOOK, "data"),
        Input(ids.PLAN, "data"),
        State(ids.ADDRESS, "search"),
        State(ids.VISITOR, "data"),
        State(ids.FRONT_ORIGIN, "data"),
    )
    def look(asked: dict[str, Any] | None, search: str | None, visitor: str | None, origin: Any) -> Any:
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            return no_update
        question, points = answer.question, points_aimed_at(search)
        key = front_key(question, points)
        if services.jobs.get(key) is not None or _open_in(services, origin, key, answer):
            return no_update
        return _told(key, lambda: looks.coarse(key, question, visitor))

    @app.callback(
        Output(ids.FRONT_LOOK, "data", allow_duplicate=True),
        Input(ids.FRONT_MORE, "data"),
        State(ids.PLAN, "data"),
        State(ids.ADDRESS, "search"),
        State(ids.VISITOR, "data"),
        prevent_initial_call=True,
    )
    def finer(more: Any, asked: dict[str, Any] | None, search: str | None, visitor: str | None) -> Any:
        answer = good_answer(planner, asked)
        if not more or answer is None:
            return no_update
        question, points = answer.question, points_aimed_at(search)
        key = front_key(question, points)
        if more["key"] != key:
            return no_update
        return _told(key, lambda: looks.finer(key, question, points, visitor))


def _told(key: str, look: Callable[[], FirstLook]) -> Any:
    """What the browser is told of a look; nothing where another is wanted meanwhile, or none allowed."""
    try:
        found = look()
    except (NotAllowedError, OutdatedError):
        return no_update
    return {"key": key, "count": len(found.points), "whole": found.whole}


def _open_in(services: Services, origin: Any, key: str, answer: Answer) -> bool:
    """Whether the open plan was chosen from another front that is still known."""
    if not origin or origin["key"] == key or answer.plan is None:
        return False
    before = known_front(services, origin["key"], axes_of(answer.plan))
    return opened_point(services.planner, origin["search"], before.points, answer.question.key) is not None


def _follow(app: Dash, services: Services) -> None:
    planner, jobs = services.planner, services.jobs

    @app.callback(
        Output(ids.FRONT, "data"),
        Output(ids.FRONT_ORIGIN, "data"),
        Output(ids.FRONT_PROGRESS, "children"),
        Output(ids.FRONT_TICK, "disabled"),
        Output(ids.FRONT_START, "className"),
        Output(ids.FRONT_START, "children"),
        Output(ids.FRONT_CANCEL, "className"),
        Input(ids.PLAN, "data"),
        Input(ids.FRONT_LOOK, "data"),
        Input(ids.FRONT_START, "n_clicks"),
        Input(ids.FRONT_CANCEL, "n_clicks"),
        Input(ids.FRONT_TICK, "n_intervals"),
        State(ids.ADDRESS, "search"),
        State(ids.FRONT, "data"),
        State(ids.FRONT_ORIGIN, "data"),
    )
    def follow(
        asked: dict[str, Any] | None, _: Any, __: Any, ___: Any, ____: Any, search: str | None, now: Any, origin: Any
    ) -> tuple[Any, ...]:
        answer = good_answer(planner, asked)
        if answer is None or answer.plan is None:
            none = {"status": "none" if asked else "waiting"}
            return none, no_update, [], True, "pp-button pp-away", no_update, "pp-button pp-away"
        question, points = answer.question, points_aimed_at(search)
        own = front_key(question, points)
        if ctx.triggered_id == ids.FRONT_START:
            jobs.start(own, work.front, {**task_of(planner, question), "points": points})
            origin = None
        key, of = own, question.search
        if jobs.get(own) is None and _open_in(services, origin, own, answer):
            key, of = origin["key"], origin["search"]
        if ctx.triggered_id == ids.FRONT_CANCEL:
            jobs.cancel(key)
        job = jobs.get(key)
        front = known_front(services, key, axes_of(answer.plan))
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
