"""none-twice: a completion is noted once, however often its message comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import expect, proves
from checker.suites.scenario3.bench import VISIBILITY_SECONDS
from checker.suites.scenario3.crashing import LONG_SECONDS
from checker.suites.scenario3.judging import expect_none_twice

if TYPE_CHECKING:
    from checker.suites.scenario3.trial import Trial


@proves("none-twice")
def test_a_message_that_comes_twice_is_noted_once(trial: Trial) -> None:
    """In the same batch, and when all is done."""
    seen = trial.twice.get()
    expect_none_twice(seen.fates, seen.tasks, "a message came twice in a batch and once more later")


@proves("none-twice")
def test_what_was_done_before_a_crash_is_noted_once(trial: Trial) -> None:
    """The batch comes back as a whole, what is done in it stays as it is."""
    seen = trial.crashes.get()
    after = "the worker was killed in the middle of a batch and the database broke connections off at the last step"
    expect_none_twice(seen.fates, seen.tasks, after)


@proves("none-twice")
def test_nobody_else_gets_what_is_worked_on(trial: Trial) -> None:
    """The messages of a batch stay hidden for as long as it is worked on."""
    seen = trial.long.get()
    expect(
        seen.offered is None,
        expected=f"no message of a batch offered to others while a work of {LONG_SECONDS:g} s goes on"
        f" (visibility time-out {VISIBILITY_SECONDS} s)",
        seen=f"one could be received again after {seen.offered or 0:.1f} s",
    )
    expect_none_twice(seen.fates, seen.tasks, "a long work")


@proves("none-twice")
def test_no_completion_is_noted_twice_in_the_end(trial: Trial) -> None:
    """All tasks but those beside the poison, looked at once more."""
    account, poison = trial.account.get(), trial.poison.get()
    fates = {one: fate for one, fate in account.fates.items() if one not in poison.neighbours}
    expect_none_twice(fates, account.tasks, "everything")
