"""no-stale-fill: a GET that had read the old row does not bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import NotRun, expect, proves
from checker.suites.task4.changes import shows
from checker.suites.task4.judging import described, expect_change_shown

if TYPE_CHECKING:
    from checker.suites.task4.holding import HeldRead
    from checker.suites.task4.trial import Trial

HELD = "where a GET had read the old row before, and got it after"
BETWEEN = "where a GET was about to send a message to Redis"


@proves("no-stale-fill")
@pytest.mark.parametrize("change", ["a PUT", "a PUT and one more GET", "a PUT long before", "a DELETE", "the worker"])
def test_a_get_that_had_read_the_old_row(trial: Trial, change: str) -> None:
    """The row was read, then changed, and then the GET went on."""
    for held in trial.holding.get().reads[change]:
        if held.reply is None:
            raise NotRun("a GET of a task whose keys were removed did not read the table")
        expect_either(held)
        expect_change_shown(held.aftermath, HELD)


@proves("no-stale-fill")
def test_a_get_on_its_way_to_redis(trial: Trial) -> None:
    """The task was changed before each of the messages that a GET sends to Redis."""
    for held in trial.holding.get().reads["a PUT between any two messages to Redis"]:
        expect_either(held)
        expect_change_shown(held.aftermath, BETWEEN)


def expect_either(held: HeldRead) -> None:
    """Refute that the GET which was held up shows the task as it was or as it is."""
    reply = held.reply
    if reply is not None:
        expect(
            any(shows(reply, state) for state in held.states),
            expected=f"{' or '.join(map(described, held.states))} from a GET during whose work the task changed",
            seen=reply,
            repeat=reply.request,
        )
