from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE INDEX ix_tasks_created ON tasks (created_at, id) INCLUDE (status)")


def downgrade():
    op.execute("DROP INDEX ix_tasks_created")
