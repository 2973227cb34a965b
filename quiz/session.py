"""The engine of an interview: it knows no screen.

A face (full screen, plain) shows what the session holds and calls it when the interviewer does something. Each call
that changes something is written to the store before it returns, so that nothing that was entered can be lost.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from checker.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from quiz.bank import Bank, Item, Level, Section


class Mark(StrEnum):
    """How well a point was covered."""

    COVERED = "covered"
    PARTLY = "partly"
    MISSED = "missed"


class Recommendation(StrEnum):
    """The interviewer's own word, in the five steps that applicant-tracking systems use."""

    STRONG_YES = "strong_yes"
    YES = "yes"
    NO_DECISION = "no_decision"
    NO = "no"
    STRONG_NO = "strong_no"


@dataclass(frozen=True)
class Plan:
    """What an interview asks: item ids in order, and those that a budget left out."""

    items: tuple[str, ...]
    level: Level | None = None  # whom the interview is for
    minutes: float | None = None  # the budget; None where there is none
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What was entered for one item. `marks` holds the points that were marked, follow-ups' included, by point id.

    A mark of a point that the bank no longer has stays, and is neither shown nor scored.
    """

    marks: Mapping[str, Mark] = field(default_factory=dict)
    note: str = ""
    said: str = ""  # what the candidate said, typed or pasted
    red_flags: tuple[int, ...] = ()  # positions of the item's red flags that were seen
    flagged: bool = False  # to come back to
    asked: bool = False  # it was shown; what is scored is what was marked
    skipped: bool = False  # its marks stay, and do not count
    seconds: float = 0.0


@dataclass(frozen=True)
class Conclusion:
    """The interviewer's own judgement; `level` overrules the estimate, and says why."""

    recommendation: Recommendation | None = None
    level: Level | None = None
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Kept:
    """An interview as the store keeps it; `position` is an index into the plan, times are seconds since 1970."""

    id: str
    candidate: str
    plan: Plan
    started: float
    position: int = 0
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    conclusion: Conclusion = Conclusion()
    ended: float | None = None


class Store(Protocol):
    """Where interviews are kept; every call is durable when it returns."""

    def create(self, candidate: str, plan: Plan, started: float) -> str:
        """Keep a new interview and return its id."""
        ...

    def load(self, interview: str) -> Kept:
        """Return an interview by its id or the beginning of one; `UsageError` where there is none, or several."""
        ...

    def save_sheet(self, interview: str, item: str, sheet: Sheet) -> None:
        """Keep what was entered for an item, in place of what was kept before."""
        ...

    def save_position(self, interview: str, position: int) -> None:
        """Keep where the interview stands."""
        ...

    def save_conclusion(self, interview: str, conclusion: Conclusion) -> None:
        """Keep the interviewer's judgement."""
        ...

    def end(self, interview: str, ended: float) -> None:
        """Keep that the interview is over."""
        ...


class Session:
    """One interview under way, new or resumed. Indexes and ids that are not there raise `KeyError` or `IndexError`.

    Where the store fails, the call raises what the store raised and changes nothing of what had been entered.
    """

    def __init__(self, bank: Bank, store: Store, kept: Kept, clock: Callable[[], float] = time.monotonic) -> None:
        known = tuple(item for item in kept.plan.items if item in bank.items)
        if not known:
            raise UsageError(f"the bank has no question of interview {kept.id}", next_step="workbench quiz --list")
        self.bank = bank
        self.plan = replace(kept.plan, items=known)
        self.gone = tuple(item for item in kept.plan.items if item not in known)  # the bank no longer has them
        self.id = kept.id
        self.candidate = kept.candidate
        self.started = kept.started
        self.ended = kept.ended
        self.position = position_among(known, kept)
        self.conclusion = kept.conclusion
        self.paused = False
        self._store = store
        self._clock = clock
        self._kept_items = kept.plan.items
        self._sheets = dict(kept.sheets)
        self._since = clock()

    @classmethod
    def begin(cls, bank: Bank, store: Store, candidate: str, plan: Plan) -> Session:
        """Start a new interview."""
        identifier = store.create(candidate, plan, time.time())
        return cls.resume(bank, store, identifier)

    @classmethod
    def resume(cls, bank: Bank, store: Store, interview: str) -> Session:
        """Go on with an interview where it stopped, clocks included, also with one that was ended."""
        session = cls(bank, store, store.load(interview))
        session.go(session.position)
        return session

    # what is shown

    @property
    def items(self) -> Sequence[Item]:
        """The items of the interview, in their order."""
        return [self.bank.item(identifier) for identifier in self.plan.items]

    @property
    def item(self) -> Item:
        """The item that is on screen."""
        return self.bank.item(self.plan.items[self.position])

    @property
    def section(self) -> Section:
        """The section of the item on screen."""
        return self.bank.section_of(self.item.id)

    @property
    def sheet(self) -> Sheet:
        """What was entered for the item on screen, its clock up to now."""
        return replace(self.sheet_of(self.item.id), seconds=self.seconds)

    def sheet_of(self, item: str) -> Sheet:
        """Return what was entered for an item."""
        return self._sheets.get(item, Sheet())

    @property
    def sheets(self) -> Mapping[str, Sheet]:
        """What was entered, by item, the clock of the one on screen up to now."""
        return {**self._sheets, self.item.id: self.sheet}

    @property
    def seconds(self) -> float:
        """How long the item on screen has been there, over all visits."""
        return self.sheet_of(self.item.id).seconds + self._running()

    @property
    def section_seconds(self) -> float:
        """How long the section on screen has taken."""
        others = (self.sheet_of(item.id).seconds for item in self.section.items if item.id != self.item.id)
        return self.seconds + sum(others)

    @property
    def section_budget(self) -> float | None:
        """How long the section may take, in seconds: its items' part of the section's minutes; None for the bonus."""
        return self.section.budget(item for item in self.section.items if item.id in self.plan.items)

    @property
    def whole_seconds(self) -> float:
        """How long the interview has taken."""
        return sum(sheet.seconds for sheet in self.sheets.values())

    # what the interviewer does

    def go(self, position: int) -> None:
        """Show another item, by its index; the clock of the one before is kept."""
        if not 0 <= position < len(self.plan.items):
            raise IndexError(position)
        self._put()
        self._store.save_position(self.id, self._kept_items.index(self.plan.items[position]))
        self.position = position
        self._put(asked=True)

    def mark(self, point: str, mark: Mark | None) -> None:
        """Mark a point of the item or its follow-ups; None takes a mark back."""
        self.item.point(point)
        others = {key: value for key, value in self.sheet.marks.items() if key != point}
        self._put(marks=others if mark is None else {**others, point: mark}, skipped=False)

    def write_note(self, text: str) -> None:
        """Replace the note on the item."""
        self._put(note=text)

    def write_said(self, text: str) -> None:
        """Replace what the candidate said."""
        self._put(said=text)

    def see_red_flag(self, position: int, *, seen: bool) -> None:
        """Note that a red flag of the item was seen, or take that back."""
        if not 0 <= position < len(self.item.red_flags):
            raise IndexError(position)
        others = tuple(one for one in self.sheet.red_flags if one != position)
        self._put(red_flags=tuple(sorted((*others, position))) if seen else others)

    def flag(self, *, flagged: bool) -> None:
        """Flag the item to come back to it, or take that back."""
        self._put(flagged=flagged)

    def skip(self, *, skipped: bool) -> None:
        """Leave the item out of the score, or take that back; a mark takes it back too."""
        self._put(skipped=skipped)

    def pause(self, *, paused: bool) -> None:
        """Stop the clocks, or let them go on."""
        self._put()
        self.paused = paused

    def tick(self) -> None:
        """Keep the clock of the item on screen; a face calls it every few seconds, so that a crash costs no more."""
        self._put()

    def conclude(self, conclusion: Conclusion) -> None:
        """Replace the interviewer's judgement."""
        self._store.save_conclusion(self.id, conclusion)
        self.conclusion = conclusion

    def end(self) -> None:
        """End the interview, and stop its clocks; it can be resumed all the same."""
        self._put()
        ended = time.time()
        self._store.end(self.id, ended)
        self.ended, self.paused = ended, True

    def _running(self) -> float:
        return 0.0 if self.paused else self._clock() - self._since

    def _put(self, **changes: object) -> None:
        sheet = replace(self.sheet, **changes)  # type: ignore[arg-type]  # each caller names fields of a sheet
        self._store.save_sheet(self.id, self.item.id, sheet)
        self._sheets[self.item.id] = sheet
        self._since = self._clock()


def position_among(known: Sequence[str], kept: Kept) -> int:
    """Return where an interview stands among the items that are still there: at its item, or at the next one."""
    ahead = [item for item in kept.plan.items[kept.position :] if item in known]
    return known.index(ahead[0]) if ahead else len(known) - 1
