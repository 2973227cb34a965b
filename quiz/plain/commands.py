"""The commands of the plain face, which may be typed at any prompt of a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from quiz.plain import actions
from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.plain.face import Face


@dataclass(frozen=True)
class Command:
    """A command: its names, how its argument looks, what it does in words, and what does it."""

    names: tuple[str, ...]
    argument: str
    does: str
    do: Callable[[Face, str], None]

    @property
    def help(self) -> str:
        """The command's line in the help."""
        names = " or ".join(f"{name or 'Enter'} {self.argument}".strip() for name in self.names)
        return f"{names}: {self.does}."


def show_help(face: Face, _: str) -> None:
    """List the commands."""
    face.say(*(command.help for command in COMMANDS))


COMMANDS: Final = (
    Command(
        ("c",),
        "[NUMBER…]",
        "mark points as covered: the one at hand, or those with these numbers; c rest marks all that are unmarked",
        partial(actions.mark, value=Mark.COVERED),
    ),
    Command(("p",), "[NUMBER…]", "mark points as partly covered, likewise", partial(actions.mark, value=Mark.PARTLY)),
    Command(("m",), "[NUMBER…]", "mark points as missed, likewise", partial(actions.mark, value=Mark.MISSED)),
    Command(("u",), "[NUMBER…]", "take back the last mark, or those of these points", actions.unmark),
    Command(("",), "", "leave the point, follow-up or question at hand as it is, and go on", actions.leave),
    Command(("y",), "", "ask the follow-up at hand, and mark its points", actions.ask_follow_up),
    Command(("r",), "NUMBER…", "note red flags as seen, or take that back", actions.see_red_flags),
    Command(
        ("said",),
        "[TEXT]",
        "add what the candidate says, and hear which points it seems to cover; without a text several lines, up to one "
        "with only a full stop; said - removes it",
        actions.said,
    ),
    Command(("note",), "[TEXT]", "add to your note on the question, likewise", actions.note),
    Command(("flag",), "", "flag the question to come back to it, or take that back", actions.flag),
    Command(("skip",), "", "leave the question out of the score and go on, or take that back", actions.skip),
    Command(("n", "next"), "", "go to the next question", lambda face, _: face.go_on()),
    Command(("b", "back"), "", "go to the question before", actions.back),
    Command(("go",), "ID", "go to a question by its id, or by its number in the interview", actions.go),
    Command(("list",), "", "tell how all questions stand", lambda face, _: face.show_overview()),
    Command(("ask",), "", "tell the question and its code again", lambda face, _: face.show_question()),
    Command(("points",), "", "tell the points, with their marks, again", lambda face, _: face.show_points()),
    Command(("score",), "", "tell the scorecard so far", lambda face, _: face.show_score()),
    Command(("pause",), "", "stop the clocks, or let them go on", actions.pause),
    Command(("help",), "", "tell the commands", show_help),
    Command(("end",), "", "hear the scorecard, give your recommendation, and end", lambda face, _: face.conclude()),
    Command(("quit",), "", "leave; the interview can be gone on with", actions.leave_interview),
)
BY_NAME: Final = {name: command for command in COMMANDS for name in command.names}
