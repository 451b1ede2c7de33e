"""The first tables: accounts, sessions, attempts to log in, and a log that rows only come to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make the tables and what guards the log."""
    op.create_table(
        "access_account",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "access_session",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False, index=True),
        sa.Column("begun", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )
    op.create_table(
        "access_attempt",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("who", sa.String(64), nullable=False, index=True),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "access_question",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("at", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "access_secret",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
    op.create_table(
        "access_event",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(32), nullable=False, unique=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


_NEXT = "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM access_event)"
_SQLITE = (
    "CREATE TRIGGER access_event_no_update BEFORE UPDATE ON access_event "
    "BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END",
    "CREATE TRIGGER access_event_no_delete BEFORE DELETE ON access_event "
    "BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END",
    f"CREATE TRIGGER access_event_next BEFORE INSERT ON access_event WHEN {_NEXT} "
    "BEGIN SELECT RAISE(ABORT, 'the log has no gaps'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION access_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the log is never changed'; END $$",
    "CREATE FUNCTION access_next() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF {_NEXT} THEN RAISE EXCEPTION 'the log has no gaps'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER access_event_next BEFORE INSERT ON access_event FOR EACH ROW EXECUTE FUNCTION access_next()",
    "CREATE TRIGGER access_event_no_change BEFORE UPDATE OR DELETE ON access_event "
    "FOR EACH ROW EXECUTE FUNCTION access_refuse()",
    "CREATE TRIGGER access_event_no_truncate BEFORE TRUNCATE ON access_event EXECUTE FUNCTION access_refuse()",
)
