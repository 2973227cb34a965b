"""Which points one covered, as it is typed: `1 3-5 ~2`, `all`, `none`, `all ~4`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from quiz.plain.actions import RefusedError
from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TICK: Final = re.compile(r"(?P<partly>~?)(?P<first>\d+)(?:-(?P<last>\d+))?")
PARTLY_MARK: Final = "~"


def ticked(text: str, points: Sequence[str]) -> dict[str, Mark]:
    """Return the marks of all points: covered or partly as they were typed, later words over earlier, the rest missed.

    `RefusedError` where a word is none of these, or nothing was typed.
    """
    words = text.lower().replace(",", " ").split()
    if not words:
        raise RefusedError(f"Type all, none, or numbers from 1 to {len(points)}, as in: 1 3-4 ~2")
    marks = dict.fromkeys(points, Mark.MISSED)
    for word in words:
        mark = Mark.PARTLY if word.startswith(PARTLY_MARK) else Mark.COVERED
        for place in places(word, len(points)):
            marks[points[place]] = mark
    return marks


def places(word: str, count: int) -> Iterator[int]:
    """Yield the places, from 0 on, that a word names."""
    if word in {"all", "none"}:
        yield from range(count if word == "all" else 0)
        return
    match = TICK.fullmatch(word)
    first = int(match["first"]) if match else 0
    last = int(match["last"] or first) if match else 0
    if not 1 <= first <= last <= count:
        raise RefusedError(f"“{word}” names no points; they go from 1 to {count}, as in: 1 3-4 ~2")
    yield from range(first - 1, last)
