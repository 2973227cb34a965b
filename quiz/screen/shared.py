"""The view for sharing the screen: the question and the code, and nothing that a candidate should not see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quiz.screen.base import SessionScreen
from quiz.screen.code_pane import CodePane
from quiz.screen.key_line import KeyLine
from quiz.screen.marks import MUTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from quiz.code import Excerpt
    from quiz.session import Session


class SharedScreen(SessionScreen):
    """Shows the prompt and the code of the item. It is given no points: it asks the item for nothing else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "go_by(-1)", "Back"),
        Binding("n", "go_by(1)", "Next"),
        Binding("v,escape", "app.pop_screen", "Close this view", key_display="v"),
    ]

    def __init__(self, session: Session, find_excerpt: Callable[[str], Excerpt], **options: Any) -> None:
        super().__init__(session, **options)
        self._find_excerpt = find_excerpt

    def compose(self) -> ComposeResult:
        """Make the question and the code."""
        yield Static(id="shared-title")
        with VerticalScroll(id="shared-prompt", can_focus=False):
            yield Static(id="shared-text", markup=False)
        yield CodePane(self._find_excerpt, id="shared-code")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the item."""
        self.show_item()
        self.query_one(CodePane).focus()

    def show_item(self) -> None:
        """Show the item that the session is at."""
        item, section = self.session.item, self.session.section
        title = Content.assemble((f" {item.title} ", "bold reverse"), (f"  {section.title}", MUTED))
        self.query_one("#shared-title", Static).update(title)
        self.query_one("#shared-text", Static).update(item.prompt)
        self.query_one(CodePane).show(item.code)

    def action_go_by(self, step: int) -> None:
        """Go to the item before or after."""
        position = self.session.position + step
        if 0 <= position < len(self.session.plan.items):
            self.keep(lambda: self.session.go(position))
            self.show_item()
