"""The list of points: the interviewer ticks what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList

from quiz.screen.rows import FOLLOW_UP, POINT, RED_FLAG, View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quiz.bank import Item
    from quiz.screen.rows import Row
    from quiz.session import Sheet
    from quiz.suggest import Suggestion

MARKING: Final = Binding.Group("Mark", compact=True)


class PointList(OptionList):
    """Shows an item's points, follow-ups and red flags; says what the interviewer does to them and changes nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "mark('covered')", "Covered", tooltip="the point was covered", group=MARKING),
        Binding("p", "mark('partly')", "Partly", tooltip="the point was partly covered", group=MARKING),
        Binding("m", "mark('missed')", "Missed", tooltip="the point was missed", group=MARKING),
        Binding("x", "mark('')", "Clear", tooltip="take the mark back", group=MARKING),
        Binding(
            "M", "mark_rest", "Rest missed", tooltip="what is unmarked was missed, here or in the follow-up", show=False
        ),
        Binding("space", "select", "Next mark", tooltip="next mark, unfold, or red flag seen; enter too", show=False),
        Binding("u", "next_follow_up", "Follow-up", tooltip="go to the next follow-up and unfold it", show=False),
        Binding("r", "next_red_flag", "Red flag", tooltip="go to the next red flag", show=False),
        Binding("home", "first", "First", tooltip="the first point", show=False),
        Binding("end", "last", "Last", tooltip="the last row", show=False),
    ]

    @dataclass
    class Marked(Message):
        """A point is to be marked; `mark` is empty where the mark is taken back, and None for the next one."""

        point: str
        mark: str | None

    @dataclass
    class RestMissed(Message):
        """These points are to be marked as missed."""

        points: tuple[str, ...]

    @dataclass
    class RedFlagged(Message):
        """A red flag was seen, or was not after all."""

        position: int

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._item: Item | None = None
        self._sheet: Sheet | None = None
        self._suggestions: Mapping[str, Suggestion] = {}
        self._unfolded: set[str] = set()
        self._rows: list[Row] = []

    def show(self, item: Item, sheet: Sheet, suggestions: Mapping[str, Suggestion]) -> None:
        """Show an item as it stands; another one than before is shown folded, save where follow-ups have marks."""
        if self._item is None or item.id != self._item.id:
            self._unfolded = {one.id for one in item.follow_ups if any(point.id in sheet.marks for point in one.points)}
            self._rows = []
        self._item, self._sheet, self._suggestions = item, sheet, suggestions
        self._fill()

    def go(self, number: int) -> None:
        """Highlight a point by its number, from 1."""
        points = [index for index, row in enumerate(self._rows) if row.id and row.id.startswith(POINT)]
        if self._item and number <= min(len(self._item.points), len(points)):
            self.highlighted = points[number - 1]

    def action_mark(self, mark: str) -> None:
        """Ask for a mark on the highlighted point."""
        kind, identifier = self._here()
        if kind == POINT:
            self.post_message(self.Marked(identifier, mark))

    def action_mark_rest(self) -> None:
        """Ask for what is unmarked beside the highlighted point to be marked as missed."""
        if self._item and self._sheet:
            _, here = self._here()
            follow_ups = (one.points for one in self._item.follow_ups)
            beside = next((points for points in follow_ups if here in {one.id for one in points}), self._item.points)
            self.post_message(self.RestMissed(tuple(one.id for one in beside if one.id not in self._sheet.marks)))

    def action_next_follow_up(self) -> None:
        """Go to the next follow-up and unfold it."""
        if identifier := self._go_next(FOLLOW_UP):
            self._unfolded.add(identifier)
            self._fill()

    def action_next_red_flag(self) -> None:
        """Go to the next red flag."""
        self._go_next(RED_FLAG)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell the correction of the point in full, and that of the one before no longer."""
        event.stop()
        self._fill()
        self.scroll_to_highlight()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do what is nearest at hand: the next mark, fold or unfold, red flag seen or not."""
        event.stop()
        kind, identifier = self._here()
        if kind == POINT:
            self.post_message(self.Marked(identifier, None))
        elif kind == RED_FLAG:
            self.post_message(self.RedFlagged(int(identifier)))
        elif kind == FOLLOW_UP:
            self._unfolded ^= {identifier}
            self._fill()

    def _here(self) -> tuple[str, str]:
        option = self.highlighted_option
        kind, _, identifier = ((option and option.id) or "").partition(":")
        return kind, identifier

    def _go_next(self, kind: str) -> str | None:
        """Highlight the next row of a kind, from the top again after the last, and return its identifier."""
        found = [index for index, row in enumerate(self._rows) if row.id and row.id.startswith(f"{kind}:")]
        if not found:
            return None
        here = -1 if self.highlighted is None else self.highlighted
        self.highlighted = next((index for index in found if index > here), found[0])
        return self._here()[1]

    def _fill(self) -> None:
        """Draw what has changed, and keep the place."""
        if self._item is None or self._sheet is None:
            return
        here = self.highlighted_option.id if self.highlighted_option else None
        rows = list(View(self._item, self._sheet, self._unfolded, self._suggestions, here).rows())
        before, self._rows = self._rows, rows
        if [row.id for row in before] != [row.id for row in rows]:
            self._refill(first=not before)
            return
        for index, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.replace_option_prompt_at_index(index, new.visual)

    def _refill(self, *, first: bool) -> None:
        here, top = self.highlighted_option, self.scroll_y
        self.set_options(row.option() for row in self._rows)
        if first or here is None or here.id is None:
            self.action_first()
            self.scroll_home(animate=False)
        else:
            self.highlighted = self.get_option_index(here.id)
            self.scroll_to(y=top, animate=False)
