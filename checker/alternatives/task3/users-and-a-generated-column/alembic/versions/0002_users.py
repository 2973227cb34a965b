"""Add what pages need."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("username", sa.String(32), nullable=False, unique=True),
        sa.Column("password", sa.String(200), nullable=False),
    )
    op.add_column("tasks", sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id")))
    op.execute(
        "ALTER TABLE tasks ADD COLUMN position bigint NOT NULL "
        "GENERATED ALWAYS AS ((EXTRACT(epoch FROM created_at AT TIME ZONE 'UTC') * 1000000)::bigint) STORED"
    )
    op.create_index("ix_tasks_position", "tasks", ["user_id", "position", "id"])
    op.create_index("ix_tasks_status_position", "tasks", ["user_id", "status", "position", "id"])


def downgrade() -> None:
    pass
