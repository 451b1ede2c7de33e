"""What can go wrong, as one tree of exceptions and one record of a fault.

    PilotPlannerError            anything this package raises on purpose
    ├── InputError               inputs, designs or settings are wrong: every fault at once (exit status 2)
    ├── NoPlanError              no plan meets all limits (exit status 3)
    ├── SolverError              the solver is missing or crashed
    │   ├── NoTimeError          the time limit passed before any plan was found (exit status 4)
    │   └── WrongPlanError       a search ended with a plan that breaks a row: an error of this program
    ├── CancelledError           the caller's ``progress`` returned False
    ├── StoreError               saved plans cannot be opened, read or written (exit status 2)
    └── AccessError              accounts: a name, a role or a password that cannot be taken (exit status 2)
        └── NotAllowedError      the account's role does not allow it

Messages follow one pattern: where, what, what was expected, how to fix it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault stands: a file with row and column, or a setting. Rows count as a spreadsheet does."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.row is not None:
            parts.append(str(self.row))
        if self.column is not None:
            parts.append(self.column)
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in words that let a reader mend it without asking."""

    place: Place
    what: str
    expected: str
    fix: str
    severity: Severity = field(default="error")

    def __str__(self) -> str:
        text = f"{self.place}: {self.what}; expected {self.expected}; {self.fix}"
        # Names come from files: what a terminal would act on is shown, not sent.
        return _shown(text)


def _shown(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda found: f"\\x{ord(found[0]):02x}", text)


class PilotPlannerError(Exception):
    """Root of every error that this package raises on purpose."""


class InputError(PilotPlannerError):
    """Inputs, a design or a setting cannot be used. Carries every fault found in one pass."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Fault, ...]]]:
        """From another process it comes with its faults, of which its message is made again."""
        return type(self), (self.faults,)


class NoPlanError(PilotPlannerError):
    """No plan meets all limits. ``reasons`` says, in words, what is known about why."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))

    def __reduce__(self) -> tuple[type[NoPlanError], tuple[tuple[str, ...]]]:
        return type(self), (self.reasons,)


class SolverError(PilotPlannerError):
    """The solver is missing or crashed."""


class NoTimeError(SolverError):
    """The time limit passed before any plan was found."""


class WrongPlanError(SolverError):
    """A search ended with a plan that misses a row, a bound or a whole number: an error of this program, never a plan."""


class CancelledError(PilotPlannerError):
    """The caller's ``progress`` returned False: the one way in which a call that was stopped ends.

    ``partial`` holds what was finished by then, of the type that the call returns where that can be incomplete (its
    ``complete`` is False then), else as the call says; None where nothing was.
    """

    def __init__(self, message: str, partial: Any = None) -> None:
        self.partial = partial
        super().__init__(message)

    def __reduce__(self) -> tuple[type[CancelledError], tuple[str, Any]]:
        return type(self), (str(self), self.partial)


StoreReason = Literal[
    "refused",  # what was asked cannot be kept or found: a name, a kind, an item
    "changed",  # somebody else changed the item meanwhile
    "busy",
    "full",
    "read_only",
    "gone",  # the file or the server cannot be reached
    "not_a_store",
    "older",
    "newer",
    "damaged",
]


class StoreError(PilotPlannerError):
    """A store of saved plans cannot be opened, read or written. Nothing that was saved is lost by it.

    The message says what is wrong and what to do; ``reason`` says the same to a program.
    """

    def __init__(self, message: str, reason: StoreReason = "refused") -> None:
        self.reason: StoreReason = reason
        # Names in it come from people: what a terminal would act on is shown, not sent.
        super().__init__(_shown(message))


class AccessError(PilotPlannerError):
    """An account cannot be made, changed or let in. The message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(_shown(message))


class NotAllowedError(AccessError):
    """Whoever asks may not do this; the message names the role that may."""
