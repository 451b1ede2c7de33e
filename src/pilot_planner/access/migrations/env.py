"""Read by alembic, which is given a connection in a transaction of ours: a step that fails leaves everything as it was."""

from alembic import context

from pilot_planner.access.schema import ACCOUNTS

context.configure(connection=context.config.attributes["connection"], version_table=ACCOUNTS.version_table)
with context.begin_transaction():
    context.run_migrations()
