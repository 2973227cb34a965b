"""The bank as a table of contents: what `--sections` and `--questions` may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.bank import Bank


def bank_lines(bank: Bank) -> Iterator[str]:
    """Yield the sections with what names them, and their questions: id, minutes, title."""
    widest = max(map(len, bank.items))
    for place, section in enumerate(bank.sections, 1):
        name = section.id if section.bonus else place
        yield f"{section.title}: --sections {name}{f', {section.minutes} min' if section.minutes else ''}"
        for item in section.items:
            yield f"  {item.id:<{widest}}  {item.minutes:>3g} min  {item.title}"
