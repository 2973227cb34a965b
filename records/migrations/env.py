"""Alembic's environment: the caller's connection and transaction, nothing of its own."""

from __future__ import annotations

from alembic import context

from records.models import metadata

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=metadata,
    version_table=attributes["version_table"],
    render_as_batch=True,  # SQLite changes a column by making its table anew
    transactional_ddl=True,  # all or nothing, also in SQLite
)
context.run_migrations()
