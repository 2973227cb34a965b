"""Foreign text in Markdown as GitHub reads it (https://github.github.com/gfm), which stays text there."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

PUNCTUATION: Final = re.compile(f"([{re.escape(string.punctuation)}])")
BACKTICKS: Final = re.compile("`+")
LEAST_FENCE: Final = 3


def words(text: str) -> str:
    """Return one line of our own content (a title): every sign that could be markup escaped."""
    return PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """Return a text as code within a line, also of a table: nothing in it is a link, a mention or HTML."""
    line = " ".join(text.split()).replace("|", "¦") or " "  # a bar would end a table's cell even here
    fence = "`" * (longest_run(line) + 1)
    return f"{fence} {line} {fence}" if line.strip("`") != line else f"{fence}{line}{fence}"


def block(text: str) -> str:
    """Return a text as a block of code that it cannot leave: its fence is longer than any row of backticks in it."""
    fence = "`" * max(LEAST_FENCE, longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def table_row(cells: Sequence[str]) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(cells)} |\n"


def longest_run(text: str) -> int:
    """Return how many backticks stand in a row at most."""
    return max(map(len, BACKTICKS.findall(text)), default=0)
