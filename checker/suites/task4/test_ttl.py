"""cache-ttl: a second GET is answered from Redis, and what is kept there lives for five minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import expect, proves
from checker.suites.task4.bench import Source
from checker.suites.task4.judging import expect_fresh, expect_task_of, needs_copies
from checker.suites.task4.serving import AGED_MS

if TYPE_CHECKING:
    from checker.suites.task4.trial import Trial


@proves("cache-ttl")
def test_a_second_get_is_served_from_redis(trial: Trial) -> None:
    """A task is served as it was read, though its row was changed unnoticed, and though nobody can read the table."""
    serving = trial.serving.get()
    reply = serving.reading.reply
    expect(
        serving.reading.source is Source.COPY,
        expected="a second GET /tasks/{id} to be answered from Redis",
        seen=f"an answer from the table tasks, again and again: {reply}",
        repeat=reply.request,
    )
    expect(
        serving.through_lock is not False,
        expected="a second GET /tasks/{id} that does not read the table tasks",
        seen="a GET that waits as long as the table is locked (LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE)",
        repeat=reply.request,
    )
    expect(
        serving.holder,
        expected="a key in Redis without which the next GET reads the table tasks",
        seen="GETs that are answered without the table, whichever key is removed",
        repeat=f"redis-cli KEYS '*'\n{reply.request}",
    )


@proves("cache-ttl")
def test_a_task_of_any_status_is_served_from_redis(trial: Trial) -> None:
    """Where one is, it is so in every status."""
    for reading in trial.serving.get().not_copied:
        expect(
            reading.source is not Source.TABLE,
            expected="a second GET /tasks/{id} to be answered from Redis, whatever the task's status",
            seen=f"an answer from the table tasks, again and again: {reading.reply}",
            repeat=reading.reply.request,
        )


@proves("cache-ttl")
def test_a_copy_is_the_task(trial: Trial) -> None:
    """What is served from Redis is what stands in the database, with a description, an empty one and none."""
    for copy in trial.serving.get().copies:
        expect_task_of(copy.reply, copy.columns, "from a second GET /tasks/{id}, as from the first")


@proves("cache-ttl")
def test_what_a_get_writes_expires_in_time(trial: Trial) -> None:
    """The key that a GET writes lives for 290 to 300 s."""
    needs_copies(trial)
    for fresh in trial.serving.get().refilled:
        expect_fresh(fresh, "a GET")


@proves("cache-ttl")
@pytest.mark.parametrize("action", ["POST", "PUT", "the worker"])
def test_what_a_change_writes_expires_in_time(trial: Trial, action: str) -> None:
    """So does the key that a change writes, if it writes one."""
    serving, changing = trial.serving.get(), trial.changing.get()
    written = {"POST": serving.created, "PUT": serving.updated, "the worker": changing.by_worker}
    expect_fresh(written[action], action, "" if action == "POST" else f"; it had {AGED_MS // 1000} s left then")
