"""Let the database tell of every change of a task."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_notify('task_changed', OLD.id::text);
          RETURN NULL;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER tell_of_change AFTER UPDATE OR DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION tell_of_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tell_of_change ON tasks")
    op.execute("DROP FUNCTION tell_of_change")
