"""The list of the interview's items, to go to any."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from checker.renderers.plain import plain
from quiz.clock import told
from quiz.screen.hanging import Hanging
from quiz.screen.heading import HERE, SKIPPED, cell
from quiz.screen.key_line import KeyLine
from quiz.screen.marks import MUTED
from quiz.screen.rows import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult

    from quiz.bank import Item
    from quiz.session import Plan, Session

LEGEND: Final = f"{HERE} here  ■ asked  □ to come  ! come back  {SKIPPED} skipped"


class QuestionList(OptionList):
    """A list that names its key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Go there")]


class JumpScreen(ModalScreen[int | None]):
    """Lists the items under their sections with the state of each; gives the position that is chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,g,q", "dismiss", "Close")]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def compose(self) -> ComposeResult:
        """Make the list."""
        questions = QuestionList(*self._options(), id="questions")
        questions.border_title = Content(f"Questions to {plain(self.session.candidate)}")
        questions.border_subtitle = LEGEND
        yield questions
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the item on screen."""
        questions = self.query_one(QuestionList)
        questions.highlighted = questions.get_option_index(str(self.session.position))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go there."""
        self.dismiss(int(str(event.option_id)))

    def _options(self) -> Iterator[Option]:
        section = None
        for position, item in enumerate(self.session.items):
            if (its := self.session.bank.section_of(item.id)) is not section:
                section = its
                yield Option(Content.styled(section.title, "bold underline"), disabled=True)
            yield Option(self._line(position, item), id=str(position))

        if self.session.plan.left_out:
            yield Option(Content.styled(left_out(self.session.plan), MUTED), disabled=True)

    def _line(self, position: int, item: Item) -> Hanging:
        sheet = self.session.sheets.get(item.id) or self.session.sheet_of(item.id)
        symbol = HERE if position == self.session.position else cell(sheet)
        states = [word for word, holds in (("come back", sheet.flagged), ("skipped", sheet.skipped)) if holds]
        told_state = ", ".join([count(sheet.marks, item), told(sheet.seconds), *states]) if sheet.asked else "to come"
        return Hanging(
            Content(f"{symbol} {position + 1:>2} "),
            Content.assemble(f"{item.id} {item.title}  ", (told_state, MUTED)),
        )


def left_out(plan: Plan) -> str:
    """Return what the budget left out."""
    return f"Left out within {plan.minutes:g} minutes: {', '.join(plan.left_out)}"
