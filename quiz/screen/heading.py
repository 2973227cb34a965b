"""The first lines of the screen: where the interview stands, and its clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from checker.renderers.plain import plain
from quiz.clock import against
from quiz.screen.marks import MUTED

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from quiz.session import Session, Sheet

HERE: Final = "▶"
SKIPPED: Final = "-"


class Heading(Vertical):
    """Shows the question and its state, progress, and the clocks."""

    def compose(self) -> ComposeResult:
        """Make the two lines."""
        with Horizontal():
            yield Static(id="where", classes="grow")
            yield Static(id="whole")
        with Horizontal():
            yield Static(id="clocks", classes="grow")
            yield Static(id="progress")

    def show(self, session: Session, *, unsaved: bool) -> None:
        """Draw where the interview stands, and whether the last change could not be kept."""
        alarm = (" NOT SAVED " if unsaved else "", "bold reverse $text-error")
        self.query_one("#where", Static).update(Content.assemble(alarm, where(session)))
        self.query_one("#progress", Static).update(progress(session))
        self.query_one("#clocks", Static).update(clocks(session))
        self.query_one("#whole", Static).update(whole(session))


def where(session: Session) -> Content:
    """Return the number of the question, its state, its id and its title."""
    sheet = session.sheet
    return Content.assemble(
        (f" {session.position + 1} of {len(session.plan.items)} ", "bold reverse"),
        (" skipped " if sheet.skipped else "", "bold $text-error"),
        (" ! come back " if sheet.flagged else "", "bold $text-warning"),
        (f" {session.item.id} {session.item.title}", "bold"),
    )


def clocks(session: Session) -> Content:
    """Return the clocks of the question and of its section, with what they may take, and the section's name."""
    return Content.assemble(
        ("PAUSED  " if session.paused else "", "bold $text-warning"),
        "question ",
        timed(session.seconds, session.item.minutes * 60),
        "  section ",
        timed(session.section_seconds, session.section_budget),
        (f"  {session.section.title}", MUTED),
    )


def whole(session: Session) -> Content:
    """Return the clock of the whole interview."""
    budget = session.plan.minutes and session.plan.minutes * 60
    return Content.assemble(" in all ", timed(session.whole_seconds, budget))


def timed(seconds: float, budget: float | None) -> tuple[str, str]:
    """Return a clock and its style."""
    over = budget is not None and int(seconds) > int(budget)
    return against(seconds, budget), "bold $text-error" if over else "bold"


def progress(session: Session) -> Content:
    """Return the candidate's name, and one cell an item."""
    cells = (
        HERE if position == session.position else cell(session.sheet_of(item))
        for position, item in enumerate(session.plan.items)
    )
    return Content.assemble((f" {plain(session.candidate)}  ", MUTED), "".join(cells))


def cell(sheet: Sheet) -> str:
    """Return the sign of an item that is not on screen: asked, skipped, to come back to, or to come."""
    if sheet.flagged:
        return "!"
    if sheet.skipped:
        return SKIPPED
    return "■" if sheet.asked else "□"
