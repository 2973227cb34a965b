"""Where the content is: katas, the service, solutions, suites, variants, the question bank, templates.

One rule, in a checkout and in a wheel: what hatch maps into `checker/_content/` is there in a wheel, and at the
root of the checkout otherwise. Nothing else computes a path from `__file__`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


class Edition(StrEnum):
    """What a wheel was built for; `hatch_build.py` says what the candidate's leaves out."""

    FULL = "full"
    CANDIDATE = "candidate"


@dataclass(frozen=True)
class Content:
    """The places of the content."""

    katas: Path
    service: Path
    solutions: Path
    suites: Path
    variants: Path
    alternatives: Path
    questions: Path
    template: Path
    handout: Path

    @property
    def edition(self) -> Edition:
        """Which edition this is: without hidden suites it can be none but the candidate's."""
        return Edition.FULL if self.suites.is_dir() else Edition.CANDIDATE


def find_content() -> Content:
    """Return the places of this installation's content."""
    packed = _PACKAGE / "_content"
    root = packed if packed.is_dir() else _PACKAGE.parent
    return Content(
        katas=root / "katas",
        service=root / "reference" / "service",
        solutions=root / "reference" / "solutions",
        suites=_PACKAGE / "suites",
        variants=_PACKAGE / "variants",
        alternatives=_PACKAGE / "alternatives",
        questions=root / "questions.yaml",
        template=_PACKAGE / "template",
        handout=_PACKAGE / "handout",
    )
