"""Read by alembic, which is given a connection in a transaction of ours: a step that fails leaves the store as it was."""

from alembic import context

from pilot_planner.store.schema import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
