"""The function host: one function, its runtime API, its event source mapping, and what a run asks of them.

The public coroutine methods are offered on the run's control channel: they take and return JSON values.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from checker.errors import InfrastructureError
from checker.parts.functions.changes import Changes
from checker.parts.functions.event import sqs_event
from checker.parts.functions.function import Function
from checker.parts.functions.mapping import MAX_BATCH, EventSourceMapping, MappingOptions
from checker.parts.functions.runtime import Runtime, WorkerState
from checker.parts.functions.runtime_api import RuntimeApi

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.parts.functions.ports import Message, QueuePort
    from checker.parts.functions.records import Invocation

ACCOUNT: Final = "000000000000"
DEFAULT_REGION: Final = "us-east-1"
FUNCTION_NAME: Final = "worker"
LOOPBACK: Final = "127.0.0.1"
FUNCTION_SECONDS: Final = 10.0  # the contract's limit of one invocation


class FunctionHost:
    """Hosts one function at a time behind `port`."""

    def __init__(self, port: QueuePort, *, region: str = DEFAULT_REGION) -> None:
        self._port = port
        self._region = region
        self._mapping: EventSourceMapping | None = None
        self._work: asyncio.Task[None] | None = None

    async def function_open(
        self,
        queue: str,
        *,
        batch_size: int = MAX_BATCH,
        window_seconds: float = 0.0,
        seconds: float = FUNCTION_SECONDS,
        host: str = LOOPBACK,
        port: int = 0,
    ) -> dict[str, Any]:
        """Join a new function with `queue` (its name, path or URL); its mapping is paused.

        An invocation may take `seconds`. The runtime API listens on `host` and `port` (0: any that is free). Returns
        `{"runtime_api": "host:port"}`.
        """
        if self._mapping is not None:
            raise InfrastructureError("this host has a function already")
        self._changes = Changes()
        self._runtime = Runtime(self._state_changed)
        self._function = Function(self._runtime, self._changes, seconds)
        arn = f"arn:aws:lambda:{self._region}:{ACCOUNT}:function:{FUNCTION_NAME}"
        self._api = RuntimeApi(self._runtime, function_arn=arn, host=host, port=port)
        address = await self._api.start()
        self._mapping = self._map(MappingOptions(queue.rpartition("/")[2], batch_size, window_seconds))
        self._work = asyncio.create_task(self._mapping.run())
        self._work.add_done_callback(lambda _: self._changes.ring())
        return {"runtime_api": address}

    async def function_close(self) -> None:
        """Stop the mapping and the runtime API and forget the function; an invocation under way is dropped."""
        if self._work is None:
            return
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)
        await self._api.stop()
        self._mapping = self._work = None

    async def mapping_resume(self) -> None:
        """Begin, or begin again, to take messages from the queue."""
        self._opened().resume()

    async def mapping_pause(self) -> None:
        """Take no more messages; return when no invocation is under way."""
        await self._opened().pause()

    async def worker_started(self) -> None:
        """Tell that a worker process was started, so that an earlier one's init error counts no more."""
        self._opened()
        self._runtime.worker_started()

    async def worker_exited(self, returncode: int) -> None:
        """Tell that the worker's process is gone (negative: a signal), always before the next one is started."""
        self._opened()
        self._runtime.worker_exited(returncode)
        await self._api.drop_connections()

    async def wait_ready(self, seconds: float) -> dict[str, Any]:
        """Wait until the worker asked for its first invocation, or could not start.

        Returns `{"state": "ready"|"init-error"|"waiting", "error": {"type", "message", "trace"}|null}`.
        """
        await self._until(lambda: self._runtime.state is not WorkerState.WAITING, seconds)
        fault = self._runtime.fault
        return {"state": self._runtime.state, "error": None if fault is None else asdict(fault)}

    async def next_event(self, seconds: float) -> dict[str, Any] | None:
        """Wait for something that the supervisor must act on, else null.

        `{"kind": "timed-out", "request_id"}`: kill the worker, tell `worker_exited`, start another.
        """
        self._opened()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return {"kind": "timed-out", "request_id": await self._function.time_outs.get()}
        return None

    async def invocations(self) -> list[dict[str, Any]]:
        """Return the invocations that are over, as dicts of `records.Invocation`, oldest first."""
        self._opened()
        return self._function.history.records()

    async def wait_invocations(self, count: int, seconds: float) -> list[dict[str, Any]]:
        """Wait until `count` invocations in all are over (and their messages deleted); return `invocations()`.

        Fewer where `seconds` were not enough.
        """
        await self._until(lambda: self._function.history.count >= count, seconds)
        return await self.invocations()

    async def wait_started(self, count: int, seconds: float) -> bool:
        """Wait until `count` invocations in all were handed to a worker; return whether they were."""
        return await self._until(lambda: self._runtime.taken_count >= count, seconds)

    async def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Invoke the function with `event`, past the queue, when no other invocation is under way.

        Returns the record of the invocation with `response` added: the JSON value, or null. Nothing is deleted
        from the queue. `TimeoutError` where no worker came for it within the function's time limit.
        """
        self._opened()
        async with self._function.turn:
            invocation, response = await self._function.invoke(event)
            return self._function.keep(invocation) | {"response": _json_or_none(response)}

    def notify(self) -> None:
        """Look for messages at once; for the queue of the same process to call when it stored one."""
        if self._mapping is not None:
            self._mapping.notify()

    def _map(self, options: MappingOptions) -> EventSourceMapping:
        arn = f"arn:aws:sqs:{self._region}:{ACCOUNT}:{options.queue}"
        return EventSourceMapping(
            self._port,
            options,
            ready=lambda: self._runtime.idle,
            invoke=lambda batch: self._invoke_batch(batch, arn),
            settled=self._function.keep,
            turn=self._function.turn,
        )

    async def _invoke_batch(self, batch: list[Message], arn: str) -> Invocation:
        event = sqs_event(batch, queue_arn=arn, region=self._region)
        return (await self._function.invoke(event))[0]

    async def _until(self, condition: Callable[[], bool], seconds: float) -> bool:
        await self._changes.until(lambda: condition() or self._stopped(), seconds)
        self._opened()
        return condition()

    def _stopped(self) -> bool:
        return self._work is None or self._work.done()

    def _opened(self) -> EventSourceMapping:
        if self._mapping is None or self._work is None:
            raise InfrastructureError("no function is open")
        if self._work.done():
            cause = "it was closed" if self._work.cancelled() else repr(self._work.exception())
            raise InfrastructureError(f"the event source mapping has ended: {cause}")
        return self._mapping

    def _state_changed(self) -> None:
        self.notify()
        self._changes.ring()


def _json_or_none(response: bytes) -> Any:
    try:
        return json.loads(response)
    except (ValueError, RecursionError):
        return None
