"""users, sessions, owner of tasks"""

from alembic import op

revision = "0002_users_and_sessions"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        """
        CREATE TABLE users (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            username text NOT NULL,
            pw text NOT NULL,
            joined timestamptz NOT NULL DEFAULT now()
        );
        CREATE UNIQUE INDEX users_username ON users (lower(username));
        CREATE TABLE sessions (
            jti uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
            expires_at timestamptz NOT NULL
        );
        ALTER TABLE tasks ADD COLUMN user_id bigint REFERENCES users ON DELETE SET NULL;
        CREATE INDEX ON tasks (user_id, id);
        """
    )


def downgrade():
    op.execute("ALTER TABLE tasks DROP COLUMN user_id; DROP TABLE sessions; DROP TABLE users")
