"""One more database, at the starter's first revision and filled, on which the submission's migrations then run.

It is made from the starter's own schema and not by the submission, so that a submission which rewrote revision 0001
instead of adding one is found out as it would be in production.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from checker.kit.database import Database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.kit.fixtures import Service

STARTER: Final = Path(__file__).with_name("starter.sql")
VISIBILITY_SECONDS: Final = 30


@dataclass
class Upgrade:
    """A second database of the submission's, by its name."""

    name: str
    database: Database
    url: str  # what is a `DATABASE_URL` of the submission's
    _service: Service

    def migrate(self) -> str | None:
        """Run `alembic upgrade head` on it; return why it failed, if it did."""
        cause: str | None = self._call("migrate", name=f"migration-{self.name}", environ={"DATABASE_URL": self.url})
        return cause

    def start_api(self, environ: Mapping[str, str]) -> str | None:
        """Start an API on it, its environment changed by `environ`; return its base URL, or None where none came up."""
        changed = {"DATABASE_URL": self.url, **environ}
        lane = self._service.api_lane
        started = self._call("start_api", name=f"api-{self.name}", lane_port=lane, environ=changed)
        url: str | None = started.get("url")
        return url

    def stop_api(self) -> None:
        """End the API, so that its connections are there for others."""
        self._call("stop_process", name=f"api-{self.name}")

    def _call(self, method: str, **params: Any) -> Any:
        channel = self._service.desk.open()
        try:
            return channel.call(method, **params)
        finally:
            channel.close()


def make_upgrade(service: Service, name: str) -> Upgrade:
    """Make a database of the submission's role as the starter leaves it."""
    addresses = service.desk.addresses
    with psycopg.connect(addresses["grader"], autocommit=True) as connection:
        connection.execute("SET ROLE NONE")  # only the login itself may make databases
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER candidate").format(sql.Identifier(name)))
    observer, grader = (make_conninfo(addresses[role], dbname=name) for role in ("observer", "grader"))
    with psycopg.connect(grader) as connection:
        connection.execute("SET LOCAL search_path TO public")  # the grader's own begins with pg_catalog
        connection.execute(STARTER.read_bytes())
    channel = service.desk.open()
    url = channel.call("database_url", name=name)
    channel.close()
    return Upgrade(name, Database(observer, grader), url, service)


def apart(service: Service, name: str) -> dict[str, str]:
    """Return where an API finds a cache and a queue of its own: its tasks have ids that are also another one's."""
    cache = f"redis://{urlsplit(service.desk.addresses['cache']).netloc.rpartition('@')[2]}/1"
    queue = service.desk.open_part("queue")
    queue.call("queue_create", name=name, visibility_seconds=VISIBILITY_SECONDS)
    queue.close()
    return {"REDIS_URL": cache, "SQS_QUEUE_URL": f"http://127.0.0.1:{service.api_lane}/000000000000/{name}"}
