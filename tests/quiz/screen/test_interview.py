"""The interviewer's screen: what is entered is kept at once, and what is kept is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Paste

from quiz.session import Mark, Sheet

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.quiz.screen.conftest import Interview


def test_shows_the_question(interview: Interview) -> None:
    """Section, question, candidate, code and points with level are on screen."""
    shown = interview.press()
    for text in ("1 of 4", "q1 Sessions of the database", "Section 1: Sessions", "def get_db()", "mid", "Ada Lovelace"):
        assert text in shown


def test_correction(interview: Interview) -> None:
    """A correction begins under its point, and is told in full with its source where one is."""
    elsewhere, there = interview.look([], ["3"])
    assert "Correction: A session takes its connection" in elsewhere
    assert "Source:" not in elsewhere
    assert "at the end." in there
    assert "Source: SQLAlchemy: Session Basics" in there


def test_shows_groups(interview: Interview) -> None:
    """Points that the document groups are shown under their headings."""
    shown = interview.press("n")
    assert shown.index("For it") < shown.index("Types and completion") < shown.index("Against it")


def test_mark(interview: Interview) -> None:
    """A key marks the highlighted point; the mark is kept, and shown by a symbol and a letter."""
    covered, partly, missed = interview.look(["c"], ["2", "p"], ["3", "m"])
    assert "1 ✓ C" in covered
    assert "2 ~ P" in partly
    assert "3 ✗ M" in missed
    assert "3 of 3 marked" in missed
    assert interview.sheet("q1").marks == dict(zip(["generator", "finally", "connection"], Mark, strict=True))


def test_take_a_mark_back(interview: Interview) -> None:
    """A mark can be taken back."""
    interview.press("c", "x")
    assert interview.sheet("q1").marks == {}


def test_rest_is_missed(interview: Interview) -> None:
    """What is unmarked can be marked as missed at once, of the question or of the follow-up where one is."""
    interview.press("2", "c", "M")
    missed = {"generator": Mark.MISSED, "connection": Mark.MISSED}
    assert interview.sheet("q1").marks == {"finally": Mark.COVERED, **missed}
    interview.press("u", "down", "M")
    assert interview.sheet("q1").marks == {
        "finally": Mark.COVERED,
        **missed,
        "leak": Mark.MISSED,
        "collector": Mark.MISSED,
    }


def test_next_mark(interview: Interview) -> None:
    """Space goes through the marks and back to none."""
    interview.press("space", "space", "down", "space", "down", *["space"] * 4)
    assert interview.sheet("q1").marks == {"generator": Mark.PARTLY, "finally": Mark.COVERED}


def test_go_to_a_point_by_number(interview: Interview) -> None:
    """A digit goes to a point; one that no point has does nothing."""
    interview.press("3", "9", "p")
    assert interview.sheet("q1").marks == {"connection": Mark.PARTLY}


def test_follow_up_unfolds(interview: Interview) -> None:
    """A follow-up hides its points until it is unfolded; they are marked as others are."""
    folded, unfolded = interview.look([], ["u", "down", "c"])
    assert "Connections leak" not in folded
    assert "Connections leak" in unfolded
    assert interview.sheet("q1").marks == {"leak": Mark.COVERED}


def test_follow_up_folds(interview: Interview) -> None:
    """Enter folds it again, and the place is kept."""
    interview.press("u", "enter", "enter", "down", "m")
    assert interview.sheet("q1").marks == {"leak": Mark.MISSED}


def test_marked_follow_up_is_unfolded(interview: Interview) -> None:
    """A question that is come back to shows the follow-ups that have marks."""
    assert "Connections leak" in interview.press("u", "down", "c", "n", "b")


def test_red_flag(interview: Interview) -> None:
    """A red flag is noted and taken back by enter."""
    seen, not_seen = interview.look(["r", "enter"], ["enter"])
    assert "Opens one global session for all requests  seen" in seen
    assert "Opens one global session for all requests  seen" not in not_seen
    assert interview.sheet("q1").red_flags == ()
    interview.press("r", "space")
    assert interview.sheet("q1").red_flags == (0,)


def test_note_is_kept_at_each_key(interview: Interview) -> None:
    """A note is kept as it is typed, not only when it is left; keys of the screen are text there."""
    interview.press("w", "n", "q", "c")
    assert interview.sheet("q1").note == "nqc"
    assert interview.session.position == 0


def test_texts_stay_with_their_question(interview: Interview) -> None:
    """Note and answer belong to the question they were written for, and come back with it."""
    shown = interview.press("w", "A", "escape", "n", "w", "B", "escape", "t", "C", "escape", "b")
    assert (interview.sheet("q1").note, interview.sheet("q2").note, interview.sheet("q2").said) == ("A", "B", "C")
    assert "│ A " in shown


def test_paste(interview: Interview) -> None:
    """Pasted text is kept as a whole."""

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("t")
        pilot.app.post_message(Paste("a generator\nwith yield"))
        await pilot.pause()

    interview.drive(script)
    assert interview.sheet("q1").said == "a generator\nwith yield"


def test_flag_and_skip(interview: Interview) -> None:
    """A question can be flagged to come back and skipped, and each taken back."""
    both, neither = interview.look(["f", "s"], ["f", "s"])
    assert "skipped  ! come back" in both
    assert "come back" not in neither
    assert interview.sheet("q1") == Sheet(asked=True)


def test_next_and_back(interview: Interview) -> None:
    """Next and back go through the questions and stop at the ends; the arrows do the same."""
    shown = interview.look(["b"], ["n", "right"], ["n", "n"], ["left"])
    for text, number in zip(shown, (1, 3, 4, 3), strict=True):
        assert f" {number} of 4 " in text
    assert "That was the last question" in shown[2]
    assert interview.store.kept.position == 2


def test_clocks(interview: Interview) -> None:
    """The clocks tell what is over in words, and a pause stops them."""

    async def script(pilot: Pilot[None]) -> None:
        interview.clock.now += 400
        await pilot.press("f")
        assert "question 06:40, over by 00:40" in interview.text(pilot)
        await pilot.press("z")
        interview.clock.now += 1000
        await pilot.press("f")
        assert "PAUSED  question 06:40" in interview.text(pilot)

    interview.drive(script)


def test_panes(interview: Interview) -> None:
    """Where the terminal is narrow one pane shows at a time, by key or by tab."""
    points, code, again, note, said = interview.look([], ["k"], ["escape"], ["tab", "tab"], ["tab"], size=(80, 24))
    assert "Expected points" in points
    assert "def get_db()" not in points
    assert "def get_db()" in code
    assert "Expected points" not in code
    assert "Expected points" in again
    assert "Your note" in note
    assert "Type or paste" in said


def test_pane_bar_tells_of_text(interview: Interview) -> None:
    """A star says that something is written in a pane that is not in front."""
    assert "Note*" in interview.press("w", "A", "escape", size=(80, 24))


def test_suggestions(interview: Interview) -> None:
    """What was said suggests points, with the words and their negation; nothing is ticked by itself."""
    keys = ("t", *"no generator", "full_stop", "space", *"finally")
    shown = interview.press(*["space" if key == " " else key for key in keys], "escape")
    assert "? said “generator” (negated)" in shown
    assert "Suggested: 1 “generator” (negated); 2 “finally”" in shown
    assert interview.sheet("q1").marks == {}


def test_suggestion_goes_with_a_mark(interview: Interview) -> None:
    """A point that is marked needs no suggestion any more, and has it again when the mark is taken back."""
    interview.session.write_said("finally")
    at_first, marked, taken_back = interview.look([], ["2", "c"], ["x"])
    assert "? said “finally”" in at_first
    assert "? said “finally”" not in marked
    assert "? said “finally”" in taken_back


def test_suggestion_inside_a_follow_up(interview: Interview) -> None:
    """A follow-up that is folded tells that something of it was said."""
    interview.session.write_said("connections leak")
    assert "1 suggested" in interview.press()


def test_untrusted_text(interview: Interview) -> None:
    """Names and texts that hold escape sequences, markup or direction marks reach the terminal as text."""
    interview.session.candidate = "Eve\x1b[2J \u202e[red]x[/]"
    interview.session.write_said("one\x1b[31m\r\n\x9b2J[bold]two[/bold]")
    shown = interview.press("g")
    assert "Eve\\x1b[2J \\u202e[red]x[/]" in shown
    assert interview.sheet("q1").said == "one\x1b[31m\r\n\x9b2J[bold]two[/bold]"
    assert "\\x9b2J[bold]two[/bold]" in interview.press("t")


def test_untrusted_paste(interview: Interview) -> None:
    """What is pasted is kept as text that steers no terminal."""

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("t")
        pilot.app.post_message(Paste("one\x1b[31m\rtwo"))
        await pilot.pause()

    interview.drive(script)
    assert interview.sheet("q1").said == "one\\x1b[31m\ntwo"
