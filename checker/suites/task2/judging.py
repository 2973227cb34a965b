"""What several of task2's checks need to judge a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import NotRun, Refuted
from checker.suites.task2.schedules import (
    EVERY_KIND,
    FAILING_AT_ONCE,
    MIXED_STEPS,
    OPERATIONS,
    REFUSAL_SECONDS,
    SPENT,
    SPENT_OPERATIONS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.kit.http import Reply
    from checker.kit.lanes import Attempt, Fault
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


def was_done(trial: Trial, name: str) -> bool:
    """Whether the mixed process came to the end of a step."""
    return list(MIXED_STEPS).index(name) in trial.mixed.steps


def the_step(used: Used, number: int, name: str) -> Step:
    """Return what a step gave; refute that it ended where it did not."""
    if number in used.steps:
        return used.steps[number]
    ended = f"the process {used.ended}" if used.ended else "it did not return"
    last = "\n".join(text for _, text in used.log[-5:])
    raise Refuted(f"SQSClient's call to end ({name})", f"{ended}; its last lines: {last}")


def is_retried(trial: Trial, attempts: Sequence[Attempt], faults: Sequence[Fault]) -> bool:
    """Whether how often and when a call was retried can be judged.

    An operation that is never retried, or one whose last attempt met a fault after which no other call made one
    more, breaks `retry-failed-operations` and nothing else, as long as anything is retried.
    """
    retried = [fault for made, met in all_calls(trial) for fault in met[: max(len(made) - 1, 0)]]
    if not retried:
        return True
    return len(attempts) > 1 and (len(attempts) > len(faults) or faults[len(attempts) - 1] in retried)


def all_calls(trial: Trial) -> list[tuple[Sequence[Attempt], Sequence[Fault]]]:
    """Return every call that was let fail: its attempts, and the faults that they met."""
    return [
        *((trial.posts[name].attempts, plan.faults) for name, plan in FAILING_AT_ONCE.items() if is_told(trial, name)),
        *((trial.spent.attempts[OPERATIONS[name]], EVERY_KIND) for name in SPENT_OPERATIONS),
    ]


def is_told(trial: Trial, name: str) -> bool:
    """Whether it is certain which attempts are a request's own; what held it up is found by the requests of others."""
    return not trial.posts[name].is_lost


def gives_up_early(trial: Trial) -> bool:
    """Whether a send ended while connections were refused, as its waits are too short: a fault of theirs alone."""
    if step(trial, "refused-send").raised is None:
        return False
    calls = [trial.posts[name].attempts for name in SPENT if is_told(trial, name)]
    longest = max((made[-1].started - made[0].ended for made in calls if len(made) > 1), default=REFUSAL_SECONDS)
    return longest < REFUSAL_SECONDS
