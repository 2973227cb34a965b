"""invalidation: a GET that starts after a change is done shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import expect, proves
from checker.suites.task4.judging import (
    copies_are_whole,
    expect_change_shown,
    expect_task_of,
    needs_copies,
    wording,
)

if TYPE_CHECKING:
    from checker.suites.task4.trial import Trial

CACHED = "of a task that was cached"
OF_A_BATCH = "one of several whose messages came in one batch"
ONE_FIELD = "a PUT of one field"
PLAIN = {
    "PUT": CACHED,
    ONE_FIELD: CACHED,
    "one PUT after another": "of a task that was changed and read before",
}
WAITING = "where GETs came while it waited for its row's lock"


@proves("invalidation")
@pytest.mark.parametrize("name", PLAIN)
def test_after_put(trial: Trial, name: str) -> None:
    """PUT has answered."""
    if name == ONE_FIELD and not copies_are_whole(trial):
        return
    for aftermath in trial.changing.get().aftermaths[name]:
        expect_change_shown(aftermath, PLAIN[name])
    needs_copies(trial)  # where nothing is cached, nothing was proven


@proves("invalidation")
def test_after_delete(trial: Trial) -> None:
    """DELETE has answered."""
    for aftermath in trial.changing.get().aftermaths["DELETE"]:
        expect_change_shown(aftermath, CACHED)


@proves("invalidation")
@pytest.mark.parametrize("name", ["the worker", "the worker, with a batch"])
def test_after_the_worker(trial: Trial, name: str) -> None:
    """The worker's handler has returned, from one message or from several."""
    for aftermath in trial.changing.get().aftermaths[name]:
        expect_change_shown(aftermath, f"{CACHED}, {OF_A_BATCH}" if "batch" in name else CACHED)


@proves("invalidation")
@pytest.mark.parametrize("name", ["PUT", ONE_FIELD, "the worker"])
def test_nothing_that_is_shown_is_older_than_the_change(trial: Trial, name: str) -> None:
    """Nor is what it did not name, like its time."""
    if not copies_are_whole(trial):
        return
    for aftermath in trial.changing.get().aftermaths[name]:
        for _, reply in aftermath.gets:
            expect_task_of(reply, aftermath.row, f"from a GET that starts after {wording(aftermath)} is done")


@proves("invalidation")
@pytest.mark.parametrize("name", ["a PUT that waited for its row", "a DELETE that waited for its row"])
def test_a_get_that_comes_while_a_change_waits(trial: Trial, name: str) -> None:
    """A GET read the old row while the change waited for its lock, and may have written it to Redis."""
    for aftermath in trial.changing.get().aftermaths[name]:
        expect_change_shown(aftermath, WAITING)


@proves("invalidation")
def test_two_changes_that_wait_for_each_other(trial: Trial) -> None:
    """The second one's copy holds what the first one changed."""
    for aftermath in trial.changing.get().aftermaths["two PUTs that waited for their row"]:
        expect_change_shown(aftermath, "where a PUT of another field waited for the row's lock as well")


@proves("invalidation")
def test_a_get_that_comes_while_the_worker_waits(trial: Trial) -> None:
    """The same where the worker waits, in each of its transactions."""
    for aftermath in trial.changing.get().aftermaths["the worker, which waited for its row"]:
        expect_change_shown(aftermath, WAITING)


@proves("invalidation")
@pytest.mark.parametrize("name", ["a PUT that was slow to commit", "a DELETE that was slow to commit"])
def test_a_get_that_comes_before_the_commit(trial: Trial, name: str) -> None:
    """A GET read the old row after the change had its lock, and before it was committed."""
    for aftermath in trial.holding.get().changes[name]:
        expect_change_shown(aftermath, "where GETs came between its statements")


@proves("invalidation")
@pytest.mark.parametrize("name", ["a PUT that was slow to reach Redis", "a DELETE that was slow to reach Redis"])
def test_a_change_answers_after_it_has_told_redis(trial: Trial, name: str) -> None:
    """An answer that comes before Redis has heard of the change leaves a gap for GETs."""
    for aftermath in trial.holding.get().changes[name]:
        expect_change_shown(aftermath, "however slowly Redis hears of it")


@proves("invalidation")
def test_the_worker_ends_after_it_has_told_redis(trial: Trial) -> None:
    """The same for the worker's handler, whose end comes with what it left running still to be done."""
    for aftermath in trial.changing.get().aftermaths["the worker, while Redis is slow"]:
        expect_change_shown(aftermath, "however slowly Redis hears of it")


@proves("invalidation")
@pytest.mark.parametrize("name", ["PUT", "the worker"])
def test_a_change_after_redis_was_away(trial: Trial, name: str) -> None:
    """What tells Redis of a change finds it again, as soon as tasks are served from it again."""
    for aftermath in trial.outage.get().back.changes.get(name, ()):
        expect_change_shown(aftermath, "of a task that was cached after Redis had come back")


@proves("invalidation")
def test_lists_show_a_change(trial: Trial) -> None:
    """So does the list of tasks."""
    for seen in trial.changing.get().lists:
        expect(
            seen.right,
            expected=f"GET /tasks to show the change when it starts after {seen.change} has answered",
            seen=seen.reply,
            repeat=seen.reply.request,
        )
