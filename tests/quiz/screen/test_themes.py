"""The colours: every text can be read on every ground it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.color import Color

from quiz.screen.marks import LOOKS, MUTED
from quiz.screen.themes import OTHER

if TYPE_CHECKING:
    from tests.quiz.screen.conftest import Interview

READABLE = 4.5  # WCAG 2.2, 1.4.3
TEXTS = [
    "$foreground",
    "$text-accent",
    "$text-primary",
    MUTED,
    *(look.style.removeprefix("bold ") for look in LOOKS.values()),
]


def luminance(color: Color) -> float:
    """Return the relative luminance as WCAG defines it."""
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", OTHER)
def test_texts_can_be_read(interview: Interview, theme: str) -> None:
    """Texts and marks have a contrast of 4.5 on the ground, on the lines at head and foot, and on the chosen row."""
    app = interview.app()
    app.theme = theme
    colors = app.get_css_variables()
    ground, primary = Color.parse(colors["background"]), Color.parse(colors["primary"])
    for behind in (ground, Color.parse(colors["panel"]), ground.blend(primary, 0.25)):
        for style in TEXTS:
            name, _, share = style.removeprefix("$").partition(" ")
            text = behind.blend(Color.parse(colors[name]), float(share.rstrip("%") or 100) / 100)
            assert contrast(text, behind) >= READABLE, (style, behind)
