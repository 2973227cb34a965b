"""What to attach to a lab from another terminal: pure texts, whose commands work as they stand there."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AWS: Final = ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@dataclass(frozen=True)
class Addresses:
    """Where the service and its parts are reached from this machine."""

    api: str
    database: str
    cache: str
    queue: str
    endpoint: str
    aws: dict[str, str]

    @classmethod
    def of(cls, environ: Mapping[str, str], ports: Mapping[str, int]) -> Addresses:
        """Return them from the service's own environment and the ports that lead to what it names."""
        endpoint = at(environ["AWS_ENDPOINT_URL"], ports["queue"])
        return cls(
            api=f"http://127.0.0.1:{ports['api']}",
            database=at(environ["DATABASE_URL"], ports["database"]).replace("postgresql+psycopg://", "postgresql://"),
            cache=at(environ["REDIS_URL"], ports["cache"]),
            queue=at(environ["SQS_QUEUE_URL"], ports["queue"]),
            endpoint=endpoint,
            aws={name: environ[name] for name in AWS},
        )

    def exports(self, psql: str) -> str:
        """Return a file for a shell to read: psql, boto3 and the AWS command line find their way by it."""
        database = urlsplit(self.database)
        values = {
            **self.aws,
            "AWS_ENDPOINT_URL": self.endpoint,
            "SQS_QUEUE_URL": self.queue,
            "REDIS_URL": self.cache,
            "DATABASE_URL": self.database,
            "PGHOST": database.hostname or "",
            "PGPORT": str(database.port),
            "PGUSER": database.username or "",
            "PGPASSWORD": database.password or "",
            "PGDATABASE": database.path.lstrip("/"),
        }
        lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
        more = f'export PATH="$PATH":{shlex.quote(psql.rpartition("/")[0])}' if "/" in psql else ""
        return "\n".join([*lines, *([more] if more else [])]) + "\n"


@dataclass(frozen=True)
class Attachments:
    """Everything to attach with: addresses, the ids of processes, the folder of the logs, the file of the exports."""

    addresses: Addresses
    pids: dict[str, int]
    logs: Path
    exports: Path
    psql: str

    def lines(self) -> list[tuple[str, str]]:
        """Return what each line is about, and the line."""
        own = self.addresses
        pid = self.pids.get("api")
        return [
            ("API", own.api),
            ("variables", f". {shlex.quote(str(self.exports))}"),
            ("PostgreSQL", f"{self.psql} {own.database}"),
            ("Redis", own.cache),
            ("SQS", own.queue),
            ("processes", ", ".join(f"{name} {number}" for name, number in self.pids.items()) or "not known here"),
            *([("stacks", f"py-spy dump --pid {pid}"), ("debugger", f"gdb -p {pid}")] if pid else []),
            ("logs", f"tail -f {shlex.quote(str(self.logs))}/*.log"),
        ]


def at(url: str, port: int) -> str:
    """Return a URL whose port on the loopback is another one."""
    before, _, after = url.rpartition(f":{urlsplit(url).port}")
    return f"{before}:{port}{after}"


def as_text(attachments: Attachments) -> str:
    """Return the lines as a block."""
    lines = attachments.lines()
    width = max(len(what) for what, _ in lines)
    return "".join(f"{what:<{width}}  {line}\n" for what, line in lines)
