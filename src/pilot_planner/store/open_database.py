"""From an address to a database that is there and of this version."""

from __future__ import annotations

import os
from pathlib import Path

from pilot_planner.errors import StoreError, StoreReason
from pilot_planner.store.addresses import Address, find_address
from pilot_planner.store.database import Door
from pilot_planner.store.database_kind import Kind
from pilot_planner.store.schema import STORE
from pilot_planner.store.versions import known, upgrade, version_of


def open_door(where: str | Path | None, create: bool = True, kind: Kind = STORE) -> Door:
    """The door to a database. Raises StoreError where there is none, or none that can be used."""
    address = find_address(where, kind)
    if create:
        _make_file(address)
    door, version = _look(address)
    if version == known(kind)[-1]:
        return door
    if not version and not create:
        raise _none(address)
    if version and not address.is_file:
        what = f"the {kind.name} {address.shown} is of an older version ({version}; this is {known(kind)[-1]})"
        fix = f"make a backup with the version that wrote it, then run '{kind.command} upgrade' once"
        raise StoreError(f"{what}; {fix}: after that older versions cannot use it any more", "older")
    upgrade(door)
    return door


def upgrade_store(where: str | Path | None = None, kind: Kind = STORE) -> tuple[str, str]:
    """Bring a database up to this version; gives the version before and after. Raises StoreError."""
    address = find_address(where, kind)
    door, before = _look(address)
    if not before:
        raise _none(address)
    upgrade(door)
    return before, known(kind)[-1]


def _look(address: Address) -> tuple[Door, str]:
    """The door to what is there, and its version; empty where there is nothing in it yet."""
    if address.file is not None:
        if not _there(address.file):
            raise _none(address)
        check_header(address.file, address.shown, address.kind)
    door = Door(address)
    return door, door.read(lambda connection: version_of(connection, address))


def _none(address: Address) -> StoreError:
    kind = address.kind
    return StoreError(f"there is no {kind.name} at {address.shown}; it is made {kind.made_when}", "gone")


def check_header(file: Path, shown: str, kind: Kind = STORE) -> None:
    """Refuse a file of another kind. SQLite itself takes one of a few bytes for an empty database, and writes over it."""
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_HEADER))
            modes = opened.read(_MODES_END - len(_HEADER))[-2:]
    except OSError:
        return  # the database says why
    if _WRITE_AHEAD in modes and not _may_write(file.parent):
        what = f"{shown} was switched to write-ahead logging (WAL) by another program, and nothing may be written beside it"
        back = f"sqlite3 {file.name} 'PRAGMA journal_mode=DELETE'"
        fix = f"copy it to a folder where you may write, and bring it back there: {back}"
        raise StoreError(f"{what}, as that mode needs; {fix}", "read_only")
    if begins and begins != _HEADER:
        fix = f"name another file with {kind.option}, and leave this one as it is"
        raise StoreError(f"{shown} is no {kind.name}; {fix}", "not_a_store")


def _may_write(folder: Path) -> bool:
    """Whether files may be made in a folder, by whoever this process acts as; False on a drive that may only be read."""
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


_HEADER = b"SQLite format 3\0"
_MODES_END = 20
"""The bytes 18 and 19 of a database file say how it is written and read: 2 is write-ahead logging (SQLite's file format)."""
_WRITE_AHEAD = 2


def _there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise StoreError(f"{file} cannot be reached ({error.strerror}); look at its folder", "gone") from None


def _make_file(address: Address) -> None:
    """An empty file where there is none, for its owner alone: a plan is nobody else's business."""
    file = address.file
    if file is None or _there(file):
        if file is not None and file.is_dir():
            name = address.kind.name
            raise StoreError(
                f"{address.shown} is a folder; name a file for the {name}, such as {file / address.kind.file_name}"
            )
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        fix = f"allow writing there, or name another file with {address.kind.option}"
        reason: StoreReason = "full" if error.errno in _FULL else "read_only"
        raise StoreError(
            f"the {address.kind.name} {address.shown} cannot be made ({error.strerror}); {fix}", reason
        ) from None


_FULL = (28, 122)
"""No space left; quota exceeded."""
