"""Number the states of all tasks."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A state that comes later has a greater number: the trigger runs when the lock of the row is held."""
    op.execute("CREATE SEQUENCE task_versions")
    op.execute("ALTER TABLE tasks ADD COLUMN version bigint NOT NULL DEFAULT nextval('task_versions')")
    op.execute(
        """
        CREATE FUNCTION number_task() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.version := nextval('task_versions');
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER number_task BEFORE INSERT OR UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION number_task()"
    )


def downgrade() -> None:
    """Take the numbers away."""
    op.execute("DROP TRIGGER number_task ON tasks")
    op.execute("DROP FUNCTION number_task()")
    op.execute("ALTER TABLE tasks DROP COLUMN version")
    op.execute("DROP SEQUENCE task_versions")
