"""How often a log-in may fail. Kept in the database, so a restart forgives nothing.

Failures count for an account **and** the network that they come from, so that nobody keeps the owner of an account out
from elsewhere; for a network over all accounts; and for an account over all networks, with a larger limit that a device on
which its owner has been logged in does not meet.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from pilot_planner.access.schema import attempt, secret

_OF_A_NETWORK = 64
"""Bits of an IPv6 address that tell one network from another: within it, anybody takes as many addresses as he likes."""


@dataclass(frozen=True)
class AttemptRules:
    """Failed log-ins that are let pass within a window.

    Attributes:
        most_per_account: for one account from one network.
        most_per_address: from one network over all accounts.
        most_elsewhere: for one account over all networks; a device that its owner has used before does not meet it.
    """

    window_seconds: float = 900.0
    most_per_account: int = 10
    most_per_address: int = 50
    most_elsewhere: int = 200


@dataclass(frozen=True)
class Keys:
    """An account and a network as they are kept: hashed with a secret, so that neither can be read off."""

    account: str
    network: str

    @property
    def both(self) -> str:
        """The account from this network; begins with the account, so that all of one account's can be found."""
        return self.account[:_HALF] + self.network[:_HALF]


_HALF = 32


def keys_of(connection: sa.Connection, name: str, address: str) -> Keys:
    """What failures of this account from this address are counted under."""
    key = _secret(connection)
    return Keys(_hashed(key, f"account {name}"), _hashed(key, f"address {_network(address)}"))


def device_of(connection: sa.Connection, name: str, number: str) -> str:
    """What a browser holds as proof that this account's owner has been logged in there: a number and its keyed hash."""
    return f"{number}.{_hashed(_secret(connection), f'device {name} {number}')}"


def is_device_of(connection: sa.Connection, name: str, held: str) -> bool:
    """Whether a browser holds that proof for this account."""
    number = held.partition(".")[0]
    return bool(number) and hmac.compare_digest(device_of(connection, name, number).encode(), held.encode())


def _secret(connection: sa.Connection) -> bytes:
    found = connection.execute(sa.select(secret.c.value).where(secret.c.name == "attempts")).scalar()
    return bytes.fromhex(found or "")


def make_secret(connection: sa.Connection) -> None:
    """What addresses are hashed with, if there is none yet."""
    if connection.execute(sa.select(secret.c.name).where(secret.c.name == "attempts")).first() is None:
        connection.execute(secret.insert().values(name="attempts", value=secrets.token_hex(32)))


def seconds_to_wait(connection: sa.Connection, rules: AttemptRules, keys: Keys, now: float, known_device: bool) -> float:
    """Until the next log-in is looked at; 0 if it is now."""
    counted = [(attempt.c.who == keys.both, rules.most_per_account), (attempt.c.who == keys.network, rules.most_per_address)]
    if not known_device:
        counted.append((attempt.c.who.startswith(keys.account[:_HALF]), rules.most_elsewhere))
    wait = 0.0
    for these, most in counted:
        # Those far in the future are of a clock that was set back since, and count no more.
        failed = sa.select(attempt.c.at).where(
            these, attempt.c.at > now - rules.window_seconds, attempt.c.at < now + rules.window_seconds
        )
        # The one that must grow old before there is room again.
        at = connection.execute(failed.order_by(attempt.c.at.desc()).offset(most - 1).limit(1)).scalar()
        if at is not None:
            wait = max(wait, min(at, now) + rules.window_seconds - now)
    return wait


def begin(connection: sa.Connection, rules: AttemptRules, keys: Keys, now: float) -> tuple[str, str]:
    """Count a try before the password is weighed, or many at once would be weighed before any is counted; its rows."""
    old = sa.or_(attempt.c.at <= now - rules.window_seconds, attempt.c.at > now + rules.window_seconds)
    connection.execute(attempt.delete().where(old))
    ids = uuid.uuid4().hex, uuid.uuid4().hex
    rows = [{"id": one, "who": who, "at": now} for one, who in zip(ids, (keys.both, keys.network), strict=True)]
    connection.execute(attempt.insert(), rows)
    return ids


def take_back(connection: sa.Connection, rows: tuple[str, str]) -> None:
    """The try was none: it was not weighed, or it was right."""
    connection.execute(attempt.delete().where(attempt.c.id.in_(rows)))


def unknown(connection: sa.Connection, keys: Keys, now: float) -> int:
    """Count a try of a name that is none; how many there were from this network within the window."""
    who = keys.network[:_HALF] + "unknown"
    connection.execute(attempt.insert().values(id=uuid.uuid4().hex, who=who, at=now))
    found = sa.select(sa.func.count()).select_from(attempt).where(attempt.c.who == who)
    return int(connection.execute(found).scalar() or 0)


def forgive(connection: sa.Connection, keys: Keys) -> None:
    """Forget the failures of an account from a network, where its owner has come in."""
    connection.execute(attempt.delete().where(attempt.c.who == keys.both))


def unlock(connection: sa.Connection, name: str) -> int:
    """Forget all failures of an account; how many they were."""
    account = _hashed(_secret(connection), f"account {name}")
    return connection.execute(attempt.delete().where(attempt.c.who.startswith(account[:_HALF]))).rowcount


def _hashed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, _OF_A_NETWORK), strict=False))
