"""Add what pages need."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tasks_created_at_id", "tasks", ["created_at", "id"])
    op.create_table(
        "task_positions",
        sa.Column("task_id", sa.Integer(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute("INSERT INTO task_positions SELECT id, created_at FROM tasks")
    op.execute(
        """
        CREATE FUNCTION keep_position() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO task_positions VALUES (NEW.id, NEW.created_at)
            ON CONFLICT (task_id) DO UPDATE SET created_at = excluded.created_at;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER keep_position AFTER INSERT OR UPDATE OF created_at ON tasks "
        "FOR EACH ROW EXECUTE FUNCTION keep_position()"
    )


def downgrade() -> None:
    pass
