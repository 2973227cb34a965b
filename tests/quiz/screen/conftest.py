"""What the tests of the screen share: the sample bank, a store in memory, a clock that a test moves."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import pytest

from checker.errors import InfrastructureError
from quiz.bank import Level, read_bank
from quiz.screen.app import QuizApp
from quiz.session import Kept, Plan, Session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from quiz.bank import Bank
    from quiz.session import Conclusion, Sheet
    from tests.conftest import Own

    Script = Callable[[Pilot[None]], Awaitable[None]]

WIDE: Final = (120, 40)
TEXT: Final = "{http://www.w3.org/2000/svg}text"
CELL: Final = 12.2  # units of a column in a picture


@dataclass
class MemoryStore:
    """Keeps one interview; `broken` makes it fail as a full disk would."""

    kept: Kept
    broken: bool = False

    def create(self, candidate: str, plan: Plan, started: float) -> str:
        """Keep a new interview."""
        self.kept = Kept(self.kept.id, candidate, plan, started)
        return self.kept.id

    def load(self, interview: str) -> Kept:
        """Return it."""
        assert interview == self.kept.id
        return self.kept

    def save_sheet(self, interview: str, item: str, sheet: Sheet) -> None:
        """Keep a sheet."""
        assert interview == self.kept.id
        sheets: Mapping[str, Sheet] = {**self.kept.sheets, item: sheet}
        self._keep(sheets=sheets)

    def save_position(self, interview: str, position: int) -> None:
        """Keep the position."""
        assert interview == self.kept.id
        self._keep(position=position)

    def save_conclusion(self, interview: str, conclusion: Conclusion) -> None:
        """Keep the conclusion."""
        assert interview == self.kept.id
        self._keep(conclusion=conclusion)

    def end(self, interview: str, ended: float) -> None:
        """Keep the end."""
        assert interview == self.kept.id
        self._keep(ended=ended)

    def _keep(self, **changes: object) -> None:
        if self.broken:
            raise InfrastructureError("cannot keep the interview: No space left on device")
        self.kept = replace(self.kept, **changes)  # type: ignore[arg-type]  # each caller names fields


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@dataclass
class Interview:
    """A session and what is behind it."""

    session: Session
    store: MemoryStore
    clock: Clock
    service: Path

    def sheet(self, item: str) -> Sheet:
        """Return what the store keeps for an item."""
        return self.store.kept.sheets[item]

    def app(self) -> QuizApp:
        """Return the screen over it."""
        return QuizApp(self.session, self.service)

    def drive(self, script: Script, size: tuple[int, int] = WIDE) -> QuizApp:
        """Run the screen and let a script press its keys."""
        app = self.app()

        async def scripted() -> None:
            async with app.run_test(size=size, notifications=True) as pilot:
                await pilot.pause()
                await script(pilot)

        asyncio.run(scripted())
        return app

    @staticmethod
    def text(pilot: Pilot[None]) -> str:
        """Return what the screen shows."""
        return text_of(pilot)

    def press(self, *keys: str, size: tuple[int, int] = WIDE) -> str:
        """Press keys one after another and return what the screen then shows."""
        (shown,) = self.look(keys, size=size)
        return shown

    def look(self, *steps: Sequence[str], size: tuple[int, int] = WIDE) -> list[str]:
        """Press the keys of each step and return what the screen shows after each."""
        shown: list[str] = []

        async def script(pilot: Pilot[None]) -> None:
            for keys in steps:
                await pilot.press(*keys)
                await pilot.pause()
                shown.append(self.text(pilot))

        self.drive(script, size)
        return shown


def text_of(pilot: Pilot[None]) -> str:
    """Return the lines that a screen shows, from the picture of it."""
    lines: dict[float, str] = defaultdict(str)
    for one in ET.fromstring(pilot.app.export_screenshot(simplify=True)).iter(TEXT):  # noqa: S314 - our own picture
        if "clip-path" in one.attrib:
            line = lines[float(one.attrib["y"])]
            column = round(float(one.attrib["x"]) / CELL)
            lines[float(one.attrib["y"])] = f"{line:<{column}}{one.text or ''}"
    return "\n".join(lines[y] for y in sorted(lines)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(autouse=True)
def state(own: Own) -> None:
    """Let what the screen remembers be the test's own."""


@pytest.fixture
def bank(data: Path) -> Bank:
    """Return the sample bank."""
    return read_bank(data / "bank" / "questions.yaml")


@pytest.fixture
def interview(bank: Bank, data: Path) -> Interview:
    """Return an interview of all four items for a mid-level candidate, at the first."""
    return begin(bank, data / "bank" / "service")


@pytest.fixture
def begin_interview() -> Callable[..., Interview]:
    """Return a way to begin an interview over another bank."""
    return begin


def begin(bank: Bank, service: Path) -> Interview:
    """Begin an interview of all items of a bank."""
    store, clock = MemoryStore(Kept("4f2a9c", "Ada Lovelace", Plan(tuple(bank.items), Level.MID, 60), 0.0)), Clock()
    session = Session(bank, store, store.kept, clock)
    session.go(0)
    return Interview(session, store, clock, service)
