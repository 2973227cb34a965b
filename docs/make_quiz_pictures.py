"""Makes the pictures of an interview: `python docs/make_quiz_pictures.py`, in the environment of CONTRIBUTING.md.

`pictures/quiz.svg` shows the interviewer's screen in the middle of a question of the bank, `pictures/quiz-shared.svg`
what the candidate sees of it.
"""  # noqa: INP001 - a script

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.content import find_content
from quiz.bank import Level, read_bank
from quiz.screen.app import QuizApp
from quiz.session import Mark, Plan, Session
from records.database import open_records
from records.interviews import InterviewStore

if TYPE_CHECKING:
    from textual.pilot import Pilot

PICTURES: Final = Path(__file__).parent / "pictures"
SIZE: Final = (120, 36)
CANDIDATE: Final = "Ada Lovelace"
QUESTIONS: Final = ("q1", "q2", "q3", "q4", "q5", "q9")
ITEM: Final = "q3"
SAID: Final = "A generator. The finally block closes the session, also after an error; connections do not leak then."
SECONDS: Final = {"q1": 512.0, "q2": 431.0, ITEM: 254.0}
# Textual's pictures fetch a font from a host; these take what the reader's machine has.
FONT: Final = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace'


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def under_way(store: InterviewStore) -> Session:
    """Return an interview in the middle of its third question."""
    bank, clock = read_bank(find_content().questions), Clock()
    identifier = store.create(CANDIDATE, Plan(QUESTIONS, Level.MID, 60), 0.0)
    session = Session(bank, store, store.load(identifier), clock)
    for position, item in enumerate(QUESTIONS[:3]):
        session.go(position)
        clock.now += SECONDS[item]
    points = session.item.points
    for point, mark in zip(points, [Mark.COVERED, Mark.PARTLY], strict=False):
        session.mark(point.id, mark)
    session.write_said(SAID)
    session.write_note("Drew the life of a request on paper.")
    return session


def without_host(svg: str) -> str:
    """Return a picture that fetches nothing."""
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    drawn = re.sub(r"font-family: (Fira Code, monospace|arial);?", f"font-family: {FONT};", drawn)
    drawn = re.sub(r"<!--.*?-->\s*", "", drawn, flags=re.DOTALL)
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


async def draw(session: Session) -> None:
    """Draw both views."""
    app = QuizApp(session)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("3")
        await save(pilot, "quiz.svg")
        await pilot.press("v")
        await save(pilot, "quiz-shared.svg")


async def save(pilot: Pilot[None], name: str) -> None:
    """Write what is on screen."""
    await pilot.pause()
    picture = pilot.app.export_screenshot(title="workbench quiz", simplify=True)
    (PICTURES / name).write_text(without_host(picture), encoding="utf-8")


def main() -> None:
    """Make every picture."""
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        os.environ["XDG_STATE_HOME"] = folder  # the records of the pictures are nobody's
        with open_records() as records:
            asyncio.run(draw(under_way(InterviewStore(records))))


if __name__ == "__main__":
    main()
