"""Passwords: which are taken, and what is kept of them. Hashing is argon2id's own, by argon2-cffi."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pilot_planner.errors import AccessError

_LONGEST = 1_000
"""Characters; hashing a whole book would only keep the server busy."""
_LONGEST_WEIGHED = 100
"""Characters of a password by which it is judged how easily it is guessed."""
_FEWEST_SIGNS = 5
"""Different ones: fewer are a key held down."""


@dataclass(frozen=True)
class PasswordRules:
    """How long a password must be, and what hashing it costs: memory in KiB, passes over it, lanes, how many at a time.

    ``waiting`` may wait for their turn; more are told at once. ``least_score``: of zxcvbn, 0 (on every list) to 4.
    """

    shortest: int = 12
    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4
    at_once: int = 2
    waiting: int = 4
    least_score: int = 3


class BusyError(AccessError):
    """So many passwords are being weighed that this one would wait long."""

    def __init__(self) -> None:
        super().__init__("many are logging in at this moment; try again in a few seconds")


class Passwords:
    """Hashes passwords and checks them, few at a time: each takes as much memory as the rules say."""

    def __init__(self, rules: PasswordRules) -> None:
        self.rules = rules
        self._hasher = PasswordHasher(time_cost=rules.passes, memory_cost=rules.memory_kib, parallelism=rules.lanes)
        self._turns = threading.BoundedSemaphore(rules.at_once)
        self._room = threading.BoundedSemaphore(rules.at_once + rules.waiting)
        self._nobody: str | None = None

    def hashed(self, password: str, name: str) -> str:
        """What is kept of a password. Raises AccessError for one that is easily guessed."""
        if len(password) < self.rules.shortest:
            what = f"the password is too short; take at least {self.rules.shortest} characters"
            raise AccessError(f"{what}: four words that do not belong together will do")
        if len(password) > _LONGEST:
            raise AccessError(f"the password has {len(password):,} characters; at most {_LONGEST:,} fit")
        if len(set(password)) < _FEWEST_SIGNS or name.casefold() in password.casefold():
            raise AccessError("the password repeats few signs or holds the account's name; take one that nobody guesses")
        self._refuse_guessable(password, name)
        with self._turns:
            return self._hasher.hash(password)

    def _refuse_guessable(self, password: str, name: str) -> None:
        """What stands on lists of the commonest passwords, or is made of such, is guessed however long it is."""
        from zxcvbn import zxcvbn

        found = zxcvbn(password[:_LONGEST_WEIGHED], user_inputs=[name, "pilot", "planner"], max_length=_LONGEST_WEIGHED)
        if found["score"] < self.rules.least_score:
            why = found["feedback"]["warning"].rstrip(".")
            because = f" ({why[:1].lower()}{why[1:]})" if why else ""
            raise AccessError(f"the password is easily guessed{because}; four words that do not belong together are better")

    @contextmanager
    def room(self) -> Iterator[None]:
        """A place among the few that are weighed or wait for it. Raises BusyError where there is none."""
        if not self._room.acquire(blocking=False):
            raise BusyError
        try:
            yield
        finally:
            self._room.release()

    def fits(self, kept: str, password: str) -> bool:
        """Whether this is the password. Of an account that is not there (``kept`` is empty), No, as late as for others."""
        with self._turns:
            if not kept and self._nobody is None:
                self._nobody = self._hasher.hash("of nobody")
            try:
                fits = self._hasher.verify(kept or self._nobody or "", password[:_LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return bool(kept) and fits

    def outdated(self, kept: str) -> bool:
        """Whether it was hashed by other rules than those of today."""
        return self._hasher.check_needs_rehash(kept)
