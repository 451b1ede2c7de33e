"""The two tables of a store, as this version has them. ``migrations`` makes them and brings older ones up to this.

``store_revision`` is the history: each change of each item is a row, and rows only come to it. What an item is now is what
its last row says. ``store_content`` holds what was saved, each text once, under the SHA-256 of its bytes.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from pilot_planner.store import kept_types
from pilot_planner.store.database_kind import Kind

VERSION_TABLE = "store_version"
APPLICATION_ID = 0x50504C4E
"""``PPLN`` in the header of an SQLite file: it says whose file this is before any table is read."""

metadata = sa.MetaData()

content = sa.Table(
    "store_content",
    metadata,
    sa.Column("hash", kept_types.String(64), primary_key=True),
    sa.Column("size", kept_types.BigInteger, nullable=False),  # of the bytes before they were compressed
    sa.Column("data", kept_types.LargeBinary, nullable=False),
)

revision = sa.Table(
    "store_revision",
    metadata,
    sa.Column("seq", kept_types.BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3, ... over the whole store
    sa.Column("item", kept_types.String(32), nullable=False),
    sa.Column("number", kept_types.Integer, nullable=False),  # 1, 2, 3, ... of the item
    sa.Column("key", kept_types.String(32), nullable=False, unique=True),  # given by the writer: it finds its own row again
    sa.Column("kind", kept_types.String(16), nullable=False),
    sa.Column("at", kept_types.String(32), nullable=False),  # UTC, ISO 8601
    sa.Column("who", kept_types.Text, nullable=False),
    sa.Column("action", kept_types.String(16), nullable=False),
    sa.Column("name", kept_types.Text, nullable=False),
    sa.Column("description", kept_types.Text, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),
    sa.Column("content", kept_types.String(64), sa.ForeignKey("store_content.hash"), nullable=False),
    sa.Column("about", kept_types.Text, nullable=False),  # JSON, as are the next two: texts, so that bytes come back
    sa.Column("before", kept_types.Text, nullable=False),
    sa.Column("after", kept_types.Text, nullable=False),
    sa.Column("seal", kept_types.String(64), nullable=False),  # SHA-256 of this row and of the seal before it
    sa.Column("why", kept_types.Text, nullable=False, server_default=""),  # since version 2
    sa.UniqueConstraint("item", "number"),
)

TABLES = (content, revision)
"""In the order in which they are filled."""

STORE = Kind(
    name="store",
    command="pilot-planner store",
    option="--store",
    variable="PILOT_PLANNER_STORE",
    file_name="store.sqlite",
    made_when="when something is saved",
    metadata=metadata,
    version_table=VERSION_TABLE,
    application_id=APPLICATION_ID,
    migrations=Path(__file__).parent / "migrations",
)
