"""What visitors change for everybody is in the log before it is done, and confirmed after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pilot_planner.errors import StoreError
from pilot_planner.store.records import Item

if TYPE_CHECKING:
    from pilot_planner.dashboard.runtime.services import Note

_NOT_CONFIRMED = (
    " The log of what is done here has that this was begun; that it was done could not be added, "
    "since the accounts could not be written."
)


def done_and_noted(
    note: Note, action: str, subject: str, detail: Mapping[str, Any], work: Callable[[], Item]
) -> tuple[Item, str]:
    """Note what is meant, do it, note that it was done: the item, and what to say where the last note failed.

    So nothing is done that the log does not have, and what only could not be confirmed is not called undone. Raises
    StoreError where the first note fails, with nothing done, and what ``work`` raises.
    """
    note(f"{action}: begun", subject, detail)
    try:
        item = work()
    except Exception:
        with suppress(StoreError):
            note(f"{action}: not done", subject, detail)
        raise
    try:
        note(action, item.id, {**detail, "revision": item.revision})
    except StoreError:
        return item, _NOT_CONFIRMED
    return item, ""
