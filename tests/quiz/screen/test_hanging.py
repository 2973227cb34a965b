"""Text with a lead: what wraps stays clear of it."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.style import Style
from textual.visual import RenderOptions

from quiz.screen.hanging import Hanging


def lines(hanging: Hanging, width: int) -> list[str]:
    """Return the lines at a width."""
    options = RenderOptions(lambda style: Style.parse(style) if isinstance(style, str) else style, {})
    return [strip.text.rstrip() for strip in hanging.render_strips(width, None, Style(), options)]


def test_wraps_beside_the_lead() -> None:
    """The lead stands before the first line alone."""
    hanging = Hanging(Content("1 C "), Content("one two three four"))
    assert lines(hanging, 14) == ["1 C one two", "    three four"]


def test_tail_is_one_line() -> None:
    """The tail is cut off where it does not fit, and whole where it does."""
    hanging = Hanging(Content("1 C "), Content("one two three"), Content("it goes on"))
    assert lines(hanging, 12) == ["1 C one two", "    three", "    it goes…"]
    assert lines(hanging, 20) == ["1 C one two three", "    it goes on"]


@pytest.mark.parametrize("tail", [None, Content("it goes on")])
@pytest.mark.parametrize("width", [1, 4, 5, 9, 14, 40])
def test_height(width: int, tail: Content | None) -> None:
    """The height is that of what is drawn, at any width."""
    hanging = Hanging(Content("1 C "), Content("one two three four\nand a second paragraph"), tail)
    assert hanging.get_height({}, width) == len(lines(hanging, width))


def test_optimal_width() -> None:
    """The width that needs no wrapping is that of lead and longest line."""
    assert Hanging(Content("1 C "), Content("one two\nthree")).get_optimal_width({}, 80) == 11
