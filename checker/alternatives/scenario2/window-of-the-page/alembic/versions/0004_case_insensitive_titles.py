"""Let titles compare without regard to case, by a range of an index, and index status and events."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index on the title by one on the bytes of its lower case."""
    op.drop_index("ix_tasks_title", "tasks")
    op.execute('CREATE INDEX ix_tasks_title ON tasks ((lower(title) COLLATE "C"), id)')
    op.create_index("ix_tasks_id_of_status", "tasks", ["status", "id"])
    op.create_index("ix_task_events_task_id", "task_events", ["task_id"], postgresql_using="hash")


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_task_events_task_id", "task_events")
    op.drop_index("ix_tasks_id_of_status", "tasks")
    op.drop_index("ix_tasks_title", "tasks")
    op.create_index("ix_tasks_title", "tasks", ["title"])
