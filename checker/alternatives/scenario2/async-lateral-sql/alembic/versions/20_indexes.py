"""Index what is looked up, while the service goes on writing."""

from alembic import op

revision = "a7f3"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = {
    "task_events_by_task": "task_events (task_id, created_at DESC, id DESC) INCLUDE (kind)",
    "tasks_by_beginning": 'tasks ((lower(title) COLLATE "C"))',
    "tasks_by_status": "tasks (status)",
}


def upgrade() -> None:
    """Make each index without locking its table."""
    with op.get_context().autocommit_block():
        for name, definition in INDEXES.items():
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {definition}")


def downgrade() -> None:
    """Drop them."""
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
