"""The application of the full screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App
from textual.binding import Binding, BindingType

from checker.errors import InfrastructureError
from checker.interrupts import STATUSES, Interrupted
from quiz.code import find_excerpt
from quiz.screen.interview import InterviewScreen
from quiz.screen.preferences import remember_theme, remembered_theme
from quiz.screen.themes import DARK, LIGHT, OTHER
from quiz.screen.too_small import TooSmallScreen, is_too_small

if TYPE_CHECKING:
    from pathlib import Path

    from textual.events import Resize
    from textual.geometry import Size

    from checker.errors import WorkbenchError
    from quiz.session import Session

BREAKPOINTS: Final = [(0, "-narrow"), (100, "-wide")]  # columns from which a class of the style sheet holds


def run(session: Session) -> None:
    """Run the interview on the whole terminal until the interviewer quits or ends it, then say how to go on.

    Raises what the store raised where not even the beginning could be kept, `Interrupted` where a signal ended it, and
    `InfrastructureError` where the screen broke down; what was entered is kept in either case.
    """
    app = QuizApp(session)
    asyncio.run(run_stoppable(app))
    if app.refused is not None:
        raise app.refused
    with contextlib.suppress(OSError):  # the terminal may be gone
        sys.stdout.write(farewell(session))
        sys.stdout.flush()
    if app.stopped_by is not None:
        raise Interrupted(STATUSES[app.stopped_by])
    if app.return_code:
        raise InfrastructureError("the screen broke down", next_step=resume_command(session))


async def run_stoppable(app: QuizApp) -> None:
    """Run the application; a signal ends it in order, where an exception would get lost in the event loop."""
    loop = asyncio.get_running_loop()
    for number in STATUSES:
        loop.add_signal_handler(number, app.stop, number)
    try:
        await app.run_async()
    finally:
        for number in STATUSES:
            loop.remove_signal_handler(number)


def has_terminal() -> bool:
    """Whether there is a terminal to read from."""
    return sys.__stdin__ is not None and not sys.__stdin__.closed and os.isatty(sys.__stdin__.fileno())


def farewell(session: Session) -> str:
    """Return the last line: everything is saved, and what to type next."""
    if session.ended is None:
        return f"Interview {session.id} is saved; go on with: {resume_command(session)}\n"
    return f"Interview {session.id} is over and saved; its report: workbench report {session.id}\n"


def resume_command(session: Session) -> str:
    """Return what goes on with an interview."""
    return f"workbench quiz --resume {session.id}"


class QuizApp(App[None]):
    """The interviewer's screen over a session; `stopped_by` is the signal that ended it, if one did."""

    CSS_PATH = "quiz.tcss"
    TITLE = "workbench quiz"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "toggle_theme", "Dark/light", tooltip="dark or light; it is remembered", show=False),
        Binding("question_mark", "help", "Help", tooltip="this page", key_display="?"),
        Binding("q", "quit", "Quit", tooltip="quit, everything being saved; ctrl+q works in a text field, too"),
    ]

    def __init__(self, session: Session, service: Path | None = None) -> None:
        super().__init__()
        self.session = session
        self.stopped_by: signal.Signals | None = None
        self.animation_level = "none"
        self.register_theme(LIGHT)
        self.theme = remembered_theme(OTHER, DARK.name)
        self._interview = InterviewScreen(session, partial(find_excerpt, service=service))

    @property
    def refused(self) -> WorkbenchError | None:
        """Why the interview could not be begun; None where it was."""
        return self._interview.refused

    def on_mount(self) -> None:
        """Show the interview, in its shape from the first frame on."""
        self._interview.add_class(next(shape for least, shape in reversed(BREAKPOINTS) if self.size.width >= least))
        self.push_screen(self._interview)
        self._fit(self.size)
        if has_terminal():
            self.set_interval(1, self._look_for_terminal)

    def on_resize(self, event: Resize) -> None:
        """Say so where the terminal is too small."""
        if self._interview.is_mounted:
            self._fit(event.size)

    def _look_for_terminal(self) -> None:
        """Leave where the terminal has gone without a signal: there is nobody to show anything to."""
        if not has_terminal():
            self.stop(signal.SIGHUP)

    def _fit(self, size: Size) -> None:
        screen = self.screen
        if isinstance(screen, TooSmallScreen):
            screen.fit(size)
        elif is_too_small(size):
            self.push_screen(TooSmallScreen(size))

    def action_toggle_theme(self) -> None:
        """Turn dark into light or back, and remember it."""
        self.theme = OTHER[self.theme]
        remember_theme(self.theme)

    def action_help(self) -> None:
        """Show the keys."""
        from quiz.screen.help import HelpScreen

        self.push_screen(HelpScreen())

    async def action_quit(self) -> None:
        """Leave; what was entered is kept already, and now the clock is, too."""
        self._interview.leave()
        self.exit()

    def stop(self, number: signal.Signals) -> None:
        """Leave because of a signal."""
        self.stopped_by = number
        self._interview.leave()
        self.exit()
