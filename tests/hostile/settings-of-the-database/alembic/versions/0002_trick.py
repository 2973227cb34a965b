from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE SCHEMA mine")
    for kind in ("name", "text", "varchar"):
        op.execute(f"CREATE FUNCTION mine.lower({kind}) RETURNS text LANGUAGE sql AS $$ SELECT 'yes' $$")
    for name, value, own in (
        ("search_path", "mine, pg_catalog, public", "public"),
        ("DateStyle", "'German'", "'ISO'"),
        ("transaction_timeout", "'1ms'", "0"),
    ):
        op.execute(f"ALTER DATABASE tasks SET {name} TO {value}")
        op.execute(f"ALTER ROLE candidate SET {name} TO {own}")
    op.execute("ALTER TABLE tasks ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY hide ON tasks USING (current_user = 'candidate'::name)")
