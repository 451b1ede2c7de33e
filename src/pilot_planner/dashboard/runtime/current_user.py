"""Who asks, as far as the code behind the pages needs to know."""

from __future__ import annotations

from typing import Any

from dash import html
from flask import g, has_request_context

from pilot_planner.access.access import Visitor
from pilot_planner.access.roles import TOLD, Role
from pilot_planner.errors import NotAllowedError

OWNER = Visitor("", Role.ADMINISTER)
"""Whoever sits at this machine, where nobody is asked who he is; and the server itself."""


def visitor() -> Visitor:
    """Who has sent the request that is being answered."""
    found: Visitor = g.get("visitor", OWNER) if has_request_context() else OWNER
    return found


def need(role: Role) -> None:
    """Raise NotAllowedError unless the visitor has this role or a higher one."""
    own = visitor().role
    if own < role:
        raise NotAllowedError(too_low(own, role))


def needing(role: Role, button: html.Button) -> Any:
    """A button for those who may press it; for others it stands there disabled, with the reason beside it."""
    own = visitor().role
    if own >= role:
        return button
    why = too_low(own, role)
    told: Any = button
    told.disabled, told.title = True, why
    reason = html.Span(f"Needs the role “{role.word}”.", className="pp-note", title=why)
    return html.Span([told, reason], className="pp-withheld")


def too_low(own: Role, needed: Role) -> str:
    """What a visitor is told who may not."""
    may = f"Your account may {TOLD[own]}. To {TOLD[needed]} it needs the role “{needed.word}”"
    return f"{may}: ask whoever looks after accounts."
