"""Passwords: which are taken, and what is kept of them. Hashing is argon2id's own, by argon2-cffi."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pilot_planner.errors import AccessError

_LONGEST = 1_000
"""Characters; hashing a whole book would only keep the server busy."""
_FEWEST_SIGNS = 5
"""Different ones: fewer are a key held down."""


@dataclass(frozen=True)
class PasswordRules:
    """How long a password must be, and what hashing it costs: memory in KiB, passes over it, lanes, how many at a time."""

    shortest: int = 12
    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4
    at_once: int = 2


class Passwords:
    """Hashes passwords and checks them, few at a time: each takes as much memory as the rules say."""

    def __init__(self, rules: PasswordRules) -> None:
        self.rules = rules
        self._hasher = PasswordHasher(time_cost=rules.passes, memory_cost=rules.memory_kib, parallelism=rules.lanes)
        self._turns = threading.BoundedSemaphore(rules.at_once)
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
        with self._turns:
            return self._hasher.hash(password)

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
