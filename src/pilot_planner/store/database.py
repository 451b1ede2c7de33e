"""The one door to the database: how it is opened, and transactions that are whole or not at all.

SQLite keeps its rollback journal instead of a write-ahead log. With the log, commits are cheaper, but a store is then three
files, cannot be read in a folder that may only be read, and breaks on network drives, where small teams keep theirs.
``synchronous=EXTRA`` syncs file, journal and folder at each commit: what was acknowledged survives a loss of power.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pilot_planner.errors import StoreError
from pilot_planner.store.addresses import Address
from pilot_planner.store.errors import lost, told

WAIT_SECONDS = 10.0
"""How long a write waits for others to end theirs; one takes milliseconds."""
_STATEMENT_SECONDS = 120
_CONNECT_SECONDS = 10
_WRITES = "writes"


class Door:
    """Transactions on one store. Safe in threads and after a fork."""

    def __init__(self, address: Address, create: bool = False, wait_seconds: float = WAIT_SECONDS) -> None:
        """Nothing is opened yet. ``create``: a file that is not there is made by the first transaction."""
        self.address = address
        self._process = [os.getpid()]
        if address.file is not None:
            self._engine = _sqlite(address.file, "rwc" if create else "rw", wait_seconds)
        else:
            self._engine = _postgresql(address, wait_seconds)
        weakref.finalize(self, _end, self._engine, self._process)

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    def read[T](self, work: Callable[[sa.Connection], T]) -> T:
        """What ``work`` gives, on one state of the store however others write. Raises StoreError."""
        return self._run(work, writing=False)

    def write[T](self, work: Callable[[sa.Connection], T]) -> T:
        """The same in a transaction that writes, alone. It is done when this returns, and left no trace when it raises.

        Where the server went away, once more: whether the first attempt was done in spite of that is only known to ``work``,
        which must look for what it wrote before it writes.
        """
        return self._run(work, writing=True)

    def close(self) -> None:
        self._engine.dispose()

    def _run[T](self, work: Callable[[sa.Connection], T], writing: bool) -> T:
        if os.getpid() != self._process[0]:
            # Connections of the parent stay the parent's.
            self._engine.dispose(close=False)
            self._process[0] = os.getpid()
        ended = False

        def watched(connection: sa.Connection) -> T:
            nonlocal ended
            ended = False
            result = work(connection)
            ended = True
            return result

        # A server that goes away while it commits may have done so: only then is the end of the work not known.
        not_known = False
        try:
            try:
                return self._once(watched, writing)
            except sa.exc.DBAPIError as error:
                if not lost(error):
                    raise
                not_known = ended
                self._engine.dispose()
                return self._once(watched, writing)
        except sa.exc.SQLAlchemyError as error:
            raise told(error, self.address, writing, not_known or (ended and lost(error))) from error

    def _once[T](self, work: Callable[[sa.Connection], T], writing: bool) -> T:
        with self._engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: writing})
            if self.dialect == "postgresql":
                # A reader sees one state; a writer, who is alone, must see what the one before it has just written.
                connection = connection.execution_options(isolation_level="READ COMMITTED" if writing else "REPEATABLE READ")
            with connection.begin():
                if writing and self.dialect == "postgresql":
                    connection.execute(
                        sa.text("SELECT pg_advisory_xact_lock(hashtext(:name))"),
                        {"name": f"pilot_planner {self.address.kind.name}"},
                    )
                return work(connection)


def _end(engine: sa.Engine, process: list[int]) -> None:
    """Say goodbye to a server, once nobody holds the door any more."""
    if os.getpid() == process[0]:
        engine.dispose()


def _sqlite(file: Path, mode: str, wait_seconds: float) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        address = f"{file.as_uri()}?mode={mode}"
        # Each transaction has a connection of its own: none is shared by threads or outlives the file.
        found = sqlite3.connect(address, uri=True, timeout=wait_seconds, isolation_level=None, check_same_thread=False)
        try:
            found.execute("PRAGMA synchronous = EXTRA")
            found.execute("PRAGMA foreign_keys = ON")
            found.execute("PRAGMA trusted_schema = OFF")
        except BaseException:
            found.close()
            raise
        return found

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # IMMEDIATE takes the right to write at once: two writers wait for each other instead of failing at the end.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: Address, wait_seconds: float) -> sa.Engine:
    options: dict[str, Any] = {
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "pilot-planner",
        "client_encoding": "utf8",
    }
    try:
        engine = sa.create_engine(address.url or "", connect_args=options, pool_pre_ping=True)
    except ModuleNotFoundError:
        what = f"the {address.kind.name} {address.shown} needs psycopg, which is not installed"
        raise StoreError(f"{what}; install it with: pip install 'pilot-planner[postgres]'") from None
    except ImportError:
        what = f"the {address.kind.name} {address.shown} needs libpq, PostgreSQL's client library, which is not found"
        raise StoreError(f"{what}; install it with: pip install 'pilot-planner[postgres]'") from None

    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(wait_seconds * 1000)}")
            cursor.execute(f"SET statement_timeout = {_STATEMENT_SECONDS * 1000}")
            # A server may be set to acknowledge before it has written; a store may not.
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
            )
        connection.commit()

    return engine
