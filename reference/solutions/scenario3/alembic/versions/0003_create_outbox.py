"""Create the table of messages that are still to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create `outbox`, without a foreign key: the message of a task that is gone may be sent, or not."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("task_id", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Drop `outbox`; messages that were not sent are lost."""
    op.drop_table("outbox")
