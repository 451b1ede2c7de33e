"""Whether the database still refuses what it was made to refuse: its triggers and columns as the migrations make them."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from pilot_planner.errors import StoreError
from pilot_planner.store.addresses import Address
from pilot_planner.store.database import Door
from pilot_planner.store.database_kind import Kind
from pilot_planner.store.versions import upgrade
from pilot_planner.whole_files import temporary_folder

Described = dict[str, str]


def check_guards(connection: sa.Connection, kind: Kind) -> None:
    """Raise StoreError where a trigger or a column is missing, is another one, or was added."""
    if connection.dialect.name == "sqlite":
        found, expected = _sqlite(connection, kind), _expected(kind)
    else:
        found = _postgresql(connection, kind)
        # Their texts are the server's own, which differ by its version: that each is there, is on and refuses is looked at.
        expected = dict.fromkeys(_POSTGRESQL[kind.name], _REFUSES)
    wrong = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    if wrong:
        parts = [f"{one} {_what(one in found, one in expected)}" for one in wrong]
        what = f"the {kind.name} is not built as it was made: {', '.join(parts)}"
        fix = "keep a copy of the database and find out who could write to it; restore the last backup into a new one"
        raise StoreError(f"{what}; {fix}", "damaged")


def check_pages(connection: sa.Connection, address: Address) -> None:
    """Raise StoreError where SQLite finds its file damaged in a part that nothing has read yet, such as an index."""
    if connection.dialect.name == "sqlite":
        found = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())
        if found != "ok":
            what = f"the {address.kind.name} {address.shown}: the file is damaged ({' '.join(found.split())[:200]})"
            raise StoreError(f"{what}; keep a copy of it and restore the last backup into a new one", "damaged")


def _what(there: bool, wanted: bool) -> str:
    return "is not what it was" if there and wanted else "was added" if there else "is missing"


def _sqlite(connection: sa.Connection, kind: Kind) -> Described:
    """Triggers and views of the file, and the columns of its tables, each with what makes it what it is."""
    objects = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
    found = {f"{row.type} {row.name}": " ".join(row.sql.split()) for row in objects}
    for table in kind.metadata.tables:
        for column in sa.inspect(connection).get_columns(table):
            said = f"{column['type']} {column['nullable']} {column.get('primary_key')}"
            found[f"column {table}.{column['name']}"] = said
    return found


@cache
def _expected(kind: Kind) -> Described:
    """The same of a new database."""
    with temporary_folder() as made:
        door = Door(Address("new", file=made / "new.sqlite", kind=kind), create=True)
        upgrade(door)
        found = door.read(lambda connection: _sqlite(connection, kind))
        door.close()
    return found


_REFUSES = "on, and refuses"
_ON = ("O", "A")
"""How PostgreSQL marks triggers that fire in sessions of users (pg_trigger.tgenabled)."""
_POSTGRESQL = {
    "store": [
        "trigger store_revision_next", "trigger store_revision_no_change", "trigger store_revision_no_truncate",
        "trigger store_content_no_change", "trigger store_content_no_truncate",
    ],
    "accounts database": [
        "trigger access_event_next", "trigger access_event_no_change", "trigger access_event_no_truncate",
    ],
}  # fmt: skip


def _postgresql(connection: sa.Connection, kind: Kind) -> Described:
    asked = sa.text(
        "SELECT t.tgname, t.tgenabled::text AS enabled, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND c.relname = ANY(:tables) "
        "AND pg_table_is_visible(c.oid)"
    )
    rows = connection.execute(asked, {"tables": list(kind.metadata.tables)})
    return {
        f"trigger {row.tgname}": _REFUSES if row.enabled in _ON and "RAISE EXCEPTION" in row.prosrc else "off"
        for row in rows
    }
