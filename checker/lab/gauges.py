"""What is read of the parts once a second: connections and statements, messages, memory."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg

from checker.control import AsyncControlClient
from checker.lab.figures import Rate, Sample

if TYPE_CHECKING:
    from checker.lab.figures import Traffic
    from checker.lab.stack import LabStack
    from checker.processes import Running

QUEUE: Final = "tasks"
FORGET_EVERY: Final = 60  # samples: the queue front's record of attempts has an end
CONNECTIONS: Final = """
    SELECT coalesce(state, 'starting'), count(*) FROM pg_stat_activity
    WHERE usename = 'candidate' AND application_name <> 'psql' GROUP BY 1 ORDER BY 1
"""
STATEMENTS: Final = """
    SELECT coalesce(sum(calls), 0)::bigint FROM public.pg_stat_statements(false) WHERE userid = 'candidate'::regrole
"""


@dataclass
class Gauges:
    """The connections that figures are read by, for as long as a lab lasts."""

    stack: LabStack
    database: psycopg.AsyncConnection
    queue: AsyncControlClient
    samples: int = 0

    def __post_init__(self) -> None:
        self._statements = Rate()

    @classmethod
    async def open(cls, stack: LabStack) -> Gauges:
        """Connect; nothing that is read is seen in the figures."""
        database = await psycopg.AsyncConnection.connect(stack.postgres.dsn("observer"), autocommit=True)
        return cls(stack, database, await stack.control("queue"))

    async def read(self, at: float, traffic: Traffic, api: Running, starts: int, pids: dict[str, int]) -> Sample:
        """Return a sample, `at` seconds after the beginning."""
        self.samples += 1
        if self.samples % FORGET_EVERY == 0:
            await self.queue.call("forget_attempts", lane="api")
        return Sample(
            at=at,
            traffic=traffic,
            memory=await self.stack.memory(api),
            connections=dict(await self._rows(CONNECTIONS)),
            queue=await self.queue.call("counts", queue=QUEUE),
            statements=self._statements.at(time.monotonic(), (await self._rows(STATEMENTS))[0][0]),
            starts=starts,
            pids=pids,
        )

    async def send(self, body: str) -> None:
        """Put a message on the queue, past the API."""
        await self.queue.call("send", queue=QUEUE, body=body)

    async def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        cursor = await self.database.execute(statement)
        return await cursor.fetchall()
