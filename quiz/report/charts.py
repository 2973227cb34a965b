"""The geometry of the charts: bars in units of the drawing, from what a report says. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quiz.report.text import share_told
from quiz.score_text import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.report.model import LevelPart, Measure, SectionPart

WIDTH: Final = 720
LABEL: Final = 236  # room for a section's title, left of its bar
LENGTH: Final = 396  # of a whole bar
ROW: Final = 32
BAR: Final = 18
HEAD: Final = 22  # room for the words above the first bar


@dataclass(frozen=True)
class Segment:
    """A piece of a bar; `kind` is a mark's word."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One row: its label, its pieces, where a threshold stands on it, and what is written behind it."""

    label: str
    y: int
    segments: tuple[Segment, ...]
    threshold: float | None
    told: str


@dataclass(frozen=True)
class Chart:
    """A chart with its size and what it shows, for those who do not see it."""

    title: str
    height: int
    bars: tuple[Bar, ...]
    threshold: str = ""  # in words


def section_chart(sections: Sequence[SectionPart]) -> Chart:
    """Return a bar a section: its points by their marks, and its share of the weight."""
    bars = [
        Bar(one.title, top(number), segments(one.measure), None, share_told(one.measure))
        for number, one in enumerate(sections)
    ]
    return Chart("Points of each section by their marks", height(bars), tuple(bars))


def level_chart(levels: Sequence[LevelPart]) -> Chart:
    """Return a bar a level: the share of its weight that was covered, and the share that the rule wants."""
    bars = [
        Bar(
            one.level.capitalize(),
            top(number),
            share_segments(one.measure),
            LABEL + LENGTH * one.needed,
            share_told(one.measure),
        )
        for number, one in enumerate(levels)
    ]
    words = ", ".join(sorted({percent(one.needed) for one in levels}))
    return Chart("Share of each level's points that was covered", height(bars), tuple(bars), f"{words} needed")


def top(number: int) -> int:
    """Return where a bar begins."""
    return HEAD + number * ROW


def height(bars: Sequence[Bar]) -> int:
    """Return how high a chart is."""
    return HEAD + len(bars) * ROW


def segments(measure: Measure) -> tuple[Segment, ...]:
    """Return a bar's pieces: its points by their marks."""
    found, x = list[Segment](), float(LABEL)
    for kind in ("covered", "partly", "missed"):
        count: int = getattr(measure, kind)
        if count:
            width = LENGTH * count / measure.points
            found.append(Segment(kind, round(x, 2), round(width, 2)))
            x += width
    return tuple(found)


def share_segments(measure: Measure) -> tuple[Segment, ...]:
    """Return a bar of a share."""
    if measure.share is None:
        return ()
    filled = round(LENGTH * measure.share, 2)
    pieces = (Segment("covered", LABEL, filled), Segment("missed", LABEL + filled, round(LENGTH - filled, 2)))
    return tuple(one for one in pieces if one.width)
