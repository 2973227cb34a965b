"""Give tasks a priority."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every task that is there gets 0."""
    op.add_column("tasks", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop the column and what it holds."""
    op.drop_column("tasks", "priority")
