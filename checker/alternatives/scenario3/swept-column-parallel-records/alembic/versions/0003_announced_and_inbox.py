"""Note which tasks are announced, and which messages have had their effect."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column (what was there before counts as announced) and the table of tasks whose effect is there."""
    op.add_column("tasks", sa.Column("announced", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table("inbox", sa.Column("task_id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO inbox SELECT DISTINCT task_id FROM task_events WHERE kind = 'completed'")


def downgrade() -> None:
    """Drop both."""
    op.drop_table("inbox")
    op.drop_column("tasks", "announced")
