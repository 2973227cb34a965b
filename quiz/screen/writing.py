"""What the interviewer writes: the note, and what the candidate said with what it suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from checker.renderers.plain import plain
from quiz.screen.rows import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.events import Paste

    from quiz.bank import Item
    from quiz.suggest import Suggestion

LONGEST: Final = 100_000  # characters of a text that are taken: far more than anybody says to a question


class Writing(TextArea):
    """A text of several lines; escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.points", "Back to the points", tooltip="leave a text field"),
    ]

    def __init__(self, placeholder: str, **options: Any) -> None:
        super().__init__(placeholder=placeholder, show_line_numbers=False, soft_wrap=True, **options)
        self.highlight_cursor_line = False
        self.cursor_blink = False

    def show(self, text: str) -> None:
        """Show a text that was kept, the cursor behind it."""
        if (harmless := cleaned(text)) != self.text:
            self.load_text(harmless)
            self.move_cursor(self.document.end)

    async def _on_paste(self, event: Paste) -> None:
        event.text = cleaned(event.text)  # before the field itself takes it


def cleaned(text: str) -> str:
    """Return a text in which nothing steers a terminal, with plain ends of lines, and no longer than it may be."""
    return plain(text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n"))


class SaidPane(Vertical):
    """What the candidate said, typed or pasted, and below it the points that it seems to cover."""

    def compose(self) -> ComposeResult:
        """Make the field and the list."""
        yield Writing("Type or paste what the candidate says; points it seems to cover are suggested", id="said")
        yield Static(id="suggested")

    @property
    def field(self) -> Writing:
        """The field."""
        return self.query_one(Writing)

    def suggest(self, item: Item, suggestions: Mapping[str, Suggestion]) -> None:
        """Name the points that are suggested by their numbers, with the words that match."""
        numbers = {point.id: str(number) for number, point in enumerate(item.points, 1)}
        told = [f"{numbers.get(key, 'follow-up')} {describe(one)}" for key, one in suggestions.items()]
        self.query_one("#suggested", Static).update(Content("Suggested: " + "; ".join(told)) if told else "")
