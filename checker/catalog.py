"""The katas: read from their folders, checked on load."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from checker.content import Content, find_content
from checker.errors import InfrastructureError, UsageError
from checker.lab.plan import Load
from checker.runner.job import Patience
from checker.schema import Identifier, Strict, Text, read_model, refuse_twins

HINT_LEVELS = 3  # a nudge, where to look, nearly the answer
ALL_TASKS = "all"  # the solution that is none of a kata: the branch with every coding task done


class Requirement(Strict):
    """One promise of a kata, as a verdict names it."""

    id: Identifier
    title: Text
    promise: Text
    weight: int = Field(default=1, ge=1)
    stretch: bool = False
    hints: tuple[Text, ...] = Field(min_length=HINT_LEVELS, max_length=HINT_LEVELS)


class Seconds(Strict):
    """How long a submission may take, where a kata needs other limits than the usual ones (see `Patience`)."""

    migration: float = Field(default=Patience.migration, gt=0)
    ready: float = Field(default=Patience.ready, gt=0)
    checks: float = Field(default=Patience.checks, gt=0)
    usual: float = Field(default=5.0, gt=0)  # no limit: what a check mostly takes


class Kata(Strict):
    """A kata's description, `kata.yaml`."""

    id: Identifier
    title: Text
    kind: Literal["task", "scenario"]
    minutes: int = Field(ge=1)
    summary: Text
    requirements: tuple[Requirement, ...] = Field(min_length=1)
    touches: tuple[str, ...] = ()
    seconds: Seconds = Seconds()
    explain: bool = False  # whether its suite reads the plans of the submission's statements
    compare: bool = False  # whether its suite runs the model solution beside the submission, to measure against
    load: Load = Load()  # what `workbench lab` asks of its service
    kept: tuple[Identifier, ...] = ()  # requirements that the starter keeps; it fails all others

    @property
    def patience(self) -> Patience:
        """How long a submission for this kata may take."""
        return Patience(**self.seconds.model_dump(exclude={"usual"}))

    @model_validator(mode="after")
    def refuse_twins(self) -> Kata:
        """Refuse two requirements with one id."""
        refuse_twins((requirement.id for requirement in self.requirements), "two requirements have the same id")
        return self

    @model_validator(mode="after")
    def refuse_unknown_kept(self) -> Kata:
        """Refuse a requirement that the starter keeps and that is none of the kata's."""
        if unknown := set(self.kept) - {requirement.id for requirement in self.requirements}:
            raise ValueError(f"kept: there is no requirement {', '.join(sorted(unknown))}")
        return self

    def requirement(self, identifier: str) -> Requirement:
        """Return a requirement by its id; `UsageError` where the kata has none of that name."""
        for requirement in self.requirements:
            if requirement.id == identifier:
                return requirement
        known = ", ".join(requirement.id for requirement in self.requirements)
        raise UsageError(f"{self.id} has no requirement {identifier!r}", next_step=f"one of: {known}")


@dataclass(frozen=True)
class Place:
    """Where one kata's parts are: what a candidate gets, and what only the grader reads."""

    kata: Path
    solution: Path
    suite: Path
    variants: Path
    alternatives: Path


class Catalog:
    """All katas: the installation's own, and those in the folder that `WORKBENCH_KATAS` names.

    A kata of one's own keeps everything in its folder: `kata.yaml`, `README.md`, `tests/`, `fault/`, `solution/`,
    `suite/`, `variants.yaml`, `alternatives/`.
    """

    def __init__(self, content: Content | None = None, own: Path | None = None) -> None:
        self.content = content or find_content()
        named = os.environ.get("WORKBENCH_KATAS")
        self.own = own or (Path(named) if named else None)

    def ids(self) -> list[str]:
        """Return every kata's id, sorted."""
        folders = [self.content.katas, *([self.own] if self.own else [])]
        return sorted({path.parent.name for folder in folders for path in folder.glob("*/kata.yaml")})

    def load(self, identifier: str) -> Kata:
        """Return a kata by its id; `UsageError` where there is none."""
        if identifier not in self.ids():
            known = ", ".join(self.ids()) or "none"
            raise UsageError(f"there is no kata {identifier!r}", next_step=f"workbench list (known are: {known})")
        return read_kata(self.place(identifier).kata / "kata.yaml")

    def all(self) -> list[Kata]:
        """Return every kata."""
        return [self.load(identifier) for identifier in self.ids()]

    def place(self, identifier: str) -> Place:
        """Return where the parts of a kata are; one of one's own goes before the installation's of the same name."""
        if self.own and (self.own / identifier / "kata.yaml").is_file():
            own = self.own / identifier
            return Place(own, own / "solution", own / "suite", own / "variants.yaml", own / "alternatives")
        content = self.content
        return Place(
            content.katas / identifier,
            content.solutions / identifier,
            content.suites / identifier,
            content.variants / f"{identifier}.yaml",
            content.alternatives / identifier,
        )

    def secrets(self) -> tuple[Path, ...]:
        """Return the folders that no submission may see, wherever they are installed."""
        content = self.content
        return (
            content.suites.parent,
            content.solutions.parent,
            content.katas.parent,
            *([self.own] if self.own else []),
        )

    def layers(self, identifier: str, *, solved: bool = False) -> list[Path]:
        """Return the folders that, laid one over the other, make the starter or the solved kata."""
        place = self.place(identifier)
        over = [self.content.service, place.kata / "fault", *([place.solution] if solved else [])]
        return [folder for folder in over if folder.is_dir()]

    def all_tasks_layers(self, identifier: str) -> list[Path]:
        """Return the folders that make the branch with every coding task done; none where the kata is not among them.

        The installation's own tasks are, and neither scenarios nor katas of one's own.
        """
        branch = self.content.solutions / ALL_TASKS
        ours = self.place(identifier).kata == self.content.katas / identifier
        if ours and branch.is_dir() and self.load(identifier).kind == "task":
            return [self.content.service, branch]
        return []


def read_kata(path: Path) -> Kata:
    """Read one `kata.yaml`; what is wrong with it is named by file and key."""
    kata = read_model(path, Kata)
    if kata.id != path.parent.name:
        raise InfrastructureError(f"{path}: id: {kata.id!r} is not the name of its folder")
    return kata
