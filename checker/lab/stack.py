"""The local stack of a lab: logs in files, statements counted, parts that outlive the service."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

import psycopg

from checker.log import Log
from checker.parts.postgres import Postgres
from checker.processes import launch_here
from checker.stacks.local import LocalStack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from checker.processes import Identity, Process, Running
    from checker.programs import Program
    from checker.runner.job import Preparation

LOGS: Final = "logs"  # the folder of the log files, in the run's
MAX_FILE_BYTES: Final = 64 * 1024 * 1024  # of one log; a longer one begins anew
KEPT_LINES: Final = 500  # in memory: enough to say how a process ended
SLOW_STATEMENT_MS: Final = 200
SETTINGS: Final = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track_utility": "off",  # BEGIN and COMMIT are no questions
    "log_min_duration_statement": str(SLOW_STATEMENT_MS),
    "max_wal_size": "128MB",  # the disk in memory is small, and a lab runs for long
}
COUNTING: Final = (
    "CREATE EXTENSION pg_stat_statements",
    "GRANT EXECUTE ON FUNCTION pg_stat_statements_reset TO candidate",
)


class FileLog(Log):
    """Writes everything to a file that can be followed, and is never flooded: who looks for a fault logs a lot."""

    def __init__(self, file: BinaryIO, before: Log) -> None:
        super().__init__()
        self._tail = deque(maxlen=KEPT_LINES)
        self._file = file
        for line in before.lines():
            self.feed(line.text.encode() + b"\n")

    @property
    def flooded(self) -> bool:
        """Whether more was written than is read."""
        return False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the output."""
        with contextlib.suppress(OSError):  # a full disk is no reason to end the service
            if self._file.tell() > MAX_FILE_BYTES:
                self._file.truncate(0)
            self._file.write(chunk)
        super().feed(chunk)


class LabStack(LocalStack):
    """See `LocalStack`; several services may be run on it, one after the other."""

    def __init__(self, preparation: Preparation) -> None:
        super().__init__(preparation)
        self._logs = preparation.folder / LOGS
        self._logs.mkdir()
        self._files: dict[str, BinaryIO] = {}
        self.postgres = Postgres(self._volatile / "postgres", self.free_port(), launch_counting)

    async def start(self) -> None:
        """Start every part, and let the database count."""
        await super().start()
        if self.postgres.process is not None:
            self._write_down(self.postgres.process)
        async with await psycopg.AsyncConnection.connect(self.postgres.dsn("postgres"), autocommit=True) as database:
            for statement in COUNTING:
                await database.execute(statement)

    async def launch(self, name: str, program: Program) -> Process:
        """Start a process of the service; its log goes into the file of its name."""
        process = await super().launch(name, program)
        self._write_down(process)
        return process

    async def end_service(self) -> None:
        """End every process of the service, and leave the parts."""
        own, self._own = self._own, []
        await asyncio.gather(*[process.kill() for _, process in own])

    def ports(self) -> dict[str, int]:
        """Return the ports of the database and of the cache."""
        environ = self.environment(0)
        named = {"database": environ["DATABASE_URL"], "cache": environ["REDIS_URL"]}
        return {name: urlsplit(url).port or 0 for name, url in named.items()}

    def pids(self) -> dict[str, int]:
        """Return the ids of the service's processes that run, as they are seen from here."""
        return {process.name: process.pid for _, process in self._own if process.returncode is None}

    def log_file(self, name: str) -> Path:
        """Return the file of a process's log."""
        return self._logs / f"{name}.log"

    def _write_down(self, process: Running) -> None:
        if process.name not in self._files:
            self._files[process.name] = self.log_file(process.name).open("ab", buffering=0)
        process.log = FileLog(self._files[process.name], process.log)


async def launch_counting(
    name: str,
    argv: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    identity: Identity | None = None,
    stdin: bytes | None = None,
) -> Process:
    """Start PostgreSQL with `SETTINGS`."""
    options = [word for setting, value in SETTINGS.items() for word in ("-c", f"{setting}={value}")]
    return await launch_here(name, [*argv, *options], environ=environ, identity=identity, stdin=stdin)
