"""The one place that knows the terminal: progress on stderr, colour where it is wanted, widths."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any, Final

from checker.renderers.formats import FORMATS, as_text
from checker.renderers.plain import harmless, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from checker.gate import Report
    from checker.verdict import Verdict

MAX_WIDTH: Final = 100
PHASES: Final = {
    "submission": "migrating",
    "migrate": "starting the API and the worker",
    "api": "running the checks",
    "suite": "tearing down",
    "canary": "the submission took too long: grading the model solution on this machine, to see whose doing it is",
}


def wants_color() -> bool:
    """Whether stdout takes colour (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Return how wide to print."""
    return min(shutil.get_terminal_size((MAX_WIDTH, 24)).columns, MAX_WIDTH)


def render(verdicts: Sequence[Verdict], output: str) -> str:
    """Return verdicts in a format. Where no terminal shows it, a CI service may read commands from it: none is left."""
    if output != "human":
        return FORMATS[output](verdicts)
    if sys.stdout.isatty():
        from checker.renderers.human import render_human

        return render_human(verdicts, width=width(), color=wants_color())
    return as_text(verdicts, width())


def render_gate(report: Report, matrix: Path | None) -> str:
    """Return the gate's report, and write its matrix to a file where one is named."""
    from checker.renderers.gate import markdown, table

    if matrix is not None:
        matrix.write_text(markdown(report), encoding="utf-8")
    return table(report)


def say(text: str) -> None:
    """Print a line of progress."""
    sys.stderr.write(harmless(text) + "\n")
    sys.stderr.flush()


def progress(*, quiet: bool = False) -> Callable[[dict[str, Any]], None]:
    """Return what hears a run's events: one line that is written over on a terminal, nothing elsewhere."""
    if quiet:
        return lambda _: None
    return OneLine().hear if sys.stderr.isatty() else NoLine().hear


class NoLine:
    """Shows nothing."""

    def hear(self, _event: dict[str, Any]) -> None:
        """Import what will show the verdict, while there is nothing to do but to wait for it."""
        import checker.renderers.human  # noqa: F401


class OneLine(NoLine):
    """Shows what is being done in a line of its own, which is gone at the end."""

    def hear(self, event: dict[str, Any]) -> None:
        """Take one event."""
        super().hear(event)
        if "installing" in event:
            self._show(f"installing requirements.txt (once for these): {event['installing']}")
        elif event.get("phase") == "teardown":
            self._show("")
        elif event.get("phase") in PHASES:
            self._show(f"{PHASES[event['phase']]} …")
        elif "observation" in event:
            self._show(f"running the checks … {event['observation']['requirement']}")

    def _show(self, text: str) -> None:
        columns = shutil.get_terminal_size().columns
        sys.stderr.write(f"\r\x1b[K{plain(text)[: columns - 1]}")
        sys.stderr.flush()
