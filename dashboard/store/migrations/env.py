"""What Alembic runs: the migrations, on the connection and in the transaction that `dashboard.store.migrate` opened."""

from __future__ import annotations

from alembic import context

from dashboard.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    transaction_per_migration=False,
)
context.run_migrations()
