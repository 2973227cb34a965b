"""What a person did with a kata in a folder: hints taken, whether it passed. Kept in the user's state folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from checker.workspace import locked, refuse_full, state_folder


@dataclass
class Progress:
    """What is remembered of one kata in one folder; `hints` counts those taken, by requirement."""

    hints: dict[str, int] = field(default_factory=dict)
    passed: bool = False


def progress_of(data: Any) -> Progress:
    """Read what was written for one kata; what is not as it should be counts as nothing."""
    whole = data if isinstance(data, dict) else {}
    hints = whole.get("hints")
    counts = hints.items() if isinstance(hints, dict) else ()
    return Progress({name: count for name, count in counts if type(count) is int}, passed=whole.get("passed") is True)


class ProgressBook:
    """Reads and writes progress; every change is on disk when the call returns, whole or not at all."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = (folder or state_folder()) / "progress.json"

    def read(self, kata: str, folder: Path) -> Progress:
        """Return what is remembered; nothing is, where the file is not there."""
        return progress_of(self._all().get(self._key(kata, folder)))

    def take_hint(self, kata: str, folder: Path, requirement: str) -> int:
        """Count one more hint of a requirement and return how many were taken."""
        with locked(self._file.with_suffix(".lock")):
            progress = self.read(kata, folder)
            progress.hints[requirement] = progress.hints.get(requirement, 0) + 1
            self._write(kata, folder, progress)
        return progress.hints[requirement]

    def mark_passed(self, kata: str, folder: Path) -> None:
        """Remember that the kata has passed there."""
        with locked(self._file.with_suffix(".lock")):
            progress = self.read(kata, folder)
            progress.passed = True
            self._write(kata, folder, progress)

    @staticmethod
    def _key(kata: str, folder: Path) -> str:
        return f"{kata} {folder.resolve()}"

    def _all(self) -> dict[str, Any]:
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    def _write(self, kata: str, folder: Path, progress: Progress) -> None:
        data = {**self._all(), self._key(kata, folder): asdict(progress)}
        aside = self._file.with_suffix(".new")
        with refuse_full(self._file):
            aside.write_text(json.dumps(data, indent=1), encoding="utf-8")
            aside.replace(self._file)
