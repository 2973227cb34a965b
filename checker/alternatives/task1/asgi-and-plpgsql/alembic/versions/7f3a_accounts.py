"""Accounts, in the database: bcrypt by pgcrypto, ownership in a table of its own."""

from alembic import op

revision = "7f3a_accounts"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE EXTENSION IF NOT EXISTS pgcrypto",
    "CREATE SCHEMA auth",
    "CREATE TABLE users (username text PRIMARY KEY, id bigint GENERATED ALWAYS AS IDENTITY (START 1000) UNIQUE)",
    "CREATE TABLE auth.credentials (user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE, "
    "digest text NOT NULL)",
    "CREATE TABLE auth.ownership (task_id integer PRIMARY KEY REFERENCES tasks ON DELETE CASCADE, "
    "user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE)",
    "CREATE INDEX ON auth.ownership (user_id, task_id)",
    """CREATE FUNCTION auth.register(name text, pw text) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE new_id bigint;
    BEGIN
        INSERT INTO users (username) VALUES (name) ON CONFLICT DO NOTHING RETURNING id INTO new_id;
        IF new_id IS NOT NULL THEN
            INSERT INTO auth.credentials VALUES (new_id, crypt(pw, gen_salt('bf', 9)));
        END IF;
        RETURN new_id;
    END $$""",
    """CREATE FUNCTION auth.login(name text, pw text) RETURNS bigint LANGUAGE sql AS $$
        SELECT u.id FROM users u JOIN auth.credentials c ON c.user_id = u.id
        WHERE u.username = name AND c.digest = crypt(pw, c.digest) $$""",
    """CREATE FUNCTION auth.make_task(maker bigint, t text, d text) RETURNS SETOF tasks LANGUAGE plpgsql AS $$
    DECLARE made tasks;
    BEGIN
        INSERT INTO tasks (title, description) VALUES (t, d) RETURNING * INTO made;
        INSERT INTO auth.ownership VALUES (made.id, maker);
        RETURN NEXT made;
    END $$""",
    """CREATE FUNCTION auth.tasks_of(maker bigint) RETURNS SETOF tasks LANGUAGE sql STABLE AS $$
        SELECT t.* FROM tasks t JOIN auth.ownership o ON o.task_id = t.id WHERE o.user_id = maker $$""",
)


def upgrade() -> None:
    """Go to this revision."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    op.execute("DROP SCHEMA auth CASCADE")
    op.execute("DROP TABLE users")
