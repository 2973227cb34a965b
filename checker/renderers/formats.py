"""The formats of verdicts by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.renderers.annotations import render_annotations
from checker.renderers.ctrf import render_ctrf
from checker.renderers.human import render_human
from checker.renderers.json import render_json
from checker.renderers.junit import render_junit
from checker.renderers.plain import inert
from checker.renderers.summary import render_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checker.verdict import Verdict

WIDTH: Final = 100


def as_text(verdicts: Sequence[Verdict], width: int = WIDTH) -> str:
    """Return verdicts for people, without colour, as a file or a CI service's log holds them."""
    return inert(render_human(verdicts, width=width))


FORMATS: Final[dict[str, Callable[[Sequence[Verdict]], str]]] = {
    "human": as_text,
    "json": lambda verdicts: render_json(verdicts) + "\n",
    "junit": render_junit,
    "ctrf": lambda verdicts: render_ctrf(verdicts) + "\n",
    "summary": render_summary,
    "annotations": render_annotations,
}
