"""Which version a database has, and bringing it up to this one: in one transaction, so it is either as before or done."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from pilot_planner.errors import StoreError
from pilot_planner.store.addresses import Address
from pilot_planner.store.database import Door
from pilot_planner.store.database_kind import Kind
from pilot_planner.store.schema import STORE

_LEVEL = logging.WARNING
"""Alembic tells at INFO what nobody asked for."""


def _config(migrations: Path) -> Config:
    config = Config()
    # '%' begins an interpolation there.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


def known(kind: Kind = STORE) -> tuple[str, ...]:
    """Every version that there has been, the first one first; the last is this one's."""
    return _known(kind.migrations)


@cache
def _known(migrations: Path) -> tuple[str, ...]:
    script = ScriptDirectory.from_config(_config(migrations))
    return tuple(step.revision for step in reversed(list(script.walk_revisions())))


def version_of(connection: sa.Connection, address: Address) -> str:
    """The version of a database; empty for one with nothing of its kind in it.

    Raises StoreError for what belongs to another program, and for a version that is not known yet.
    """
    kind = address.kind
    tables, own = set(sa.inspect(connection).get_table_names()), kind.metadata.tables.keys()
    if kind.version_table not in tables:
        if tables & own or (address.is_file and (tables or _other_file(connection, kind))):
            what = f"{address.shown} is a database of something else, no {kind.name}"
            raise StoreError(f"{what}; name another one", "not_a_store")
        return ""
    noted = sa.select(sa.column("version_num", sa.String)).select_from(sa.table(kind.version_table))
    found = connection.execute(noted).scalars().all()
    versions = known(kind)
    if len(found) != 1 or (found[0] in versions and not own <= tables):
        raise StoreError(f"the {kind.name} {address.shown} is not whole; restore the last backup into a new one", "damaged")
    if found[0] not in versions:
        what = f"the {kind.name} {address.shown} was written by a newer pilot-planner (version {found[0]} of its tables"
        raise StoreError(f"{what}, this one knows {versions[-1]}); install that version to use it", "newer")
    return str(found[0])


def _other_file(connection: sa.Connection, kind: Kind) -> bool:
    return connection.exec_driver_sql("PRAGMA application_id").scalar_one() not in (0, kind.application_id)


def upgrade(door: Door, to: str = "head") -> None:
    """Make the tables of a new database, or bring those of an older one up to this version. Raises StoreError."""
    kind = door.address.kind

    def work(connection: sa.Connection) -> None:
        # Looked at again: another process may have done it while this one waited.
        version = version_of(connection, door.address)
        if version == known(kind)[-1]:
            return
        if not version:
            _check_encoding(connection, door.address)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA application_id = {kind.application_id}")
        logging.getLogger("alembic").setLevel(_LEVEL)
        config = _config(kind.migrations)
        config.attributes["connection"] = connection
        command.upgrade(config, to)

    door.write(work)


def _check_encoding(connection: sa.Connection, address: Address) -> None:
    if connection.dialect.name == "postgresql":
        encoding = connection.execute(sa.text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            raise StoreError(f"the database of {address.shown} is in {encoding}; create one in UTF8", "not_a_store")
