"""What `workbench practice` does: ask what is due and then what is new, or tell how practice stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.content import find_content
from quiz.bank import read_bank
from quiz.interview_date import chosen_date
from quiz.practice import Practice
from quiz.schedule import day_of, day_start, last_review
from quiz.selection import named_sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from quiz.bank import Bank, Item
    from quiz.practice import Round


@dataclass(frozen=True)
class Call:
    """What was typed behind `workbench practice`; `by` is a date, or `none`."""

    section: str | None = None
    due: bool = False
    stats: bool = False
    by: str | None = None


def practise(call: Call, put: Callable[[str], None]) -> None:
    """Practise until nothing is left or the person leaves, or print the numbers."""
    bank = read_bank(find_content().questions)
    items = chosen_items(bank, call.section)
    day = chosen_date(call.by, dt.datetime.now().astimezone().date())
    from records.database import open_records
    from records.practice import PracticeRecords

    with open_records() as records:
        practice = Practice(bank, PracticeRecords(records), None if day is None else day_start(day))
        if call.stats:
            show_stats(practice, put)
        else:
            ask(practice, items, call, None if day is None else day.isoformat(), put)


def chosen_items(bank: Bank, section: str | None) -> list[Item]:
    """Return the questions of the sections that were named, or all; tasks and scenarios are talked through as well."""
    sections = bank.sections if section is None else named_sections(bank, section)
    return [item for one in sections for item in one.items]


def agenda(practice: Practice, items: Sequence[Item], call: Call) -> Iterator[Round]:
    """Yield what is due, then what is new, and of a section that was named also what would be due later."""
    yield from practice.due_rounds(items)
    if not call.due:
        yield from practice.new_rounds(items)
    if not call.due and call.section is not None:
        today = day_start(day_of(practice.now()))
        yield from (one for one in practice.early_rounds(items) if not practised_since(practice, one.item, today))


def practised_since(practice: Practice, item: Item, at: float) -> bool:
    """Whether a question was practised since `at`, in seconds since 1970."""
    last = last_review(practice.cards[item.id])
    return last is not None and last >= at


def ask(
    practice: Practice, items: Sequence[Item], call: Call, interview: str | None, put: Callable[[str], None]
) -> None:
    """Ask line by line."""
    from quiz.code import find_excerpt
    from quiz.plain.editor import edit
    from quiz.plain.practice import PracticeFace
    from quiz.plain.practice_wording import introduction
    from quiz.plain.terminal import ProcessTerminal, is_interactive

    due, new = len(practice.due_rounds(items)), len(practice.new_rounds(items))
    put("".join(f"{line}\n" for line in introduction(practice, due, new, interview)))
    terminal = ProcessTerminal(put, lambda: None)
    PracticeFace(practice, terminal, find_excerpt, edit if is_interactive() else None).run(
        agenda(practice, items, call)
    )


def show_stats(practice: Practice, put: Callable[[str], None]) -> None:
    """Print the heat map and the forecast."""
    from checker.renderers import terminal
    from quiz.practice_tables import render_stats

    put(render_stats(practice, terminal.width(), color=terminal.wants_color()))
