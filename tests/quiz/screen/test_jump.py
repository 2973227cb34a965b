"""The list of questions: the state of each, and a way to any."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.quiz.screen.conftest import Interview

LIMIT_SECONDS: Final = 30.0


def test_lists_states(interview: Interview) -> None:
    """Each question stands under its section with what was done to it."""
    shown = interview.press("c", "f", "n", "s", "n", "g")
    assert "!  1 q1 Sessions of the database  1 of 3 marked, 00:00, come back" in shown
    assert "-  2 q2 An ORM or SQL  0 of 3 marked, 00:00, skipped" in shown
    assert "▶  3 q3 Compose" in shown
    assert "□  4 q4 Pipelines  to come" in shown
    assert shown.index("Section 1: Sessions") < shown.index("q1") < shown.rindex("Section 2: Containers")


def test_goes_anywhere(interview: Interview) -> None:
    """Enter goes to the highlighted question."""
    assert "4 of 4  q4 Pipelines" in interview.press("g", "end", "enter")
    assert interview.store.kept.position == 3


def test_is_left_without_going(interview: Interview) -> None:
    """Escape closes the list and nothing else."""
    assert "1 of 4  q1" in interview.press("g", "end", "escape")


def test_tells_what_was_left_out(interview: Interview) -> None:
    """What did not fit into the minutes is told when the interview begins, and in the list."""

    async def script(pilot: Pilot[None]) -> None:
        end = time.monotonic() + LIMIT_SECONDS
        while "Left out within 60 minutes" not in interview.text(pilot):
            assert time.monotonic() < end
            await pilot.pause(0.05)
        await pilot.press("g")
        await pilot.pause()
        assert "Left out within 60 minutes: q9, q20" in interview.text(pilot)

    interview.session.plan = replace(interview.session.plan, left_out=("q9", "q20"))
    interview.drive(script)
