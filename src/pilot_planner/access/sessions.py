"""Who is logged in. The browser holds a random name; here its hash is kept, so that reading the table logs nobody in.

Sessions live in the database and not in a signed cookie: logging out, a new password and a disabled account end them at
once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from pilot_planner.access.schema import account, session

_BYTES = 32


@dataclass(frozen=True)
class SessionRules:
    """Seconds after which a session ends: unused, and in any case. Its use is noted at most once in ``seen_seconds``."""

    idle_seconds: float = 3_600.0
    most_seconds: float = 43_200.0
    seen_seconds: float = 60.0


@dataclass(frozen=True)
class Held:
    """A session that holds: whose, with which role, and whether its use should be noted."""

    name: str
    role: str
    note: bool


def begin(connection: sa.Connection, name: str, now: float, rules: SessionRules) -> tuple[str, str]:
    """A new session: what the browser is given to hold, and what is kept of it. Those that have ended are forgotten."""
    ended = sa.or_(
        session.c.seen < now - rules.idle_seconds,
        session.c.begun < now - rules.most_seconds,
        # Of a clock that was set back since: nobody knows how old it is.
        session.c.begun > now + rules.idle_seconds,
    )
    connection.execute(session.delete().where(ended))
    token = secrets.token_urlsafe(_BYTES)
    kept = _kept(token)
    connection.execute(session.insert().values(token=kept, account=name, begun=now, seen=now))
    return token, kept


def find(connection: sa.Connection, token: str, now: float, rules: SessionRules) -> Held | None:
    """The session, if it holds and its account may still be used."""
    found = sa.select(account.c.name, account.c.role, session.c.begun, session.c.seen).where(
        session.c.token == _kept(token), account.c.name == session.c.account, account.c.active
    )
    row = connection.execute(found).first()
    if row is None or now - row.seen > rules.idle_seconds or now - row.begun > rules.most_seconds:
        return None
    if row.begun > now + rules.idle_seconds:
        return None
    return Held(row.name, row.role, now - row.seen > rules.seen_seconds)


def seen(connection: sa.Connection, token: str, now: float) -> None:
    """Note that a session was used."""
    connection.execute(session.update().where(session.c.token == _kept(token)).values(seen=now))


def end(connection: sa.Connection, token: str) -> str | None:
    """End a session; whose it was, if there was one."""
    name = connection.execute(sa.select(session.c.account).where(session.c.token == _kept(token))).scalar()
    connection.execute(session.delete().where(session.c.token == _kept(token)))
    return name


def end_all(connection: sa.Connection, name: str, but: str = "") -> None:
    """End every session of an account, except the one with that token."""
    connection.execute(session.delete().where(session.c.account == name, session.c.token != _kept(but)))


def of_account(connection: sa.Connection, name: str, now: float, rules: SessionRules) -> list[tuple[float, float]]:
    """When the sessions of an account that still hold began and were last used, the latest first."""
    held = sa.select(session.c.begun, session.c.seen).where(
        session.c.account == name,
        session.c.seen >= now - rules.idle_seconds,
        session.c.begun.between(now - rules.most_seconds, now + rules.idle_seconds),
    )
    return [(row.begun, row.seen) for row in connection.execute(held.order_by(session.c.seen.desc()))]


def _kept(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
