"""The documentation's pictures of the screen."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from checker.content import find_content
from quiz.bank import read_bank

PICTURES: Final = find_content().questions.parent / "docs" / "pictures"
MOST_BYTES: Final = 150_000


def text_of(name: str) -> str:
    """Return what a picture shows, without blanks."""
    texts = (one.text or "" for one in ET.parse(PICTURES / name).iter("{http://www.w3.org/2000/svg}text"))  # noqa: S314 - our own
    return re.sub(r"\s+", "", "".join(texts))


@pytest.mark.parametrize("name", ["quiz.svg", "quiz-shared.svg"])
def test_a_picture_needs_nothing_from_elsewhere(name: str) -> None:
    """It fetches no font or file, and is small enough for a page."""
    picture = (PICTURES / name).read_text(encoding="utf-8")
    assert len(picture) < MOST_BYTES
    assert not re.search(r"@font-face|@import|href|url\((?!#)|<script", picture)


def test_the_pictures_show_a_question_of_the_bank() -> None:
    """Both show the prompt as it stands in the bank; the interviewer's shows a correction, the shared one does not."""
    prompt = re.sub(r"\s+", "", read_bank(find_content().questions).item("q3").prompt)[:40]
    own, shared = text_of("quiz.svg"), text_of("quiz-shared.svg")
    assert prompt in own
    assert prompt in shared
    assert "Correction:" in own
    assert "Correction:" not in shared
