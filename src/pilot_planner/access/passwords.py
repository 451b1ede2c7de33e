"""Passwords: which are taken, and what is kept of them. Hashing is argon2id's own, by argon2-cffi."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pilot_planner.errors import AccessError

_LONGEST = 1_000
"""Characters; hashing a whole book would only keep the server busy."""
_LONGEST_WEIGHED = 100
"""Characters of a password by which it is judged how easily it is guessed."""
_FEWEST_SIGNS = 5
"""Different ones: fewer are a key held down."""
_GIVES_WAY = 10
"""How much less of a busy machine hashing gets than answers to visitors, as POSIX counts niceness; as much as long work."""


@dataclass(frozen=True)
class PasswordRules:
    """How long a password must be, and what hashing it costs: memory in KiB, passes over it, lanes, how many at a time.

    ``waiting`` may wait for their turn; more are told at once. ``least_score``: of zxcvbn, 0 (on every list) to 4.
    ``known``: names around this server, which count for nothing in a password, as does what ``known_phrases.txt`` holds.
    ``gives_way``: hashing works when others on this machine do not.
    """

    shortest: int = 12
    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4
    at_once: int = 2
    waiting: int = 4
    least_score: int = 3
    known: tuple[str, ...] = ()
    gives_way: bool = False


class BusyError(AccessError):
    """So many passwords are being weighed that this one would wait long."""

    def __init__(self) -> None:
        super().__init__("many are logging in at this moment; try again in a few seconds")


class Passwords:
    """Hashes passwords and checks them, few at a time: each takes as much memory as the rules say."""

    def __init__(self, rules: PasswordRules) -> None:
        self.rules = rules
        self._hasher = PasswordHasher(time_cost=rules.passes, memory_cost=rules.memory_kib, parallelism=rules.lanes)
        # Threads of their own, begun when they are first needed: what they give way to must not be the threads of requests.
        self._hashing = ThreadPoolExecutor(rules.at_once, "hashing", _give_way if rules.gives_way else None)
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
        return self._in_turn(lambda: self._hasher.hash(password))

    def _refuse_guessable(self, password: str, name: str) -> None:
        """What stands on lists of the commonest passwords, or is made of such, is guessed however long it is."""
        from zxcvbn import zxcvbn

        weighed = password[:_LONGEST_WEIGHED]
        found = zxcvbn(weighed, user_inputs=[name], max_length=_LONGEST_WEIGHED)
        why = found["feedback"]["warning"].rstrip(".")
        rest = without_known(weighed, _phrases() | {_letters(one) for one in self.rules.known})
        if found["score"] >= self.rules.least_score and rest != weighed:
            # Marks between words are in every guesser's rules, and zxcvbn takes them for chosen at random.
            rest = "".join(filter(str.isalnum, rest))
            found = zxcvbn(rest, user_inputs=[name], max_length=_LONGEST_WEIGHED) if rest else {"score": 0}
            why = "it is little more than a phrase or a name that everybody knows"
        if found["score"] < self.rules.least_score:
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

        def weigh() -> bool:
            if not kept and self._nobody is None:
                self._nobody = self._hasher.hash("of nobody")
            try:
                return self._hasher.verify(kept or self._nobody or "", password[:_LONGEST])
            except (VerificationError, InvalidHashError):
                return False

        return self._in_turn(weigh) and bool(kept)

    def _in_turn[T](self, work: Callable[[], T]) -> T:
        return self._hashing.submit(work).result()

    def outdated(self, kept: str) -> bool:
        """Whether it was hashed by other rules than those of today."""
        return self._hasher.check_needs_rehash(kept)


def _give_way() -> None:
    """Let this thread, and those that argon2 begins from it, work when others do not; where the system can do that."""
    if sys.platform == "linux":  # elsewhere niceness is of whole processes
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _GIVES_WAY)


@cache
def _phrases() -> frozenset[str]:
    lines = Path(__file__).with_name("known_phrases.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


_READINGS = tuple(
    str.maketrans(signs, letters) for signs, letters in (("", ""), ("0134578@$!+", "oieastbasit"), ("1|!", "lll"))
)
"""Digits and signs stand between words, or for letters."""


def _letters(text: str) -> str:
    return "".join(letter for _, letter in _placed_letters(text))


def _placed_letters(text: str) -> Iterator[tuple[int, str]]:
    """Letters without case and marks, each with its place in the text."""
    for place, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKD", sign).casefold():
            if plain.isalpha():
                yield place, plain


def without_known(password: str, phrases: Collection[str]) -> str:
    """What is left of a password without known phrases, however they are spaced and spelt."""
    for reading in _READINGS:
        for phrase in sorted(filter(None, phrases), key=len, reverse=True):
            while (found := _place_of(phrase, password.translate(reading))) is not None:
                password = password[: found.start] + password[found.stop :]
    return password


def _place_of(phrase: str, text: str) -> slice | None:
    placed = list(_placed_letters(text))
    at = "".join(letter for _, letter in placed).find(phrase)
    return None if at < 0 else slice(placed[at][0], placed[at + len(phrase) - 1][0] + 1)
