"""Practice, line by line: a question, an answer, the points, which of them were covered, and when they come again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.errors import WorkbenchError
from checker.interrupts import Interrupted
from quiz.plain import practice_wording as told
from quiz.plain.actions import LeftError, RefusedError
from quiz.plain.ticks import ticked
from quiz.plain.wording import numbered, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from quiz.clusters import Part
    from quiz.plain.face import Excerpt, Terminal
    from quiz.practice import Practice, Round
    from quiz.session import Mark

STOP: Final = "."  # a line that ends an answer of several lines
LEAVE: Final = frozenset({"q", "quit"})
SKIP: Final = frozenset({"s", "skip"})
EDIT: Final = frozenset({"e", "edit"})
HELP: Final = frozenset({"?", "h", "help"})


class SkippedError(Exception):
    """What is asked is to be left for another time."""


class PracticeFace:
    """Asks rounds on a terminal; `edit` opens an editor below a prompt, and is None where there is no terminal."""

    def __init__(
        self,
        practice: Practice,
        terminal: Terminal,
        find_excerpt: Callable[[str], Excerpt],
        edit: Callable[[str], str] | None = None,
    ) -> None:
        self._practice = practice
        self._terminal = terminal
        self._find_excerpt = find_excerpt
        self._edit = edit

    def run(self, rounds: Iterable[Round]) -> None:
        """Ask until nothing is left, or the person leaves or the input ends; what was rated is kept."""
        self._say(told.WAYS)
        try:
            for one in rounds:
                self._ask_round(one)
        except LeftError:
            self._say("", told.LEFT)
        except Interrupted:
            self._say("", told.LEFT)
            raise
        else:
            self._say("", told.nothing_left(self._practice))

    def _ask_round(self, one: Round) -> None:
        self._say("", *told.heading(one, self._practice))
        for place, part in enumerate(one.parts):
            try:
                self._ask_part(part, one.item.code if place == 0 else ())
            except SkippedError:
                self._say("Skipped; it comes again as it would have.")
                if part.follow_up is None:
                    return
        self._say(*told.reading(one.item))

    def _ask_part(self, part: Part, code: Iterable[str]) -> None:
        self._say(told.question(part))
        for reference in code:
            self._show_code(reference)
        started = self._practice.now()
        answer = self._read_answer(part)
        seconds = self._practice.now() - started
        self._say(*told.expected(part, answer))
        marks = self._read_ticks(part)
        try:
            changed = self._practice.rate(part, marks, answer, seconds)
        except WorkbenchError as error:
            self._say(f"That is not kept: {error.message}.")
        else:
            self._say(*told.outcome(part, marks, changed, self._practice))

    def _read_answer(self, part: Part) -> str:
        while True:
            line = self._read(told.ANSWER)
            word = line.strip().lower()
            if word in LEAVE:
                raise LeftError
            if word in SKIP:
                raise SkippedError
            if word in HELP:
                self._say(told.WAYS)
            elif word in EDIT:
                if (written := self._written(part)) is not None:
                    return written
            else:
                return self._read_on(line) if word else ""

    def _read_on(self, first: str) -> str:
        lines = [] if first.strip() == STOP else [first]
        while lines and (line := self._read_silently()).strip() != STOP:
            lines.append(line)
        return "\n".join(lines)

    def _written(self, part: Part) -> str | None:
        if self._edit is None:
            self._say("An editor needs a terminal; type the answer here.")
            return None
        try:
            return self._edit(part.prompt)
        except WorkbenchError as error:
            self._say(f"{error.message}. Next: {error.next_step}.")
            return None

    def _read_ticks(self, part: Part) -> Mapping[str, Mark]:
        while True:
            line = self._read(told.TICK).strip()
            if line.lower() in LEAVE:
                raise LeftError
            if line.lower() in SKIP:
                raise SkippedError
            try:
                return ticked(line, [point.id for point in part.points])
            except RefusedError as error:
                self._say(str(error))

    def _show_code(self, reference: str) -> None:
        try:
            excerpt = self._find_excerpt(reference)
        except WorkbenchError as error:
            self._say(f"The code {reference} cannot be shown: {error.message}.")
            return
        self._say(f"Code: {excerpt.path}, from line {excerpt.first_line}:")
        self._terminal.write(numbered(excerpt))

    def _read(self, prompt: str) -> str:
        self._say(prompt)
        return self._read_silently()

    def _read_silently(self) -> str:
        line = self._terminal.read()
        if line is None:
            raise LeftError
        return line.rstrip("\r\n")

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._terminal.write(wrapped(line, self._terminal.width) + "\n")
