"""Every kata through `workbench grade`, in containers: the verdicts are those that the gate asks of the local stack."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from checker.catalog import Catalog
from checker.variants import subjects

if TYPE_CHECKING:
    from pathlib import Path

    from checker.variants import Subject
    from tests.e2e.docker.conftest import Containers

GRADE_SECONDS = 600.0  # three submissions, two at a time, for a kata that takes half a minute each; and much else to do
GIT = ("git", "-c", "user.name=tests", "-c", "user.email=tests@localhost")


def chosen(kata: str) -> list[Subject]:
    """Return the starter, the model solution and the first variant of a kata."""
    found = subjects(Catalog(), kata)
    return [found[0], found[1], next(one for one in found if one.name.startswith("bad/"))]


def commit(subject: Subject, repository: Path) -> str:
    """Commit a subject on a branch of its own, without a parent; return the branch's name."""
    branch = subject.name.replace("/", "-")
    for path in repository.iterdir():
        if path.name != ".git":
            subprocess.run(["rm", "-rf", path], check=True)
    tree = subject.write(repository.parent / f"tree-{branch}")
    subprocess.run(["cp", "-R", f"{tree}/.", repository], check=True)
    for arguments in (["checkout", "-q", "--orphan", branch], ["add", "-Af"], ["commit", "-qm", branch]):
        subprocess.run([*GIT, *arguments], cwd=repository, check=True)
    return branch


@pytest.mark.parametrize("kata", Catalog().ids())
def test_a_kata_is_graded_as_on_the_local_stack(containers: Containers, kata: str) -> None:
    """The starter fails, the model solution passes, a variant fails as named; the report names the commits."""
    repository = containers.bench.root / "repository"
    repository.mkdir()
    subprocess.run([*GIT, "init", "-q", "-b", "main", repository], check=True)
    graded = chosen(kata)
    refs = [word for subject in graded for word in ("--ref", commit(subject, repository))]
    process = containers.start(
        "grade", "--repo", repository, *refs, kata, "--format", "json", environ={"WORKBENCH_KATAS": ""}
    )
    ended = containers.bench.end(process, GRADE_SECONDS)
    assert ended.status == 1, ended.stderr
    verdicts = json.loads(ended.stdout)["results"]
    seen = [{one["id"] for one in verdict["requirements"] if one["status"] != "pass"} for verdict in verdicts]
    assert seen == [subject.failing for subject in graded]
    assert [verdict["verdict"] for verdict in verdicts] == ["fail", "pass", "fail"]
    assert {verdict["stack"] for verdict in verdicts} == {"docker"}
    assert all(verdict["submission"]["commit"] and verdict["submission"]["tree"] for verdict in verdicts)
