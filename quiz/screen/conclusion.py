"""The end of an interview: the scorecard, and the interviewer's own judgement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static, TextArea

from checker.renderers.plain import plain
from quiz.bank import Level
from quiz.screen.base import SessionScreen
from quiz.screen.choice import Choice
from quiz.screen.key_line import KeyLine
from quiz.screen.score import render_score
from quiz.screen.writing import Writing, cleaned
from quiz.session import Recommendation

if TYPE_CHECKING:
    from textual.app import ComposeResult

RECOMMENDATIONS: Final[dict[str, str]] = {
    Recommendation.STRONG_YES: "strong yes",
    Recommendation.YES: "yes",
    Recommendation.NO_DECISION: "no decision",
    Recommendation.NO: "no",
    Recommendation.STRONG_NO: "strong no",
}
AS_ESTIMATED: Final = "as-estimated"
LEVELS: Final = {AS_ESTIMATED: "as estimated", **{str(level): f"overrule: {level}" for level in Level}}
TITLES: Final = {
    "score": "Scorecard",
    "recommendation": "Your recommendation",
    "level": "Level",
    "overall-note": "Note",
}
MISSING: Final = "overruling needs a reason"


class ConclusionScreen(SessionScreen):
    """Shows the scorecard; takes the recommendation, the level with the reason for overruling it, and a note."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "points", "Back to the questions"),
        Binding("f10", "end", "End the interview"),
        Binding("tab", "app.focus_next", "Next field"),
    ]

    def compose(self) -> ComposeResult:
        """Make the two halves."""
        kept = self.session.conclusion
        with Horizontal(id="conclusion"):
            with VerticalScroll(id="score"):
                yield Static(id="score-text")
            with VerticalScroll(id="judgement", can_focus=False):
                yield Choice(RECOMMENDATIONS, kept.recommendation, id="recommendation", compact=True)
                yield Choice(LEVELS, kept.level or AS_ESTIMATED, id="level", compact=True)
                yield Input(plain(kept.reason), placeholder="Why the estimate is overruled", id="reason", compact=True)
                yield Writing("What the hiring meeting should know", id="overall-note")
        yield KeyLine()

    def on_mount(self) -> None:
        """Name the fields, and begin at the recommendation."""
        titles = {
            "score": "Scorecard",
            "recommendation": "Your recommendation",
            "level": "Level",
            "overall-note": "Note",
        }
        for identifier, title in titles.items():
            self.query_one(f"#{identifier}").border_title = title
        self.query_one("#overall-note", Writing).show(self.session.conclusion.note)
        self.query_one("#score").focus()
        self._show()

    @on(Choice.Chosen, "#recommendation")
    def recommend(self, event: Choice.Chosen) -> None:
        """Keep the recommendation."""
        self._conclude(recommendation=Recommendation(event.value))

    @on(Choice.Chosen, "#level")
    def overrule(self, event: Choice.Chosen) -> None:
        """Keep the level, or go back to the estimate."""
        self._conclude(level=None if event.value == AS_ESTIMATED else Level(event.value))
        if self._lacks_reason():
            self.query_one("#reason").focus()

    @on(Input.Changed, "#reason")
    @on(TextArea.Changed)
    def keep_texts(self) -> None:
        """Keep the reason and the note as they stand."""
        reason, note = self.query_one("#reason", Input).value, self.query_one("#overall-note", Writing).text
        kept = self.session.conclusion
        if (reason, note) != (plain(kept.reason), cleaned(kept.note)):
            self._conclude(reason=reason, note=note)

    def action_points(self) -> None:
        """Go back to the questions."""
        self.keep_texts()
        self.app.pop_screen()

    def action_end(self) -> None:
        """End the interview, unless a reason is missing."""
        self.keep_texts()
        if self._lacks_reason():
            self.notify(MISSING, severity="warning")
            self.query_one("#reason").focus()
        elif self.keep(self.session.end):
            self.app.exit()

    def _conclude(self, **changes: Any) -> None:
        self.keep(lambda: self.session.conclude(replace(self.session.conclusion, **changes)))
        self._show()

    def _lacks_reason(self) -> bool:
        conclusion = self.session.conclusion
        return conclusion.level is not None and not conclusion.reason.strip()

    def _show(self) -> None:
        self.query_one("#score-text", Static).update(render_score(self.session))
        self.query_one("#reason").border_title = "Reason: " + MISSING if self._lacks_reason() else "Reason"
