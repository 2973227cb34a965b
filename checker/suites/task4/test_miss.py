"""cache-miss: whatever Redis has, or whether there is one, tasks are served."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from checker.kit.expect import NotRun, expect, proves
from checker.suites.task4.bench import Source, title_of
from checker.suites.task4.entries import UNREADABLE
from checker.suites.task4.judging import needs_copies
from checker.suites.task4.outage import ENDPOINT_SECONDS, RESUME_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.suites.task4.outage import Asked
    from checker.suites.task4.trial import Trial

DOWN: Final = "while Redis is down"


@proves("cache-miss")
@pytest.mark.parametrize("kind", ["gone", "expired"])
def test_an_entry_that_is_not_there_any_more(trial: Trial, kind: str) -> None:
    """The task is read from the database and cached again."""
    expect_read_and_cached(trial, kind, f"an entry that is {kind}")


@proves("cache-miss")
@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_entry_that_cannot_be_read(trial: Trial, kind: str) -> None:
    """The same where other bytes stand in the entry's place, or another type."""
    expect_read_and_cached(trial, kind, f"an entry in whose place a value of somebody else's stands: {kind}")


def expect_read_and_cached(trial: Trial, kind: str, entry: str) -> None:
    """Refute that a GET which met an entry showed the row, and that a later one was served from a copy."""
    needs_copies(trial)
    seen = trial.entries.get()[kind]
    if seen.first is None or seen.later is None:
        raise NotRun("the task was not cached before its entry was spoilt")
    reply = seen.first.reply
    repeat = f"{seen.command}\n{reply.request}"
    expect(
        seen.first.source is Source.TABLE,
        expected=f"200 and the task as it stands in the database for GET /tasks/{{id}} with {entry}",
        seen=reply,
        repeat=repeat,
    )
    expect(
        seen.later.source is Source.COPY,
        expected=f"the task to be cached again after a GET with {entry}",
        seen=f"GETs that read the table tasks: {seen.later.reply}",
        repeat=repeat,
    )


@proves("cache-miss")
def test_a_task_that_is_missing_now_and_there_later(trial: Trial) -> None:
    """It is 404, and 200 once it exists."""
    missing = trial.missing.get()
    for reply in missing.before:
        reply.expect_status(404)
    for reply, title in missing.after:
        expect(
            title_of(reply) == title,
            expected="200 for GET /tasks/{id} of a task that was asked for before it was made, and 404 then",
            seen=reply,
            repeat=reply.request,
        )


@proves("cache-miss")
def test_every_endpoint_works_while_redis_is_down(trial: Trial) -> None:
    """Each does what it should, within 2 s."""
    expect_right(trial.outage.get().down.asked, DOWN)


@proves("cache-miss")
def test_the_api_starts_while_redis_is_down(trial: Trial) -> None:
    """It starts, and its endpoints work."""
    outage = trial.outage.get()
    expect(outage.not_started is None, expected=f"the API to start {DOWN}", seen=outage.not_started)
    expect_right(outage.down.of_started, "of an API that was started while Redis was down")


def expect_right(asked: Sequence[Asked], when: str) -> None:
    """Refute that each request had the right answer in time."""
    for one in asked:
        shown = one.title is None or title_of(one.reply, one.status) == one.title
        expect(
            one.reply.status == one.status and shown and one.reply.seconds <= ENDPOINT_SECONDS,
            expected=f"{one.status}{one.showing} within {ENDPOINT_SECONDS:g} s for {one.what} {when}",
            seen=f"{one.reply} after {one.reply.seconds:.1f} s",
            repeat=one.reply.request,
        )


@proves("cache-miss")
def test_the_worker_completes_tasks_while_redis_is_down(trial: Trial) -> None:
    """Tasks that are made then are completed, ten messages at once: it has 10 s for them."""
    worked = trial.outage.get().down.worked
    if not worked:
        raise NotRun("no task was made while Redis was down")
    left = Counter(status for status in worked.values() if status != "completed")
    expect(
        not left,
        expected=f"{len(worked)} tasks that were made {DOWN} to be completed by the worker, which gets them at once",
        seen=", ".join(f"{count} of them still {status!r}" for status, count in left.items()) + " after 15 s",
    )


@proves("cache-miss")
def test_caching_resumes_when_redis_is_back(trial: Trial) -> None:
    """Within 10 s, with no restart, in an API that saw Redis die and in one that was started without."""
    needs_copies(trial)
    outage = trial.outage.get()
    found = {"an API that had seen it die": outage.back.resumed}
    if outage.not_started is None:
        found["an API that was started without it"] = outage.back.of_started_resumed
    for which, seconds in found.items():
        expect(
            seconds is not None,
            expected=f"{which} to serve tasks from Redis again within {RESUME_SECONDS:g} s of its return",
            seen=f"GETs that still read the table tasks after {RESUME_SECONDS:g} s",
        )
