"""The migrations of the records: Alembic's environment, and a module a revision."""
