"""Users with scrypt digests."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("log2n", sa.SmallInteger(), nullable=False),
    )
    op.create_index("users_name", "users", [sa.text("lower(username)")], unique=True)


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("users")
