"""Let the database write which messages are to be sent, and note a completion once."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UP = """
DELETE FROM task_events AS late USING task_events AS first
WHERE late.kind = 'completed' AND first.kind = 'completed' AND late.task_id = first.task_id AND late.id > first.id;
CREATE UNIQUE INDEX one_completion ON task_events (task_id) WHERE kind = 'completed';
CREATE TABLE unsent (task_id integer PRIMARY KEY);
CREATE FUNCTION note_unsent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unsent VALUES (NEW.id) ON CONFLICT DO NOTHING;
    NOTIFY unsent;
    RETURN NULL;
END $$;
CREATE TRIGGER note_unsent AFTER INSERT ON tasks FOR EACH ROW WHEN (NEW.status = 'pending') EXECUTE FUNCTION note_unsent();
"""


def upgrade() -> None:
    """Create index, table and trigger; of completions that were noted twice the first stays."""
    op.execute(UP)


def downgrade() -> None:
    """Drop them."""
    op.execute(
        "DROP TRIGGER note_unsent ON tasks; DROP FUNCTION note_unsent; DROP TABLE unsent; DROP INDEX one_completion"
    )
