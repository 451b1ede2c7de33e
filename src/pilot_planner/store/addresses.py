"""Where a store is: a file by path, or a PostgreSQL database by address."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from pilot_planner.errors import StoreError
from pilot_planner.store.database_kind import Kind
from pilot_planner.store.schema import STORE

VARIABLE = STORE.variable
"""The environment variable that names the store where nothing else does."""

_EXPECTED = "the path of a file, or postgresql://USER@HOST/DATABASE"


@dataclass(frozen=True)
class Address:
    """Either ``file`` or ``url``. ``shown`` is what messages say: never a password."""

    shown: str
    file: Path | None = None
    url: sa.URL | None = None
    kind: Kind = STORE

    @property
    def is_file(self) -> bool:
        return self.file is not None


def find_address(text: str | Path | None, kind: Kind = STORE) -> Address:
    """The store of that path or address; of None, the one that the environment names, else the user's own.

    Raises StoreError for an address that no store can have.
    """
    if text is None:
        text = os.environ.get(kind.variable) or _of_the_user(kind)
    if isinstance(text, Path):
        return _of_file(text, kind)
    if "\0" in text or not text.strip():
        # The text may hold a password: it is not repeated.
        told = "a text with a null character" if "\0" in text else "an empty text"
        raise StoreError(f"{told} cannot be the address of a {kind.name}; expected {_EXPECTED}")
    scheme, separator, rest = text.partition("://")
    if not separator:
        return _of_file(Path(text), kind)
    match scheme:
        case "sqlite":
            return _of_file(Path(rest.removeprefix("/")), kind)
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return _of_server(text, scheme, kind)
        case _:
            # What stands there may be more than a scheme, a password in it.
            told = f"{scheme}://" if scheme.isalnum() else "this address"
            raise StoreError(f"{told} is no {kind.name} that can be used; expected {_EXPECTED}")


def _of_the_user(kind: Kind) -> Path:
    import platformdirs

    return platformdirs.user_data_path("pilot-planner", appauthor=False) / kind.file_name


def _of_file(path: Path, kind: Kind) -> Address:
    path = path.expanduser()
    return Address(str(path), file=path.absolute(), kind=kind)


def _of_server(text: str, scheme: str, kind: Kind) -> Address:
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        # The text may hold a password: it is not repeated.
        raise StoreError(f"the address that begins with {scheme}:// cannot be read; expected {_EXPECTED}") from None
    if not url.database:
        raise StoreError(f"{_shown(url)} names no database; expected {_EXPECTED}")
    return Address(_shown(url), url=url.set(drivername="postgresql+psycopg"), kind=kind)


def _shown(url: sa.URL) -> str:
    """Without password, and without options, which may hold one; nor what a slip of the hand has put elsewhere."""
    if any(sign in (part or "") for part in (url.username, url.database) for sign in ":@") or "@" in (url.host or ""):
        return "postgresql://…"
    return sa.URL.create("postgresql", url.username, None, url.host, url.port, url.database).render_as_string()
