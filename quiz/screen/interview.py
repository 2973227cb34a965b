"""The screen of the interviewer: the question, its code, the points to tick, and what is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static, TextArea

from checker.errors import WorkbenchError
from quiz.screen.base import SessionScreen
from quiz.screen.code_pane import CodePane
from quiz.screen.heading import Heading
from quiz.screen.jump import JumpScreen, left_out
from quiz.screen.key_line import KeyLine
from quiz.screen.marks import CYCLE, LEGEND
from quiz.screen.pane_bar import PANES, PaneBar
from quiz.screen.points import PointList
from quiz.screen.rows import count
from quiz.screen.writing import SaidPane, Writing, cleaned
from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from quiz.code import Excerpt
    from quiz.session import Session
    from quiz.suggest import Suggestion

TICK_SECONDS: Final = 5  # what the clocks lose at most when the machine dies
DRAWN_SECONDS: Final = 0.1  # from the first refresh until what it drew is written; then the records may be opened
MOVING: Final = Binding.Group("Move", compact=True)


class InterviewScreen(SessionScreen):
    """Shows one item of the session; the panes stand side by side, or one at a time where the terminal is narrow."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b,left", "go_by(-1)", "Back", tooltip="the question before", group=MOVING),
        Binding("n,right", "go_by(1)", "Next", tooltip="the next question", group=MOVING),
        Binding("g", "jump", "List", tooltip="list of questions: go to any"),
        Binding("f", "flag", "Flag", tooltip="flag the question to come back to it"),
        Binding("s", "skip", "Skip", tooltip="leave the question out of the score"),
        Binding("z", "pause", "Pause", tooltip="stop the clocks, or let them go on", show=False),
        Binding("v", "share", "Share", tooltip="view for sharing the screen: question and code only"),
        Binding("e", "conclude", "End", tooltip="scorecard, recommendation, end of the interview"),
        Binding("w", "pane('note')", "Note", tooltip="write a note", show=False),
        Binding("t", "pane('said')", "Said", tooltip="type or paste what the candidate says", show=False),
        Binding("k", "pane('code')", "Code", tooltip="the code; the arrows scroll it", show=False),
        Binding("escape", "points", "Points", tooltip="back to the points", show=False),
        Binding("tab", "next_pane(1)", "Next pane", tooltip="next pane", show=False),
        Binding("shift+tab", "next_pane(-1)", "Previous pane", tooltip="previous pane", show=False),
        *(Binding(str(number % 10), f"point({number})", show=False) for number in range(1, 11)),
    ]

    def __init__(self, session: Session, find_excerpt: Callable[[str], Excerpt], **options: Any) -> None:
        super().__init__(session, classes="-front-points", **options)
        self._find_excerpt = find_excerpt
        self.begun = False  # the beginning is kept
        self.refused: WorkbenchError | None = None
        self._shown = ""
        self._suggestions: Mapping[str, Suggestion] = {}

    def compose(self) -> ComposeResult:
        """Make the panes."""
        yield Heading()
        with Horizontal(id="body"):
            with Vertical(id="asked"):
                with VerticalScroll(id="prompt", can_focus=False):
                    yield Static(id="prompt-text", markup=False)
                yield PaneBar()
                yield CodePane(self._find_excerpt, id="code")
            yield PointList(id="points")
        with Horizontal(id="written"):
            yield Writing("Your note", id="note")
            yield SaidPane(id="said-pane")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the item, and let the clocks go."""
        self.query_one("#code").border_title = "Code (k)"
        self.query_one("#note").border_title = "Note (w)"
        self.query_one("#said-pane").border_title = "Said (t)"
        self.set_interval(1, self._show_heading)
        self.set_interval(TICK_SECONDS, self.leave)
        self.show_item()
        self.action_points()
        self.call_after_refresh(self.set_timer, DRAWN_SECONDS, self._keep_first)

    def on_screen_resume(self) -> None:
        """Show what another screen has changed."""
        self.show_item()

    # what is shown

    def show_item(self) -> None:
        """Show the item that the session is at."""
        item, sheet = self.session.item, self.session.sheet
        if item.id != self._shown:
            self._shown = item.id
            self.query_one("#prompt-text", Static).update(item.prompt)
            self.query_one(CodePane).show(item.code)
            self.query_one("#note", Writing).show(sheet.note)
            self.query_one(SaidPane).field.show(sheet.said)
            self._suggest()
        self.show_sheet()

    def show_sheet(self) -> None:
        """Show what was entered for the item."""
        item, sheet = self.session.item, self.session.sheet
        open_ones = {point: one for point, one in self._suggestions.items() if point not in sheet.marks}
        self.query_one(SaidPane).suggest(item, open_ones)
        points = self.query_one(PointList)
        points.show(item, sheet, open_ones)
        points.border_title = f"Expected points: {count(sheet.marks, item)}"
        points.border_subtitle = LEGEND
        self._show_heading()
        self.query_one(PaneBar).show(self.front, sheet)

    @property
    def front(self) -> str:
        """The pane in front, where they show one at a time."""
        return next((pane for pane in PANES if self.has_class(f"-front-{pane}")), "points")

    def _show_heading(self) -> None:
        self.query_one(Heading).show(self.session, unsaved=self.unsaved)

    def _suggest(self) -> None:
        said = self.query_one(SaidPane).field.text
        if not said:
            self._suggestions = {}
            return
        from quiz.suggest import suggest

        self._suggestions = suggest(self.session.item, said)

    # what is entered

    @on(PointList.Marked)
    def mark(self, event: PointList.Marked) -> None:
        """Mark a point."""
        now = self.session.sheet.marks.get(event.point)
        mark = CYCLE[now] if event.mark is None else Mark(event.mark) if event.mark else None
        self.keep(lambda: self.session.mark(event.point, mark))
        self.show_sheet()

    @on(PointList.RestMissed)
    def miss_the_rest(self, event: PointList.RestMissed) -> None:
        """Mark points as missed."""
        for point in event.points:
            self.keep(partial(self.session.mark, point, Mark.MISSED))
        self.show_sheet()

    @on(PointList.RedFlagged)
    def see_red_flag(self, event: PointList.RedFlagged) -> None:
        """Note that a red flag was seen, or take that back."""
        seen = event.position not in self.session.sheet.red_flags
        self.keep(lambda: self.session.see_red_flag(event.position, seen=seen))
        self.show_sheet()

    @on(TextArea.Changed)
    def keep_texts(self) -> None:
        """Keep the note and what was said as they stand."""
        if self._shown != self.session.item.id:
            return
        note, said = self.query_one("#note", Writing).text, self.query_one(SaidPane).field.text
        sheet = self.session.sheet
        if note != cleaned(sheet.note):
            self.keep(lambda: self.session.write_note(note))
        if said != cleaned(sheet.said) and self.keep(lambda: self.session.write_said(said)):
            self._suggest()
            self.show_sheet()

    def _keep_first(self) -> None:
        """Keep that the interview has begun, now that it can be seen: where that is refused it does not go on."""
        try:
            self.session.tick()
            self.begun = True
        except WorkbenchError as error:
            self.refused = error
            self.app.exit()
        if self.begun and self.session.plan.left_out:
            self.notify(left_out(self.session.plan), markup=False)

    def leave(self) -> None:
        """Keep the clock as it stands, and texts that could not be kept before."""
        self.keep_texts()
        self.keep(self.session.tick)

    def action_flag(self) -> None:
        """Flag the item, or take that back."""
        self.keep(lambda: self.session.flag(flagged=not self.session.sheet.flagged))
        self.show_sheet()

    def action_skip(self) -> None:
        """Skip the item, or take that back."""
        self.keep(lambda: self.session.skip(skipped=not self.session.sheet.skipped))
        self.show_sheet()

    def action_pause(self) -> None:
        """Stop the clocks, or let them go on."""
        self.keep(lambda: self.session.pause(paused=not self.session.paused))
        self._show_heading()

    # where to go

    def action_go_by(self, step: int) -> None:
        """Go to the item before or after; behind the last one is the end."""
        position = self.session.position + step
        if position == len(self.session.plan.items):
            self.notify("That was the last question. e shows the scorecard and the end.")
        self.go(position)

    def go(self, position: int | None) -> None:
        """Go to an item, if there is one."""
        if position is None or not 0 <= position < len(self.session.plan.items):
            return
        self.keep_texts()
        self.keep(lambda: self.session.go(position))
        self.show_item()
        self.action_points()

    def action_jump(self) -> None:
        """Show the list of items, and go where it says."""
        self.app.push_screen(JumpScreen(self.session), self.go)

    def action_share(self) -> None:
        """Show what the candidate may see."""
        from quiz.screen.shared import SharedScreen

        self.keep_texts()
        self.app.push_screen(SharedScreen(self.session, self._find_excerpt))

    def action_conclude(self) -> None:
        """Show the scorecard and the end."""
        from quiz.screen.conclusion import ConclusionScreen

        self.keep_texts()
        shape = "-narrow" if self.has_class("-narrow") else "-wide"  # from its first frame on
        self.app.push_screen(ConclusionScreen(self.session, classes=shape))

    def action_points(self) -> None:
        """Show the points and put the keys there."""
        self.action_pane("points")

    def action_point(self, number: int) -> None:
        """Go to a point by its number."""
        self.action_points()
        self.query_one(PointList).go(number)

    def action_next_pane(self, step: int) -> None:
        """Go to the next pane, or the one before."""
        focused = self.focused.id if self.focused else None
        here = PANES.index(focused) if focused in PANES else 0
        self.action_pane(PANES[(here + step) % len(PANES)])

    def action_pane(self, name: str) -> None:
        """Bring a pane to the front and put the keys there."""
        if name != self.front:
            self.update_classes({f"-front-{pane}": pane == name for pane in PANES})
            self.query_one(PaneBar).show(name, self.session.sheet)
        self.query_one(f"#{name}").focus()
