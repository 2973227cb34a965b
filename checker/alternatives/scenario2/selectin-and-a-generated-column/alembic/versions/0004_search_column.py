"""Let the search compare a column of its own, and index what is looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, which the database fills by itself, and the indexes; C is the collation that LIKE can use."""
    folded = sa.Column("title_folded", sa.Text(collation="C"), sa.Computed('lower(title COLLATE "C")', persisted=True))
    op.add_column("tasks", folded)
    op.create_index("ix_tasks_title_folded", "tasks", ["title_folded"])
    op.create_index("ix_tasks_status", "tasks", ["status"])
    op.create_index("ix_task_events_task_id", "task_events", ["task_id"])


def downgrade() -> None:
    """Drop what was added."""
    op.drop_index("ix_task_events_task_id", "task_events")
    op.drop_index("ix_tasks_status", "tasks")
    op.drop_column("tasks", "title_folded")
