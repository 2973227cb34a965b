"""Which points are practised together, and asked again together where one of them was missed.

A cluster is the points of one level in one group of a question (the groups are the bank's: Advantages, Disadvantages),
or all points of one follow-up. What is asked at a time is a part: a question's own points, or a follow-up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quiz.bank import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.bank import FollowUp, Group, Item, Point


@dataclass(frozen=True)
class Cluster:
    """Points that are scheduled together; the id begins with the question's (`q4/advantages-mid`, `q4/when-raw`)."""

    id: str
    title: str
    points: tuple[Point, ...]
    follow_up: str | None = None


@dataclass(frozen=True)
class Part:
    """What is asked at a time; `whole` where a question's own points are asked all."""

    item: Item
    follow_up: FollowUp | None
    clusters: tuple[Cluster, ...]
    whole: bool = False

    @property
    def prompt(self) -> str:
        """What is asked."""
        return self.follow_up.prompt if self.follow_up else self.item.prompt

    @property
    def points(self) -> tuple[Point, ...]:
        """What is expected, in the bank's order."""
        asked = {point.id for cluster in self.clusters for point in cluster.points}
        return tuple(point for point in self.item.every_point if point.id in asked)


def clusters(item: Item) -> tuple[Cluster, ...]:
    """Return an item's clusters: those of its own points, then its follow-ups."""
    own = tuple(cluster for group in item.groups for cluster in of_group(item, group))
    further = (Cluster(f"{item.id}/{one.id}", "follow-up", one.points, one.id) for one in item.follow_ups)
    return (*own, *further)


def of_group(item: Item, group: Group) -> Iterator[Cluster]:
    """Yield a cluster for each level that a group's points have."""
    for level in Level:
        points = tuple(point for point in group.points if point.level is level)
        if points:
            name = f"{slug(group.title)}-{level}" if group.title else str(level)
            yield Cluster(f"{item.id}/{name}", f"{group.title}, {level}" if group.title else str(level), points)


def slug(title: str) -> str:
    """Return a title as a part of an id."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def whole(item: Item) -> tuple[Part, ...]:
    """Return all parts of an item: its own points, and each follow-up."""
    own = tuple(cluster for cluster in clusters(item) if cluster.follow_up is None)
    return (Part(item, None, own, whole=True), *follow_up_parts(item, clusters(item)))


def weak(item: Item, chosen: Sequence[str]) -> tuple[Part, ...]:
    """Return the parts that hold these clusters, and of a question's own points those alone."""
    wanted = [cluster for cluster in clusters(item) if cluster.id in chosen]
    own = tuple(cluster for cluster in wanted if cluster.follow_up is None)
    return (*((Part(item, None, own),) if own else ()), *follow_up_parts(item, wanted))


def follow_up_parts(item: Item, wanted: Sequence[Cluster]) -> Iterator[Part]:
    """Yield a part for each follow-up among these clusters."""
    for cluster in wanted:
        for follow_up in item.follow_ups:
            if follow_up.id == cluster.follow_up:
                yield Part(item, follow_up, (cluster,))
