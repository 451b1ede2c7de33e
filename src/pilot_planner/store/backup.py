"""One file that holds a whole store, and a store out of it again.

The file is itself a store in SQLite, wherever the original was: it can be opened and looked at, and a store that began as a
file moves to PostgreSQL by a backup and a restore.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from pilot_planner.errors import StoreError
from pilot_planner.store import journal
from pilot_planner.store.addresses import Address
from pilot_planner.store.database import Door
from pilot_planner.store.journal import Checked
from pilot_planner.store.open_database import check_header
from pilot_planner.store.schema import TABLES, revision
from pilot_planner.store.store import Store
from pilot_planner.store.versions import upgrade, version_of
from pilot_planner.whole_files import beside, put, temporary_folder

type Check[T] = Callable[[sa.Connection], T]
"""Reads a whole database: what it found, the same for two that hold the same."""

_AT_ONCE = 20


def backup(store: Store, file: str | Path, replace: bool = False) -> Checked:
    """Write a store as it is at this moment into one file, whoever uses it meanwhile; the copy is read again whole.

    A file that is there is kept unless ``replace`` is given; until the new one is complete, in any case. Raises StoreError.
    """
    return back_up(store.door, TABLES, journal.check, file, replace)


def restore(store: Store, file: str | Path) -> Checked:
    """Fill an empty store with what a backup holds: the same bytes in every row. All of it or nothing.

    Raises StoreError where anything is saved in the store already, and where the file is no whole backup.
    """
    return bring_back(store.door, TABLES, journal.check, revision, file)


def back_up[T](door: Door, tables: Sequence[sa.Table], check: Check[T], file: str | Path, replace: bool) -> T:
    """The same for a database of any kind; what ``check`` finds in the copy."""
    target, kind = Path(file).absolute(), door.address.kind
    own = door.address.file
    try:
        if own is not None and target.exists() and target.samefile(own):
            raise StoreError(f"{file} is the {kind.name} itself; name another file for the backup")
        if target.exists() and not replace:
            raise StoreError(f"{file} is there already; name another file, or add --replace")
        if target.is_dir():
            raise StoreError(f"{file} is a folder; name a file for the backup")
        if not target.parent.is_dir():
            # A folder that is made on the way would hide a mistyped drive: the backup would lie beside what it is to save.
            raise StoreError(f"{file} cannot be written (no folder {target.parent}); choose another place", "read_only")
        with beside(target) as made:
            fresh = made / "backup.sqlite"
            copy = Door(Address(str(file), file=fresh, kind=kind), create=True)
            if own is not None:
                _copy_file(own, fresh, copy)
            else:
                upgrade(copy)
                copy.write(lambda to: door.read(lambda of: _copy_rows(of, to, tables)))
            found = copy.read(check)
            fresh.chmod(0o600)
            put(fresh, target)
    except OSError as error:
        raise StoreError(f"{file} cannot be written ({error.strerror}); choose another place", "read_only") from None
    return found


def bring_back[T](door: Door, tables: Sequence[sa.Table], check: Check[T], first: sa.Table, file: str | Path) -> T:
    """The same for a database of any kind, which is empty where ``first`` is."""
    source = Path(file).absolute()
    if not source.is_file():
        raise StoreError(f"{file} is no file; name one that 'pilot-planner backup' has written", "gone")
    try:
        found = _bring_back(door, tables, check, first, file, source)
    except OSError as error:
        raise StoreError(f"{file} cannot be restored ({error.strerror}); look at the disk", "full") from None
    if door.read(check) != found:
        what = f"the {door.address.kind.name} {door.address.shown} does not hold what {file} holds"
        raise StoreError(f"{what}; restore into a new one", "damaged")
    return found


def _bring_back[T](
    door: Door, tables: Sequence[sa.Table], check: Check[T], first: sa.Table, file: str | Path, source: Path
) -> T:
    kind = door.address.kind
    with temporary_folder() as made:
        # A copy, since one of an older version is brought up to this one first.
        fresh = made / "backup.sqlite"
        check_header(source, str(file), kind)
        original = Door(Address(str(file), file=source, kind=kind))
        if not original.read(lambda connection: version_of(connection, original.address)):
            what = f"{file} is no backup of a{'n' if kind.name[0] in 'aeiou' else ''} {kind.name}"
            raise StoreError(f"{what}; name one that 'pilot-planner backup' has written", "not_a_store")
        copy = Door(Address(str(file), file=fresh, kind=kind), create=True)
        _copy_file(source, fresh, copy)
        upgrade(copy)
        found = copy.read(check)

        def work(to: sa.Connection) -> None:
            if to.execute(sa.select(sa.literal(1)).select_from(first).limit(1)).first() is not None:
                what = f"the {kind.name} {door.address.shown} is not empty"
                raise StoreError(f"{what}; restore into a new one", "refused")
            copy.read(lambda of: _copy_rows(of, to, tables))

        door.write(work)
    return found


def _copy_file(source: Path, target: Path, copy: Door) -> None:
    """SQLite's own backup: the state at one moment, while others go on writing."""
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30.0)) as of,
            closing(sqlite3.connect(target)) as to,
        ):
            of.backup(to)
    except sqlite3.Error as error:
        what = f"the copy to {copy.address.shown} was not completed ({error}) and is removed"
        raise StoreError(f"{what}; free some space, or name another place", "full") from None


def _copy_rows(of: sa.Connection, to: sa.Connection, tables: Sequence[sa.Table]) -> None:
    for table in tables:
        order = sorted(table.primary_key.columns, key=lambda column: column.name)
        rows = of.execution_options(yield_per=_AT_ONCE).execute(sa.select(table).order_by(*order))
        for some in rows.partitions():
            to.execute(table.insert(), [dict(row._mapping) for row in some])
