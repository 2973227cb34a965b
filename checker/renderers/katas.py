"""The list of katas."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.catalog import Kata


def table(katas: Sequence[Kata]) -> str:
    """Return a line a kata: id, minutes, title, summary."""
    width = max((len(kata.id) for kata in katas), default=0)
    lines = [
        f"{kata.id:<{width}}  {kata.minutes:>3} min  {kata.title}: {' '.join(kata.summary.split())}" for kata in katas
    ]
    return "\n".join([*lines, "", "workbench show ID tells more; workbench start ID begins.", ""])
