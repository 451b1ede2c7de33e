"""A change may say why it was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Add the reason; changes that were made before gave none."""
    op.add_column("store_revision", sa.Column("why", sa.Text, nullable=False, server_default=""))
