"""The question bank: what an interview asks, read from `questions.yaml` and checked on load."""

from __future__ import annotations

import functools
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from checker.errors import InfrastructureError, UsageError
from checker.schema import Identifier, Strict, Text, first_key, read_model, refuse_twins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pydantic

Share = Annotated[float, Field(ge=0, le=1)]


class Level(StrEnum):
    """How much experience a point, or a candidate, stands for."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class Source(Strict):
    """A page to read on: primary documentation."""

    title: Text
    url: Annotated[str, Field(pattern=r"^https://")]


class Correction(Strict):
    """What is true where the documented point is wrong or dated, and where that is documented."""

    says: Text
    source: Source


class Point(Strict):
    """One thing that a good answer says; `id` is unique in its item, follow-ups included."""

    id: Identifier
    text: Text
    level: Level
    weight: int = Field(default=1, ge=1, le=3)
    keywords: tuple[Text, ...] = Field(min_length=1)
    correction: Correction | None = None


class Group(Strict):
    """Points that belong together; an item whose document does not group them has one group without a title."""

    title: Text | None = None
    points: tuple[Point, ...] = Field(min_length=1)


class FollowUp(Strict):
    """A further question; `documented` where the source document asks it. Its points are the bank's own."""

    id: Identifier
    prompt: Text
    documented: bool = False
    points: tuple[Point, ...] = Field(min_length=1)


class Item(Strict):
    """A question, a coding task or a debugging scenario."""

    id: Identifier
    kind: Literal["question", "task", "scenario"]
    title: Text
    prompt: Text
    minutes: Annotated[float, Field(gt=0)]
    code: tuple[Text, ...] = ()  # `path` or `path:symbol`, below the reference service
    groups: tuple[Group, ...] = Field(min_length=1)
    follow_ups: tuple[FollowUp, ...] = ()
    red_flags: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = ()
    kata: Identifier | None = None  # the kata that drills it

    @property
    def points(self) -> tuple[Point, ...]:
        """The expected points of the item itself, in their order."""
        return tuple(point for group in self.groups for point in group.points)

    @property
    def every_point(self) -> tuple[Point, ...]:
        """The expected points, and then those of the follow-ups."""
        return (*self.points, *(point for follow_up in self.follow_ups for point in follow_up.points))

    def point(self, identifier: str) -> Point:
        """Return a point of the item or of its follow-ups; `KeyError` where there is none."""
        return {point.id: point for point in self.every_point}[identifier]

    @model_validator(mode="after")
    def refuse_twins(self) -> Item:
        """Refuse two points, or two follow-ups, with one id."""
        refuse_twins(point.id for point in self.every_point)
        refuse_twins(follow_up.id for follow_up in self.follow_ups)
        return self


class Section(Strict):
    """A part of the interview; `minutes` is its budget, and the bonus part has none."""

    id: Identifier
    title: Text
    minutes: int | None = Field(default=None, ge=1)
    items: tuple[Item, ...] = Field(min_length=1)

    @property
    def bonus(self) -> bool:
        """Whether it is asked only if time is left."""
        return self.minutes is None

    def budget(self, asked: Iterable[Item]) -> float | None:
        """Return how long these items of it may take, in seconds: their part of its minutes; None for the bonus."""
        if self.minutes is None:
            return None
        return 60 * self.minutes * sum(item.minutes for item in asked) / sum(item.minutes for item in self.items)


class Criterion(Strict):
    """One criterion of a level."""

    id: Identifier
    text: Text


class LevelCriteria(Strict):
    """What a level stands for."""

    level: Level
    years: Text
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class Rule(Strict):
    """How the level is estimated: the highest level whose share is reached, with no level below it that misses its own.

    A share is the weight of the points of that level which were covered, a partly covered one counting half, by the
    weight of those that were asked. A level of which fewer than `least_points` were asked is passed over.
    """

    text: Text
    shares: dict[Level, Share]
    least_points: int = Field(ge=1)


class Bank(Strict):
    """Everything that an interview may ask, and by what it is judged."""

    schema_version: Literal[1]
    sections: tuple[Section, ...] = Field(min_length=1)
    levels: tuple[LevelCriteria, ...]
    rule: Rule
    resources: tuple[Source, ...]

    @functools.cached_property
    def items(self) -> dict[str, Item]:
        """Every item by its id, in the bank's order."""
        return {item.id: item for section in self.sections for item in section.items}

    def item(self, identifier: str) -> Item:
        """Return an item by its id; `UsageError` where there is none."""
        if identifier not in self.items:
            raise UsageError(f"there is no question {identifier!r}", next_step="workbench quiz --list")
        return self.items[identifier]

    def section_of(self, identifier: str) -> Section:
        """Return the section that holds an item."""
        return next(section for section in self.sections if any(item.id == identifier for item in section.items))

    def of_kind(self, kind: str) -> Iterator[Item]:
        """Yield the items of a kind."""
        return (item for item in self.items.values() if item.kind == kind)

    @model_validator(mode="after")
    def refuse_twins(self) -> Bank:
        """Refuse an id that stands twice, and levels other than the three."""
        refuse_twins(section.id for section in self.sections)
        refuse_twins(item.id for section in self.sections for item in section.items)
        if [one.level for one in self.levels] != list(Level) or set(self.rule.shares) != set(Level):
            raise ValueError("levels and shares are given for junior, mid and senior, in this order")
        return self


def read_bank(path: Path) -> Bank:
    """Read the bank; what is wrong with it is named by file, item and key, as an `InfrastructureError`."""
    try:
        return read_model(path, Bank, described)
    except OSError as error:
        raise InfrastructureError(f"cannot read the question bank {path}: {error.strerror}") from error


def described(error: pydantic.ValidationError, content: object) -> str:
    """Return the first thing that is wrong: the nearest item's id, the key, and what was expected."""
    nearest, value = "", content
    for step in error.errors()[0]["loc"]:
        try:
            value = value[step]  # type: ignore[index]  # foreign content is walked as far as it goes
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            nearest = f"{nearest}{value['id']}: "
    return nearest + first_key(error, content)
