"""Users, and a view of tasks with their owners that can be written through."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username varchar(32) NOT NULL CONSTRAINT one_of_a_name UNIQUE,
    secret text NOT NULL
);
CREATE TABLE task_owners (
    task_id integer PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE
);
CREATE INDEX ON task_owners (user_id, task_id);
CREATE VIEW owned_tasks AS SELECT t.*, o.user_id FROM tasks t JOIN task_owners o ON o.task_id = t.id;

CREATE FUNCTION write_owned_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE task tasks;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tasks (title, description) VALUES (NEW.title, NEW.description) RETURNING * INTO task;
        INSERT INTO task_owners VALUES (task.id, NEW.user_id);
    ELSIF TG_OP = 'UPDATE' THEN
        -- only what the statement changes: OLD is a snapshot, and the worker may have moved the row on meanwhile
        UPDATE tasks t SET
            title = CASE WHEN NEW.title IS DISTINCT FROM OLD.title THEN NEW.title ELSE t.title END,
            description = CASE WHEN NEW.description IS DISTINCT FROM OLD.description
                          THEN NEW.description ELSE t.description END,
            status = CASE WHEN NEW.status IS DISTINCT FROM OLD.status THEN NEW.status ELSE t.status END,
            updated_at = greatest(clock_timestamp(), t.updated_at + interval '1 microsecond')
        WHERE t.id = OLD.id RETURNING * INTO task;
        IF NOT FOUND THEN RETURN NULL; END IF;
    ELSE
        DELETE FROM tasks WHERE id = OLD.id;
        IF NOT FOUND THEN RETURN NULL; END IF;
        RETURN OLD;
    END IF;
    NEW.id := task.id; NEW.title := task.title; NEW.description := task.description; NEW.status := task.status;
    NEW.created_at := task.created_at; NEW.updated_at := task.updated_at;
    RETURN NEW;
END $$;
CREATE TRIGGER write_owned_task INSTEAD OF INSERT OR UPDATE OR DELETE ON owned_tasks
    FOR EACH ROW EXECUTE FUNCTION write_owned_task();
"""


def upgrade() -> None:
    """Go to this revision."""
    op.get_bind().exec_driver_sql(UP)


def downgrade() -> None:
    """Go back to the revision before."""
    op.execute("DROP VIEW owned_tasks")
    op.execute("DROP FUNCTION write_owned_task()")
    op.execute("DROP TABLE task_owners")
    op.execute("DROP TABLE users")
