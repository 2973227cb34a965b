"""Processes that run elsewhere, started and heard through a pair of pipes: a line of JSON a message.

To the other side: `launch` (id, kind, name, argv, environ, cwd, files, feed, input), `write` (id, data), `kill` (id),
`memory` (call, id). From there: `output` (id, data), `ended` (id, code, excess), `memory` (call, bytes). Bytes are
base64.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from checker.processes import Running

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

KILL_SECONDS: Final = 10.0  # the engine may be busy with others


class Wire:
    """This side's end: starts processes on the other side, and gives them what comes from there."""

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        self.send = send
        self._processes: dict[int, RemoteProcess] = {}
        self._answers: dict[int, asyncio.Future[int]] = {}
        self._numbers = count()

    def start(
        self,
        kind: str,
        name: str,
        argv: Sequence[str | Path],
        *,
        environ: Mapping[str, str],
        cwd: str = "/",
        files: Mapping[str, str] | None = None,
        stdin: bytes | None = None,
    ) -> RemoteProcess:
        """Have a program started in a container of `kind`; whether it could be is seen by how it ends."""
        process = RemoteProcess(name, next(self._numbers), self)
        self._processes[process.number] = process
        order = {
            "argv": [str(part) for part in argv],
            "environ": dict(environ),
            "cwd": cwd,
            "files": dict(files or {}),
            "feed": stdin is not None,
        }
        self.send({"launch": {"id": process.number, "kind": kind, "name": name, "order": order}})
        if stdin:
            process.write(stdin)
        return process

    async def memory(self, process: RemoteProcess) -> int:
        """Ask how much memory a process has to itself, in bytes."""
        call = next(self._numbers)
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answers[call] = answer
        self.send({"memory": {"call": call, "id": process.number}})
        return await answer

    def hear(self, message: dict[str, Any]) -> None:
        """Take one message from the other side."""
        if output := message.get("output"):
            self._processes[output["id"]].heard(base64.b64decode(output["data"]))
        elif ended := message.get("ended"):
            self._processes[ended["id"]].ended(ended["code"], ended["excess"])
        elif answer := message.get("memory"):
            self._answers.pop(answer["call"]).set_result(answer["bytes"])


class RemoteProcess(Running):
    """See `checker.processes.Running`."""

    def __init__(self, name: str, number: int, wire: Wire) -> None:
        super().__init__(name)
        self.number = number
        self._wire = wire
        self._code: int | None = None
        self._over = asyncio.Event()

    @property
    def returncode(self) -> int | None:
        """None while it runs; 128 and more where a signal ended it."""
        return self._code

    @property
    def silent(self) -> bool:
        """Whether no more output will come."""
        return self._code is not None

    async def wait(self) -> int:
        """Wait until it has ended and its output has been read."""
        await self._over.wait()
        self.log.close()
        return self._code or 0

    def write(self, data: bytes) -> None:
        """Write to its standard input, where it was started with one."""
        self._wire.send({"write": {"id": self.number, "data": base64.b64encode(data).decode()}})

    async def kill(self) -> None:
        """End it now, with all that it started."""
        if self._code is None:
            self._wire.send({"kill": {"id": self.number}})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), KILL_SECONDS)
        self.log.close()

    def end(self, excess: str) -> None:
        """Have it ended because it took too much, and keep why."""
        self.excess = self.excess or excess
        self._wire.send({"kill": {"id": self.number}})

    def ended(self, code: int, excess: str) -> None:
        """Take its end."""
        self._code = code
        self.excess = self.excess or excess
        self._over.set()
        self._news.set()
