"""Index what the lists, the histories and the search ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index on the title as it is spelt, which no query can use, by one on what the search compares."""
    op.create_index("ix_task_events_task_id_created_at_id", "task_events", ["task_id", "created_at", "id"])
    op.create_index("ix_tasks_status_id", "tasks", ["status", "id"])
    # Whatever the collation is: without the operator class LIKE could not use the index in most.
    op.create_index("ix_tasks_lower_title", "tasks", [sa.text("lower(title) text_pattern_ops")])
    op.drop_index("ix_tasks_title", "tasks")


def downgrade() -> None:
    """Go back to the indexes that there were."""
    op.create_index("ix_tasks_title", "tasks", ["title"])
    op.drop_index("ix_tasks_lower_title", "tasks")
    op.drop_index("ix_tasks_status_id", "tasks")
    op.drop_index("ix_task_events_task_id_created_at_id", "task_events")
