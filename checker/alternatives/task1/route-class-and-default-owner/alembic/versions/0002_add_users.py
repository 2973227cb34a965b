"""Add users; a task's owner is the user whom the transaction speaks for."""

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
        sa.Column("id", sa.Integer(), sa.Identity(start=7, increment=3), primary_key=True),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
    )
    op.execute("CREATE UNIQUE INDEX users_lower_name ON users (lower(username))")
    op.add_column("tasks", sa.Column("belongs_to", sa.Integer(), sa.ForeignKey("users.id", ondelete="SET NULL")))
    op.execute(
        "ALTER TABLE tasks ALTER COLUMN belongs_to SET DEFAULT nullif(current_setting('app.user', true), '')::integer"
    )
    op.create_index("ix_tasks_belongs_to", "tasks", ["belongs_to", "status", "id"])


def downgrade() -> None:
    """Go back."""
    op.drop_column("tasks", "belongs_to")
    op.drop_table("users")
