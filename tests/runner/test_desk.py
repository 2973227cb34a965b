"""What a suite may ask of a run, with real processes."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.control import ControlClient, ControlServer
from checker.processes import Process
from checker.runner.desk import Desk

if TYPE_CHECKING:
    from checker.programs import Program

SCRIPT = "import sys\nprint('ready', flush=True)\nfor line in sys.stdin: print('got', line.strip(), flush=True)"


class Plain:
    """A stack of plain processes, with this interpreter for an environment."""

    venv = Path(sys.prefix)

    def __init__(self) -> None:
        self.cache: list[bool] = []

    def environment(self, lane_port: int) -> dict[str, str]:
        """Return a little of what a submission gets."""
        return {"DATABASE_URL": "postgresql+psycopg://candidate:pw@127.0.0.1:1/tasks", "LANE": str(lane_port)}

    def has_program(self, _program: Program) -> bool:
        """Everything is there."""
        return True

    async def launch(self, name: str, program: Program) -> Process:
        """Start a program plainly."""
        return await Process.start(name, program.argv, environ=program.environ, cwd=Path("/"), stdin=program.stdin)

    async def restart_cache(self, *, running: bool) -> None:
        """Note what was asked."""
        self.cache.append(running)


def test_a_suite_uses_a_script_through_the_channel(tmp_path: Path) -> None:
    """It starts one, waits for its lines, writes to it, reads its log, ends it, and hears how it ended."""
    (tmp_path / "script.py").write_text(SCRIPT)
    stack: Any = Plain()

    def use() -> list[Any]:
        client = ControlClient(tmp_path / "desk", "token")
        order = {"a": ["b"]}
        client.call("start_script", name="it", path=str(tmp_path / "script.py"), order=order, environ={}, lane_port=7)
        found = [
            client.call("wait_line", name="it", text='got {"a": ["b"]}', seconds=10),
            client.call("wait_line", name="it", text="never", seconds=0.05),
            client.call("ended", name="it"),
            client.call("wait_process", name="it", seconds=0.05),
        ]
        client.call("write_line", name="it", text="hello")
        found.append(client.call("wait_line", name="it", text="got hello", seconds=10))
        client.call("stop_process", name="it")
        found += [client.call("ended", name="it"), client.call("wait_process", name="it", seconds=1)]
        found.append([line["text"] for line in client.call("log", name="it")])
        found.append(client.call("database_url", name="other"))
        client.call("restart_cache", running=False)
        client.close()
        return found

    async def main() -> list[Any]:
        server = ControlServer(Desk(stack), tmp_path / "desk", "token")
        await server.start()
        try:
            return await asyncio.to_thread(use)
        finally:
            await server.stop()

    assert asyncio.run(main()) == [
        *(True, False, None, None, True, "was ended by SIGKILL", -9),
        ["ready", 'got {"a": ["b"]}', "got hello"],
        "postgresql+psycopg://candidate:pw@127.0.0.1:1/other",
    ]
    assert stack.cache == [False]


def test_an_api_that_is_lost_is_noticed() -> None:
    """The API that ended by itself is a casualty; one that the suite stopped, or that lives, is none."""

    async def main() -> list[bool]:
        stack: Any = Plain()
        desk = Desk(stack)
        found = [desk.casualty() is None]
        for stop in (True, False):
            process = await Process.start("api", ["sleep", "60"], environ={"PATH": "/usr/bin:/bin"}, cwd=Path("/"))
            desk = Desk(stack)
            desk.adopt(process)
            found.append(desk.casualty() is None)
            if stop:
                await desk.stop_process("api")
            await process.kill()
            found.append(desk.casualty() is None)
        return found

    assert asyncio.run(main()) == [True, True, True, True, False]


def test_the_worker_that_was_started_last_is_ended() -> None:
    """A worker's process that took the place of another is the one that a suite ends; the API is no casualty of it."""

    async def main() -> list[Any]:
        stack: Any = Plain()
        desk = Desk(stack)
        processes = [
            await Process.start("worker", ["sleep", "60"], environ={"PATH": "/usr/bin:/bin"}, cwd=Path("/"))
            for _ in range(2)
        ]
        for process in processes:
            desk.adopt(process)
        await desk.stop_process("worker")
        found = [process.returncode for process in processes]
        await processes[0].kill()
        return [*found, desk.casualty()]

    assert asyncio.run(main()) == [None, -9, None]
