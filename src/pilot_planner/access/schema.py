"""The tables behind access control, as this version has them.

They are no part of a store of plans: a team shares its store by reading the database itself, and hands backups of it around;
neither may show what passwords are checked against, or let whoever writes plans write himself a role.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from pilot_planner.store import kept_types
from pilot_planner.store.database_kind import Kind

metadata = sa.MetaData()

account = sa.Table(
    "access_account",
    metadata,
    sa.Column("name", kept_types.String(64), primary_key=True),
    sa.Column("role", kept_types.String(16), nullable=False),
    sa.Column("password", kept_types.Text, nullable=False),  # argon2's own text; empty: no log-in by password
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("made_at", kept_types.String(32), nullable=False),  # UTC, ISO 8601
    sa.Column("changed_at", kept_types.String(32), nullable=False),
)

session = sa.Table(
    "access_session",
    metadata,
    sa.Column("token", kept_types.String(64), primary_key=True),  # SHA-256 of what the browser holds
    sa.Column("account", kept_types.String(64), nullable=False, index=True),
    sa.Column("begun", kept_types.Float, nullable=False),  # seconds since 1970, as are the next
    sa.Column("seen", kept_types.Float, nullable=False),
)

attempt = sa.Table(
    "access_attempt",
    metadata,
    sa.Column("id", kept_types.String(32), primary_key=True),
    sa.Column("who", kept_types.String(64), nullable=False, index=True),  # keyed hash of an account's name or of an address
    sa.Column("at", kept_types.Float, nullable=False),
)

question = sa.Table(
    "access_question",
    metadata,
    sa.Column("key", kept_types.String(64), primary_key=True),  # SHA-256 of the question
    sa.Column("at", kept_types.Float, nullable=False, index=True),
)

secret = sa.Table(
    "access_secret",
    metadata,
    sa.Column("name", kept_types.String(16), primary_key=True),
    sa.Column("value", kept_types.String(64), nullable=False),
)

event = sa.Table(
    "access_event",
    metadata,
    sa.Column("seq", kept_types.BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3, ...
    sa.Column("key", kept_types.String(32), nullable=False, unique=True),  # given by the writer: it finds its own row again
    sa.Column("at", kept_types.String(32), nullable=False),
    sa.Column("who", kept_types.Text, nullable=False),
    sa.Column("action", kept_types.String(32), nullable=False),
    sa.Column("subject", kept_types.Text, nullable=False),
    sa.Column("detail", kept_types.Text, nullable=False),  # JSON
    sa.Column("seal", kept_types.String(64), nullable=False),  # SHA-256 of this row and of the seal before it
)

TABLES = (account, session, attempt, question, secret, event)
KEPT = (account, question, event)
"""What comes back from a backup: who was logged in, or could not log in, at that moment is over."""

ACCOUNTS = Kind(
    name="accounts database",
    command="pilot-planner accounts",
    option="--accounts",
    variable="PILOT_PLANNER_ACCOUNTS",
    file_name="accounts.sqlite",
    made_when="when the first account is added",
    metadata=metadata,
    version_table="access_version",
    application_id=0x50504C41,
    migrations=Path(__file__).parent / "migrations",
)
