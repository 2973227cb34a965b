"""retry-failed-operations: what can be mended is, what cannot fails at once, and others are not kept waiting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from checker.kit.expect import expect, proves
from checker.kit.tasks import task_of
from checker.suites.task2.judging import gives_up_early, is_retried, is_told, needs, step, was_done
from checker.suites.task2.schedules import (
    AT_ONCE,
    FAILING_AT_ONCE,
    HOPELESS,
    HOPELESS_KINDS,
    MENDED,
    MENDED_AT_LAST,
    OPERATIONS,
    SPENT_OPERATIONS,
    WAIT_TIME_SECONDS,
    is_retried_in_vain,
)

if TYPE_CHECKING:
    from checker.kit.http import Reply
    from checker.suites.task2.trial import Trial

OTHERS_SECONDS: Final = 3.0  # the contract
CLOCKS: Final = 0.2  # seconds between the end of a step and its being told
CLEAN: Final = {
    "clean-send": "send",
    "clean-receive": "receive",
    "clean-delete": "delete",
    "second-clean-delete": "delete",
    "long-receive": "receive from an empty queue",
}


@proves("retry-failed-operations")
def test_without_faults_one_message_is_sent(trial: Trial) -> None:
    """Where nothing fails, POST /tasks answers 201."""
    task_of(trial.quiet.expect_status(201))


@proves("retry-failed-operations")
@pytest.mark.parametrize("name", MENDED)
def test_a_failure_that_passes_is_one_201_and_one_message(trial: Trial, name: str) -> None:
    """A send that fails at first and then works is one 201 and one message."""
    post, plan = trial.posts[name], MENDED[name]
    few = name in MENDED_AT_LAST and 1 < len(post.attempts) <= len(plan.faults)
    if not is_told(trial, name) or (few and is_retried(trial, post.attempts, plan.faults)):
        return  # of what is retried too few times `max-retries` tells
    reply = needs(post.reply)
    where = f"when {plan.title} ({AT_ONCE})"
    expect(
        reply.status == 201,
        expected=f"201 for POST /tasks {where}",
        seen=f"{reply}, after {len(post.attempts)} attempts",
        repeat=reply.request,
    )
    task = task_of(reply)
    task_id = task["id"]
    expect(task["status"] == "pending", expected=f"the new task `pending` {where}", seen=reply)
    sent = [attempt for attempt in post.attempts if not attempt.failed]
    expect(len(sent) == 1, expected=f"one message on the queue {where}", seen=f"{len(sent)} messages")
    expect(
        json.loads(sent[0].body or "null") == {"task_id": task_id},
        expected=f'the message {{"task_id": {task_id}}}',
        seen=sent[0].body,
    )


@proves("retry-failed-operations")
@pytest.mark.parametrize("name", HOPELESS)
def test_what_a_retry_cannot_mend_fails_after_one_attempt(trial: Trial, name: str) -> None:
    """Access denied, an unknown queue, a malformed request: one attempt, 503, no task pending."""
    post, plan = trial.posts[name], HOPELESS[name]
    reply = needs(post.reply)
    where = f"when {plan.title}"
    expect(len(post.attempts) == 1, expected=f"one attempt to send {where}", seen=f"{len(post.attempts)} attempts")
    expect(reply.status == 503, expected=f"503 for POST /tasks {where}", seen=reply, repeat=reply.request)
    expect(post.status_after != "pending", expected=f"no task left `pending` {where}", seen="a row in `pending`")


@proves("retry-failed-operations")
def test_others_are_answered_while_requests_back_off(trial: Trial) -> None:
    """While ten requests back off, the API answers others within 3 s."""
    for reply in trial.others:
        expect_in_time(trial, reply, 201 if " POST " in reply.request else 200)


@proves("retry-failed-operations")
@pytest.mark.parametrize("name", FAILING_AT_ONCE)
def test_a_post_comes_to_its_first_attempt_while_requests_back_off(trial: Trial, name: str) -> None:
    """A request that has not failed yet is one of the others: it does not wait for those that have."""
    post = trial.posts[name]
    late = trial.lag(post.began, post.began + post.first_after)
    expect(
        post.first_after <= OTHERS_SECONDS + late,
        expected=f"the message of each of ten POST /tasks at the queue within {OTHERS_SECONDS:g} s",
        seen=f"{post.first_after:.1f} s from a request to its first attempt, while those before it back off",
    )


@proves("retry-failed-operations")
def test_a_task_can_be_changed_while_its_message_waits(trial: Trial) -> None:
    """A task that shows while its send backs off can be changed; where it does not show yet, it is not there."""
    if trial.change is not None:
        expect_in_time(trial, trial.change, 200, 404)


def expect_in_time(trial: Trial, reply: Reply, *wanted: int) -> None:
    """Refute that the API answers one of `wanted` in time, the time aside that this machine was late."""
    late = trial.lag(reply.started, reply.ended)
    expect(
        reply.status in wanted and reply.seconds <= OTHERS_SECONDS + late,
        expected=f"{wanted[0]} within {OTHERS_SECONDS:g} s while ten POST /tasks wait for their retries",
        seen=f"after {reply.seconds:.1f} s: {reply}",
        repeat=reply.request,
    )


@proves("retry-failed-operations")
@pytest.mark.parametrize("name", CLEAN)
def test_the_client_works_where_nothing_fails(trial: Trial, name: str) -> None:
    """`SQSClient` sends, receives and deletes."""
    done = step(trial, name)
    expect(done.raised is None, expected=f"SQSClient to work where nothing fails ({CLEAN[name]})", seen=done)
    if name == "clean-send":
        expect(isinstance(done.gave, str) and done.gave, expected="send_message to return the message's id", seen=done)


@proves("retry-failed-operations")
def test_receive_asks_for_as_much_as_it_is_told(trial: Trial) -> None:
    """`receive_messages` gives up to `max_messages`, and waits `wait_time_seconds` for the first."""
    got = step(trial, "clean-receive").gave
    expect(
        isinstance(got, list) and len(got) == 2,
        expected="two messages from receive_messages(max_messages=10) when two are there",
        seen=got,
    )
    before, done = step(trial, "second-clean-delete"), step(trial, "long-receive")
    expect(
        done.raised is None and done.gave == [] and done.at - before.at >= WAIT_TIME_SECONDS - CLOCKS,
        expected=f"no message from receive_messages(wait_time_seconds={WAIT_TIME_SECONDS}) after so many seconds",
        seen=f"{done} after {done.at - before.at:.1f} s",
    )


@proves("retry-failed-operations")
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("refused-send", "connections are refused for 1.5 s"),
        ("failing-receive", "the queue answers 507 once (HTML)"),
        ("failing-delete", "the queue throttles once (429, RequestThrottled)"),
    ],
)
def test_the_client_mends_what_can_be_mended(trial: Trial, name: str, fault: str) -> None:
    """Send, receive and delete are all retried, refused connections included."""
    if gives_up_early(trial):
        return
    done = step(trial, name)
    operation = name.partition("-")[2]
    expect(done.raised is None, expected=f"SQSClient to retry {operation} when {fault}, and to succeed", seen=done)


@proves("retry-failed-operations")
@pytest.mark.parametrize("operation", SPENT_OPERATIONS)
def test_a_call_after_one_that_was_given_up_is_retried_too(trial: Trial, operation: str) -> None:
    """What a process met before is nothing to the next call."""
    made, again = trial.spent.attempts[OPERATIONS[operation]], trial.spent.again.get(OPERATIONS[operation], [])
    if len(made) > 1 and again and again[0].failed:
        expect(
            len(again) > 1,
            expected=f"a retry of {operation} when the queue answers 503, also after a call that was given up",
            seen="one attempt",
        )


@proves("retry-failed-operations")
def test_what_was_mended_had_its_effect(trial: Trial) -> None:
    """The message that was sent over refused connections is received once and deleted for good."""
    if gives_up_early(trial):
        return
    got = step(trial, "failing-receive").gave
    expect(got == ['{"task_id": 1}'] or is_one_message(got), expected="one message received", seen=got)
    left = trial.mixed.messages_left
    expect(left == 0, expected="no message left on the queue after delete_message", seen=f"{left} left")


def is_one_message(got: object) -> bool:
    """Whether a receive gave exactly the message that was sent, whatever its spacing."""
    return isinstance(got, list) and len(got) == 1 and json.loads(got[0]) == {"task_id": 1}


@proves("retry-failed-operations")
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("hopeless-send", "malformed"),
        ("hopeless-receive", "unknown-queue"),
        ("hopeless-delete", "deny"),
        ("denied-receive", "deny"),
        ("malformed-delete", "malformed"),
        ("malformed-receive", "malformed"),
        ("unknown-queue-delete", "unknown-queue"),
    ],
)
def test_the_client_raises_at_once_where_nothing_can_be_mended(trial: Trial, name: str, fault: str) -> None:
    """`SQSClient` raises after one attempt."""
    operation = name.rpartition("-")[2]
    if not was_done(trial, name) and any(map(is_retried_in_vain, trial.mixed.attempts.values())):
        return  # those before it tell
    done = step(trial, name)
    seen = [attempt for attempt in trial.mixed.attempts[OPERATIONS[operation]] if attempt.fault == fault]
    when = HOPELESS_KINDS[fault]
    expect(len(seen) == 1, expected=f"one attempt to {operation} when {when}", seen=f"{len(seen)} attempts")
    expect(done.raised is not None, expected=f"SQSClient to raise when {when}", seen=done)


@proves("retry-failed-operations")
def test_the_worker_completes_what_was_sent(trial: Trial) -> None:
    """Every task whose message was stored is completed by the worker."""
    left = {task: status for task, status in trial.completed.items() if status != "completed"}
    expect(not left, expected="every sent task `completed` by the worker", seen=f"status by task id: {left}")
    expect(trial.completed, expected="messages on the queue", seen="none")
