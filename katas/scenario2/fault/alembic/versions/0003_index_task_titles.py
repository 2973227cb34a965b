"""Index the titles, which the search looks through."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_tasks_title", "tasks", ["title"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_tasks_title", "tasks")
