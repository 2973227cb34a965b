"""Keep the last event of each task, and the number of tasks of each status, as they are written."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UPGRADE = (
    # The last event, by its time and then by its id; events that come late change nothing.
    "ALTER TABLE tasks ADD last_event_id integer, ADD last_event_at timestamptz",
    "UPDATE tasks t SET last_event_id = e.id, last_event_at = e.created_at FROM ("
    " SELECT DISTINCT ON (task_id) * FROM task_events ORDER BY task_id, created_at DESC, id DESC) e WHERE e.task_id = t.id",
    """
    CREATE FUNCTION keep_last_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE tasks SET last_event_id = NEW.id, last_event_at = NEW.created_at
        WHERE id = NEW.task_id
          AND (last_event_id IS NULL OR (last_event_at, last_event_id) < (NEW.created_at, NEW.id));
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER keep_last_event AFTER INSERT ON task_events FOR EACH ROW EXECUTE FUNCTION keep_last_event()",
    "CREATE INDEX ix_task_events_task_id ON task_events (task_id)",
    # The board: changes are added as rows, so that nobody waits for anybody; the board adds them up.
    "CREATE TABLE board_changes (status varchar(20) NOT NULL, change integer NOT NULL)",
    "INSERT INTO board_changes SELECT status, count(*) FROM tasks GROUP BY status",
    """
    CREATE FUNCTION count_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO board_changes SELECT status, count(*) FROM written GROUP BY status;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION count_old() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO board_changes SELECT status, -count(*) FROM gone GROUP BY status;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION count_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO board_changes
        SELECT status, sum(change) FROM (
            SELECT status, 1 AS change FROM written UNION ALL SELECT status, -1 FROM gone
        ) moved GROUP BY status HAVING sum(change) <> 0;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER count_new AFTER INSERT ON tasks REFERENCING NEW TABLE AS written EXECUTE FUNCTION count_new()",
    "CREATE TRIGGER count_old AFTER DELETE ON tasks REFERENCING OLD TABLE AS gone EXECUTE FUNCTION count_old()",
    "CREATE TRIGGER count_moved AFTER UPDATE ON tasks REFERENCING NEW TABLE AS written OLD TABLE AS gone"
    " EXECUTE FUNCTION count_moved()",
    # The search and the lists of a rare status.
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "DROP INDEX ix_tasks_title",
    "CREATE INDEX ix_tasks_title_trigrams ON tasks USING gin (title gin_trgm_ops)",
    "CREATE INDEX ix_tasks_unfinished ON tasks (status, id) WHERE status <> 'completed'",
)
DOWNGRADE = (
    "DROP INDEX ix_tasks_unfinished",
    "DROP INDEX ix_tasks_title_trigrams",
    "CREATE INDEX ix_tasks_title ON tasks (title)",
    "DROP FUNCTION count_moved CASCADE",
    "DROP FUNCTION count_old CASCADE",
    "DROP FUNCTION count_new CASCADE",
    "DROP TABLE board_changes",
    "DROP INDEX ix_task_events_task_id",
    "DROP FUNCTION keep_last_event CASCADE",
    "ALTER TABLE tasks DROP last_event_id, DROP last_event_at",
)


def upgrade() -> None:
    """Fill columns and counters for what is there, then keep them by triggers."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWNGRADE:
        op.execute(statement)
