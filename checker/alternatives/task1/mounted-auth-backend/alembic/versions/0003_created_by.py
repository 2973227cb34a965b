"""Who created a task."""

import sqlalchemy as sa
from alembic import op

revision = "83d5e6f01b22"
down_revision = "2f1c0a7be9d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("tasks", sa.Column("created_by", sa.String(24), sa.ForeignKey("users.id", ondelete="RESTRICT")))
    op.create_index(
        "tasks_of_creator", "tasks", ["created_by", "id"], postgresql_where=sa.text("created_by IS NOT NULL")
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("tasks", "created_by")
