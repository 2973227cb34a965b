"""no-stale-fill: a GET that had read the old row does not bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.kit.expect import NotRun, expect, proves
from checker.suites.task4.changes import shows
from checker.suites.task4.judging import described, expect_change_shown, needs_copies

if TYPE_CHECKING:
    from checker.suites.task4.holding import HeldRead
    from checker.suites.task4.trial import Trial

ALONE = {  # the same change where no GET is held
    "a PUT": "PUT",
    "a PUT and one more GET": "PUT",
    "a PUT long before": "PUT",
    "a DELETE": "DELETE",
    "the worker": "the worker",
}
HELD = "where a GET of another API process had asked the database before, and got the old row only after the change"
BETWEEN = "where a GET of another API process was about to send a message to Redis"


@proves("no-stale-fill")
@pytest.mark.parametrize("change", ALONE)
def test_a_get_that_had_read_the_old_row(trial: Trial, change: str) -> None:
    """The row was read, then changed, and then the GET went on."""
    if not shows_changes(trial, ALONE[change]):
        return
    for held in trial.holding.get().reads[change]:
        if held.reply is None:
            raise NotRun("a GET of a task whose keys were removed did not read the table")
        expect_either(held)
        expect_change_shown(held.aftermath, HELD)
    needs_copies(trial)  # where nothing is cached, nothing was proven


@proves("no-stale-fill")
def test_a_get_on_its_way_to_redis(trial: Trial) -> None:
    """The task was changed before each of the messages that a GET sends to Redis."""
    if not shows_changes(trial, "PUT"):
        return
    for held in trial.holding.get().reads["a PUT between any two messages to Redis"]:
        expect_either(held)
        expect_change_shown(held.aftermath, BETWEEN)


def shows_changes(trial: Trial, change: str) -> bool:
    """Whether a change shows where no GET is held; one that does not breaks `invalidation`, and nothing else."""
    aftermaths = trial.changing.get().aftermaths[change]
    return all(one.happened and all(shows(reply, one.wanted) for _, reply in one.gets) for one in aftermaths)


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
