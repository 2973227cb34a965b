"""Every item of the bank on a terminal of 80 by 24: nothing breaks, and nothing is out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from checker.content import find_content
from quiz.bank import read_bank
from quiz.screen.rows import View
from quiz.session import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.bank import Bank
    from tests.quiz.screen.conftest import Interview

LIST: Final = (72, 10)  # columns and lines of the list of points, below a prompt of five lines


@pytest.fixture
def every() -> Bank:
    """Return the bank itself."""
    return read_bank(find_content().questions)


def squeezed(text: str) -> str:
    """Return a text without blanks and frames, so that breaks of lines do not count."""
    return "".join(text.translate(dict.fromkeys(map(ord, "┃│━╭╮╰╯┏┓┗┛"))).split())


def test_every_row_fits(every: Bank) -> None:
    """Each row, a correction told in full, is no higher than the list, so that going to it shows all of it."""
    for item in every.items.values():
        unfolded = {one.id for one in item.follow_ups}
        rows = View(item, Sheet(), unfolded, {}).rows()
        for row in [one for here in rows for one in View(item, Sheet(), unfolded, {}, here.id).rows()]:
            assert row.visual.get_height({}, LIST[0]) <= LIST[1], row


def test_every_item(every: Bank, begin_interview: Callable[..., Interview]) -> None:
    """Title and prompt are whole, the last row can be reached, and each pane and view opens."""
    interview = begin_interview(every, find_content().service)
    items = interview.session.items
    shown = interview.look([], *[["end"], ["k", "v", "v", "n"]] * len(items), size=(80, 24))
    for item, first, last in zip(items, shown[::2], shown[1::2], strict=False):
        assert f"{item.id} {item.title}" in first
        assert squeezed(item.prompt) in squeezed(first)
        assert squeezed(item.red_flags[-1] if item.red_flags else item.follow_ups[-1].prompt) in squeezed(last)
