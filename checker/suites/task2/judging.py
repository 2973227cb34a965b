"""What several of task2's checks need to judge a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import NotRun, Refuted
from checker.suites.task2.schedules import MIXED_STEPS, SPENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.kit.http import Reply
    from checker.kit.lanes import Attempt
    from checker.kit.sqs_driver import Step
    from checker.suites.task2.trial import Trial, Used


def needs(reply: Reply | None) -> Reply:
    """Return the reply of a request whose trial was finished."""
    if reply is None:
        raise NotRun("the request was not made")
    return reply


def step(trial: Trial, name: str) -> Step:
    """Return what a step of the mixed process gave, by its name."""
    return the_step(trial.mixed, list(MIXED_STEPS).index(name), name)


def the_step(used: Used, number: int, name: str) -> Step:
    """Return what a step gave; refute that it ended where it did not."""
    if number in used.steps:
        return used.steps[number]
    ended = f"the process {used.ended}" if used.ended else "it did not return"
    last = "\n".join(text for _, text in used.log[-5:])
    raise Refuted(f"SQSClient's call to end ({name})", f"{ended}; its last lines: {last}")


def is_retried(trial: Trial, attempts: Sequence[Attempt]) -> bool:
    """Whether how an operation is retried can be judged.

    A receive or delete that is not retried at all, beside a send that is, breaks `retry-failed-operations` and
    nothing else.
    """
    send_is = any(len(trial.posts[name].attempts) > 1 for name in SPENT)
    return len(attempts) > 1 or not send_is
