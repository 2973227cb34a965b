"""max-retries: four attempts where every one fails, then the client raises and no task is left pending."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import expect, proves
from checker.suites.task2.judging import is_retried, is_told, needs, the_step
from checker.suites.task2.schedules import (
    AT_ONCE,
    ATTEMPTS,
    EVERY_KIND,
    MENDED_AT_LAST,
    OPERATIONS,
    SPENT,
    SPENT_OPERATIONS,
    SPENT_TRACKS,
)

if TYPE_CHECKING:
    from checker.suites.task2.trial import Trial


@proves("max-retries")
@pytest.mark.parametrize("name", SPENT)
def test_the_queue_sees_four_attempts(trial: Trial, name: str) -> None:
    """One attempt and exactly three retries reach the queue, the SDK's own included."""
    attempts = trial.posts[name].attempts
    seen = len(attempts)
    if is_told(trial, name) and is_retried(trial, attempts, SPENT[name].faults):
        where = f"when {SPENT[name].title}"
        expect(seen == ATTEMPTS, expected=f"{ATTEMPTS} attempts to send {where}", seen=f"{seen} attempts")


@proves("max-retries")
@pytest.mark.parametrize("name", MENDED_AT_LAST)
def test_the_last_retry_counts(trial: Trial, name: str) -> None:
    """A send that works at the third retry is a 201."""
    post, plan = trial.posts[name], MENDED_AT_LAST[name]
    if is_told(trial, name) and is_retried(trial, post.attempts, plan.faults):
        reply = needs(post.reply)
        where = f"when {plan.title} ({AT_ONCE})"
        expect(reply.status == 201, expected=f"201 for POST /tasks {where}", seen=reply, repeat=reply.request)


@proves("max-retries")
@pytest.mark.parametrize("name", SPENT)
def test_post_gives_up_with_503(trial: Trial, name: str) -> None:
    """When the retries are spent POST /tasks answers 503 and no task is left pending."""
    post = trial.posts[name]
    if not is_told(trial, name) or not is_retried(trial, post.attempts, SPENT[name].faults):
        return
    reply = needs(post.reply)
    where = f"when {SPENT[name].title}"
    expect(reply.status == 503, expected=f"503 for POST /tasks {where}", seen=reply, repeat=reply.request)
    expect(
        post.status_after in {None, "failed"},
        expected=f"the task `failed` or not there {where}",
        seen=f"a row in `{post.status_after}`",
    )


@proves("max-retries")
@pytest.mark.parametrize("operation", SPENT_OPERATIONS)
def test_the_client_gives_up_after_three_retries(trial: Trial, operation: str) -> None:
    """`SQSClient` raises after four attempts to receive or delete."""
    attempts = trial.spent.attempts[OPERATIONS[operation]]
    if not is_retried(trial, attempts, EVERY_KIND):
        return
    where = f"when every attempt to {operation} fails"
    expect(len(attempts) == ATTEMPTS, expected=f"{ATTEMPTS} attempts {where}", seen=f"{len(attempts)} attempts")
    done = the_step(trial.spent, SPENT_OPERATIONS.index(operation) * len(SPENT_TRACKS[0]), operation)
    expect(done.raised is not None, expected=f"SQSClient to raise {where}", seen=done)
