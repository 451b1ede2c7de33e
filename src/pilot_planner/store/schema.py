"""The two tables of a store, as this version has them. ``migrations`` makes them and brings older ones up to this.

``store_revision`` is the history: each change of each item is a row, and rows only come to it. What an item is now is what
its last row says. ``store_content`` holds what was saved, each text once, under the SHA-256 of its bytes.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from pilot_planner.store.database_kind import Kind

VERSION_TABLE = "store_version"
APPLICATION_ID = 0x50504C4E
"""``PPLN`` in the header of an SQLite file: it says whose file this is before any table is read."""

metadata = sa.MetaData()

content = sa.Table(
    "store_content",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),  # of the bytes before they were compressed
    sa.Column("data", sa.LargeBinary, nullable=False),
)

revision = sa.Table(
    "store_revision",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3, ... over the whole store
    sa.Column("item", sa.String(32), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # 1, 2, 3, ... of the item
    sa.Column("key", sa.String(32), nullable=False, unique=True),  # given by the writer: it finds its own row again
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),  # UTC, ISO 8601
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),
    sa.Column("content", sa.String(64), sa.ForeignKey("store_content.hash"), nullable=False),
    sa.Column("about", sa.Text, nullable=False),  # JSON, as are the next two: texts, so that the same bytes come back
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("seal", sa.String(64), nullable=False),  # SHA-256 of this row and of the seal before it
    sa.Column("why", sa.Text, nullable=False, server_default=""),  # since version 2
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
