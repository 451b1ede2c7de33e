"""What a database of this project is: its tables, how its versions follow each other, and what messages call it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa


@dataclass(frozen=True)
class Kind:
    """A kind of database, so that saved plans and accounts are opened, upgraded and told about in one way.

    Attributes:
        name: what messages call one: "store".
        command: the group of commands that looks after it; ``check`` and ``upgrade`` are of it.
        option, variable: how its address is given.
        file_name: of the file in the user's own folder.
        made_when: when one comes to be.
        metadata: its tables as this version has them.
        version_table: where alembic notes its version.
        application_id: in the header of an SQLite file: it says whose file this is before any table is read.
        migrations: the folder of its steps.
    """

    name: str
    command: str
    option: str
    variable: str
    file_name: str
    made_when: str
    metadata: sa.MetaData
    version_table: str
    application_id: int
    migrations: Path
