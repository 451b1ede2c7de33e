"""What an account may do. Each role may also do what those before it may."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from pilot_planner.errors import AccessError


class Role(IntEnum):
    """From the least to the most."""

    VIEW = 1
    """Look at plans that others have made, and take them away as files."""
    PLAN = 2
    """Move settings, run studies, make files for donors."""
    EDIT = 3
    """Edit inputs, by hand or by upload."""
    ADMINISTER = 4
    """Look after accounts and read the log."""

    @property
    def word(self) -> str:
        """As it is written on the command line and kept."""
        return self.name.lower()


WORDS = tuple(role.word for role in Role)
TOLD = {
    Role.VIEW: "look at plans that others have made",
    Role.PLAN: "make plans and run studies",
    Role.EDIT: "edit inputs",
    Role.ADMINISTER: "look after accounts",
}


def role_of(word: str) -> Role:
    """The role of that name. Raises AccessError."""
    try:
        return Role[word.upper()]
    except KeyError:
        raise AccessError(f"{word[:40]!r} is no role; expected {', '.join(WORDS)}") from None


LEAST_ROLE = "least_role"


def answers[**P, T](role: Role) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Note on a callback the least role that it answers; looked at where requests come in, before the callback runs."""

    def note(function: Callable[P, T]) -> Callable[P, T]:
        setattr(function, LEAST_ROLE, role)
        return function

    return note
