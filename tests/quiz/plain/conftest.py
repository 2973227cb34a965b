"""What the tests of the plain face share: an interview held with a list of lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from checker.errors import UsageError
from quiz.plain.face import Face

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.session import Session
    from tests.quiz.conftest import Bench


@dataclass
class Script:
    """A terminal that types these lines and remembers what it was shown, a text for each line typed."""

    lines: list[str | BaseException] = field(default_factory=list)
    width: int | None = None
    shown: list[str] = field(default_factory=lambda: [""])

    def read(self) -> str | None:
        """Type the next line."""
        self.shown.append("")
        line = self.lines.pop(0) if self.lines else None
        if isinstance(line, BaseException):
            raise line
        return line

    def write(self, text: str) -> None:
        """Remember a text."""
        self.shown[-1] += text

    @property
    def whole(self) -> str:
        """All that was shown."""
        return "".join(self.shown)


@dataclass(frozen=True)
class Excerpt:
    """A piece of code."""

    path: str = "app/database.py"
    first_line: int = 12
    text: str = "def get_db():\n    yield\n"


def find_excerpt(reference: str) -> Excerpt:
    """Return the one piece of code there is."""
    if reference != "app/database.py:get_db":
        raise UsageError(f"there is no {reference}")
    return Excerpt()


@pytest.fixture
def script() -> Script:
    """Return a terminal with nothing typed yet."""
    return Script()


@pytest.fixture
def hold(bench: Bench) -> Callable[..., tuple[Script, Session]]:
    """Return a way to hold an interview: what is typed, and a session, a new one of q1 and q2 if left out."""

    def held(
        *lines: str, session: Session | None = None, width: int | None = None, script: Script | None = None
    ) -> tuple[Script, Session]:
        own, terminal = session or bench.begin("q1", "q2"), script or Script(list(lines), width)
        Face(own, terminal, find_excerpt).run(resumed=session is not None)
        return terminal, own

    return held
