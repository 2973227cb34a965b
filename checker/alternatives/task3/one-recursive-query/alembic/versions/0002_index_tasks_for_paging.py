"""Index tasks in the order that they are listed in."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create one index for the whole list and one for the list of a status."""
    op.create_index("ix_tasks_created_at_id", "tasks", ["created_at", "id"])
    op.create_index("ix_tasks_status_created_at_id", "tasks", ["status", "created_at", "id"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_tasks_status_created_at_id", "tasks")
    op.drop_index("ix_tasks_created_at_id", "tasks")
