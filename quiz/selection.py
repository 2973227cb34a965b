"""Which questions an interview asks: from what was asked for on the command line to a plan.

Nothing asked for is the whole interview, section by section, without the bonus part. `--sections` and `--questions`
name what is asked, in the order they are given. With `--minutes` questions are picked within that budget:

1. A section's share of the budget is its part of all the minutes of the sections in question.
2. The next question is from the section that has most of its share left, in minutes, of those of which a question
   still fits into the budget. Between equal sections the bank's order decides.
3. Within a section questions that take no more than its share come first, then those of whose points more weight is of
   the level asked for. Without a level, and between equal questions, the bank's order decides.
4. The bonus part is picked from when every other question is in and minutes are left.

What is picked is asked in the bank's order. The same call on the same bank gives the same plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.errors import UsageError
from quiz.bank import Level
from quiz.session import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quiz.bank import Bank, Item, Section

LIST: Final = "workbench quiz --list"


@dataclass(frozen=True)
class Wish:
    """What was asked for, as it was typed; None where an option was left out."""

    level: str | None = None
    sections: str | None = None
    minutes: float | None = None
    questions: str | None = None


def make_plan(bank: Bank, wish: Wish) -> Plan:
    """Return what the interview asks; `UsageError` where the wish cannot be met."""
    refuse_mixture(wish)
    level = named_level(wish.level)
    if wish.questions is not None:
        return Plan(named_questions(bank, wish.questions), level)
    sections = bank.sections if wish.sections is None else named_sections(bank, wish.sections)
    if wish.minutes is not None:
        return within(sections, wish.minutes, level)
    whole = [section for section in sections if wish.sections is not None or not section.bonus]
    return Plan(tuple(item.id for section in whole for item in section.items), level)


def refuse_mixture(wish: Wish) -> None:
    """Refuse questions that are both named and picked."""
    if wish.questions is not None and (wish.sections is not None or wish.minutes is not None):
        raise UsageError(
            "--questions names every question, so that --sections and --minutes have nothing to pick",
            next_step=f"workbench quiz --questions {wish.questions}",
        )


def named_level(name: str | None) -> Level | None:
    """Return a level by its name."""
    try:
        return None if name is None else Level(name.strip().lower())
    except ValueError:
        raise UsageError(
            f"there is no level {name!r}, there are {', '.join(Level)}", next_step="workbench quiz --level mid"
        ) from None


def named_sections(bank: Bank, names: str) -> tuple[Section, ...]:
    """Return sections by their ids or their places in the bank, from 1 on, in the order they are named."""
    places = {str(place): section for place, section in enumerate(bank.sections, 1) if not section.bonus}
    known = {**places, **{section.id: section for section in bank.sections}}
    found: dict[str, Section] = {}
    for name in words(names, "sections", "--sections 1,3,5"):
        if name not in known:
            ids = ", ".join([*places, *(section.id for section in bank.sections if section.bonus)])
            raise UsageError(f"there is no section {name!r}, there are {ids}", next_step=LIST)
        found[known[name].id] = known[name]
    return tuple(found.values())


def named_questions(bank: Bank, names: str) -> tuple[str, ...]:
    """Return the ids of questions, tasks and scenarios in the order they are named; `7` is `q7`."""
    asked = words(names, "questions", "--questions q1,q7")
    ids = [f"q{name}" if name.isdecimal() else name for name in asked]
    return tuple(dict.fromkeys(bank.item(identifier).id for identifier in ids))


def words(text: str, what: str, example: str) -> list[str]:
    """Split a list with commas or spaces; an empty one is refused."""
    found = text.lower().replace(",", " ").split()
    if not found:
        raise UsageError(f"no {what} are named", next_step=f"workbench quiz {example}")
    return found


def within(sections: Sequence[Section], minutes: float, level: Level | None) -> Plan:
    """Pick a balanced set of questions that takes at most these minutes (the module's docstring tells the rule)."""
    pool = [item for section in sections for item in section.items]
    picked = pick([section for section in sections if not section.bonus], refuse_no_time(minutes, pool), level)
    bonus = [section for section in sections if section.bonus]
    if all(item in picked for section in sections for item in section.items if section not in bonus):
        picked += pick(bonus, minutes - taken(picked), level)
    chosen = {item.id for item in picked}
    return Plan(
        tuple(item.id for item in pool if item.id in chosen),
        level,
        minutes,
        tuple(item.id for item in pool if item.id not in chosen),
    )


def refuse_no_time(minutes: float, pool: Sequence[Item]) -> float:
    """Return a budget into which a question fits."""
    shortest = min(item.minutes for item in pool)
    if not math.isfinite(minutes) or minutes < shortest:
        raise UsageError(
            f"no question fits into {minutes:g} minutes, the shortest takes {shortest:g}",
            next_step="workbench quiz --minutes 60",
        )
    return minutes


def pick(sections: Sequence[Section], minutes: float, level: Level | None) -> list[Item]:
    """Pick from the sections, balanced by their minutes, until no question fits any more."""
    whole = sum(weight(section) for section in sections)
    shares = [minutes * weight(section) / whole for section in sections]
    picked: list[Item] = []
    while True:
        left = minutes - taken(picked)
        nexts = [best(section, share, picked, left, level) for section, share in zip(sections, shares, strict=True)]
        lacks = [
            share - taken(item for item in section.items if item in picked)
            for section, share in zip(sections, shares, strict=True)
        ]
        open_ones = [(lack, item) for lack, item in zip(lacks, nexts, strict=True) if item]
        if not open_ones:
            return picked
        picked.append(max(open_ones, key=lambda one: one[0])[1])


def best(section: Section, share: float, picked: Sequence[Item], left: float, level: Level | None) -> Item | None:
    """Return the section's next question that fits into the minutes that are left; None where there is none."""
    fitting = [item for item in section.items if item not in picked and item.minutes <= left]
    return max(fitting, key=lambda item: (item.minutes <= share, fit(item, level)), default=None)


def fit(item: Item, level: Level | None) -> float:
    """Return which part of the weight of an item's own points is of a level; 0 without a level."""
    own = sum(point.weight for point in item.points if point.level is level)
    return own / sum(point.weight for point in item.points)


def weight(section: Section) -> float:
    """Return what a section's share is measured by: its minutes, and for a bonus part what its questions take."""
    return section.minutes or taken(section.items)


def taken(items: Iterable[Item]) -> float:
    """Return what questions take, in minutes."""
    return sum(item.minutes for item in items)
