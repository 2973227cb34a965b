"""What the candidate's edition cannot do: it holds the katas and the service, and nothing that tells of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.content import Edition, find_content
from checker.errors import UsageError

if TYPE_CHECKING:
    from checker.content import Content

WITHHELD: Final = {
    "solution": "model solutions",
    "quiz": "question bank",
    "practice": "question bank",
    "report": "question bank",
    "grade": "hidden checks",
    "kit": "katas to hand out",
    "dev": "suites and solutions to prove",
}


def is_candidates(content: Content | None = None) -> bool:
    """Whether this is the candidate's edition."""
    return (content or find_content()).edition is Edition.CANDIDATE


def refuse_withheld(command: str | None, content: Content | None = None) -> None:
    """Refuse a command whose content this edition has none of; `UsageError` says so in one line."""
    if command in WITHHELD and is_candidates(content):
        raise UsageError(f"this is the candidate's edition, which has no {WITHHELD[command]}: no `{command}` here")
