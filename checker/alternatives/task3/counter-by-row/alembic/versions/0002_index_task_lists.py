"""Index the lists of tasks in the order in which they are paged through, and keep their totals, row by row."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index for all tasks, one for those of a status, and the totals."""
    op.execute("LOCK TABLE tasks IN SHARE ROW EXCLUSIVE MODE")
    op.create_index("ix_tasks_created_at_id", "tasks", ["created_at", "id"])
    op.execute("CREATE TABLE totals (status text PRIMARY KEY, total bigint NOT NULL)")
    op.execute(
        """
        CREATE FUNCTION count_task() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP <> 'INSERT' THEN
                UPDATE totals SET total = total - 1 WHERE status = OLD.status;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO totals AS t VALUES (NEW.status, 1)
                ON CONFLICT (status) DO UPDATE SET total = t.total + 1;
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute("INSERT INTO totals SELECT status, count(*) FROM tasks GROUP BY status")
    op.execute(
        "CREATE TRIGGER count_task AFTER INSERT OR UPDATE OF status OR DELETE ON tasks "
        "FOR EACH ROW EXECUTE FUNCTION count_task()"
    )
    op.create_index("ix_tasks_status_created_at_id", "tasks", ["status", "created_at", "id"])


def downgrade() -> None:
    """Drop all of it."""
    op.execute("DROP TRIGGER count_task ON tasks")
    op.execute("DROP FUNCTION count_task")
    op.execute("DROP TABLE totals")
    op.drop_index("ix_tasks_status_created_at_id", "tasks")
    op.drop_index("ix_tasks_created_at_id", "tasks")
