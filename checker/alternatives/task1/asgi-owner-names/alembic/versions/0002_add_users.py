"""Add users; a task names its owner, and a task of nobody an empty one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("username", sa.String(150), nullable=False),
        sa.Column("password", sa.String(128), nullable=False),
    )
    op.create_index("users_username", "users", ["username"], unique=True)
    op.add_column("tasks", sa.Column("owner", sa.String(150), nullable=False, server_default=""))
    op.create_index("tasks_owner", "tasks", ["owner"])


def downgrade() -> None:
    op.drop_index("tasks_owner", "tasks")
    op.drop_column("tasks", "owner")
    op.drop_table("users")
