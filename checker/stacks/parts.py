"""What every stack of the workbench's own parts is: PostgreSQL, Valkey, the queue and the function host, on a loopback.

Where their servers and the submission's processes run is a stack's own business (`local.py`, `docker.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.parts.postgres import Postgres
from checker.parts.queue_process import QueueProcess
from checker.parts.valkey import Valkey

if TYPE_CHECKING:
    from checker.control import AsyncControlClient
    from checker.processes import Launch, Running
    from checker.runner.job import Preparation

SUBMISSION: Final = "/submission"  # where a submission's process sees its files
REGION: Final = "us-east-1"
ACCESS_KEY: Final = "local"
QUEUE: Final = "tasks"
PORTS_OF_CLIENTS: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_PORT: Final = 10_000
LAST_PORT: Final = 65_535
ENOUGH: Final = 1_000
DICE: Final = secrets.SystemRandom()


def ports_of_servers() -> range:
    """Return the ports below those of clients (ip(7), `ip_local_port_range`), or all where there are too few."""
    first_of_clients = int(PORTS_OF_CLIENTS.read_text().split()[0]) if PORTS_OF_CLIENTS.exists() else LAST_PORT
    return range(FIRST_PORT, first_of_clients if first_of_clients > FIRST_PORT + ENOUGH else LAST_PORT)


class StackOfParts:
    """The parts, and what of `checker.stacks.base.Stack` does not depend on where they run."""

    def __init__(self, preparation: Preparation, launch: Launch) -> None:
        self._ports: set[int] = set()
        self._volatile = preparation.folder / "volatile"
        self._jwt_secret = secrets.token_hex(24)
        self.isolation = preparation.isolation
        self.patience = preparation.patience
        self.postgres = Postgres(self._volatile / "postgres", self.free_port(), launch)
        self.model_database_url = self.postgres.model_url
        self.valkey = Valkey(self._volatile, self.free_port(), launch)
        self.queue = QueueProcess(self._volatile, launch)

    @property
    def scratch(self) -> Path:
        """A folder of the run's own, unseen by the submission."""
        return self._volatile

    async def start(self) -> None:
        """Start every part, side by side."""
        (self._volatile / "postgres").mkdir(mode=0o700)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.queue.start())  # it takes longest, and does its work in a process of its own
            group.create_task(self.valkey.start())
            group.create_task(self.postgres.start())

    async def stop(self) -> None:
        """End every part."""
        await asyncio.gather(self.queue.stop(), self.valkey.stop(), self.postgres.stop())

    def free_port(self) -> int:
        """Return a free port of the loopback; none is given out twice.

        It is none of those that the kernel gives to whoever connects: a client could have it before its server does,
        and one that looks whether the server is up could be given it, and be connected to itself.
        """
        while True:
            port = DICE.choice(ports_of_servers())
            with contextlib.suppress(OSError), socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
                if port not in self._ports:
                    self._ports.add(port)
                    return port

    def environment(self, lane_port: int) -> dict[str, str]:
        """Return the environment of the contract, section 1."""
        endpoint = f"http://127.0.0.1:{lane_port}"
        return {
            "DATABASE_URL": self.postgres.url,
            "SQS_QUEUE_URL": f"{endpoint}/000000000000/{QUEUE}",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
            "REDIS_URL": self.valkey.url,
            "JWT_SECRET": self._jwt_secret,
            "JWT_EXPIRE_MINUTES": "30",
            "LOG_LEVEL": "INFO",
        }

    def dead_parts(self) -> list[str]:
        """Name the parts that have ended though nobody ended them."""
        return [part.name for part in self.parts() if part.returncode is not None]

    def parts(self) -> list[Running]:
        """Return the servers of the parts that were started."""
        parts = [self.postgres.process, self.valkey.process, self.queue.process]
        return [part for part in parts if part is not None]

    def addresses(self) -> dict[str, str]:
        """Return what the suite observes by."""
        return {
            "observer": self.postgres.dsn("observer"),
            "grader": self.postgres.dsn("grader"),
            "cache": self.valkey.admin_url,
            "jwt_secret": self._jwt_secret,
            **self.queue.addresses(),
        }

    async def control(self, part: str) -> AsyncControlClient:
        """Open a control channel to `queue` or `functions`."""
        return await self.queue.connect(part)

    async def explain(self) -> None:
        """Let the database log the plan of every statement of the submission's sessions that begin from now on."""
        await self.postgres.explain()

    async def database_log(self, begin: str, end: str) -> list[str]:
        """Return what the database logged between the lines that hold `begin` and `end`, once `end` is there."""
        return await self.postgres.logged(begin, end)

    async def restart_cache(self, *, running: bool) -> None:
        """End the cache's process, or start it again, empty."""
        await self.valkey.die()
        if running:
            await self.valkey.start()
