"""Access control as one object: accounts, log-in, sessions and the log, on one database."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pilot_planner.access import audit, login_throttle, sessions
from pilot_planner.access.audit import Event
from pilot_planner.access.login_throttle import AttemptRules
from pilot_planner.access.passwords import PasswordRules, Passwords
from pilot_planner.access.questions import AskedQuestions
from pilot_planner.access.roles import Role, role_of
from pilot_planner.access.schema import ACCOUNTS, KEPT, account, event
from pilot_planner.access.sessions import SessionRules
from pilot_planner.errors import AccessError, StoreError
from pilot_planner.store.backup import back_up, bring_back
from pilot_planner.store.database import Door
from pilot_planner.store.guards import check_guards, check_pages
from pilot_planner.store.open_database import open_door
from pilot_planner.store.seals import stamp

_HURRIED_SECONDS = 0.05
"""How long noting that a session is in use waits for others who write."""
_WRITTEN_DOWN = frozenset(10**power for power in range(7))
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?")


@dataclass(frozen=True)
class Rules:
    """Everything about access that whoever runs a server may choose."""

    passwords: PasswordRules = field(default_factory=PasswordRules)
    sessions: SessionRules = field(default_factory=SessionRules)
    attempts: AttemptRules = field(default_factory=AttemptRules)
    most_questions: int = 200_000


@dataclass(frozen=True)
class Visitor:
    """Somebody who is let in: the account's name and what it may do."""

    name: str
    role: Role


@dataclass(frozen=True)
class Account:
    """An account as lists show it: nothing of its password but whether there is one."""

    name: str
    role: Role
    active: bool
    has_password: bool
    made_at: str
    changed_at: str


class TooManyAttemptsError(AccessError):
    """Too many log-ins have failed; ``seconds`` says for how long none is looked at."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"too many log-ins have failed; try again in {max(1, round(seconds / 60))} min")


Accounts = list[Account]
SessionTimes = list[tuple[float, float]]


class Access:
    """Who may use a dashboard. Every method raises StoreError when the database cannot do it. Safe in threads."""

    def __init__(self, door: Door, rules: Rules | None = None, now: Callable[[], float] = time.time) -> None:
        self.door = door
        self.rules = rules or Rules()
        # SQLite lets those who wait try again now and then; of many threads some would wait in vain, so they take turns to
        # write. Reading waits for nobody's turn: a write that waits for another program must not hold the pages up.
        self._turn: AbstractContextManager[Any] = threading.Lock() if door.address.is_file else nullcontext()
        self.questions = AskedQuestions(self._read, self._write, self.rules.most_questions, now)
        self._hurried = Door(door.address, wait_seconds=_HURRIED_SECONDS)
        self._now = now
        self._passwords = Passwords(self.rules.passwords)

    @classmethod
    def open(cls, address: str | Path | None = None, create: bool = True, rules: Rules | None = None) -> Access:
        """Open the accounts of a file or of ``postgresql://...``.

        None is ``PILOT_PLANNER_ACCOUNTS``, else the user's own file. ``create``: make it where there is none.
        """
        opened = cls(open_door(address, create, ACCOUNTS), rules)
        if create:
            opened._write(login_throttle.make_secret)
        return opened

    def close(self) -> None:
        for one in (self.door, self._hurried):
            one.close()

    # Accounts. ``by`` is who does it, for the log.

    def add(self, name: str, role: Role, password: str | None = None, *, by: str) -> Account:
        """Add an account. Without a password it comes in by single sign-on only. Raises AccessError."""
        name = clean_name(name)
        kept = self._passwords.hashed(password, name) if password else ""
        key = uuid.uuid4().hex

        def work(connection: sa.Connection) -> None:
            login_throttle.make_secret(connection)
            if _row(connection, name) is not None:
                raise AccessError(f"there is an account {name!r} already; 'pilot-planner accounts list' shows them all")
            now = stamp()
            row = {"name": name, "role": role.word, "password": kept, "active": True, "made_at": now, "changed_at": now}
            connection.execute(account.insert().values(row))
            audit.append(
                connection, key, by, "account added", name, {"role": role.word, "password": audit.fingerprint(kept)}
            )

        self._write(work)
        return self.get(name)

    def get(self, name: str) -> Account:
        """One account. Raises AccessError."""
        found = self.find(clean_name(name))
        if found is None:
            raise _nobody(name)
        return found

    def find(self, name: str) -> Account | None:
        """The account of that name, if there is one."""
        row = self._read(lambda connection: _row(connection, name))
        return None if row is None else _account(row)

    def list(self) -> Accounts:
        """Every account by name."""
        rows = self._read(lambda connection: connection.execute(sa.select(account).order_by(account.c.name)).all())
        return [_account(row) for row in rows]

    def set_role(self, name: str, role: Role, *, by: str, last_too: bool = False) -> None:
        """Give an account another role; it holds from its next request on.

        Raises AccessError where nobody would be left to administer, here and below, unless ``last_too``.
        """
        last_too = last_too or role is Role.ADMINISTER
        self._change(
            name, {"role": role.word}, by, "role changed", {"role": role.word}, ends_sessions=False, last_too=last_too
        )

    def set_password(self, name: str, password: str, *, by: str, keep: str = "") -> None:
        """Give an account another password; its sessions end, except the one with the token ``keep``."""
        before = self._read(lambda connection: _row(connection, clean_name(name)))
        if before is not None and self._passwords.fits(before.password, password):
            raise AccessError("this is the password that the account has; take another one")
        kept = self._passwords.hashed(password, clean_name(name))
        told = {"password": audit.fingerprint(kept)}
        self._change(name, {"password": kept}, by, "password changed", {}, keep=keep, last_too=True, told=told)
        self._write(lambda connection: login_throttle.unlock(connection, clean_name(name)))

    def set_active(self, name: str, active: bool, *, by: str, last_too: bool = False) -> None:
        """Disable an account, which ends its sessions, or enable it again."""
        action = "account enabled" if active else "account disabled"
        self._change(name, {"active": active}, by, action, {}, last_too=last_too or active)

    def remove(self, name: str, *, by: str, last_too: bool = False) -> None:
        """Take an account away; what it did stays in the log."""
        self._change(name, None, by, "account removed", {}, last_too=last_too)

    def unlock(self, name: str, *, by: str) -> int:
        """Forget the failed log-ins of an account, so that it is let in at once; how many they were."""
        name, key = self.get(name).name, uuid.uuid4().hex

        def work(connection: sa.Connection) -> int:
            count = login_throttle.unlock(connection, name)
            audit.append(connection, key, by, "account unlocked", name, {"failures": count})
            return count

        return self._write(work)

    def sessions(self, name: str) -> SessionTimes:
        """When the sessions of an account began and were last used, in seconds since 1970, the latest first."""
        now = self._now()
        return self._read(lambda connection: sessions.of_account(connection, name, now, self.rules.sessions))

    def end_sessions(self, name: str, *, by: str, keep: str = "") -> None:
        """End every session of an account but the one with the token ``keep``."""
        key = uuid.uuid4().hex

        def work(connection: sa.Connection) -> None:
            sessions.end_all(connection, name, keep)
            audit.append(connection, key, by, "sessions ended", name)

        self._write(work)

    # Logging in.

    def log_in(self, name: str, password: str, address: str, device: str = "", before: str = "") -> str:
        """Let somebody in; returns the token of the session.

        ``device`` is what the browser holds of ``device_of``; ``before`` the token of an earlier session there, which ends.
        Raises AccessError for a wrong name or password, in the same words, TooManyAttemptsError, and BusyError where so many
        log in that this would wait long.
        """
        row, failures = self._prove(name, password, address, "log-in failed", device)
        kept, now, key = row.password, self._now(), uuid.uuid4().hex
        renewed = self._passwords.hashed(password, row.name) if self._passwords.outdated(kept) else kept

        def come_in(connection: sa.Connection) -> str:
            login_throttle.forgive(connection, failures)
            if before:
                sessions.end(connection, before)
            if renewed != kept:
                connection.execute(account.update().where(account.c.name == row.name).values(password=renewed))
            detail = {"by": "password"} | ({"password": audit.fingerprint(renewed)} if renewed != kept else {})
            token, held = sessions.begin(connection, row.name, now, self.rules.sessions)
            detail["session"] = audit.session_fingerprint(held, now)
            audit.append(connection, key, row.name, "log-in", "", detail)
            return token

        return self._write(come_in)

    def device_of(self, name: str) -> str:
        """What a browser is given to hold once this account has come in there."""
        number = uuid.uuid4().hex
        return self._read(lambda connection: login_throttle.device_of(connection, clean_name(name), number))

    def change_own_password(self, name: str, old: str, new: str, token: str, address: str) -> None:
        """Give oneself another password; all one's sessions end but the one with that token. Raises AccessError."""
        self._prove(name, old, address, "password change failed")
        self.set_password(name, new, by=name, keep=token)

    def _prove(
        self, name: str, password: str, address: str, failure: str, device: str = ""
    ) -> tuple[Any, login_throttle.Keys]:
        """The account that this password belongs to, and what its failures are counted under."""
        try:
            name = clean_name(name)
        except AccessError:
            name = ""
        now, rules = self._now(), self.rules.attempts

        def count(connection: sa.Connection) -> tuple[login_throttle.Keys, float, Any, tuple[str, str]]:
            keys = login_throttle.keys_of(connection, name, address)
            known = bool(device) and login_throttle.is_device_of(connection, name, device)
            wait = login_throttle.seconds_to_wait(connection, rules, keys, now, known)
            counted = ("", "") if wait > 0.0 else login_throttle.begin(connection, rules, keys, now)
            return keys, wait, _row(connection, name), counted

        # Few are counted and not weighed yet: whoever comes in is not kept out by many who come in beside him.
        with self._passwords.room():
            keys, wait, row, counted = self._write(count)
            if wait > 0.0:
                raise TooManyAttemptsError(wait)
            if self._passwords.fits(row.password if row is not None and row.active else "", password):
                self._write(lambda connection: login_throttle.take_back(connection, counted))
                return row, keys
        key = uuid.uuid4().hex

        def failed(connection: sa.Connection) -> None:
            if row is not None:
                audit.append(connection, key, name, failure)
                return
            # A name that is none may be a password typed into the wrong box: it is not written down. Nor is each of a
            # thousand tries: the first of a network is, and then each tenth power.
            number = login_throttle.unknown(connection, keys, now)
            if number in _WRITTEN_DOWN:
                audit.append(connection, key, "(unknown)", failure, "", {"from one network": number})

        self._write(failed)
        raise AccessError("this name and password do not belong together")

    def session(self, token: str) -> Visitor | None:
        """Whose session this is; None where it has ended."""
        now = self._now()
        held = self._read(lambda connection: sessions.find(connection, token, now, self.rules.sessions))
        if held is None:
            return None
        if held.note:
            # Of a page that is being asked for: the next one notes it where somebody else writes at this moment.
            with suppress(StoreError):
                self._hurried.write(lambda connection: sessions.seen(connection, token, now))
        return Visitor(held.name, role_of(held.role))

    def log_out(self, token: str) -> None:
        """End a session."""
        key = uuid.uuid4().hex

        def work(connection: sa.Connection) -> None:
            name = sessions.end(connection, token)
            if name is not None:
                audit.append(connection, key, name, "log-out")

        self._write(work)

    # The log.

    def note(self, who: str, action: str, subject: str = "", detail: Mapping[str, Any] | None = None) -> None:
        """Write down that something was done."""
        key = uuid.uuid4().hex
        self._write(lambda connection: audit.append(connection, key, who, action, subject, detail))

    def events(self, most: int | None = None, who: str | None = None) -> tuple[Event, ...]:
        """What was done, the last first."""
        return tuple(self._read(lambda connection: audit.events(connection, most, who)))

    def check(self, known: str = "") -> tuple[int, str]:
        """Read the whole log and compare accounts and sessions with it: how many events, and the last seal.

        ``known`` is a seal that was noted elsewhere: a log in which it is not found was cut or written anew. Raises
        StoreError where anything was altered.
        """

        def work(connection: sa.Connection) -> tuple[int, str]:
            found = audit.check(connection, known)
            audit.compare_accounts(connection)
            audit.compare_sessions(connection)
            check_pages(connection, self.door.address)
            check_guards(connection, ACCOUNTS)
            return found

        return self._read(work)

    def backup(self, file: str | Path, replace: bool = False) -> tuple[int, str]:
        """Write accounts and log into one file, as ``backup`` of a store does; what ``check`` says of the copy."""
        return back_up(self.door, KEPT, audit.check, file, replace)

    def restore(self, file: str | Path) -> tuple[int, str]:
        """Fill empty accounts with what a backup holds. Raises StoreError where there is an account already."""
        return bring_back(self.door, KEPT, audit.check, event, file)

    def answers(self) -> None:
        """Raise StoreError unless the database can be reached."""
        self._read(lambda connection: connection.execute(sa.select(account.c.name).limit(1)).first())

    def _read[T](self, work: Callable[[sa.Connection], T]) -> T:
        return self.door.read(work)

    def _write[T](self, work: Callable[[sa.Connection], T]) -> T:
        with self._turn:
            return self.door.write(work)

    def _change(
        self,
        name: str,
        values: Mapping[str, Any] | None,
        by: str,
        action: str,
        detail: Mapping[str, Any],
        *,
        ends_sessions: bool = True,
        keep: str = "",
        last_too: bool = False,
        told: Mapping[str, Any] | None = None,
    ) -> None:
        name, key = clean_name(name), uuid.uuid4().hex

        def work(connection: sa.Connection) -> None:
            row = _row(connection, name)
            if row is None:
                raise _nobody(name)
            if not last_too and _is_last_administrator(connection, row):
                raise AccessError(f"{name} is the last account that may administer; make another one first, or say --yes")
            one = account.c.name == name
            if values is None:
                connection.execute(account.delete().where(one))
            else:
                connection.execute(account.update().where(one).values(**values, changed_at=stamp()))
            if ends_sessions:
                sessions.end_all(connection, name, keep)
            before = {column: row._mapping[column] for column in detail}
            changed = {"before": before, "after": dict(detail)} if detail else {}
            audit.append(connection, key, by, action, name, changed | dict(told or {}))

        self._write(work)


def clean_name(name: str) -> str:
    """The name of an account as it is kept. Raises AccessError for one that cannot be."""
    found = name.strip().lower()
    if not _NAME.fullmatch(found):
        what = f"{name[:80]!r} cannot be the name of an account"
        raise AccessError(f"{what}; take up to 64 letters without accents, digits and . _ @ + - between them")
    return found


def _row(connection: sa.Connection, name: str) -> Any:
    return connection.execute(sa.select(account).where(account.c.name == name)).first()


def _is_last_administrator(connection: sa.Connection, row: Any) -> bool:
    highest = Role.ADMINISTER.word
    others = sa.select(account.c.name).where(account.c.role == highest, account.c.active, account.c.name != row.name)
    return row.role == highest and bool(row.active) and connection.execute(others).first() is None


def _account(row: Any) -> Account:
    return Account(row.name, role_of(row.role), bool(row.active), bool(row.password), row.made_at, row.changed_at)


def _nobody(name: str) -> AccessError:
    return AccessError(f"there is no account {name[:80]!r}; 'pilot-planner accounts list' shows those there are")
