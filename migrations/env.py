"""Run by Alembic. `tracker.storage.migration` hands over the connection, already in a transaction."""

from alembic import context
from sqlalchemy import Connection

from tracker.storage.tables import Base

connection = context.config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise TypeError("migrations run through `tracker init`, not through the alembic command")

context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
