"""Where the content is: katas, the service, solutions, suites, variants, the question bank, the template of a kata.

One rule, in a checkout and in a wheel: what hatch maps into `checker/_content/` is there in a wheel, and at the
root of the checkout otherwise. Nothing else computes a path from `__file__`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


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
    )
