"""The formats of verdicts by their names. What renders one is imported when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checker.verdict import Verdict

WIDTH: Final = 100


def as_text(verdicts: Sequence[Verdict], width: int = WIDTH) -> str:
    """Return verdicts for people, without colour, as a file or a CI service's log holds them."""
    from checker.renderers.human import render_human
    from checker.renderers.plain import inert

    return inert(render_human(verdicts, width=width))


def as_json(verdicts: Sequence[Verdict]) -> str:
    """Return verdicts as the contract writes them, section 8."""
    from checker.renderers.json import render_json

    return render_json(verdicts) + "\n"


def as_junit(verdicts: Sequence[Verdict]) -> str:
    """Return verdicts as JUnit's XML."""
    from checker.renderers.junit import render_junit

    return render_junit(verdicts)


def as_ctrf(verdicts: Sequence[Verdict]) -> str:
    """Return verdicts in the Common Test Report Format."""
    from checker.renderers.ctrf import render_ctrf

    return render_ctrf(verdicts) + "\n"


def as_summary(verdicts: Sequence[Verdict]) -> str:
    """Return verdicts as a job's summary in Markdown."""
    from checker.renderers.summary import render_summary

    return render_summary(verdicts)


def as_annotations(verdicts: Sequence[Verdict]) -> str:
    """Return verdicts as commands to GitHub's runner."""
    from checker.renderers.annotations import render_annotations

    return render_annotations(verdicts)


FORMATS: Final[dict[str, Callable[[Sequence[Verdict]], str]]] = {
    "human": as_text,
    "json": as_json,
    "junit": as_junit,
    "ctrf": as_ctrf,
    "summary": as_summary,
    "annotations": as_annotations,
}
