"""The bank's table of contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quiz.listing import bank_lines
from quiz.selection import Wish, make_plan

if TYPE_CHECKING:
    from quiz.bank import Bank


def test_everything_that_can_be_named_is_listed(bank: Bank) -> None:
    """Each section shows what names it, each question its id, minutes and title."""
    assert list(bank_lines(bank)) == [
        "Section 1: Sessions: --sections 1, 30 min",
        "  q1    6 min  Sessions of the database",
        "  q2    4 min  An ORM or SQL",
        "Section 2: Containers: --sections 2, 20 min",
        "  q3    5 min  Compose",
        "Bonus: --sections bonus",
        "  q4    5 min  Pipelines",
    ]


def test_what_is_listed_names_what_it_says(bank: Bank) -> None:
    """Typing a section as it is listed asks the questions below it."""
    names = [line.partition("--sections ")[2].partition(",")[0] for line in bank_lines(bank) if "--sections" in line]
    assert [make_plan(bank, Wish(sections=name)).items for name in names] == [("q1", "q2"), ("q3",), ("q4",)]
