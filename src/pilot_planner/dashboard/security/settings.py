"""What a server allows, read from ``server.toml`` and from a file that replaces single values of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pilot_planner.access.access import Rules
from pilot_planner.access.login_throttle import AttemptRules
from pilot_planner.access.passwords import PasswordRules
from pilot_planner.access.roles import WORDS
from pilot_planner.access.sessions import SessionRules
from pilot_planner.design.loading import TomlSource, fault_of, read_toml
from pilot_planner.errors import Fault, InputError, Place

Count = Annotated[int, Field(ge=1, le=10_000_000)]
Amount = Annotated[float, Field(gt=0.0, le=1e7)]
_SHIPPED = "server.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Sessions(_Section):
    """When a session ends."""

    idle_minutes: Amount
    most_hours: Amount
    seen_seconds: Amount


class LogIn(_Section):
    """How often a log-in may fail."""

    window_minutes: Amount
    most_per_account: Count
    most_per_address: Count
    most_elsewhere: Count
    device_days: Amount


class PasswordCosts(_Section):
    """What a password must have, and what hashing it costs."""

    shortest: Annotated[int, Field(ge=8, le=200)]
    memory_kib: Annotated[int, Field(ge=64, le=4_194_304)]
    passes: Annotated[int, Field(ge=1, le=100)]
    lanes: Annotated[int, Field(ge=1, le=64)]
    at_once: Annotated[int, Field(ge=1, le=64)]
    waiting: Annotated[int, Field(ge=0, le=1_000)]
    least_score: Annotated[int, Field(ge=0, le=4)]
    known: tuple[str, ...]


class Requests(_Section):
    """What one request may be and cost."""

    threads: Annotated[int, Field(ge=2, le=500)]
    connections: Annotated[int, Field(ge=10, le=100_000)]
    most_megabytes: Annotated[float, Field(gt=0.0, le=1_000.0)]
    solve_seconds: Amount
    plain_http: bool
    names: tuple[str, ...]
    most_questions: Count


class JobLimits(_Section):
    """How much long work is done, waits, and may take."""

    at_once: Annotated[int, Field(ge=1, le=100)]
    per_visitor: Count
    waiting: Count
    minutes: Amount
    megabytes: Annotated[int, Field(ge=256, le=1_000_000)]


class Proxy(_Section):
    """Whose word is believed about who a visitor is and where he comes from."""

    addresses: tuple[str, ...]
    user_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]*$")]
    groups_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]*$")]
    unknown: str
    roles: Mapping[str, str]

    @field_validator("addresses")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ipaddress.ip_network(one)
        return value

    @field_validator("unknown")
    @classmethod
    def _role(cls, value: str) -> str:
        if value and value not in WORDS:
            raise ValueError(f"{value[:40]!r} is no role; expected {', '.join(WORDS)}")
        return value

    @field_validator("roles")
    @classmethod
    def _roles(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for one in value.values():
            cls._role(one or "(empty)")
        return value


class LogLines(_Section):
    """What is written to the log of the server."""

    requests: bool


class ServerSettings(_Section):
    """Everything that whoever runs a server may choose."""

    sessions: Sessions
    log_in: LogIn
    passwords: PasswordCosts
    requests: Requests
    jobs: JobLimits
    proxy: Proxy
    log: LogLines

    @property
    def rules(self) -> Rules:
        """Those that access control goes by."""
        sessions, log_in = self.sessions, self.log_in
        return Rules(
            PasswordRules(**self.passwords.model_dump(), gives_way=True),
            SessionRules(sessions.idle_minutes * 60, sessions.most_hours * 3_600, sessions.seen_seconds),
            AttemptRules(
                log_in.window_minutes * 60, log_in.most_per_account, log_in.most_per_address, log_in.most_elsewhere
            ),
            self.requests.most_questions,
        )


def load_settings(file: str | Path | None = None, proxy: Mapping[str, Any] | None = None) -> ServerSettings:
    """The shipped settings, with those of ``file`` on top, and on top of both values of ``proxy``.

    Raises InputError with every fault by file and row.
    """
    shipped = (files(__package__) / _SHIPPED).read_bytes()
    tree, _ = read_toml(shipped, _SHIPPED)
    sources = []
    if file is not None:
        path = Path(file)
        try:
            raw = path.read_bytes()
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            fix = "check the name and its permissions"
            raise InputError([Fault(Place(str(path)), what, "a readable file", fix)]) from None
        own, text = read_toml(raw, str(path))
        sources.append(TomlSource(str(path), text))
        _put(tree, own)
    _put(tree, {"proxy": dict(proxy or {})})
    try:
        return ServerSettings.model_validate(tree)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise InputError([fault_of(one, sources, {}, _KEYS, "a server") for one in details]) from None


def _put(tree: dict[str, Any], over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        inner = tree.get(key)
        if isinstance(inner, dict) and isinstance(value, dict):
            _put(inner, value)
        else:
            tree[key] = value


_KEYS = tuple(
    f"{name}.{key}"
    for name, section in ServerSettings.model_fields.items()
    if isinstance(section.annotation, type) and issubclass(section.annotation, BaseModel)
    for key in section.annotation.model_fields
)
