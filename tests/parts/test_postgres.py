"""The run's PostgreSQL: what the submission's role can and cannot do, and what the grader's roles can all the same."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from psycopg import errors

from checker.errors import InfrastructureError
from checker.isolation import outer_command
from checker.parts import postgres as module
from checker.parts.postgres import CONNECTIONS_OF_CANDIDATE, NOBODY, OWN_SETTINGS, Postgres, find_installation
from checker.processes import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Background

INSIDE: Final = "WORKBENCH_TESTS_INSIDE"  # set where these tests run in the outer shell


def connect(server: Postgres, role: str, **options: Any) -> psycopg.Connection:
    """Connect as one of the roles, each on the way that is meant for it."""
    if role == "candidate":
        return psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True, **options)
    return psycopg.connect(server.dsn(role), autocommit=True, **options)


def ask(server: Postgres, role: str, statement: str) -> Any:
    """Return the first value that a statement gives."""
    with connect(server, role) as connection:
        row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None


def do(server: Postgres, role: str, *statements: str) -> None:
    """Run statements that give nothing."""
    with connect(server, role) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
def table(postgres: Postgres) -> Iterator[str]:
    """Return a table of the submission's with one row, with a title of its own."""
    do(postgres, "candidate", "CREATE TABLE things (id serial PRIMARY KEY, title text UNIQUE)")
    do(postgres, "candidate", "INSERT INTO things (title) VALUES ('one')")
    yield "things"
    do(postgres, "candidate", "DROP TABLE things CASCADE")


def test_the_submission_owns_its_database_and_is_nobody_else(postgres: Postgres) -> None:
    """The candidate's role owns `tasks`, is no superuser, and may make neither roles nor databases."""
    rights = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
    assert ask(postgres, "candidate", f"SELECT {rights} FROM pg_roles WHERE rolname = current_user") is False  # noqa: S608 - our own words
    assert ask(postgres, "candidate", "SELECT current_user || ' ' || current_database()") == "candidate tasks"
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'tasks'"
    assert ask(postgres, "candidate", owner) == "candidate"
    assert ask(postgres, "candidate", "SHOW server_version_num") >= "180000"


@pytest.mark.parametrize("name", ["citext", "pg_trgm", "pgcrypto"])
def test_trusted_extensions_can_be_made(postgres: Postgres, name: str) -> None:
    """The extensions that the contract names are there for the submission."""
    do(postgres, "candidate", f"CREATE EXTENSION {name}", f"DROP EXTENSION {name}")


NO: Final = (
    errors.InsufficientPrivilege,
    errors.ActiveSqlTransaction,  # a statement that no transaction may hold; the table below has its own test for these
    errors.UndefinedFile,
    errors.FeatureNotSupported,
    errors.UndefinedObject,
)
REFUSED: Final = [
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY pg_class TO '/tmp/x'",
    "CREATE TABLE t (a text); COPY t FROM PROGRAM 'id'",
    "CREATE TABLE t (a text); COPY t FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('postgresql.conf')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_stat_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "CREATE ROLE other",
    "ALTER ROLE candidate SUPERUSER",
    "ALTER ROLE candidate CONNECTION LIMIT 1000",
    "ALTER ROLE observer SET statement_timeout TO 0",
    "ALTER ROLE grader NOLOGIN",
    "GRANT pg_read_server_files TO candidate",
    "GRANT grader TO candidate",
    "SET ROLE grader",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SET session_replication_role TO replica",
    "SET auto_explain.log_min_duration TO 0; LOAD 'auto_explain'",
    "ALTER SYSTEM SET fsync TO off",
    "SELECT pg_reload_conf()",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_hba_file_rules",
    "CREATE DATABASE other",
    "DROP DATABASE template0",
    "ALTER DATABASE template1 RENAME TO other",
    "CREATE TABLESPACE other LOCATION '/tmp'",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EXTENSION adminpack",
    "CREATE EXTENSION pageinspect",
    "CREATE EXTENSION pg_stat_statements",
    "CREATE LANGUAGE plpython3u",
    "CREATE FUNCTION run() RETURNS int AS '/lib/x86_64-linux-gnu/libc.so.6', 'system' LANGUAGE c",
    "CREATE FUNCTION pg_catalog.mine() RETURNS int AS 'SELECT 1' LANGUAGE sql",
    "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE SUBSCRIPTION mine CONNECTION 'host=127.0.0.1' PUBLICATION mine",
]


@pytest.mark.parametrize("statements", REFUSED)
def test_what_reaches_beyond_the_database_is_refused(postgres: Postgres, statements: str) -> None:
    """No file, no program, no role, no setting of the server's and nobody else's session is the submission's."""
    *before, last = statements.split("; ")
    with connect(postgres, "candidate") as connection, connection.transaction(force_rollback=True):
        for statement in before:
            connection.execute(statement.encode())
        with pytest.raises(NO):
            connection.execute(last.encode())


@pytest.mark.parametrize("role", ["grader", "observer"])
def test_our_sessions_cannot_be_ended(postgres: Postgres, role: str) -> None:
    """The submission cannot terminate a session of the grader's own."""
    with connect(postgres, role) as ours, connect(postgres, "candidate") as theirs:
        row = ours.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        with pytest.raises(errors.InsufficientPrivilege):
            theirs.execute("SELECT pg_terminate_backend(%s)", row)
        assert ours.execute("SELECT 1").fetchone() == (1,)


def test_the_submission_has_its_connections_and_no_more(postgres: Postgres) -> None:
    """As many connections as the contract gives; with all of them open the grader reads and writes all the same."""
    with ExitStack() as stack:
        for _ in range(CONNECTIONS_OF_CANDIDATE):
            stack.enter_context(connect(postgres, "candidate"))
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            connect(postgres, "candidate")
        for _ in range(8):
            for role in ("grader", "observer"):
                assert stack.enter_context(connect(postgres, role)).execute("SELECT 1").fetchone() == (1,)
    connect(postgres, "candidate").close()


@pytest.mark.parametrize("role", ["postgres", "grader", "observer"])
@pytest.mark.parametrize("database", ["tasks", "template1"])
def test_by_tcp_there_is_nobody_but_the_submission(postgres: Postgres, role: str, database: str) -> None:
    """The superuser's role and the grader's own are not to be had where a submission can connect."""
    dsn = psycopg.conninfo.make_conninfo(postgres.url.replace("+psycopg", ""), user=role, dbname=database, password="x")  # noqa: S106 - a wrong one
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg.connect(dsn)


@pytest.mark.parametrize("password", ["", "candidate", "x" * 32])
def test_the_submissions_role_has_a_password(postgres: Postgres, password: str) -> None:
    """Nobody but who has been told the password gets in."""
    dsn = psycopg.conninfo.make_conninfo(postgres.url.replace("+psycopg", ""), password=password)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(dsn)


@pytest.fixture
def model(postgres: Postgres) -> Iterator[str]:
    """Make the model solution's database, as a suite does, and return how it is entered."""
    with connect(postgres, "grader") as connection:
        connection.execute("SET ROLE NONE")
        connection.execute("CREATE DATABASE model TEMPLATE tasks")
    with connect(postgres, "grader", dbname="model") as connection:
        connection.execute("SET ROLE NONE")
        connection.execute("GRANT ALL ON SCHEMA public TO candidate")
    yield postgres.model_url.replace("+psycopg", "")
    with connect(postgres, "postgres") as connection:  # the superuser, who may end autovacuum as well
        connection.execute("DROP DATABASE model WITH (FORCE)")


def test_the_model_solution_is_in_its_database_what_the_submission_is_in_its_own(
    postgres: Postgres, table: str, model: str
) -> None:
    """It changes tables that were copied and makes new ones, all of which the grader reaches as ever."""
    with psycopg.connect(model, autocommit=True) as connection:
        connection.execute(f"CREATE INDEX ON {table} (title)".encode())
        connection.execute("CREATE TABLE more (id int)")
        row = connection.execute("SELECT current_user, session_user").fetchone()
        assert row == ("candidate", "model")
    with connect(postgres, "grader", dbname="model") as connection:
        connection.execute("INSERT INTO public.more VALUES (7)")
    with connect(postgres, "observer", dbname="model") as connection:
        assert connection.execute("SELECT id FROM public.more").fetchall() == [(7,)]


@pytest.mark.usefixtures("table")
def test_the_submission_cannot_slow_down_the_model_solution(postgres: Postgres, model: str) -> None:
    """It neither enters the database, nor changes it from outside, nor ends a session there."""
    with pytest.raises(psycopg.OperationalError, match="rejects connection"):
        psycopg.connect(postgres.url.replace("+psycopg", "").replace("/tasks", "/model"))
    with psycopg.connect(model) as theirs:
        for statement in (
            "ALTER DATABASE model SET enable_indexscan TO off",
            "ALTER DATABASE model CONNECTION LIMIT 1",
            "ALTER DATABASE model RENAME TO other",
            "DROP DATABASE model WITH (FORCE)",
            "ALTER ROLE model SET enable_indexscan TO off",
            "SET ROLE model",
            f"SELECT pg_terminate_backend({theirs.info.backend_pid})",
            f"SELECT pg_cancel_backend({theirs.info.backend_pid})",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                do(postgres, "candidate", statement)


@pytest.mark.parametrize(
    "statement",
    [
        *(
            "INSERT INTO public.things (title) VALUES ('x')",
            "UPDATE public.things SET title = 'x'",
            "DELETE FROM public.things",
        ),
        *("TRUNCATE public.things", "DROP TABLE public.things", "CREATE TABLE other ()", "CREATE TEMP TABLE other ()"),
        *("SELECT nextval('public.things_id_seq')", "SELECT * FROM public.things FOR UPDATE", "SELECT lo_create(0)"),
    ],
)
@pytest.mark.usefixtures("table")
def test_the_observer_only_observes(postgres: Postgres, statement: str) -> None:
    """The role that reads writes nothing, whatever it is asked."""
    with (
        connect(postgres, "observer") as connection,
        pytest.raises((errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege)),
    ):
        connection.execute(statement.encode())


def test_the_observer_reads_what_is_hidden(postgres: Postgres, table: str) -> None:
    """Rights that are taken away and row security do not keep it from reading."""
    do(
        postgres,
        "candidate",
        f"REVOKE ALL ON {table} FROM PUBLIC, candidate",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    )
    do(postgres, "candidate", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    assert ask(postgres, "observer", f"SELECT title FROM public.{table}") == "one"  # noqa: S608 - our own name


def test_the_observer_runs_nothing_of_the_submissions(postgres: Postgres, table: str) -> None:
    """A view in a table's place, whose functions would run as whoever reads it, is refused."""
    do(
        postgres,
        "candidate",
        "CREATE FUNCTION lie() RETURNS text AS $$ SELECT 'lie'::text $$ LANGUAGE sql",
        f"CREATE VIEW {table}_view AS SELECT lie() AS title FROM {table}",  # noqa: S608 - our own name
    )
    with pytest.raises(psycopg.Error, match="access to non-system view"):
        ask(postgres, "observer", f"SELECT title FROM public.{table}_view")  # noqa: S608 - our own name
    do(postgres, "candidate", f"DROP VIEW {table}_view", "DROP FUNCTION lie")


def test_the_observer_waits_for_nobody(postgres: Postgres) -> None:
    """Statements and locks have a time that the submission cannot stretch."""
    do(postgres, "candidate", "ALTER DATABASE tasks SET statement_timeout TO '1h'")
    do(postgres, "candidate", "ALTER DATABASE tasks SET lock_timeout TO '1h'")
    assert ask(postgres, "observer", "SHOW statement_timeout") == "5s"
    assert ask(postgres, "observer", "SHOW lock_timeout") == "2s"
    assert ask(postgres, "grader", "SHOW statement_timeout") == "1min"
    assert ask(postgres, "grader", "SHOW lock_timeout") == "10s"
    do(postgres, "candidate", "ALTER DATABASE tasks RESET ALL")


def test_a_lock_of_the_submissions_ends_the_observers_wait(postgres: Postgres, table: str) -> None:
    """A table that is locked is told as such."""
    with connect(postgres, "candidate") as connection, connection.transaction():
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        with (
            connect(postgres, "observer", options="-c lock_timeout=50ms") as ours,
            pytest.raises(errors.LockNotAvailable),
        ):
            ours.execute(f"SELECT 1 FROM public.{table}".encode())  # noqa: S608 - our own name


HOSTILE: Final = {
    "search_path": "evil, pg_catalog",
    "client_encoding": "'LATIN1'",
    "DateStyle": "'German'",
    "IntervalStyle": "'iso_8601'",
    "TimeZone": "'Asia/Tokyo'",
    "bytea_output": "'escape'",
    "default_transaction_isolation": "'serializable'",
}


@pytest.mark.parametrize("role", ["observer", "grader"])
def test_what_our_sessions_see_is_not_for_the_submission_to_set(postgres: Postgres, role: str) -> None:
    """Settings of the database, which its owner may change for everyone, do not reach our roles."""
    do(postgres, "candidate", *[f"ALTER DATABASE tasks SET {name} TO {HOSTILE.get(name, 1)}" for name in OWN_SETTINGS])
    try:
        with connect(postgres, role) as connection:
            found = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in OWN_SETTINGS}
    finally:
        do(postgres, "grader", "ALTER DATABASE tasks RESET ALL")
    wanted = {name: value.strip("'") for name, value in OWN_SETTINGS.items()}
    if role == "grader":
        wanted["search_path"] = "pg_catalog, public"
    assert {name: row[0] for name, row in found.items() if row} == wanted


@pytest.mark.parametrize(
    ("statement", "tag"),
    [
        ("CREATE CAST (mood AS text) WITH FUNCTION told(mood)", "CAST"),
        ("CREATE OPERATOR = (LEFTARG = mood, RIGHTARG = mood, FUNCTION = same)", "OPERATOR"),
    ],
)
def test_no_function_of_the_submissions_is_run_by_who_reads(postgres: Postgres, statement: str, tag: str) -> None:
    """Neither by a cast nor by an operator, nor by a function's name; what PostgreSQL itself casts by is allowed."""
    do(
        postgres,
        "candidate",
        "CREATE TYPE mood AS ENUM ('good', 'bad')",
        "CREATE FUNCTION told(mood) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'good' $$",
        "CREATE FUNCTION same(mood, mood) RETURNS bool LANGUAGE sql AS 'SELECT true'",
        "CREATE FUNCTION upper(mood) RETURNS text LANGUAGE sql AS $$ SELECT 'GOOD' $$",
        "CREATE CAST (varchar AS mood) WITH INOUT AS ASSIGNMENT",
    )
    try:
        with pytest.raises(errors.InsufficientPrivilege, match=f"permission denied for CREATE {tag}"):
            do(postgres, "candidate", statement)
        with pytest.raises(errors.UndefinedFunction):
            do(postgres, "observer", "SELECT upper('bad'::public.mood)")
    finally:
        do(postgres, "candidate", "DROP TYPE mood CASCADE")


def test_the_grader_writes_as_the_owner(postgres: Postgres, table: str) -> None:
    """What the grader writes belongs to the submission's role, and its triggers can be left out."""
    do(
        postgres,
        "candidate",
        "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    assert ask(postgres, "grader", "SELECT current_user || ' ' || session_user") == "candidate grader"
    insert = f"INSERT INTO public.{table} (title) VALUES ('two')"  # noqa: S608 - our own name
    with pytest.raises(errors.RaiseException, match="no"):
        do(postgres, "grader", insert)
    with connect(postgres, "grader", options="-c session_replication_role=replica") as quietly:
        quietly.execute(insert.encode())
    assert ask(postgres, "candidate", f"SELECT count(*) FROM {table}") == 2  # noqa: S608 - our own name
    do(postgres, "candidate", f"DROP TRIGGER refuse ON {table}", "DROP FUNCTION refuse")


def test_plans_are_logged_for_the_submission_alone(postgres: Postgres, background: Background) -> None:
    """Once it is asked for, statements of the submission's new sessions leave their plans, and ours do not."""
    background.run(postgres.explain())
    do(postgres, "candidate", "SELECT 'begin-of-it'", "SELECT 41 + 1 AS answer", "SELECT 'end-of-it'")
    do(postgres, "observer", "SELECT 'nothing of ours'")
    lines = background.run(postgres.logged("begin-of-it", "end-of-it"))
    assert any("41 + 1 AS answer" in line for line in lines)
    assert postgres.process is not None
    assert not any("nothing of ours" in line.text for line in postgres.process.log.lines())


def test_data_are_prepared_once(postgres: Postgres, part_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prepared folder is kept under the version and its user, and is used from then on as it is."""
    assert postgres.process is not None
    monkeypatch.setenv("XDG_CACHE_HOME", str(part_folder / "cache"))
    installation = find_installation()
    kept = part_folder / "cache" / "workbench" / installation.key
    before = kept.stat().st_mtime_ns
    monkeypatch.setattr(module, "make_cluster", lambda *_: pytest.fail("it is made again"))
    assert module.prepared_cluster(installation, part_folder) == kept
    assert kept.stat().st_mtime_ns == before
    assert not list(kept.parent.glob("*.new"))


def test_a_server_that_does_not_start_is_our_trouble(
    part_folder: Path, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the port is taken the error shows what PostgreSQL says, and its process is gone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(part_folder / "cache"))
    (part_folder / "taken").mkdir(mode=0o700)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        server = Postgres(part_folder / "taken", busy.getsockname()[1])
        with pytest.raises(InfrastructureError, match="PostgreSQL did not start"):
            background.run(server.start())
    background.run(server.stop())
    assert server.process is None or server.process.returncode is not None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop its privileges")
def test_root_runs_it_as_nobody(postgres: Postgres) -> None:
    """PostgreSQL refuses root; the server's user owns its data and cannot read the workbench's."""
    assert isinstance(postgres.process, Process)
    status = Path(f"/proc/{postgres.process.pid}/status").read_text()
    assert f"Uid:\t{NOBODY.uid}\t{NOBODY.uid}\t{NOBODY.uid}" in status
    assert find_installation().identity == NOBODY


@pytest.mark.skipif(INSIDE in os.environ, reason="this is the run in the shell")
@pytest.mark.usefixtures("namespaces")
def test_the_same_holds_in_the_outer_shell(tmp_path: Path) -> None:
    """Tests of every role pass in the shell of a run, where the server is started as its user."""
    (tmp_path / "volatile").mkdir()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", __file__]
    command += ["-k", "owns_its or trusted or connections or by_tcp or observer_runs or grader_writes"]
    done = subprocess.run(
        [*outer_command(tmp_path / "volatile"), *command],
        env={**os.environ, INSIDE: "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout
