"""The worker as the trial uses it: a message for one task, and the end of the invocation that had it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.control import ControlClient
    from checker.kit.fixtures import Service

INVOCATION_SECONDS: Final = 13.0  # an invocation may take 10 s, and another one go before it
WAIT_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Invocation:
    """How the handler ended with a task's message, and when (`time.monotonic()`)."""

    outcome: str
    ended: float


class Worker:
    """Channels to the queue and the function host; a thread has its own, and waits for one task at a time."""

    def __init__(self, service: Service) -> None:
        self._queue: ControlClient = service.desk.open_part("queue")
        self._functions: ControlClient = service.desk.open_part("functions")
        self._pool = ThreadPoolExecutor(1, "worker")

    def begin(self) -> None:
        """Forget the messages that came with the tasks so far, and take messages from now on."""
        self._queue.call("purge", queue="tasks")
        self._functions.call("mapping_resume")

    def start(self, task_id: int) -> Future[Invocation]:
        """Send a task's message, and go on; what comes is the end of the invocation that had it."""
        self._queue.call("send", queue="tasks", body=json.dumps({"task_id": task_id}))
        return self._pool.submit(self._wait_for, task_id)

    def start_together(self, task_ids: Sequence[int]) -> list[Future[Invocation]]:
        """Send the messages of several tasks while none are taken, so that one invocation gets them all."""
        with self.held_back():
            for task_id in task_ids:
                self._queue.call("send", queue="tasks", body=json.dumps({"task_id": task_id}))
        return [self._pool.submit(self._wait_for, task_id) for task_id in task_ids]

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let no messages be taken meanwhile; those that come are handed over together then, ten at a time."""
        self._functions.call("mapping_pause")
        try:
            yield
        finally:
            self._functions.call("mapping_resume")

    def _wait_for(self, task_id: int) -> Invocation:
        deadline = time.monotonic() + INVOCATION_SECONDS
        known = 0
        while (left := deadline - time.monotonic()) > 0:
            over = self._functions.call("wait_invocations", count=known + 1, seconds=min(left, WAIT_SECONDS))
            for one in over:
                if any(names(body, task_id) for body in one["bodies"]):
                    return Invocation(one["outcome"], one["ended"])
            known = len(over)
        return Invocation("did not end", time.monotonic())


def names(body: str, task_id: int) -> bool:
    """Whether a message is that of the task."""
    try:
        message: Any = json.loads(body)
    except ValueError:
        return False
    return isinstance(message, dict) and message.get("task_id") == task_id
