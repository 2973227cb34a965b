"""Add users and the owner of a task."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS citext")
    op.execute("CREATE TABLE users (id serial PRIMARY KEY, username citext NOT NULL UNIQUE)")
    op.execute(
        "CREATE TABLE credentials (user_id integer PRIMARY KEY REFERENCES users ON DELETE CASCADE, hash text NOT NULL)"
    )
    op.execute("ALTER TABLE tasks ADD COLUMN owner_id integer REFERENCES users ON DELETE SET NULL")
    op.execute("CREATE INDEX ON tasks (owner_id)")
    op.execute(
        """
        CREATE FUNCTION register_user(name text, hash text) RETURNS integer LANGUAGE sql AS $$
            WITH made AS (
                INSERT INTO users (username) VALUES (name::citext) ON CONFLICT DO NOTHING RETURNING id
            )
            INSERT INTO credentials SELECT id, register_user.hash FROM made RETURNING user_id
        $$
        """
    )


def downgrade() -> None:
    op.execute("ALTER TABLE tasks DROP COLUMN owner_id")
    op.execute("DROP FUNCTION register_user")
    op.execute("DROP TABLE credentials, users")
