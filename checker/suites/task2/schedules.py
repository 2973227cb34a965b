"""What task2's suite lets happen, all at the same time, before any check judges it.

A full schedule of waits takes 7 s. Ten requests to one API fail side by side (the contract's cap), while three
processes of the submission's use `SQSClient` on lanes of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from checker.kit import lanes
from checker.kit.lanes import Attempt, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

Step: TypeAlias = dict[str, Any]  # one step of a process that uses `SQSClient`

WAITS: Final = (1.0, 2.0, 4.0)  # seconds before retry 1, 2, 3
ATTEMPTS: Final = 4
FULL_SCHEDULE: Final = sum(WAITS)


@dataclass(frozen=True)
class Plan:
    """One `POST /tasks`: what its attempts to send meet, one after the other, before the queue works."""

    title: str
    faults: tuple[Fault, ...]

    @property
    def gives_up(self) -> bool:
        """Whether the retries are spent before the queue works."""
        return len(self.faults) >= ATTEMPTS


MENDED_TWICE: Final = {
    # The slow one tells a wait from the end of an attempt from one that began with the attempt.
    "reset-twice": Plan("the connection is reset after 0.7 s, and then at once", (lanes.SLOW_RESET, lanes.RESET)),
}
MENDED_AT_LAST: Final = {
    "page-thrice": Plan("the queue answers 502 with an HTML page three times", (lanes.BAD_GATEWAY_PAGE,) * 3),
    "json-thrice": Plan(
        "the queue answers 500 with a JSON object, 504, and 500 again",
        (lanes.INTERNAL_ERROR, lanes.GATEWAY_TIMEOUT, lanes.INTERNAL_ERROR),
    ),
    "throttled-thrice": Plan("the queue throttles three times (403, RequestThrottled)", (lanes.REQUEST_THROTTLED,) * 3),
    "empty-then-throttled": Plan(
        "the queue answers 503 with an empty body, and then throttles twice (400, ThrottlingException)",
        (lanes.UNAVAILABLE, lanes.THROTTLING, lanes.THROTTLING),
    ),
    "empty-thrice": Plan("the queue answers 503 with an empty body three times", (lanes.UNAVAILABLE,) * 3),
}
MENDED: Final = {**MENDED_AT_LAST, **MENDED_TWICE}
SPENT: Final = {
    "always-reset": Plan("every connection is reset", (lanes.RESET,) * 8),
    "always-unavailable": Plan("the queue answers every request with 503", (lanes.UNAVAILABLE,) * 8),
    "always-throttled": Plan("the queue throttles every request (400, ThrottlingException)", (lanes.THROTTLING,) * 8),
    "always-something-else": Plan(
        "every attempt fails, each in another way",
        (lanes.INTERNAL_ERROR, lanes.RESET, lanes.REQUEST_THROTTLED, *(lanes.BAD_GATEWAY_PAGE,) * 5),
    ),
}
HOPELESS_KINDS: Final = {
    "deny": "access is denied",
    "unknown-queue": "the queue does not exist",
    "malformed": "the queue calls the request malformed",
}
HOPELESS: Final = {
    name: Plan(HOPELESS_KINDS[fault["kind"]], (fault,) * 8)
    for name, fault in {
        "denied": lanes.DENIED,
        "unknown-queue": lanes.UNKNOWN_QUEUE,
        "malformed": lanes.MALFORMED,
    }.items()
}
# Ten, the contract's cap, and all but the last back off for 7 s: what they hold is not given back before others asked.
AT_ONCE: Final = "one of ten requests that fail side by side"
FAILING_AT_ONCE: Final = {**MENDED_AT_LAST, **SPENT, **MENDED_TWICE}

SEND: Final[Step] = {"operation": "send", "body": {"task_id": 1}}
RECEIVE: Final[Step] = {"operation": "receive"}
DELETE: Final[Step] = {"operation": "delete"}
BARRIER: Final[Step] = {"operation": "barrier"}
WAIT_TIME_SECONDS: Final = 1
PAUSE_SECONDS: Final = 0.4  # many times what the end of a step takes to be told
PAUSE: Final[Step] = {"operation": "pause", "seconds": PAUSE_SECONDS}
OPERATIONS: Final = {"send": "SendMessage", "receive": "ReceiveMessage", "delete": "DeleteMessage"}

SPENT_OPERATIONS: Final = ("receive", "delete")  # by a process of their own, side by side
SPENT_TRACKS: Final = [[step, PAUSE, step] for step in (RECEIVE, DELETE)]  # spent, and then failing once more

# The process that nothing happens to at first, and then what can be mended or not; a name for each step.
MIXED_STEPS: Final = {
    "clean-send": SEND,
    "second-clean-send": SEND,
    "clean-receive": {**RECEIVE, "arguments": {"max_messages": 10}},
    "clean-delete": DELETE,
    "second-clean-delete": DELETE,
    "long-receive": {**RECEIVE, "arguments": {"wait_time_seconds": WAIT_TIME_SECONDS}},
    "before-refusal": BARRIER,
    "refused-send": SEND,
    "after-refusal": BARRIER,
    "failing-receive": RECEIVE,
    "failing-delete": DELETE,
    "before-the-hopeless": BARRIER,
    "hopeless-send": SEND,
    "hopeless-receive": RECEIVE,
    "hopeless-delete": DELETE,
    "before-more-hopeless": BARRIER,
    "denied-receive": RECEIVE,
    "malformed-delete": DELETE,
    "before-the-last-hopeless": BARRIER,
    "malformed-receive": RECEIVE,
    "unknown-queue-delete": DELETE,
}
MENDED_FAULTS: Final = {"ReceiveMessage": (lanes.RARE_ERROR,), "DeleteMessage": (lanes.TOO_MANY,)}
HOPELESS_FAULTS: Final = {
    "before-the-hopeless": {
        "SendMessage": (lanes.MALFORMED,) * 8,
        "ReceiveMessage": (lanes.UNKNOWN_QUEUE,) * 8,
        "DeleteMessage": (lanes.DENIED,) * 8,
    },
    "before-more-hopeless": {"ReceiveMessage": (lanes.DENIED,) * 8, "DeleteMessage": (lanes.MALFORMED,) * 8},
    "before-the-last-hopeless": {"ReceiveMessage": (lanes.MALFORMED,) * 8, "DeleteMessage": (lanes.UNKNOWN_QUEUE,) * 8},
}
REFUSAL_SECONDS: Final = 1.5  # spans the first attempt and the retry after 1 s, not the one after 3 s
EVERY_KIND: Final = (lanes.RESET, lanes.BAD_GATEWAY_PAGE, lanes.THROTTLING, lanes.UNAVAILABLE)
ONCE_MORE: Final = (lanes.UNAVAILABLE,)  # after a call that was given up


def is_retried_in_vain(attempts: Sequence[Attempt]) -> bool:
    """Whether one of these attempts repeats what was hopeless: more of the kind would tell no more, and take long."""
    met = [(attempt.operation, attempt.fault) for attempt in attempts if attempt.fault in HOPELESS_KINDS]
    return len(met) > len(set(met))
