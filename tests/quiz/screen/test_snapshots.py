"""What the screens look like: pictures that were looked at and found good; `--snapshot-update` makes them anew."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest

from quiz.bank import Level
from quiz.screen.themes import DARK, LIGHT
from quiz.session import Conclusion, Mark, Recommendation

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.quiz.screen.conftest import Interview

    Compare = Callable[..., bool]

WIDE, NARROW = (120, 40), (80, 24)
SIZES: Final = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


@pytest.fixture(autouse=True)
def own_loop() -> None:
    """Leave no event loop behind: where one were set, the pictures would be taken in it and nobody would close it."""
    asyncio.run(asyncio.sleep(0))


@pytest.fixture
def under_way(interview: Interview) -> Interview:
    """Return an interview with marks, a red flag, texts, a question that took too long, and one that was skipped."""
    session = interview.session
    for point, mark in {"generator": Mark.COVERED, "finally": Mark.PARTLY, "leak": Mark.MISSED}.items():
        session.mark(point, mark)
    session.see_red_flag(0, seen=True)
    session.write_note("clear")
    session.write_said("No connection per request; the garbage collector gives some back.")
    interview.clock.now += 400
    session.go(1)
    session.mark("hidden", Mark.COVERED)
    session.flag(flagged=True)
    session.go(2)
    session.skip(skipped=True)
    session.go(0)
    return interview


@pytest.mark.parametrize(
    ("theme", "size"), [(DARK.name, WIDE), (DARK.name, NARROW), (LIGHT.name, NARROW)], ids=["wide", "narrow", "light"]
)
def test_interview(under_way: Interview, snap_compare: Compare, theme: str, size: tuple[int, int]) -> None:
    """A question under way: marks, a suggestion, a follow-up, a red flag, a clock that is over."""
    app = under_way.app()
    app.theme = theme
    assert snap_compare(app, terminal_size=size)


@pytest.mark.parametrize("press", ["k", "w", "t", "n"], ids=["code", "note", "said", "groups"])
def test_narrow_panes(under_way: Interview, snap_compare: Compare, press: str) -> None:
    """The panes of a narrow terminal, and a question with groups."""
    assert snap_compare(under_way.app(), press=[press], terminal_size=NARROW)


@SIZES
def test_shared(under_way: Interview, snap_compare: Compare, size: tuple[int, int]) -> None:
    """The view for sharing the screen."""
    assert snap_compare(under_way.app(), press=["v"], terminal_size=size)


@pytest.mark.parametrize("key", ["g", "question_mark"], ids=["list", "help"])
def test_windows(under_way: Interview, snap_compare: Compare, key: str) -> None:
    """The list of questions, and the help page."""
    assert snap_compare(under_way.app(), press=[key], terminal_size=NARROW)


@SIZES
def test_conclusion(under_way: Interview, snap_compare: Compare, size: tuple[int, int]) -> None:
    """The end, with an estimate that is overruled."""
    under_way.session.conclude(Conclusion(Recommendation.YES, Level.SENIOR, "what was asked suits a junior", "Ask on."))
    assert snap_compare(under_way.app(), press=["e"], terminal_size=size)


def test_too_small(interview: Interview, snap_compare: Compare) -> None:
    """A terminal that is too small."""
    assert snap_compare(interview.app(), terminal_size=(50, 15))
