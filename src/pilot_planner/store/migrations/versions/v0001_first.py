"""The first store: contents, the history, and what keeps both from being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

_TABLES = ("store_content", "store_revision")


def upgrade() -> None:
    """Make the tables and their guards."""
    op.create_table(
        "store_content",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "store_revision",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("item", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("key", sa.String(32), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
        sa.Column("content", sa.String(64), sa.ForeignKey("store_content.hash"), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.UniqueConstraint("item", "number"),
    )
    guards = _sqlite_guards() if op.get_bind().dialect.name == "sqlite" else _postgresql_guards()
    for statement in guards:
        op.execute(statement)


def _sqlite_guards() -> list[str]:
    """What refuses changes, and rows that leave a gap or (by INSERT OR REPLACE) take the place of others."""
    found = [
        f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'what is saved is never changed'); END"
        for table in _TABLES
        for event in ("update", "delete")
    ]
    found.append(
        "CREATE TRIGGER store_content_once BEFORE INSERT ON store_content "
        "WHEN EXISTS (SELECT 1 FROM store_content WHERE hash = NEW.hash) "
        "BEGIN SELECT RAISE(ABORT, 'what is saved is never changed'); END"
    )
    found.append(
        "CREATE TRIGGER store_revision_next BEFORE INSERT ON store_revision "
        "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM store_revision) OR NEW.number <> "
        "(SELECT coalesce(max(number), 0) + 1 FROM store_revision WHERE item = NEW.item) "
        "BEGIN SELECT RAISE(ABORT, 'history has no gaps'); END"
    )
    return found


def _postgresql_guards() -> list[str]:
    never = "RAISE EXCEPTION 'what is saved is never changed'"
    found = [
        f"CREATE FUNCTION store_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {never}; END $$",
        "CREATE FUNCTION store_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM store_revision) OR NEW.number <> "
        "(SELECT coalesce(max(number), 0) + 1 FROM store_revision WHERE item = NEW.item) "
        "THEN RAISE EXCEPTION 'history has no gaps'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER store_revision_next BEFORE INSERT ON store_revision FOR EACH ROW EXECUTE FUNCTION store_next()",
    ]
    for table in _TABLES:
        found += [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION store_refuse()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION store_refuse()",
        ]
    return found
