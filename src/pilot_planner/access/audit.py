"""The log of what was done: rows that are only ever added, numbered without a gap, each sealed with the one before it.

It says who, when and what, and nothing else of a person: no address, no password, nothing that was typed into a log-in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pilot_planner.access.schema import event
from pilot_planner.errors import StoreError
from pilot_planner.store.contents import as_json
from pilot_planner.store.seals import seal, stamp

_SEALED = tuple(column.name for column in event.columns if column.name != "seal")
_LONGEST = 4_000
"""Characters of the detail of one event."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done: ``who`` did ``action`` to ``subject``. Times are UTC in ISO 8601."""

    seq: int
    at: str
    who: str
    action: str
    subject: str
    detail: Mapping[str, Any]


def append(
    connection: sa.Connection, key: str, who: str, action: str, subject: str = "", detail: Mapping[str, Any] | None = None
) -> None:
    """Add an event, once for each ``key``. The transaction must be the only one that writes."""
    if connection.execute(sa.select(event.c.seq).where(event.c.key == key)).first() is not None:
        return
    last = connection.execute(sa.select(event.c.seq, event.c.seal).order_by(event.c.seq.desc()).limit(1)).first()
    text = as_json(dict(detail or {}))
    if len(text) > _LONGEST:
        text = as_json({"shortened": text[: _LONGEST // 2]})
    row: dict[str, Any] = {
        "seq": 1 if last is None else last.seq + 1,
        "key": key,
        "at": stamp(),
        "who": who,
        "action": action,
        "subject": subject,
        "detail": text,
    }
    row["seal"] = seal(row, "" if last is None else last.seal)
    connection.execute(event.insert().values(row))


def events(connection: sa.Connection, most: int | None = None, who: str | None = None) -> list[Event]:
    """Events, the last one first."""
    found = sa.select(event).order_by(event.c.seq.desc()).limit(most)
    if who is not None:
        found = found.where(event.c.who == who)
    rows = connection.execute(found)
    return [Event(row.seq, row.at, row.who, row.action, row.subject, json.loads(row.detail)) for row in rows]


def check(connection: sa.Connection) -> tuple[int, str]:
    """Read the whole log: how many events, and the last seal. Raises StoreError where it has a gap or was altered."""
    last, seq = "", 0
    with connection.execution_options(yield_per=500).execute(sa.select(event).order_by(event.c.seq)) as rows:
        for row in rows:
            if row.seq != seq + 1:
                raise StoreError(f"the log has a gap before event {row.seq}; {_KEEP}", "damaged")
            if row.seal != seal({name: row._mapping[name] for name in _SEALED}, last):
                raise StoreError(f"event {row.seq} of the log is not what was written then; {_KEEP}", "damaged")
            seq, last = row.seq, row.seal
    return seq, last


_KEEP = "keep a copy of the database and find out who could write to it"
