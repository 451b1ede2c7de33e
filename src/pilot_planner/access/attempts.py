"""How often a log-in may fail, for an account and from an address. Kept in the database, so a restart forgives nothing."""

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
    """Failed log-ins that are let pass within a window, for one account and from one address."""

    window_seconds: float = 900.0
    most_per_account: int = 10
    most_per_address: int = 50


def keys_of(connection: sa.Connection, name: str, address: str) -> tuple[str, str]:
    """The account and the address as they are kept: hashed with a secret, so that neither can be read off."""
    found = connection.execute(sa.select(secret.c.value).where(secret.c.name == "attempts")).scalar()
    key = bytes.fromhex(found or "")
    return _hashed(key, f"account {name}"), _hashed(key, f"address {_network(address)}")


def make_secret(connection: sa.Connection) -> None:
    """What addresses are hashed with, if there is none yet."""
    if connection.execute(sa.select(secret.c.name).where(secret.c.name == "attempts")).first() is None:
        connection.execute(secret.insert().values(name="attempts", value=secrets.token_hex(32)))


def seconds_to_wait(connection: sa.Connection, rules: AttemptRules, keys: tuple[str, str], now: float) -> float:
    """Until the next log-in is looked at; 0 if it is now."""
    wait = 0.0
    for key, most in zip(keys, (rules.most_per_account, rules.most_per_address), strict=True):
        failed = sa.select(attempt.c.at).where(attempt.c.who == key, attempt.c.at > now - rules.window_seconds)
        # The one that must grow old before there is room again.
        at = connection.execute(failed.order_by(attempt.c.at.desc()).offset(most - 1).limit(1)).scalar()
        if at is not None:
            wait = max(wait, at + rules.window_seconds - now)
    return wait


def failed(connection: sa.Connection, rules: AttemptRules, keys: tuple[str, str], now: float) -> None:
    """Note a failed log-in, and forget those that are old."""
    connection.execute(attempt.delete().where(attempt.c.at <= now - rules.window_seconds))
    for key in keys:
        connection.execute(attempt.insert().values(id=uuid.uuid4().hex, who=key, at=now))


def forgive(connection: sa.Connection, key: str) -> None:
    """Forget the failures of an account, whose owner has come in."""
    connection.execute(attempt.delete().where(attempt.c.who == key))


def _hashed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, _OF_A_NETWORK), strict=False))
