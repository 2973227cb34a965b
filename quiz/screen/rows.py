"""The rows of the list of points: what is expected, the follow-ups with their own points, the red flags.

Pure: a row is text with styles and an id, `point:ID`, `follow-up:ID` or `red-flag:POSITION`; a heading has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.widgets.option_list import Option

from quiz.screen.hanging import Hanging
from quiz.screen.marks import LOOKS, MUTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from quiz.bank import Correction, FollowUp, Item, Point
    from quiz.session import Mark, Sheet
    from quiz.suggest import Suggestion

POINT: Final = "point"
FOLLOW_UP: Final = "follow-up"
RED_FLAG: Final = "red-flag"
LEAD_WIDTH: Final = 8  # a number of two digits, a mark of three cells, and the spaces around them

Part = tuple[str, str]  # text and style


@dataclass(frozen=True)
class Row:
    """A row of the list."""

    lead: Part
    body: tuple[Part, ...]
    id: str | None = None
    tail: Part | None = None  # a last line that may be cut off

    @property
    def visual(self) -> Hanging:
        """The row as it is drawn."""
        tail = Content.assemble(self.tail) if self.tail else None
        return Hanging(Content.assemble(self.lead), Content.assemble(*self.body), tail)

    def option(self) -> Option:
        """Return it as a list shows it; a heading cannot be chosen."""
        return Option(self.visual, id=self.id, disabled=self.id is None)


@dataclass(frozen=True)
class View:
    """What the rows are made from: an item, what was entered, which follow-ups are unfolded, what is suggested.

    `here` is the id of the row that is chosen: a correction is told in full there, and in one line elsewhere, so that
    the points can be seen together.
    """

    item: Item
    sheet: Sheet
    unfolded: Collection[str]
    suggestions: Mapping[str, Suggestion]
    here: str | None = None

    def rows(self) -> Iterator[Row]:
        """Yield the rows in their order."""
        yield from self._points()
        yield from self._follow_ups()
        yield from self._red_flags()

    def _points(self) -> Iterator[Row]:
        number = 0
        for group in self.item.groups:
            if group.title:
                yield heading(group.title)
            for point in group.points:
                number += 1
                yield self._point(point, f"{number:>2}")

    def _follow_ups(self) -> Iterator[Row]:
        if self.item.follow_ups:
            yield heading("Follow-ups (u)")
        for follow_up in self.item.follow_ups:
            unfolded = follow_up.id in self.unfolded
            yield self._follow_up(follow_up, unfolded=unfolded)
            if unfolded:
                yield from (self._point(point, "    ") for point in follow_up.points)

    def _red_flags(self) -> Iterator[Row]:
        if self.item.red_flags:
            yield heading("Red flags (r)")
        for position, text in enumerate(self.item.red_flags):
            seen = position in self.sheet.red_flags
            lead = ("   ! !  " if seen else "   · ·  ", "bold $text-error" if seen else MUTED)
            yield Row(lead, ((text, ""), ("  seen" if seen else "", "bold $text-error")), f"{RED_FLAG}:{position}")

    def _point(self, point: Point, number: str) -> Row:
        look = LOOKS[self.sheet.marks.get(point.id)]
        identifier, suggestion = f"{POINT}:{point.id}", self.suggestions.get(point.id)
        full = point.correction if identifier == self.here else None
        body = (
            (point.text, ""),
            (f"  {point.level}", MUTED),
            *(suggested(suggestion) if suggestion else ()),
            *(corrected(full) if full else ()),
        )
        tail = shortened(point.correction) if point.correction and not full else None
        return Row((f"{number} {look.text}  ", look.style), body, identifier, tail)

    def _follow_up(self, follow_up: FollowUp, *, unfolded: bool) -> Row:
        marked = sum(point.id in self.sheet.marks for point in follow_up.points)
        hinted = sum(point.id in self.suggestions for point in follow_up.points)
        state = f"  {marked} of {len(follow_up.points)} marked" + (f", {hinted} suggested" if hinted else "")
        body = ((follow_up.prompt, "bold"), (state, MUTED))
        return Row((f"   {'▾' if unfolded else '▸'} ?  ", "$text-accent"), body, f"{FOLLOW_UP}:{follow_up.id}")


def heading(text: str) -> Row:
    """Return a heading."""
    return Row(("", ""), ((text, "bold underline"),))


def corrected(correction: Correction) -> tuple[Part, ...]:
    """Return what is true instead, and where that is documented."""
    says = (f"\nCorrection: {correction.says}", "$text-warning")
    return says, (f"\nSource: {correction.source.title}, {correction.source.url}", MUTED)


def shortened(correction: Correction) -> Part:
    """Return how a correction begins."""
    return f"Correction: {' '.join(correction.says.split())}", "$text-warning"


def suggested(suggestion: Suggestion) -> tuple[Part, ...]:
    """Return which words of what was said seem to cover a point; it is the interviewer who ticks it."""
    return ((f"\n? said {describe(suggestion)}", "italic $text-accent"),)


def describe(suggestion: Suggestion) -> str:
    """Return the matching words, and whether they are negated."""
    words = ", ".join(f"“{word}”" for word in suggestion.words)
    return f"{words} (negated)" if suggestion.negated else words


def count(marks: Mapping[str, Mark], item: Item) -> str:
    """Return how many of the item's own points are marked: `3 of 5 marked`."""
    marked = sum(point.id in marks for point in item.points)
    return f"{marked} of {len(item.points)} marked"
