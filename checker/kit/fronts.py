"""A front before a server of the run, on a thread of the suite's process (docs/reference/database-front.md)."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Final, TypeVar

from checker.parts.database_front import DatabaseFront

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from checker.parts import database_front

T = TypeVar("T")
CALL_SECONDS: Final = 10.0  # what the thread of the fronts may take beyond a wait that was asked for


class _Thread:
    """An event loop on a thread of its own, started with the first front."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()

    def run(self, work: Coroutine[Any, Any, T], seconds: float = CALL_SECONDS) -> T:
        """Run `work` there and return what it gives."""
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="fronts", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


_thread = _Thread()


class Hold:
    """Bytes that are kept back: `checker.parts.database_front.Hold` for plain code."""

    def __init__(self, hold: database_front.Hold) -> None:
        self._hold = hold

    def held(self, seconds: float) -> bool:
        """Wait until bytes are being held; whether any are."""
        return _thread.run(self._hold.held(seconds), seconds + CALL_SECONDS)

    def step(self) -> None:
        """Let those go that are held, and hold what follows."""
        _thread.run(_call(self._hold.step))

    def release(self) -> None:
        """Let all go, and hold nothing any more."""
        _thread.run(_call(self._hold.release))


class Front:
    """A front before the server at `upstream` (host and port); it lives as long as the suite's process.

    One that is not `listening` refuses connections, as a server does whose process is gone, until `listen` is called.
    """

    def __init__(self, upstream: tuple[str, int], *, listening: bool = True) -> None:
        self._front = DatabaseFront(upstream)
        _thread.run(self._front.start(listening=listening))
        self.port = self._front.port

    def listen(self) -> None:
        """Serve connections from now on."""
        _thread.run(self._front.listen())

    def hold_answer(self, marker: str) -> Hold:
        """Hold the next answer that contains `marker`, and all that follows it on its connection."""
        return Hold(_thread.run(_call(self._front.hold_answer, marker.encode())))

    def hold_requests(self, local_port: int | None = None) -> Hold:
        """Hold what clients send: on the connection that the server knows by that port, or on every one."""
        return Hold(_thread.run(_call(self._front.hold_requests, local_port)))


async def _call(function: Any, *arguments: Any) -> Any:
    """Call a plain function on the loop that it belongs to."""
    return function(*arguments)
