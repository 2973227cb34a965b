"""The owner of a task, and the policy that hides it from others."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision; FORCE, because the service connects as the owner of the table."""
    op.execute("ALTER TABLE tasks ADD COLUMN owner integer REFERENCES users (id) ON DELETE RESTRICT")
    op.execute("CREATE INDEX tasks_owned ON tasks (owner, id) WHERE owner IS NOT NULL")
    op.execute(
        """
        CREATE FUNCTION asking_user() RETURNS integer LANGUAGE sql STABLE AS
        $$ SELECT nullif(current_setting('tasks.user_id', true), '')::integer $$
        """
    )
    op.execute("CREATE POLICY own_tasks ON tasks USING (asking_user() IS NULL OR owner = asking_user())")
    op.execute("ALTER TABLE tasks ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tasks FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Go back to the revision before."""
    op.execute("ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tasks DISABLE ROW LEVEL SECURITY")
    op.execute("DROP POLICY own_tasks ON tasks")
    op.execute("DROP FUNCTION asking_user()")
    op.execute("ALTER TABLE tasks DROP COLUMN owner")
