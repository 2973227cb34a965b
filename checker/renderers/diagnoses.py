"""What the doctor found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.doctor import Diagnosis


def table(found: Sequence[Diagnosis]) -> str:
    """Return a line a thing, and under what is missing how to get it."""
    width = max(len(one.name) for one in found)
    return "".join(line(one, width) for one in found)


def line(one: Diagnosis, width: int) -> str:
    """Return the line or two of one diagnosis."""
    word = "ok  " if one.ok else "MISS" if one.needed else "none"
    remedy = f"      {'':<{width}}  {one.remedy}\n" if one.remedy and not one.ok else ""
    return f"{word}  {one.name:<{width}}  {one.found}\n{remedy}"
