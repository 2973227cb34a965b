"""What several of task4's checks need to judge a trial."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from checker.kit.expect import NotRun, Refuted, expect
from checker.kit.keyspace import NO_TTL
from checker.suites.task4.bench import Source
from checker.suites.task4.changes import shows
from checker.suites.task4.counting import HITS, MISSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.kit.http import Reply
    from checker.suites.task4.changes import Aftermath, State
    from checker.suites.task4.counting import Count
    from checker.suites.task4.serving import Fresh
    from checker.suites.task4.trial import Trial

MOST_MS: Final = 300_000  # the contract
LEAST_MS: Final = 290_000
TIMES: Final = frozenset({"created_at", "updated_at"})
METRICS: Final = "curl -iL http://localhost:8000/metrics"


def expect_change_shown(aftermath: Aftermath, when: str) -> None:
    """Refute that a change was made, or that every GET which started after it shows it."""
    expect(
        aftermath.happened,
        expected=f"{due_answer(aftermath)}, {when}",
        seen=aftermath.answer,
        repeat="\n".join(aftermath.repeat),
    )
    for seconds, reply in aftermath.gets:
        expect(
            shows(reply, aftermath.wanted),
            expected=f"{described(aftermath.wanted)} from a GET that starts after {wording(aftermath)} is done, {when}",
            seen=f"{seconds * 1000:.0f} ms after: {reply}",
            repeat="\n".join([*aftermath.repeat, reply.request]),
        )


def due_answer(aftermath: Aftermath) -> str:
    """Return in words what tells that a change was made."""
    if aftermath.change == "the worker":
        return "the worker's handler to succeed with the message of a task"
    if aftermath.wanted is None:
        return "204 from DELETE"
    return f"200 from PUT and {described(aftermath.wanted)} in its answer"


def wording(aftermath: Aftermath) -> str:
    """Return a change as the subject of a sentence."""
    return "the worker's change" if aftermath.change == "the worker" else aftermath.change


def described(state: State) -> str:
    """Return in words what a task has to show."""
    if state is None:
        return "404"
    return "a task with " + ", ".join(f"{name} {value!r}" for name, value in state.items())


def needs_copies(trial: Trial) -> None:
    """Raise `NotRun` where no task was ever served from a copy that stands in Redis."""
    serving = trial.serving.get()
    if serving.reading.source is not Source.COPY or serving.holder is None:
        raise NotRun("a second GET is not served from Redis")


def copies_are_whole(trial: Trial) -> bool:
    """Whether copies show their tasks; one that loses a field breaks `cache-ttl`, and nothing else."""
    return all(is_task_of(copy.reply, copy.columns) for copy in trial.serving.get().copies)


def expect_task_of(reply: Reply, columns: Mapping[str, Any], what: str) -> None:
    """Refute that a reply shows the task of a row."""
    expect(
        is_task_of(reply, columns),
        expected=f"the task as it stands in the database {what}: "
        + ", ".join(f"{name} {value!s}" for name, value in columns.items()),
        seen=reply,
        repeat=reply.request,
    )


def is_task_of(reply: Reply, columns: Mapping[str, Any]) -> bool:
    """Whether a reply shows a task with these columns; a time may be written in any way that tells the same instant."""
    try:
        task = dict(reply.json())
        shown = {name: datetime.fromisoformat(task[name]) if name in TIMES else task[name] for name in columns}
    except (Refuted, KeyError, TypeError, ValueError):
        return False
    return shown == columns


def expect_fresh(fresh: Fresh | None, action: str, before: str = "") -> None:
    """Refute that the key that an action wrote has a time to live as the contract says; it may have written none."""
    if fresh is None:
        return
    key = fresh.key
    lives = "none, it lives for ever" if key.ttl_ms == NO_TTL else f"{key.ttl_ms / 1000:.1f} s"
    expect(
        LEAST_MS - fresh.age_ms <= key.ttl_ms <= MOST_MS,
        expected=f"a time to live of 290 to 300 s for what {action} has just written to Redis",
        seen=f"{lives} (key {key}, a {key.kind}, written at most {fresh.age_ms / 1000:.2f} s before{before})",
        repeat=f"redis-cli TTL '{key}'",
    )


def expect_counts(count: Count, hits: int, misses: int, what: str) -> None:
    """Refute that GETs added so much to the counters."""
    expect(
        (count.hits, count.misses) == (hits, misses),
        expected=f"{what} to count as {hits} in {HITS} and as {misses} in {MISSES}",
        seen=f"{count.hits:g} and {count.misses:g}",
        repeat=METRICS,
    )
