"""A lane of the queue front: faults on order, and what was seen there (see docs/reference/queue-front.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.control import ControlClient

Fault: TypeAlias = "Mapping[str, Any]"

RESET: Final[Fault] = {"kind": "reset"}
SLOW_RESET: Final[Fault] = {"kind": "hang", "seconds": 0.7}  # far below any client's patience
UNAVAILABLE: Final[Fault] = {"kind": "server-error", "status": 503, "body": "empty"}
BAD_GATEWAY_PAGE: Final[Fault] = {"kind": "server-error", "status": 502, "body": "html"}
GATEWAY_TIMEOUT: Final[Fault] = {"kind": "server-error", "status": 504, "body": "empty"}
INTERNAL_ERROR: Final[Fault] = {"kind": "server-error", "status": 500, "body": "json"}
RARE_ERROR: Final[Fault] = {"kind": "server-error", "status": 507, "body": "html"}
REQUEST_THROTTLED: Final[Fault] = {"kind": "throttle", "code": "RequestThrottled", "status": 403}
TOO_MANY: Final[Fault] = {"kind": "throttle", "code": "RequestThrottled", "status": 429}
THROTTLING: Final[Fault] = {"kind": "throttle", "code": "ThrottlingException", "status": 400}
DENIED: Final[Fault] = {"kind": "deny"}
UNKNOWN_QUEUE: Final[Fault] = {"kind": "unknown-queue"}
MALFORMED: Final[Fault] = {"kind": "malformed"}


@dataclass(frozen=True)
class Attempt:
    """One request as the queue's endpoint saw it; times are `time.monotonic()`."""

    operation: str
    task_id: int | None
    body: str | None
    started: float
    ended: float
    fault: str | None

    @property
    def failed(self) -> bool:
        """Whether a fault was injected."""
        return self.fault is not None


def attempt_of(data: Mapping[str, Any]) -> Attempt:
    """Read an attempt from what the front tells; one that is not answered yet ends with the world."""
    ended = data["ended"] if data["ended"] is not None else float("inf")
    return Attempt(data["operation"], data["task_id"], data["body"], data["started"], ended, data["fault"])


class Lane:
    """One lane, by its name."""

    def __init__(self, name: str, port: int, queue: ControlClient) -> None:
        self.name = name
        self.port = port
        self._queue = queue

    def plan_message(self, operation: str, faults: Sequence[Fault]) -> None:
        """Let the next message that the lane has not seen meet `faults`, one an attempt, and then pass."""
        self._plan(operation, faults, scope="message", claims=1)

    def plan_requests(self, operation: str, faults: Sequence[Fault]) -> None:
        """Let the next requests of an operation meet `faults`, one each, whatever they carry."""
        self._plan(operation, faults, scope="each", claims=len(faults))

    def _plan(self, operation: str, faults: Sequence[Fault], *, scope: str, claims: int) -> None:
        plan = {"operations": [operation], "scope": scope, "faults": list(faults), "then": "pass", "claims": claims}
        self._queue.call("plan", lane=self.name, plan=plan)

    def clear_plans(self) -> None:
        """Forget every plan, whatever is left of it."""
        self._queue.call("clear_plans", lane=self.name)

    def refuse(self) -> None:
        """Refuse connections from now on."""
        self._queue.call("lane_refuse", lane=self.name)

    def accept(self) -> None:
        """Take connections again."""
        self._queue.call("lane_accept", lane=self.name)

    def attempts(self, operation: str) -> list[Attempt]:
        """Return the attempts of an operation so far, oldest first."""
        return [attempt_of(data) for data in self._queue.call("attempts", lane=self.name, operation=operation)]

    def wait_attempts(self, operation: str, count: int, seconds: float) -> list[Attempt]:
        """Wait until there are `count` attempts of an operation; return what there is when the time is over."""
        found = self._queue.call("wait_attempts", lane=self.name, operation=operation, count=count, seconds=seconds)
        return [attempt_of(data) for data in found]
