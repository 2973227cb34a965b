from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("REVOKE CONNECT ON DATABASE tasks FROM PUBLIC")
    op.execute("ALTER DATABASE tasks CONNECTION LIMIT 1")
