"""How the source document of the question bank is built: what has to be there, and how much of it.

Wording is the bank's own; the numbers here are the document's, so that no point can be dropped or merged unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from quiz.bank import Level

Groups = tuple[tuple[str | None, int], ...]  # each group's title and how many points it has


@dataclass(frozen=True)
class DocumentItem:
    """An item of the document: its kind, its groups of points, how many follow-ups it asks."""

    kind: str
    groups: Groups
    follow_ups: int = 0


@dataclass(frozen=True)
class DocumentSection:
    """A section of the document; the bonus part has no minutes."""

    id: str
    minutes: int | None
    items: dict[str, DocumentItem]


def question(points: int, follow_ups: int = 0) -> DocumentItem:
    """Return a question whose points are one list."""
    return DocumentItem("question", ((None, points),), follow_ups)


def grouped(*groups: tuple[str, int], follow_ups: int = 0) -> DocumentItem:
    """Return a question whose points are grouped."""
    return DocumentItem("question", groups, follow_ups)


def task(requirements: int) -> DocumentItem:
    """Return a coding task."""
    return DocumentItem("task", (("Requirements", requirements),))


def scenario(points: int) -> DocumentItem:
    """Return a debugging scenario."""
    return DocumentItem("scenario", ((None, points),))


SECTIONS: Final = (
    DocumentSection("s1", 30, {"q1": question(4, 1), "q2": question(5, 1), "q3": question(5, 1)}),
    DocumentSection(
        "s2",
        20,
        {
            "q4": grouped(("Advantages", 4), ("Disadvantages", 4), follow_ups=1),
            "q5": question(6, 1),
            "q6": question(6),
        },
    ),
    DocumentSection("s3", 25, {"q7": question(6, 1), "q8": question(8, 1), "q9": question(6), "q10": question(5)}),
    DocumentSection("s4", 20, {"q11": question(5, 1), "q12": question(7), "q13": question(6)}),
    DocumentSection(
        "s5",
        25,
        {
            "q14": grouped(("Bottlenecks", 4), ("Solutions", 7)),
            "q15": question(9),
            "q16": grouped(("Unit tests", 3), ("Integration tests", 3), ("End-to-end tests", 2), ("Load tests", 2)),
            "q17": question(7),
            "q18": grouped(("Vulnerabilities", 5), ("Solutions", 8)),
        },
    ),
    DocumentSection("s6", 30, {"task1": task(4), "task2": task(4), "task3": task(4), "task4": task(4)}),
    DocumentSection("s7", 20, {"scenario1": scenario(6), "scenario2": scenario(7), "scenario3": scenario(8)}),
    DocumentSection("bonus", None, {"q19": question(7), "q20": grouped(("Stages", 9), ("Tools", 4))}),
)
CRITERIA: Final = {Level.JUNIOR: 5, Level.MID: 6, Level.SENIOR: 7}
RESOURCES: Final = 6
IN_ORDER: Final = {  # whose points are steps: their ids, in the document's order
    "q5": ("model", "generate", "review", "apply", "schemas", "test"),
    "q20": ("lint", "unit", "build", "integration", "scan", "staging", "e2e", "production", "smoke"),
}
