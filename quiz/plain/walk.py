"""Where the interviewer is within a question: a way along its points, its follow-ups and its red flags."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quiz.bank import FollowUp, Item
    from quiz.session import Mark


class Kind(StrEnum):
    """What is decided at a stop."""

    POINT = "point"
    FOLLOW_UP = "follow-up"  # is it asked at all?
    RED_FLAGS = "red-flags"
    LAST = "last"  # go on to the next question?


@dataclass(frozen=True)
class Stop:
    """A place on the way: a point or a follow-up by its id, and the follow-up to which a point belongs."""

    kind: Kind
    id: str = ""
    part: str = ""


def stops(item: Item) -> Iterator[Stop]:
    """Yield the stops of a question."""
    yield from (Stop(Kind.POINT, point.id) for point in item.points)
    for follow_up in item.follow_ups:
        yield Stop(Kind.FOLLOW_UP, follow_up.id)
        yield from (Stop(Kind.POINT, point.id, follow_up.id) for point in follow_up.points)
    if item.red_flags:
        yield Stop(Kind.RED_FLAGS)
    yield Stop(Kind.LAST)


class Walk:
    """The way through a question; it passes by what is decided already."""

    def __init__(self, item: Item, marks: Mapping[str, Mark]) -> None:
        self._item = item
        self._stops = tuple(stops(item))
        self._at = 0
        self.settle(marks)

    @property
    def stop(self) -> Stop:
        """The stop at hand."""
        return self._stops[self._at]

    def settle(self, marks: Mapping[str, Mark]) -> None:
        """Pass by marked points, and go into follow-ups of which a point is marked."""
        while self._is_decided(self.stop, marks):
            self._at += 1

    def leave(self, marks: Mapping[str, Mark]) -> None:
        """Leave the stop at hand as it is, a follow-up with all its points; the last stop stays."""
        left = self.stop
        while self.stop.kind is not Kind.LAST and (self.stop is left or self._belongs(left)):
            self._at += 1
        self.settle(marks)

    def ask(self, marks: Mapping[str, Mark]) -> None:
        """Go into the follow-up at hand."""
        self._at += 1
        self.settle(marks)

    def return_to(self, point: str) -> None:
        """Go back to a point."""
        self._at = next(at for at, stop in enumerate(self._stops) if stop.kind is Kind.POINT and stop.id == point)

    def follow_up(self, identifier: str) -> FollowUp:
        """Return a follow-up of the question."""
        return next(one for one in self._item.follow_ups if one.id == identifier)

    def _belongs(self, gate: Stop) -> bool:
        return gate.kind is Kind.FOLLOW_UP and self.stop.part == gate.id

    def _is_decided(self, stop: Stop, marks: Mapping[str, Mark]) -> bool:
        if stop.kind is Kind.FOLLOW_UP:
            return any(point.id in marks for point in self.follow_up(stop.id).points)
        return stop.kind is Kind.POINT and stop.id in marks
