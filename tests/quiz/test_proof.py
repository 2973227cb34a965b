"""The proof of the bank: it holds on what is there, and fails on a copy from which anything is missing."""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from checker.catalog import Catalog
from checker.content import find_content
from quiz.bank import read_bank
from quiz.proof import prove_file, told
from quiz.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def content() -> Any:
    """Return the bank as YAML's values."""
    return yaml.load(find_content().questions.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe ones


@pytest.fixture
def copied(content: Any, tmp_path: Path) -> Callable[[Callable[[Any], object]], Path]:
    """Return a way to make a copy of the bank with one change."""

    def make(change: Callable[[Any], object]) -> Path:
        changed = copy.deepcopy(content)
        change(changed)
        path = tmp_path / "questions.yaml"
        path.write_text(json.dumps(changed), encoding="utf-8")  # JSON is YAML, and quick
        return path

    return make


def item(content: Any, identifier: str) -> Any:
    """Return an item by its id."""
    return next(one for section in content["sections"] for one in section["items"] if one["id"] == identifier)


def test_the_bank_is_whole() -> None:
    """20 questions, 4 tasks and 3 scenarios are there with every point, and everything that they name is there too."""
    proof = prove_file(find_content().questions, Catalog())
    assert proof.findings == ()
    assert "20 questions, 4 coding tasks and 3 scenarios in 7 sections and the bonus part; 184 points" in proof.counts
    assert "(8 documented)" in proof.counts
    assert told(proof) == f"{proof.counts}\n"


def test_every_keyword_speaks_for_its_point() -> None:
    """Whoever says no more than a keyword has that point suggested: no two points of a question share one."""
    bank = read_bank(find_content().questions)
    silent = [
        (item.id, point.id, keyword)
        for item in bank.items.values()
        for point in item.every_point
        for keyword in point.keywords
        if point.id not in suggest(item, keyword)
    ]
    assert silent == []


CHANGES: list[tuple[str, Callable[[Any], object], str]] = [
    ("point", lambda bank: item(bank, "q7")["groups"][0]["points"].pop(), "q7: the groups and their points"),
    ("requirement", lambda bank: item(bank, "task4")["groups"][0]["points"].pop(), "task4: the groups"),
    ("group", lambda bank: item(bank, "q18")["groups"].pop(), "q18: the groups and their points"),
    ("group's title", lambda bank: item(bank, "q4")["groups"][0].pop("title"), "q4: the groups and their points"),
    ("follow-up", lambda bank: item(bank, "q8")["follow_ups"][0].pop("documented"), "q8: the number of documented"),
    ("item", lambda bank: bank["sections"][6]["items"].pop(), "s7: the items"),
    ("kind", lambda bank: item(bank, "q1").update(kind="scenario"), "q1: the kind"),
    ("order", lambda bank: item(bank, "q5")["groups"][0]["points"].reverse(), "q5: the steps"),
    ("minutes", lambda bank: bank["sections"][0].update(minutes=31), "s1: the minutes: 31, and 30 in the document"),
    ("item's minutes", lambda bank: item(bank, "q1").update(minutes=9), "s1: the minutes of its items"),
    ("section", lambda bank: bank["sections"].pop(3), "the sections"),
    ("criterion", lambda bank: bank["levels"][2]["criteria"].pop(), "senior: the number of criteria: 6, and 7"),
    ("resource", lambda bank: bank["resources"].pop(), "the number of resources: 5, and 6"),
    ("symbol", lambda bank: item(bank, "q3").update(code=["app/database.py:get_dbs"]), "q3: the code reference"),
    ("file", lambda bank: item(bank, "q12").update(code=["Containerfile"]), "q12: the code reference"),
    ("no code", lambda bank: item(bank, "q3").pop("code"), "q3: there is no code reference"),
    ("no source", lambda bank: item(bank, "q3").pop("sources"), "q3: there is no source"),
    ("kata", lambda bank: item(bank, "q7").update(kata="task9"), "q7: there is no kata 'task9'"),
    ("its kata", lambda bank: item(bank, "task2").pop("kata"), "task2: it does not name the kata of the same id"),
    ("schema", lambda bank: item(bank, "q1").update(surprise=1), "surprise"),
]


@pytest.mark.parametrize(("change", "said"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_a_copy_with_one_change_is_refused(
    copied: Callable[[Callable[[Any], object]], Path], change: Callable[[Any], object], said: str
) -> None:
    """Whatever is taken away or broken, a line says where."""
    proof = prove_file(copied(change), Catalog())
    assert any(said in finding for finding in proof.findings), proof.findings
    assert all("questions.yaml" in finding for finding in proof.findings)


def test_an_orphaned_kata_is_refused(tmp_path: Path) -> None:
    """A kata of the installation that no item names is told; one of somebody's own need not be named."""
    known = find_content()
    shutil.copytree(known.katas, tmp_path / "katas", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(tmp_path / "katas" / "task2", tmp_path / "katas" / "task9")
    catalog = Catalog(dataclasses.replace(known, katas=tmp_path / "katas"))
    assert prove_file(known.questions, catalog).findings == (
        "questions.yaml: no item names the kata 'task9', which drills it",
    )
    assert prove_file(known.questions, Catalog(own=tmp_path / "katas")).findings == ()


def test_the_command_refuses_a_copy(copied: Callable[[Callable[[Any], object]], Path]) -> None:
    """`dev check --bank` prints counts and findings and exits with 1; on the bank itself it exits with 0."""
    broken = copied(lambda bank: item(bank, "q7")["groups"][0]["points"].pop())
    for path, status, said in ((broken, 1, "183 points"), (find_content().questions, 0, "184 points")):
        done = subprocess.run(
            [sys.executable, ROOT / "cli.py", "dev", "check", "--bank", path],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=ROOT,
        )
        assert (done.returncode, done.stderr) == (status, "")
        assert said in done.stdout
        assert ("q7: the groups" in done.stdout) is (status == 1)
