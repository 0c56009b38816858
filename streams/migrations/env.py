"""Alembic's entry: works on the connection that `streams.database.schema` hands in."""

from alembic import context

from streams.database.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
