"""Index the lists of a user's tasks in the order in which they are paged through."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index for all tasks of a user and one for those of a status; both are read backwards, newest first.

    Either finds a user's tasks, so the index on the owner alone is of no more use.
    """
    op.create_index("ix_tasks_owner_id_created_at_id", "tasks", ["owner_id", "created_at", "id"])
    op.create_index("ix_tasks_owner_id_status_created_at_id", "tasks", ["owner_id", "status", "created_at", "id"])
    op.drop_index("ix_tasks_owner_id", "tasks")


def downgrade() -> None:
    """Go back to the index on the owner alone."""
    op.create_index("ix_tasks_owner_id", "tasks", ["owner_id"])
    op.drop_index("ix_tasks_owner_id_status_created_at_id", "tasks")
    op.drop_index("ix_tasks_owner_id_created_at_id", "tasks")
