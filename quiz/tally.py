"""Points that count, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from quiz.bank import Item, Point

WORTH: Final = {Mark.COVERED: 1.0, Mark.PARTLY: 0.5, Mark.MISSED: 0.0}


@dataclass(frozen=True)
class Scored:
    """A point that counts, and its mark; one that was left unmarked beside marked ones is missed."""

    item: str
    point: Point
    mark: Mark

    @property
    def value(self) -> float:
        """The part of the point's weight that was covered."""
        return self.point.weight * WORTH[self.mark]


@dataclass(frozen=True)
class Tally:
    """Points that count together."""

    points: tuple[Scored, ...] = ()

    @property
    def covered(self) -> float:
        """The weight that was covered."""
        return sum(one.value for one in self.points)

    @property
    def asked(self) -> int:
        """The weight that was asked."""
        return sum(one.point.weight for one in self.points)

    @property
    def share(self) -> float | None:
        """Covered of asked, 0 to 1; None where nothing was asked."""
        return self.covered / self.asked if self.points else None

    def of(self, *marks: Mark) -> tuple[Scored, ...]:
        """Return the points with these marks."""
        return tuple(one for one in self.points if one.mark in marks)


def tallied(item: str, points: Iterable[Point], marks: Mapping[str, Mark]) -> Tally:
    """Return points of an item as those that count; one without a mark is missed."""
    return Tally(tuple(Scored(item, point, marks.get(point.id, Mark.MISSED)) for point in points))


def scored(item: Item, marks: Mapping[str, Mark]) -> Iterator[Scored]:
    """Yield the points that count: of the question, and of each follow-up, of which any point is marked."""
    for points in (item.points, *(follow_up.points for follow_up in item.follow_ups)):
        if any(point.id in marks for point in points):
            yield from tallied(item.id, points, marks).points


def merged(tallies: Iterable[Tally]) -> Tally:
    """Return all points of several tallies."""
    return Tally(tuple(point for tally in tallies for point in tally.points))
