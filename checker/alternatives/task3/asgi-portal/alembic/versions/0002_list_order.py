"""Indexes in the order of the list: newest first, tasks of one time by rising id."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_index("tasks_list", "tasks", [sa.text("created_at DESC"), sa.text("id ASC")])
    op.create_index("tasks_list_by_status", "tasks", ["status", sa.text("created_at DESC"), sa.text("id ASC")])


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_index("tasks_list_by_status")
    op.drop_index("tasks_list")
