"""From an address to a store that is there and of this version."""

from __future__ import annotations

import os
from pathlib import Path

from pilot_planner.errors import StoreError, StoreReason
from pilot_planner.store.addresses import Address, find_address
from pilot_planner.store.door import Door
from pilot_planner.store.versions import known, upgrade, version_of


def open_door(where: str | Path | None, create: bool = True) -> Door:
    """The door to a store. Raises StoreError where there is none, or none that can be used."""
    address = find_address(where)
    if create:
        _make_file(address)
    door, version = _look(address)
    if version == known()[-1]:
        return door
    if not version and not create:
        raise _none(address)
    if version and not address.is_file:
        what = f"the store {address.shown} is of an older version ({version}; this is {known()[-1]})"
        fix = "make a backup with the version that wrote it, then run 'pilot-planner store upgrade' once"
        raise StoreError(f"{what}; {fix}: after that older versions cannot use it any more", "older")
    upgrade(door)
    return door


def upgrade_store(where: str | Path | None = None) -> tuple[str, str]:
    """Bring a store up to this version; gives the version before and after. Raises StoreError."""
    address = find_address(where)
    door, before = _look(address)
    if not before:
        raise _none(address)
    upgrade(door)
    return before, known()[-1]


def _look(address: Address) -> tuple[Door, str]:
    """The door to what is there, and its version; empty where there is nothing in it yet."""
    if address.file is not None:
        if not _there(address.file):
            raise _none(address)
        check_header(address.file, address.shown)
    door = Door(address)
    return door, door.read(lambda connection: version_of(connection, address))


def _none(address: Address) -> StoreError:
    return StoreError(f"there is no store at {address.shown}; it is made when something is saved", "gone")


def check_header(file: Path, shown: str) -> None:
    """Refuse a file of another kind. SQLite itself takes one of a few bytes for an empty database, and writes over it."""
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_HEADER))
    except OSError:
        return  # the database says why
    if begins and begins != _HEADER:
        raise StoreError(f"{shown} is no store; name another file with --store, and leave this one as it is", "not_a_store")


_HEADER = b"SQLite format 3\0"


def _there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise StoreError(f"the store {file} cannot be reached ({error.strerror}); look at its folder", "gone") from None


def _make_file(address: Address) -> None:
    """An empty file where there is none, for its owner alone: a plan is nobody else's business."""
    file = address.file
    if file is None or _there(file):
        if file is not None and file.is_dir():
            raise StoreError(f"{address.shown} is a folder; name a file for the store, such as {file / 'store.sqlite'}")
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        fix = "allow writing there, or name another file with --store"
        reason: StoreReason = "full" if error.errno in _FULL else "read_only"
        raise StoreError(f"the store {address.shown} cannot be made ({error.strerror}); {fix}", reason) from None


_FULL = (28, 122)
"""No space left; quota exceeded."""
