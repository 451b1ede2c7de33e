"""Steps that bring a store of an older version up to this one, run by alembic."""
