"""The log of what was done: rows that are only ever added, numbered without a gap, each sealed with the one before it.

It says who, when and what, and nothing else of a person: no address, no password, nothing that was typed into a log-in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pilot_planner.access.schema import account, event, session
from pilot_planner.errors import StoreError
from pilot_planner.store.blobs import as_json
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
    seal: str


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
    return [Event(row.seq, row.at, row.who, row.action, row.subject, _detail(row), row.seal) for row in rows]


def fingerprint(kept: str) -> str:
    """What the log says of a password: which hash was kept, so that another in its place shows; empty without one."""
    return hashlib.sha256(kept.encode()).hexdigest()[:_FINGERPRINT] if kept else ""


_FINGERPRINT = 16


def check(connection: sa.Connection, known: str = "") -> tuple[int, str]:
    """Read the whole log: how many events, and the last seal.

    Raises StoreError where it has a gap or was altered, and where no event has the seal ``known`` that was noted elsewhere.
    """
    last, seq, met = "", 0, not known
    with connection.execution_options(yield_per=500).execute(sa.select(event).order_by(event.c.seq)) as rows:
        for row in rows:
            if row.seq != seq + 1:
                raise StoreError(f"the log has a gap before event {row.seq}; {_KEEP}", "damaged")
            if row.seal != seal({name: row._mapping[name] for name in _SEALED}, last):
                raise StoreError(f"event {row.seq} of the log is not what was written then; {_KEEP}", "damaged")
            seq, last = row.seq, row.seal
            met = met or last == known
    if not met:
        what = f"no event of the log has the seal {known[:80]}: it was cut or written anew since"
        raise StoreError(f"{what}; {_KEEP}", "damaged")
    return seq, last


def compare_accounts(connection: sa.Connection) -> None:
    """Raise StoreError where accounts are not what the log says was done to them."""
    told = _by_the_log(connection)
    now = {
        row.name: {"role": row.role, "active": bool(row.active), "password": fingerprint(row.password)}
        for row in connection.execute(sa.select(account))
    }
    for name, one in told.items():
        # Written before logs told which password it was: only whether there was one is known.
        if isinstance(one["password"], bool) and name in now:
            now[name]["password"] = bool(now[name]["password"])
    wrong = sorted(name for name in told.keys() | now.keys() if told.get(name) != now.get(name))
    if wrong:
        raise StoreError(f"account {_difference(wrong[0], told, now)}: it was changed behind the log; {_KEEP}", "damaged")


def session_fingerprint(token: str, begun: float) -> str:
    """What the log says of a session, so that another one, or the same one begun later, shows."""
    return fingerprint(f"{token} {begun!r}")


def compare_sessions(connection: sa.Connection) -> None:
    """Raise StoreError where somebody is logged in of whom the log tells no log-in."""
    told: set[tuple[str, str]] = set()
    untold: list[tuple[str, float]] = []
    for row in connection.execute(sa.select(event).where(event.c.action == "log-in")):
        found = _detail(row).get("session")
        if found:
            told.add((row.who, found))
        else:  # written before logs told which session it was: only its time is known
            untold.append((row.who, dt.datetime.fromisoformat(row.at).timestamp()))
    for row in connection.execute(sa.select(session).order_by(session.c.account)):
        if (row.account, session_fingerprint(row.token, row.begun)) in told:
            continue
        if not any(who == row.account and abs(at - row.begun) < _SAME_MOMENT for who, at in untold):
            what = f"a session of {row.account} is not that of any log-in in the log: it was changed behind the log"
            raise StoreError(f"{what}; {_KEEP}", "damaged")


_SAME_MOMENT = 60.0
"""Seconds between the beginning of a session and its event: writes wait for one another."""


def _detail(row: sa.Row[Any]) -> dict[str, Any]:
    """Raises StoreError where it was altered so that it says nothing."""
    with suppress(ValueError):
        if isinstance(found := json.loads(row.detail), dict):
            return found
    raise StoreError(f"event {row.seq} of the log is not what was written then; {_KEEP}", "damaged")


def _by_the_log(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """Role, state and password of each account, as the log has them."""
    told: dict[str, dict[str, Any]] = {}
    for row in connection.execute(sa.select(event).order_by(event.c.seq)):
        detail, known = _detail(row), told.get(row.subject)
        match row.action:
            case "account added":
                told[row.subject] = {"role": detail.get("role"), "active": True, "password": detail.get("password")}
            case "account removed":
                told.pop(row.subject, None)
            case "role changed" if known is not None:
                known["role"] = detail.get("after", {}).get("role")
            case "account disabled" | "account enabled" if known is not None:
                known["active"] = row.action == "account enabled"
            case "password changed" if known is not None:
                known["password"] = detail.get("password", True)
            case "log-in" if row.who in told and "password" in detail:  # hashed anew by the rules of that day
                told[row.who]["password"] = detail["password"]
    return told


def _difference(name: str, told: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> str:
    if name not in now:
        return f"{name} is in the log and not there"
    if name not in told:
        return f"{name} is not in the log"
    before, after = told[name], now[name]
    parts = [f"{key} {after[key]!r} where the log has {before[key]!r}" for key in after if after[key] != before[key]]
    return f"{name} has {', '.join(parts)}"


_KEEP = "keep a copy of the database and find out who could write to it"
