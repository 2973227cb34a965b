"""The bank's schema: what is read, and how it is told what is wrong."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from checker.errors import InfrastructureError, UsageError
from quiz.bank import Level, read_bank

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from quiz.bank import Bank


@pytest.fixture
def content(data: Path) -> Any:
    """Return the sample bank as YAML's values, to be spoiled."""
    return yaml.safe_load((data / "bank" / "questions.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def spoiled(content: Any, tmp_path: Path) -> Callable[[Callable[[Any], object]], InfrastructureError]:
    """Return a way to spoil the bank and to get the error of reading it."""

    def read(spoil: Callable[[Any], object]) -> InfrastructureError:
        changed = copy.deepcopy(content)
        spoil(changed)
        path = tmp_path / "questions.yaml"
        path.write_text(json.dumps(changed), encoding="utf-8")  # JSON is YAML, and quick
        with pytest.raises(InfrastructureError) as caught:
            read_bank(path)
        return caught.value

    return read


def question(content: Any) -> Any:
    """Return the sample's first question."""
    return content["sections"][0]["items"][0]


def test_a_bank_is_read_as_it_is_written(bank: Bank) -> None:
    """Items keep their order, points of follow-ups come behind those of the item, a level is one."""
    assert list(bank.items) == ["q1", "q2", "q3", "q4"]
    assert [point.id for point in bank.item("q1").points] == ["generator", "finally", "connection"]
    assert [point.id for point in bank.item("q1").every_point][3:] == ["leak", "collector"]
    assert bank.item("q1").point("finally").level is Level.MID
    assert [section.bonus for section in bank.sections] == [False, False, True]
    assert bank.section_of("q4").id == "bonus"
    assert [item.id for item in bank.of_kind("task")] == []


def test_an_unknown_item_is_a_wrong_call(bank: Bank) -> None:
    """Whoever names a question that is not there is told where to look."""
    with pytest.raises(UsageError, match="no question 'q99'") as caught:
        bank.item("q99")
    assert caught.value.next_step == "workbench quiz --list"


SPOILED: list[tuple[str, Callable[[Any], object], list[str]]] = [
    ("surprise", lambda bank: question(bank).update(surprise=1), ["q1", "surprise"]),
    ("no prompt", lambda bank: question(bank).pop("prompt"), ["q1", "prompt", "required"]),
    ("blank title", lambda bank: question(bank).update(title="  "), ["q1", "title"]),
    ("no points", lambda bank: question(bank)["groups"][0].update(points=[]), ["q1", "groups.0.points"]),
    (
        "no keyword",
        lambda bank: question(bank)["groups"][0]["points"][0].update(keywords=[]),
        ["generator", "keywords"],
    ),
    ("empty keyword", lambda bank: question(bank)["groups"][0]["points"][0].update(keywords=[""]), ["generator"]),
    ("level", lambda bank: question(bank)["groups"][0]["points"][0].update(level="chief"), ["generator", "level"]),
    ("weight", lambda bank: question(bank)["groups"][0]["points"][1].update(weight=9), ["finally", "weight"]),
    ("plain http", lambda bank: question(bank)["sources"][0].update(url="http://x.org"), ["q1", "sources.0.url"]),
    ("minutes", lambda bank: question(bank).update(minutes=0), ["q1", "minutes"]),
    ("twin point", lambda bank: question(bank)["groups"][0]["points"][1].update(id="leak"), ["q1", "'leak'", "twice"]),
    ("twin item", lambda bank: bank["sections"][1]["items"][0].update(id="q1"), ["'q1'", "twice"]),
    ("levels", lambda bank: bank["levels"].reverse(), ["junior, mid and senior"]),
    ("shares", lambda bank: bank["rule"]["shares"].pop("mid"), ["junior, mid and senior"]),
    ("version", lambda bank: bank.update(schema_version=2), ["schema_version"]),
]


@pytest.mark.parametrize(("spoil", "said"), [case[1:] for case in SPOILED], ids=[case[0] for case in SPOILED])
def test_what_is_wrong_is_named(
    spoiled: Callable[[Callable[[Any], object]], InfrastructureError], spoil: Callable[[Any], object], said: list[str]
) -> None:
    """The error names the file, the nearest id, the key, and what was expected."""
    error = spoiled(spoil)
    for part in ["questions.yaml", *said]:
        assert part in error.message


NO_BANK = [(b"a: [", "is no YAML"), (b"\xff\xfe\x00\x00", "is no YAML"), (b"", "the whole"), (b"- 1\n", "the whole")]


@pytest.mark.parametrize(("text", "said"), NO_BANK)
def test_what_is_no_bank_is_told(tmp_path: Path, text: bytes, said: str) -> None:
    """A file of anything is an error with the file's name."""
    path = tmp_path / "questions.yaml"
    path.write_bytes(text)
    with pytest.raises(InfrastructureError, match=said) as caught:
        read_bank(path)
    assert str(path) in caught.value.message


def test_a_bank_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing file is an error and no crash."""
    with pytest.raises(InfrastructureError, match="cannot read the question bank"):
        read_bank(tmp_path / "questions.yaml")
