"""A saved plan that runs: which of its revisions was signed, and which holds what has happened since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pilot_planner.data.actuals import PREFIX
from pilot_planner.store.plans import INPUTS
from pilot_planner.store.store import Store

Saved = tuple[dict[str, bytes], dict[str, Any]]
"""Parts and record of one revision, as ``Store.parts`` gives them."""


@dataclass(frozen=True)
class Pilot:
    """A saved plan that runs.

    Attributes:
        item, name, revision: of the saved plan, and its last revision.
        signed: the last revision that knows nothing of what has happened; the last of all where each does.
        kept: the last revision that knows what has happened; None where none does.
    """

    item: str
    name: str
    revision: int
    signed: Saved
    kept: Saved | None


def pilot_of(store: Store, item: str) -> Pilot:
    """The pilot that a saved plan is. Raises StoreError."""
    last = store.get(item)
    kept: Saved | None = None
    for number in range(last.revision, 0, -1):
        _, parts, record = store.parts(item, number)
        if not any(name.startswith(f"{INPUTS}{PREFIX}") for name in parts):
            return Pilot(last.id, last.name, last.revision, (parts, record), kept)
        kept = kept or (parts, record)
    _, parts, record = store.parts(item)
    return Pilot(last.id, last.name, last.revision, (parts, record), kept)
