"""The worker as the runtime API sees it: its state, and the one invocation that is under way.

No sockets here. The API's routes call `poll`, `respond`, `fail` and `fail_init`; the host calls `invoke` and
`worker_exited`. Everything runs on one event loop.
"""

from __future__ import annotations

import asyncio
import signal
import time
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from checker.parts.functions.records import Fault, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

EXIT_ERROR: Final = "Runtime.ExitError"  # AWS's names of these errors
TIMEOUT_ERROR: Final = "Sandbox.Timedout"
TOO_LARGE_ERROR: Final = "Function.ResponseSizeTooLarge"


class WorkerState(StrEnum):
    """Where the worker's process is, as far as it has told."""

    WAITING = "waiting"
    READY = "ready"
    INIT_ERROR = "init-error"


class RefusedError(Exception):
    """A request that the runtime API answers with an error document."""

    def __init__(self, status: HTTPStatus, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type


@dataclass(frozen=True)
class Answer:
    """How an invocation ended: `response` where the handler returned, else `outcome` and `fault`."""

    response: bytes | None = None
    outcome: Outcome | None = None
    fault: Fault | None = None


@dataclass
class Flight:
    """An invocation under way; `taken` and `started` tell when a worker was given it."""

    event: bytes
    seconds: float
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    started: float = 0.0
    deadline_ms: int = 0

    def take(self) -> None:
        """Start the clock."""
        self.started = time.monotonic()
        self.deadline_ms = int((time.time() + self.seconds) * 1000)
        self.taken.set()


class Runtime:
    """One function with one worker at a time."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """Call `changed` when `state`, `idle` or `taken_count` may have become another."""
        self._changed = changed
        self.state = WorkerState.WAITING
        self.fault: Fault | None = None
        self.taken_count = 0
        self._flight: Flight | None = None
        self._poller: asyncio.Future[Flight] | None = None
        self._answered_id: str | None = None
        self._closed = False  # after a time-out or an init error nothing counts until the process is gone

    @property
    def idle(self) -> bool:
        """Whether a worker waits for an invocation and none is under way."""
        return self._flight is None and self._poller is not None and not self._poller.done()

    def poll(self) -> asyncio.Future[Flight]:
        """Return what resolves to the next invocation; the one under way is handed out again, as AWS does.

        A later call takes the place of an earlier one, whose future is cancelled. Cancel it when its asker is gone.
        """
        if self._closed:
            raise RefusedError(HTTPStatus.FORBIDDEN, "InvalidStateTransition", "this runtime is being shut down")
        if self._poller is not None:
            self._poller.cancel()
        self._poller = asyncio.get_running_loop().create_future()
        self._poller.add_done_callback(lambda _: self._changed())  # its asker may have left
        self.state, self.fault = WorkerState.READY, None
        self._hand_over()
        self._changed()
        return self._poller

    def respond(self, request_id: str, response: bytes) -> None:
        """Take the handler's response to the invocation under way."""
        self._finish(request_id, Answer(response=response))

    def fail(self, request_id: str, fault: Fault, outcome: Outcome = Outcome.FAILED) -> None:
        """Take the handler's error."""
        self._finish(request_id, Answer(outcome=outcome, fault=fault))

    def fail_init(self, fault: Fault) -> None:
        """Take the news that the handler could not be loaded."""
        if self._closed or self.state is not WorkerState.WAITING:
            raise RefusedError(HTTPStatus.FORBIDDEN, "InvalidStateTransition", "the initialisation is over")
        self.state, self.fault, self._closed = WorkerState.INIT_ERROR, fault, True
        self._changed()

    async def invoke(self, event: bytes, seconds: float) -> tuple[Flight, Answer]:
        """Hand `event` to the worker and wait, at most `seconds` from then on; one call at a time.

        `TimeoutError` where no worker came for it within `seconds`.
        """
        flight = self._flight = Flight(event, seconds)
        self._hand_over()
        try:
            async with asyncio.timeout(seconds):
                await flight.taken.wait()
            return flight, await self._answer(flight)
        finally:
            self._flight = None

    def worker_started(self) -> None:
        """Take the news that a process was started: what an earlier one said of its start counts no more."""
        if self.state is WorkerState.INIT_ERROR:
            self.state, self.fault, self._closed = WorkerState.WAITING, None, False
            self._changed()

    def worker_exited(self, returncode: int) -> None:
        """Take the news that the worker's process is gone, before the next one starts."""
        if self._flight is not None and self._flight.taken.is_set() and not self._flight.answer.done():
            self._flight.answer.set_result(Answer(outcome=Outcome.CRASHED, fault=_exit_fault(returncode, "during")))
        if self._poller is not None:
            self._poller.cancel()
        if self.state is WorkerState.WAITING and not self._closed:
            self.state, self.fault = WorkerState.INIT_ERROR, _exit_fault(returncode, "before its first")
        elif self.state is WorkerState.READY:
            self.state = WorkerState.WAITING
        self._closed = False
        self._changed()

    def _hand_over(self) -> None:
        flight, poller = self._flight, self._poller
        if flight is None or flight.answer.done() or poller is None or poller.done():
            return
        if not flight.taken.is_set():
            flight.take()
            self.taken_count += 1
        poller.set_result(flight)

    async def _answer(self, flight: Flight) -> Answer:
        try:
            async with asyncio.timeout(flight.seconds):
                return await flight.answer
        except TimeoutError:
            self._closed = True
            message = f"the function was still at work after {flight.seconds:g} s"
            return Answer(outcome=Outcome.TIMED_OUT, fault=Fault(TIMEOUT_ERROR, message))

    def _finish(self, request_id: str, answer: Answer) -> None:
        if request_id == self._answered_id:
            raise RefusedError(HTTPStatus.FORBIDDEN, "InvalidStateTransition", "this invocation has its answer already")
        flight = self._flight
        if flight is None or not flight.taken.is_set() or request_id != flight.request_id or flight.answer.done():
            raise RefusedError(HTTPStatus.BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
        self._answered_id = request_id
        flight.answer.set_result(answer)


def _exit_fault(returncode: int, when: str) -> Fault:
    how = f"by signal {_signal_name(-returncode)}" if returncode < 0 else f"with status {returncode}"
    return Fault(EXIT_ERROR, f"the worker's process ended {how} {when} invocation")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
