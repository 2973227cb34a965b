"""The plain face: says something, reads a line, does what it says, until the end of the interview or of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from checker.errors import WorkbenchError
from checker.interrupts import Interrupted
from checker.renderers.plain import plain
from quiz.plain import wording
from quiz.plain.actions import LeftError, RefusedError
from quiz.plain.commands import BY_NAME
from quiz.plain.ending import conclude
from quiz.plain.walk import Walk
from quiz.score_text import score_lines
from quiz.scorecard import make_scorecard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from quiz.session import Session
    from quiz.suggest import Suggestion

NOTHING: Final = "-"  # a text that removes the text
STOP: Final = "."  # a line that ends a text of several lines


class Excerpt(Protocol):
    """A piece of code to show."""

    @property
    def path(self) -> str:
        """The file, below the service."""

    @property
    def first_line(self) -> int:
        """The number of its first line, from 1 on."""

    @property
    def text(self) -> str:
        """The code."""


class Terminal(Protocol):
    """Where a face reads and writes: a terminal, two pipes, or a test's lists."""

    @property
    def width(self) -> int | None:
        """How wide to write; None where lines are not to be broken."""

    def read(self) -> str | None:
        """Return the next line; None at the end of the input."""

    def write(self, text: str) -> None:
        """Write a text that ends with a line's end, at once."""


class Face:
    """A session, told and asked line by line. Commands change `walk` and `last`, the point that was marked last."""

    def __init__(self, session: Session, terminal: Terminal, find_excerpt: Callable[[str], Excerpt]) -> None:
        self.session = session
        self.walk = Walk(session.item, session.sheet.marks)
        self.last: str | None = None
        self.ended = False
        self._terminal = terminal
        self._find_excerpt = find_excerpt

    def run(self, *, resumed: bool) -> None:
        """Hold the interview until it is ended or left, by `quit` or by the end of the input; all of it is kept."""
        self.say(*wording.introduction(self.session, resumed=resumed))
        try:
            self.show_question()
            while not self.ended:
                self.obey(self.ask(wording.prompt(self.session, self.walk, self.suggestions)))
        except LeftError:
            self.say_how_to_go_on()
        except Interrupted:
            self.say_how_to_go_on()
            raise

    def say(self, *lines: str) -> None:
        """Write lines, broken where the terminal is narrow."""
        for line in lines:
            self._terminal.write(wording.wrapped(line, self._terminal.width) + "\n")

    def ask(self, prompt: str) -> str:
        """Say a prompt and return the line that answers it; `LeftError` at the end of the input."""
        self.say(prompt)
        line = self._terminal.read()
        if line is None:
            raise LeftError
        return line.strip()

    def obey(self, line: str) -> None:
        """Do what a line says; what cannot be done is told, and changes nothing."""
        name, _, argument = line.partition(" ")
        command = BY_NAME.get(name.lower())
        if command is None:
            self.say(f"There is no command “{plain(name)}”. Type help for the commands.")
            return
        try:
            command.do(self, argument.strip())
        except RefusedError as error:
            self.say(str(error))
        except WorkbenchError as error:
            self.say(f"That is not kept: {error.message}.")

    @property
    def suggestions(self) -> Mapping[str, Suggestion]:
        """What the answer seems to cover, by point."""
        if not self.session.sheet.said:
            return {}
        from quiz.suggest import suggest

        return suggest(self.session.item, self.session.sheet.said)

    def show_question(self) -> None:
        """Tell the question, its code, and what is expected."""
        self.say("", *wording.question(self.session))
        for reference in self.session.item.code:
            self.show_code(reference)
        self.show_points()

    def show_code(self, reference: str) -> None:
        """Show a piece of code, its lines numbered and as they are; an interview does without what is not there."""
        try:
            excerpt = self._find_excerpt(reference)
        except WorkbenchError as error:
            self.say(f"The code {reference} cannot be shown: {error.message}.")
            return
        code = wording.numbered(excerpt)
        lines = wording.count(code.count("\n"), "line")
        self.say(f"Code: {excerpt.path}, from line {excerpt.first_line}, {lines}:")
        self._terminal.write(code)

    def show_points(self) -> None:
        """Tell what is expected."""
        self.say(*wording.points(self.session.item, self.session.sheet, self.suggestions))

    def show_overview(self) -> None:
        """Tell how all questions stand."""
        self.say(*wording.overview(self.session), wording.clocks(self.session))

    def show_score(self) -> None:
        """Tell the scorecard as it stands."""
        session = self.session
        self.say(*score_lines(make_scorecard(session.bank, session.plan, session.sheets, session.conclusion)))

    def go(self, position: int) -> None:
        """Go to a question and tell it."""
        self.session.go(position)
        self.walk, self.last = Walk(self.session.item, self.session.sheet.marks), None
        self.show_question()

    def go_on(self) -> None:
        """Go to the next question, or from the last one to the end."""
        if self.session.position + 1 < len(self.session.plan.items):
            self.go(self.session.position + 1)
        else:
            self.conclude()

    def conclude(self) -> None:
        """Go through the end of the interview, from which there is a way back."""
        self.ended = conclude(self)

    def write(self, argument: str, read: Callable[[], str], write: Callable[[str], None]) -> None:
        """Add to a text of the sheet what was typed: behind the command, or on lines of its own up to a full stop."""
        if argument == NOTHING:
            write("")
        elif argument:
            write(added(read(), argument))
        else:
            self.say("Type or paste the text; a line with only a full stop ends it.")
            while (line := self.ask_silently()) != STOP:
                write(added(read(), line))  # line by line, so that none is lost

    def ask_silently(self) -> str:
        """Return a further line of a text."""
        line = self._terminal.read()
        if line is None:
            raise LeftError
        return line.rstrip()

    def say_how_to_go_on(self) -> None:
        """Tell that everything is kept, and what to type to go on."""
        try:
            self.session.tick()
        except WorkbenchError as error:
            self.say(f"The clock is not kept: {error.message}.")
        self.say(f"Interview {self.session.id} is kept. Go on with: workbench quiz --resume {self.session.id}")


def added(text: str, line: str) -> str:
    """Return a text with a further line."""
    return f"{text}\n{line}" if text else line
