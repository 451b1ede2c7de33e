"""Which questions a visitor may ask.

The address of a page holds every setting, so whoever can open a link could also write one. What tells looking from planning
is therefore kept here: a question that somebody with the right has asked opens for all, another one only for who has it.
"""

from __future__ import annotations

from typing import Protocol

from pilot_planner.access.access import Access
from pilot_planner.access.roles import TOLD, Role
from pilot_planner.dashboard.runtime.current_user import OWNER, visitor
from pilot_planner.dashboard.runtime.url_state import Question


class Permission(Protocol):
    """Says why a question may not be asked; empty where it may."""

    def __call__(self, question: Question) -> str: ...


def everybody(question: Question) -> str:
    """No question is refused: where nobody is asked who he is."""
    return ""


def by_role(access: Access) -> Permission:
    """Permission by the visitor's role and by what others have asked."""

    def permission(question: Question) -> str:
        needed, asks = least_role(question), visitor()
        if needed is Role.VIEW or asks is OWNER:
            return ""
        text = Question(question.model, question.settings).search
        if asks.role >= needed:
            access.questions.note(text)
            return ""
        if access.questions.known(text):
            return ""
        what = "edits inputs" if question.edits else "has settings of its own"
        return (
            f"This plan {what}, and nobody has made it yet. Your account may {TOLD[asks.role]}; "
            f"to {TOLD[needed]} it needs the role “{needed.word}”."
        )

    return permission


def least_role(question: Question) -> Role:
    """The least role that may be the first to ask it."""
    if question.edits:
        return Role.EDIT
    return Role.PLAN if question.settings else Role.VIEW
