"""Whole files of the reference service, until `quiz.code` resolves symbols."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Excerpt:
    """A piece of a file."""

    path: str
    first_line: int
    text: str
    language: str


def find_excerpt(reference: str, service: Path) -> Excerpt:
    """Return the file that a reference names."""
    path = reference.partition(":")[0]
    language = {".py": "python", ".yml": "yaml"}.get(Path(path).suffix, "docker")
    return Excerpt(path, 1, (service / path).read_text(encoding="utf-8"), language)
