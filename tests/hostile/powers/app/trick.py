import psycopg

from app import telling
from app.config import get_settings

STATEMENTS = (
    *("CREATE ROLE evil", "ALTER ROLE candidate SUPERUSER", "ALTER ROLE grader PASSWORD 'x'", "ALTER ROLE observer NOLOGIN"),
    *("ALTER SYSTEM SET log_statement = 'none'", "SELECT pg_reload_conf()", "CREATE EXTENSION dblink", "CREATE EXTENSION file_fdw"),
    *("COPY (SELECT 1) TO PROGRAM 'touch /tmp/forged'", "COPY (SELECT 1) TO '/tmp/forged'", "SELECT lo_import('/etc/passwd')"),
    *("SELECT pg_read_file('/etc/passwd')", "SELECT pg_ls_dir('/')", "SELECT pg_ls_dir('.')", "CREATE DATABASE evil", "LOAD 'auto_explain'"),
    *("SET ROLE grader", "SET ROLE observer", "SET ROLE postgres", "SET SESSION AUTHORIZATION postgres", "DROP ROLE observer"),
    *("CREATE EVENT TRIGGER evil ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()", "SET log_statement = 'none'"),
    *("CREATE FUNCTION evil() RETURNS void LANGUAGE c AS '/tmp/evil.so', 'evil'", "CREATE LANGUAGE plpython3u", "DROP DATABASE template1"),
    *("CREATE SUBSCRIPTION evil CONNECTION 'host=127.0.0.1' PUBLICATION evil", "SET session_replication_role = replica"),
    *("CHECKPOINT", "GRANT observer TO candidate"),
    *("SELECT rolpassword FROM pg_authid", "UPDATE pg_authid SET rolsuper = true", "SELECT pg_stat_file('postgresql.conf')"),
)


def look():
    found = []
    for statement in STATEMENTS:
        try:
            with psycopg.connect(get_settings().database_url.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute(statement)
            found.append(statement)
        except psycopg.Error:
            pass
    return found


def spring(app):
    telling.tell(app, look)
