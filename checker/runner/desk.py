"""What a suite may ask for while it runs: another API, a script among the submission's modules, a log, a fault.

The suite is a process of its own; it calls these methods through a control channel. Texts of a submission's
processes come back as data.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker import programs
from checker.errors import InfrastructureError
from checker.runner.service import Stopped, how_it_ended, launch, migrate, start_api

if TYPE_CHECKING:
    from checker.processes import Running
    from checker.stacks.base import Stack


class Desk:
    """The methods offered to the suite of one run."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._processes: dict[str, Running] = {}
        self._stopped: set[str] = set()
        loop = asyncio.get_running_loop()
        self.received: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.migrated: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.api_up: asyncio.Future[str] = loop.create_future()
        self.worker_wanted = asyncio.Event()
        self.function_open = asyncio.Event()

    def adopt(self, process: Running) -> None:
        """Make a process known by its name."""
        self._processes[process.name] = process

    def casualty(self) -> Running | None:
        """Return the API under test where it has ended though the suite did not ask for that."""
        api = self._processes.get("api")
        return api if api is not None and api.returncode is not None and "api" not in self._stopped else None

    def last_exception(self) -> str:
        """Return what the log of the API under test has of its last exception, else that of the worker."""
        processes = [self._processes[name] for name in ("api", "worker") if name in self._processes]
        return next((text for process in processes if (text := process.log.last_exception())), "")

    async def stack(self) -> dict[str, Any]:
        """Wait until the submission is there, with everything to run it on; return what `service` returns."""
        return await asyncio.shield(self.received)

    async def service(self) -> dict[str, Any]:
        """Wait until the schema is there; return everything to observe by, and the port of the API's lane."""
        return await asyncio.shield(self.migrated)

    async def api(self) -> str:
        """Wait until the API answers; return its base URL."""
        return await asyncio.shield(self.api_up)

    async def start_worker(self) -> None:
        """Start the worker, now that there is time for it; the run ends where it turns out to be unable to work."""
        self.worker_wanted.set()
        await self.function_open.wait()

    async def database_url(self, name: str) -> str:
        """Return the submission's `DATABASE_URL` for a database of another name on the same server."""
        own = self._stack.environment(0)["DATABASE_URL"]
        return f"{own.rpartition('/')[0]}/{name}"

    async def model_database_url(self) -> str:
        """Return the model solution's `DATABASE_URL`."""
        return self._stack.model_database_url

    async def migrate(self, name: str, environ: dict[str, str]) -> str | None:
        """Run the migrations once more, their environment changed by `environ`; return why they failed, if so."""
        try:
            await migrate(self._stack, {**self._stack.environment(0), **environ}, name)
        except Stopped as stopped:
            return f"{stopped.cause}: {stopped.log}"
        return None

    async def start_api(self, name: str, lane_port: int, environ: dict[str, str]) -> dict[str, Any]:
        """Start one more API, its environment changed by `environ`; return {"url"} or {"cause"}."""
        merged = {**self._stack.environment(lane_port), **environ}
        try:
            process, port = await start_api(self._stack, name, merged)
        except Stopped as stopped:
            return {"cause": stopped.cause}
        self.adopt(process)
        return {"url": f"http://127.0.0.1:{port}"}

    async def start_model(self, name: str, lane_port: int, environ: dict[str, str]) -> str:
        """Migrate the model solution's database and start its API; return its base URL."""
        merged = {**self._stack.environment(lane_port), **environ}
        try:
            await migrate(self._stack, merged, f"migration of {name}", of_model=True)
            process, port = await start_api(self._stack, name, merged, of_model=True)
        except Stopped as stopped:
            raise InfrastructureError(f"the model solution does not come up: {stopped.cause}") from stopped
        self.adopt(process)
        return f"http://127.0.0.1:{port}"

    async def memory(self, name: str) -> int:
        """Return how much memory a process, with all that it started, has to itself, in bytes."""
        return await self._stack.memory(self._processes[name])

    async def read_file(self, name: str, most: int) -> str | None:
        """Return the text of a file of the submission, up to `most` bytes; None where there is no such file."""
        path = self._stack.files / name
        if not path.is_file() or not path.resolve().is_relative_to(self._stack.files.resolve()):
            return None
        with path.open("rb") as file:
            return file.read(most).decode(errors="replace")

    async def start_script(self, name: str, path: str, order: Any, environ: dict[str, str], lane_port: int) -> None:
        """Start a script of the suite's in the submission's environment; `order` is one line of JSON on its stdin."""
        merged = {**self._stack.environment(lane_port), **environ}
        program = programs.script(self._stack.venv, merged, Path(path), json.dumps(order).encode() + b"\n")
        self.adopt(await launch(self._stack, name, program))

    async def wait_process(self, name: str, seconds: float) -> int | None:
        """Wait until the process has ended; None where it has not by then."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._processes[name].wait(), seconds)
        return None

    async def wait_line(self, name: str, text: str, seconds: float) -> bool:
        """Wait until the process has written a line that holds `text`."""
        return await self._processes[name].wait_for_line(text, seconds)

    async def write_line(self, name: str, text: str) -> None:
        """Write a line to the standard input of a script."""
        self._processes[name].write(text.encode() + b"\n")

    async def stop_process(self, name: str) -> None:
        """End a process of the submission at once; the one of that name that was started last (`worker` too)."""
        self._stopped.add(name)
        await self._processes[name].kill()

    async def ended(self, name: str) -> str | None:
        """Say how the process ended; None while it runs."""
        process = self._processes[name]
        return None if process.returncode is None else how_it_ended(process)

    async def log(self, name: str) -> list[dict[str, Any]]:
        """Return the process's log: {"at": monotonic seconds, "text"} a line."""
        return [asdict(line) for line in self._processes[name].log.lines()]

    async def database_log(self, begin: str, end: str) -> list[str]:
        """Return what the database logged between the lines that hold `begin` and `end`."""
        return await self._stack.database_log(begin, end)

    async def restart_cache(self, *, running: bool) -> None:
        """End the cache's process, or start it again, empty."""
        await self._stack.restart_cache(running=running)
