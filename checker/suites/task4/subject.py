"""A task of the trial."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Subject:
    """A task: the title that its row holds now, and the one that clients saw last, which a copy holds as well."""

    id: int
    title: str
    shown: str

    @property
    def path(self) -> str:
        """Where the task is."""
        return f"/tasks/{self.id}"
