"""The help page: every key, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from quiz.screen.interview import InterviewScreen
from quiz.screen.key_line import KeyLine
from quiz.screen.points import PointList

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult

ABOUT: Final = (
    "A question counts once one of its points is marked, a follow-up once one of its own is; what is unmarked beside a "
    "mark counts as missed. What the candidate said suggests points (?), and only you mark them.\n\n"
    "Everything is saved the moment it is entered, clocks every five seconds. The clocks advise and stop nothing."
)


class HelpScreen(ModalScreen[None]):
    """Lists the keys of the interview's screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """Make the page."""
        with VerticalScroll(classes="window", id="help") as page:
            page.border_title = "Keys"
            yield Static(self._text())
        yield KeyLine()

    def _text(self) -> Content:
        parts = (
            ("On the points", keys_of(PointList.BINDINGS)),
            (
                "Everywhere but in a text field",
                [("1 … 0", "go to a point by its number"), *keys_of(InterviewScreen.BINDINGS)],
            ),
            ("Always", keys_of(type(self.app).BINDINGS)),
        )
        return Content("\n").join([part(title, keys) for title, keys in parts] + [Content(ABOUT)])


def keys_of(bindings: Sequence[BindingType]) -> list[tuple[str, str]]:
    """Return the keys that say what they do."""
    return [(shown(one), one.tooltip) for one in bindings if isinstance(one, Binding) and one.tooltip]


def shown(binding: Binding) -> str:
    """Return a binding's keys as they stand on a keyboard."""
    return binding.key.replace("question_mark", "?").replace(",", " ")


def part(title: str, keys: Sequence[tuple[str, str]]) -> Content:
    """Return a heading and its keys, a line each."""
    return Content.assemble((title, "bold underline"), "\n", *lines(keys))


def lines(keys: Sequence[tuple[str, str]]) -> Iterator[Content]:
    """Yield a line for each key."""
    for key, says in keys:
        yield Content.assemble((f"  {key:<14}", "bold $text-accent"), says, "\n")
