"""Accounts."""

import sqlalchemy as sa
from alembic import op

revision = "2f1c0a7be9d4"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "users",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("username", sa.String(32), nullable=False, unique=True),
        sa.Column("secrets", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("users")
