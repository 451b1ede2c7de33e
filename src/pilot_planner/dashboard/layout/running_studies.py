"""Studies that a visitor has begun, told on every page: how far each is, with the way back to it. They outlive a reload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, dcc, html

from pilot_planner.access.roles import Role, answers
from pilot_planner.dashboard.layout import ids
from pilot_planner.dashboard.runtime.job_queue import Job

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Services

_NAMES = ((ids.WHAT_IF_JOB, "What-if"), (ids.RISK_JOB, "Test of the plan"))


def stores() -> list[Any]:
    """Which study of each kind this visitor has begun; kept for as long as the tab is."""
    return [
        *(dcc.Store(id=name, storage_type="session") for name, _ in _NAMES),
        dcc.Interval(id=ids.STUDY_TICK, interval=3000, disabled=True),
    ]


def register(app: Dash, services: Services) -> None:
    """Asked about every few seconds while one is under way, which also keeps it wanted on other pages than its own."""

    @app.callback(
        Output(ids.STUDY_CHIPS, "children"),
        Output(ids.STUDY_TICK, "disabled"),
        Input(ids.STUDY_TICK, "n_intervals"),
        *(Input(name, "data") for name, _ in _NAMES),
    )
    @answers(Role.VIEW)
    def tell(_: int | None, *begun: dict[str, Any] | None) -> tuple[Any, bool]:
        chips, working = [], False
        for (_name, words), one in zip(_NAMES, begun, strict=True):
            job = services.jobs.get((one or {}).get("key"))
            if one is None or job is None:
                continue
            working = working or not job.over
            text = f"{words}: {how_far(job)}"
            chips.append(dcc.Link(text, href=f"/what-if{one['search']}", className="pp-chip pp-chip-study"))
        return html.Div(chips, className="pp-chips") if chips else [], not working


def how_far(job: Job) -> str:
    """``25 % done``, ``done``, ``stopped``."""
    if job.status == "cancelled":
        return "stopped"
    return job.status if job.over else f"{100 * job.share:.0f}\u00a0% done"
