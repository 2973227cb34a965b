"""The reference: what its folders share is the same in all of them, and the branch with all tasks is graded."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from checker.assemble import assembled
from checker.catalog import ALL_TASKS, Catalog
from checker.variants import subjects

CATALOG: Final = Catalog()
BRANCH: Final = CATALOG.content.solutions / ALL_TASKS
TASKS: Final = tuple(kata.id for kata in CATALOG.all() if kata.kind == "task")

# What one task alone changed and the branch changed further, where that task meets another.
MET: Final = {
    ("task1", "app/dependencies.py"),  # the queue and the cache as well
    ("task1", "tests/conftest.py"),  # two users
    ("task3", "alembic/versions/0002_index_task_lists.py"),  # 0003 there, on top of users
    ("task3", "app/pagination.py"),  # of one user
    ("task4", "app/cache.py"),  # with owners
}


def files(folder: Path) -> set[str]:
    """Return the names of a folder's files."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in found if "__pycache__" not in path.parts}


def changed_by_one() -> set[tuple[str, str]]:
    """Return the files that a single task's solution holds, each with the task."""
    owners: dict[str, list[str]] = {}
    for task in TASKS:
        for name in files(CATALOG.place(task).solution):
            owners.setdefault(name, []).append(task)
    return {(tasks[0], name) for name, tasks in owners.items() if len(tasks) == 1}


def test_what_one_task_changed_alone_is_the_same_in_the_branch() -> None:
    """A solution that is mended is mended in the branch as well; the exceptions are named, and are exceptions."""
    same = {
        (task, name)
        for task, name in changed_by_one()
        if (BRANCH / name).is_file()
        and (BRANCH / name).read_bytes() == (CATALOG.place(task).solution / name).read_bytes()
    }
    assert changed_by_one() - same == MET


def test_a_solution_repeats_no_file_of_the_service() -> None:
    """A folder that is laid over the service holds what differs from it and nothing else."""
    service = CATALOG.content.service
    for folder in CATALOG.content.solutions.iterdir():
        for name in files(folder) & files(service):
            assert (folder / name).read_bytes() != (service / name).read_bytes(), folder / name


@pytest.mark.parametrize("task", TASKS)
def test_each_task_is_graded_on_the_branch_with_all(task: str) -> None:
    """Among the gate's subjects is the branch, which has to pass."""
    found = {one.name: one for one in subjects(CATALOG, task)}
    one = found["good/all"]
    assert one.failing == frozenset()
    assert one.layers == (CATALOG.content.service, BRANCH)


def test_the_branch_needs_what_its_tasks_need() -> None:
    """Every requirement of a task's solution stands in the branch's, with the same version."""
    with assembled([CATALOG.content.service, BRANCH]) as branch:
        wanted = set((branch / "requirements.txt").read_text().splitlines())
    for task in TASKS:
        with assembled(CATALOG.layers(task, solved=True)) as solved:
            assert set((solved / "requirements.txt").read_text().splitlines()) <= wanted
