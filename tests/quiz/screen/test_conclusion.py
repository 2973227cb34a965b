"""The end: the scorecard, the recommendation, a level that is overruled, the note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.bank import Level
from quiz.session import Conclusion, Recommendation

if TYPE_CHECKING:
    from tests.quiz.screen.conftest import Interview


def test_recommendation(interview: Interview) -> None:
    """Each step is kept when it is chosen, and shown by a sign; it comes back with the screen."""
    yes, again = interview.look(["e", "tab", "down", "enter"], ["escape", "e"])
    assert "(x) yes" in yes
    assert "(x) yes" in again
    assert interview.store.kept.conclusion == Conclusion(Recommendation.YES)
    interview.press("e", "tab", "end", "space")
    assert interview.store.kept.conclusion.recommendation is Recommendation.STRONG_NO


def test_overruling_asks_for_a_reason(interview: Interview) -> None:
    """A level that overrules the estimate asks for its reason, and the interview does not end without one."""
    asked, refused = interview.look(["e", "tab", "tab", "end", "enter"], ["f10"])
    assert "overruling needs a reason" in asked
    assert "overruling needs a reason" in refused
    assert interview.store.kept.conclusion.level is Level.SENIOR
    assert interview.store.kept.ended is None
    interview.drive(lambda pilot: pilot.press("e", "tab", "tab", "tab", *"why", "f10"))
    assert interview.store.kept.conclusion == Conclusion(level=Level.SENIOR, reason="why")
    assert interview.store.kept.ended is not None


def test_overruling_is_taken_back(interview: Interview) -> None:
    """The estimate can be taken again."""
    interview.press("e", "tab", "tab", "end", "enter", "shift+tab", "home", "enter")
    assert interview.store.kept.conclusion.level is None


def test_note(interview: Interview) -> None:
    """The note on the whole is kept at each key, and comes back."""
    interview.press("e", "shift+tab", "A", "B")
    assert interview.store.kept.conclusion.note == "AB"
    assert "│ AB" in interview.press("e")


def test_back_to_the_questions(interview: Interview) -> None:
    """Escape goes back, from a text field too."""
    assert "1 of 4  q1" in interview.press("e", "shift+tab", "A", "escape")


def test_end(interview: Interview) -> None:
    """Ending is kept and leaves the screen."""
    assert interview.drive(lambda pilot: pilot.press("e", "f10")).return_code == 0
    assert interview.store.kept.ended is not None


def test_narrow(interview: Interview) -> None:
    """At 80 columns everything can be reached, the note last."""
    shown = interview.press("e", "shift+tab", "A", size=(80, 24))
    assert "Note" in shown
    assert "A" in shown
