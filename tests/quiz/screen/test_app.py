"""The application: themes, help, a terminal that is too small, what cannot be kept, the way out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import pytest
from textual.binding import Binding

from checker.content import find_content
from quiz.screen.app import QuizApp, farewell
from quiz.screen.interview import InterviewScreen
from quiz.screen.points import PointList

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.conftest import Own
    from tests.quiz.screen.conftest import Interview

LIMIT_SECONDS: Final = 30.0
TOO_SMALL: Final = "50 by 15 is too small"


def test_theme_is_remembered(interview: Interview) -> None:
    """Light once chosen is light the next time."""
    assert interview.app().theme == "textual-dark"
    interview.press("d")
    assert interview.app().theme == "workbench-light"


def test_theme_that_cannot_be_remembered(interview: Interview, own: Own) -> None:
    """Where nothing can be remembered the theme changes all the same."""
    own.state.write_text("no folder")
    assert interview.drive(lambda pilot: pilot.press("d")).theme == "workbench-light"


@pytest.mark.parametrize("kept", [b"no theme", b"\xff"])
def test_foreign_theme_is_ignored(interview: Interview, own: Own, kept: bytes) -> None:
    """What does not name a theme is no theme."""
    folder = own.state / "workbench"
    folder.mkdir(parents=True)
    (folder / "quiz-theme").write_bytes(kept)
    assert interview.app().theme == "textual-dark"


def test_too_small(interview: Interview) -> None:
    """A terminal that is too small says so and how large it is, and the interview comes back with its size."""

    async def script(pilot: Pilot[None]) -> None:
        await pilot.resize_terminal(50, 15)
        await pilot.pause()
        assert TOO_SMALL in interview.text(pilot)
        await pilot.resize_terminal(55, 17)
        await pilot.pause()
        assert "55 by 17 is too small" in interview.text(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "Expected points" in interview.text(pilot)
        await pilot.press("c")

    interview.drive(script)
    assert interview.sheet("q1").marks


def test_too_small_from_the_start(interview: Interview) -> None:
    """The same where it was too small when the interview began, and quitting works."""
    assert TOO_SMALL in interview.press(size=(50, 15))
    assert interview.drive(lambda pilot: pilot.press("q"), size=(50, 15)).return_code == 0


def test_help_names_every_key(interview: Interview) -> None:
    """The help page has a line for each key that says what it does."""
    shown = interview.press("question_mark", size=(120, 60))
    for bindings in (PointList.BINDINGS, InterviewScreen.BINDINGS, QuizApp.BINDINGS):
        for one in bindings:
            assert isinstance(one, Binding)
            assert not one.tooltip or one.tooltip in shown
            assert one.tooltip or one.action.startswith("point(")


def test_the_guide_names_every_key() -> None:
    """Each key that the help page has stands in the guide to interviews, but for those that any list has."""
    guide = (find_content().questions.parent / "docs" / "how-to" / "run-an-interview.md").read_text(encoding="utf-8")
    bindings = [*PointList.BINDINGS, *InterviewScreen.BINDINGS, *QuizApp.BINDINGS]
    keys = {one.key.partition(",")[0] for one in bindings if isinstance(one, Binding) and one.tooltip}
    lacking = [key for key in keys if f"`{key.replace('escape', 'esc').replace('question_mark', '?')}`" not in guide]
    assert set(lacking) <= {"home", "end", "shift+tab"}


def test_help_scrolls(interview: Interview) -> None:
    """On a small terminal the page can be scrolled to its end."""
    assert "quit, everything being saved" in interview.press("question_mark", "end", size=(80, 24))


def test_footer_holds_the_keys(interview: Interview) -> None:
    """At 80 columns the last key of the footer is still seen."""
    assert interview.press(size=(80, 24)).splitlines()[-1].endswith("q Quit")


async def until_begun(pilot: Pilot[None]) -> None:
    """Wait until the beginning of the interview is kept, or refused."""
    screen = pilot.app.screen
    assert isinstance(screen, InterviewScreen)
    end = time.monotonic() + LIMIT_SECONDS
    while not screen.begun and screen.refused is None:
        assert time.monotonic() < end
        await pilot.pause(0.01)


def test_what_cannot_be_kept(interview: Interview) -> None:
    """Where the store fails the screen says so, shows no mark that is not kept, and goes on."""

    async def script(pilot: Pilot[None]) -> None:
        await until_begun(pilot)
        interview.store.broken = True
        await pilot.press("c")
        await pilot.pause()
        shown = interview.text(pilot)
        assert "NOT SAVED" in shown
        assert "1 ✓ C" not in shown
        await pilot.pause()
        assert "No space left on device" in interview.text(pilot)
        interview.store.broken = False
        await pilot.press("c")
        await pilot.pause()
        assert "NOT SAVED" not in interview.text(pilot)

    interview.drive(script)
    assert interview.sheet("q1").marks


def test_note_that_could_not_be_kept_is_kept_later(interview: Interview) -> None:
    """Text that could not be kept stays in its field and is kept with the next change."""

    async def script(pilot: Pilot[None]) -> None:
        await until_begun(pilot)
        interview.store.broken = True
        await pilot.press("w", "a")
        await pilot.pause()
        interview.store.broken = False
        await pilot.press("b")

    interview.drive(script)
    assert interview.sheet("q1").note == "ab"


def test_quitting_keeps_the_clock(interview: Interview) -> None:
    """What the clock shows when one quits is kept."""

    async def script(pilot: Pilot[None]) -> None:
        interview.clock.now += 3
        await pilot.press("q")

    interview.drive(script)
    assert interview.sheet("q1").seconds == 3


def test_quits_from_a_text_field(interview: Interview) -> None:
    """Control and q quits also where letters are text, and the text is kept."""
    assert interview.drive(lambda pilot: pilot.press("w", "A", "ctrl+q")).return_code == 0
    assert interview.sheet("q1").note == "A"


def test_farewell(interview: Interview) -> None:
    """The last line names the command that goes on, or the report of an interview that is over."""
    assert farewell(interview.session).endswith("go on with: workbench quiz --resume 4f2a9c\n")
    interview.session.end()
    assert farewell(interview.session).endswith("workbench report 4f2a9c\n")


def test_an_interview_that_cannot_be_kept_does_not_begin(interview: Interview) -> None:
    """Where not even the beginning can be kept the screen closes, and knows why."""
    interview.store.broken = True
    refused = interview.drive(until_begun).refused
    assert refused is not None
    assert "No space left" in refused.message
