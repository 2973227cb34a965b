"""Create the table that counts the changes of each task."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create `task_versions`; a task without a row there has version 0. No foreign key: it outlives its task."""
    op.create_table(
        "task_versions",
        sa.Column("task_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Drop `task_versions`."""
    op.drop_table("task_versions")
