"""Users; the tasks that are there go to one whom nobody can log in as."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    users = op.create_table(
        "users",
        sa.Column("id", sa.Integer, sa.Identity(start=1000), primary_key=True),
        sa.Column("username", sa.Text, nullable=False, unique=True),
        sa.Column("password", sa.Text, nullable=False),
    )
    op.bulk_insert(users, [{"username": "(before users)", "password": "!"}])
    op.add_column("tasks", sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")))
    op.execute("UPDATE tasks SET user_id = (SELECT id FROM users WHERE username = '(before users)')")


def downgrade():
    op.drop_column("tasks", "user_id")
    op.drop_table("users")
