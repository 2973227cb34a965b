"""What the tests of the interviewer's side share: the sample bank, a store in memory, a clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from quiz.bank import read_bank
from quiz.session import Conclusion, Kept, Plan, Session, Sheet

if TYPE_CHECKING:
    from pathlib import Path

    from quiz.bank import Bank


@dataclass
class Memory:
    """A store that forgets when it is gone; `broken` makes it fail as a full disk would."""

    interviews: dict[str, Kept] = field(default_factory=dict)
    broken: bool = False

    def create(self, candidate: str, plan: Plan, started: float) -> str:
        """Keep a new interview."""
        identifier = f"{len(self.interviews):06x}"
        self.interviews[identifier] = Kept(identifier, candidate, plan, started)
        return identifier

    def load(self, interview: str) -> Kept:
        """Return an interview."""
        return self.interviews[interview]

    def save_sheet(self, interview: str, item: str, sheet: Sheet) -> None:
        """Keep a sheet."""
        self._keep(interview, sheets={**self.interviews[interview].sheets, item: sheet})

    def save_position(self, interview: str, position: int) -> None:
        """Keep the position."""
        self._keep(interview, position=position)

    def save_conclusion(self, interview: str, conclusion: Conclusion) -> None:
        """Keep the conclusion."""
        self._keep(interview, conclusion=conclusion)

    def end(self, interview: str, ended: float) -> None:
        """Keep the end."""
        self._keep(interview, ended=ended)

    def _keep(self, interview: str, **changes: object) -> None:
        if self.broken:
            raise OSError(28, "No space left on device")
        self.interviews[interview] = replace(self.interviews[interview], **changes)  # type: ignore[arg-type]  # callers name fields


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@dataclass
class Bench:
    """A bank, a store and a clock, and sessions over them."""

    bank: Bank
    store: Memory = field(default_factory=Memory)
    clock: Clock = field(default_factory=Clock)

    def begin(self, *items: str, candidate: str = "Ada", plan: Plan | None = None) -> Session:
        """Begin an interview of these items, or of all."""
        chosen = plan or Plan(items or tuple(self.bank.items))
        return self.resume(self.store.create(candidate, chosen, 0.0))

    def resume(self, interview: str, bank: Bank | None = None) -> Session:
        """Go on with an interview."""
        session = Session(bank or self.bank, self.store, self.store.load(interview), self.clock)
        session.go(session.position)
        return session


@pytest.fixture
def bank(data: Path) -> Bank:
    """Return the sample bank."""
    return read_bank(data / "bank" / "questions.yaml")


@pytest.fixture
def bench(bank: Bank) -> Bench:
    """Return a store and a clock over the sample bank."""
    return Bench(bank)


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at a morning of 2027."""
    return Clock(1_800_000_000.0)
