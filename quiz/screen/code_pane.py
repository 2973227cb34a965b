"""The code that a question is about, highlighted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from textual.containers import ScrollableContainer
from textual.content import Content
from textual.widgets import Static

from checker.errors import WorkbenchError
from quiz.screen.marks import MUTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from quiz.code import Excerpt

NOTHING: Final = Content.styled("This question is about no code.", MUTED)


class CodePane(ScrollableContainer):
    """Shows excerpts one below the other; the arrows scroll it both ways."""

    def __init__(self, find: Callable[[str], Excerpt], **options: Any) -> None:
        super().__init__(**options)
        self._find = find
        self._shown: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Make the text."""
        yield Static(classes="code")

    def show(self, references: tuple[str, ...]) -> None:
        """Show the excerpts, plain at first: the lexers are loaded once that is painted."""
        self._shown = references
        excerpts = [self._found(reference) for reference in references]
        self.scroll_home(animate=False, immediate=True)
        self._put([numbered(excerpt, Content(excerpt.text)) for excerpt in excerpts])
        self.call_after_refresh(self._highlight, references, excerpts)

    def _found(self, reference: str) -> Excerpt:
        """Return an excerpt; what cannot be found is no reason to break an interview off."""
        from quiz.code import Excerpt

        try:
            return self._find(reference)
        except WorkbenchError as error:
            return Excerpt(reference, 1, error.message, "text")

    def _highlight(self, references: tuple[str, ...], excerpts: Sequence[Excerpt]) -> None:
        from textual.highlight import highlight

        if references == self._shown:
            self._put([numbered(one, highlight(one.text, language=one.language)) for one in excerpts])

    def _put(self, blocks: Sequence[Content]) -> None:
        self.query_one(Static).update(Content("\n\n").join(blocks) if blocks else NOTHING)


def numbered(excerpt: Excerpt, text: Content) -> Content:
    """Return an excerpt under its path, each line with its number."""
    lines = text.rstrip().split("\n", allow_blank=True)
    width = len(str(excerpt.first_line + len(lines)))
    title = Content.styled(f"{excerpt.path}, line {excerpt.first_line}", "bold $text-accent")
    body = [
        Content.assemble((f"{number:>{width}} ", MUTED), line) for number, line in enumerate(lines, excerpt.first_line)
    ]
    return Content("\n").join([title, *body])
