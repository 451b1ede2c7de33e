"""What is known of a visit when the first page is asked for, so that it holds the plan at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit

from flask import has_request_context, request

from pilot_planner.dashboard.runtime.base_path import within
from pilot_planner.dashboard.runtime.plan_cache import Answer, Planner
from pilot_planner.dashboard.runtime.url_state import read_address
from pilot_planner.dashboard.runtime.visitor_state import Asked, record
from pilot_planner.errors import InputError
from pilot_planner.figures.core.theme import Theme
from pilot_planner.studies.planning.plan import Plan

_LOOK = "Pilot-Look"
"""Header in which the page tells its theme and the width of its main column, px: ``dark 860`` (``assets/client.js``)."""
WIDTHS = range(200, 4000)


@dataclass(frozen=True)
class Look:
    """How charts are drawn: the theme and the width of the main column, px."""

    theme: Theme
    width: int


@dataclass(frozen=True)
class Opened:
    """A page that is being opened.

    Attributes:
        pathname: of the page; None where it is not known yet.
        asked: what the browser is given to hold, where the plan of the address is known already; else None.
        answer: the answer behind it.
        look: for charts; None where it is not known yet, and charts follow.
    """

    pathname: str | None = None
    asked: Asked | None = None
    answer: Answer | None = None
    look: Look | None = None

    @property
    def plan(self) -> Plan | None:
        return None if self.answer is None else self.answer.plan


def opened_by_request(planner: Planner) -> Opened:
    """The page that the browser says it stands on, with its plan if no solve is needed for it.

    The frame of the page is asked for from the page itself, which browsers name in the Referer header unless they are
    told not to; without it the address follows with the first question.
    """
    if not has_request_context() or not request.referrer:
        return Opened()
    page = urlsplit(request.referrer)
    if page.netloc != request.host:
        return Opened()
    path, search = within(page.path), f"?{page.query}" if page.query else ""
    try:
        answer = planner.known(read_address(search, planner.models, planner.first))
    except InputError:
        answer = None
    if answer is None or answer.plan is None:
        return Opened(path)
    return Opened(path, record(answer, search, None), answer, look=_look(request.headers.get(_LOOK, "")))


def _look(told: str) -> Look | None:
    for theme in get_args(Theme):
        name, _, width = told.partition(" ")
        if name == theme and width.isdecimal() and int(width) in WIDTHS:
            return Look(theme, int(width))
    return None
