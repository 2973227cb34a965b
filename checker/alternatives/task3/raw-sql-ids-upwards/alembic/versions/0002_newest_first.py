"""Newest first, then by id."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE INDEX tasks_newest_first ON tasks (created_at DESC, id ASC)")


def downgrade():
    op.execute("DROP INDEX tasks_newest_first")
