"""Submissions that are made to be graded: their edits fit, and a mistake in them is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from checker.catalog import Catalog
from checker.errors import InfrastructureError
from checker.variants import Edit, Subject, read_variants, subjects

if TYPE_CHECKING:
    from collections.abc import Callable

GREETING = "app/main.py"


def subject(layers: tuple[Path, ...], *edits: Edit) -> Subject:
    """Return a variant with these edits."""
    return Subject("tiny", "bad/one", layers, edits, frozenset({"alpha"}))


@pytest.fixture
def layers(tiny_catalog: Catalog) -> tuple[Path, ...]:
    """Return the layers of the solved kata."""
    return tuple(tiny_catalog.layers("tiny", solved=True))


def test_an_edit_is_made_on_the_solution(layers: tuple[Path, ...], tmp_path: Path) -> None:
    """Edits replace their text where it stands, one after the other, and nothing else."""
    edits = [Edit(file=GREETING, replace="morning", by="evening"), Edit(file=GREETING, replace="evening", by="night")]
    folder = subject(layers, *edits).write(tmp_path / "made")
    before = (layers[-1] / GREETING).read_text()
    assert (folder / GREETING).read_text() == before.replace("morning", "night")


@pytest.mark.parametrize(
    ("file", "replace", "count"),
    [(GREETING, "afternoon", 0), ("app/gone.py", "x", 0), ("app", "x", 0), (GREETING, "o", 10), (GREETING, "_", 4)],
)
def test_an_edit_that_does_not_fit_once_is_an_error(
    layers: tuple[Path, ...], tmp_path: Path, file: str, replace: str, count: int
) -> None:
    """A text that is not there, or stands there several times, is named with its variant and its file."""
    count = (layers[-1] / file).read_text().count(replace) if count else 0
    with pytest.raises(InfrastructureError, match=f"^bad/one: '{replace}' stands {count} times in {file}, not once"):
        subject(layers, Edit(file=file, replace=replace, by="")).write(tmp_path / "made")


def test_an_edit_is_not_made_twice(layers: tuple[Path, ...], tmp_path: Path) -> None:
    """The same edit again no longer fits."""
    twice = [Edit(file=GREETING, replace="morning", by="evening")] * 2
    with pytest.raises(InfrastructureError, match="stands 0 times"):
        subject(layers, *twice).write(tmp_path / "made")


def test_all_subjects_of_a_kata(tiny_catalog: Catalog) -> None:
    """Starter, solution, alternatives and variants, each with the requirements that have to fail."""
    found = {one.name: set(one.failing) for one in subjects(tiny_catalog, "tiny")}
    assert found == {
        "starter": {"alpha", "beta"},
        "solution": set(),
        "good/shout": set(),
        "bad/evening": {"alpha"},
        "bad/night": {"alpha"},
        "bad/silent": {"beta"},
    }


def test_a_starter_keeps_what_its_kata_lists(
    tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]], tiny_catalog: Catalog
) -> None:
    """A requirement under `kept` is one that the starter has to pass."""
    (tmp_path / "other").mkdir()
    description = yaml.safe_dump(make_kata_data(id="other", kept=["beta"]))
    (tmp_path / "other" / "kata.yaml").write_text(description)
    starter = subjects(Catalog(tiny_catalog.content, tmp_path), "other")[0]
    assert (starter.name, set(starter.failing)) == ("starter", {"alpha"})


def test_every_subject_can_be_written(tiny_catalog: Catalog, tmp_path: Path) -> None:
    """Each has the files that its layers and edits make."""
    greetings = {}
    for one in subjects(tiny_catalog, "tiny"):
        folder = one.write(tmp_path / one.name.replace("/", "-"))
        greetings[one.name] = (folder / GREETING).read_text().partition("GREETING = ")[2].strip()
        assert (folder / "requirements.txt").is_file()
    assert greetings == {
        "starter": '"hell"',
        "solution": '"good morning"',
        "good/shout": '"GOOD MORNING"',
        "bad/evening": '"good evening"',
        "bad/night": '"good night"',
        "bad/silent": '""',
    }


@pytest.fixture
def write(tiny_catalog: Catalog, tmp_path: Path) -> Callable[[str], Catalog]:
    """Return a way to make a catalog whose kata has this file of variants."""

    def written(text: str) -> Catalog:
        folder = tmp_path / "own" / "tiny"
        folder.mkdir(parents=True)
        (folder / "kata.yaml").write_text((tiny_catalog.place("tiny").kata / "kata.yaml").read_text())
        (folder / "variants.yaml").write_text(text)
        return Catalog(tiny_catalog.content, tmp_path / "own")

    return written


ONE = "variants: [{id: %s, requirement: alpha, why: %s, edits: %s}]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("variants: [", "variants.yaml is no YAML"),
        ("", "variants.yaml: "),
        ("variants: 3", "variants.yaml: variants: "),
        ("variants: []\nmore: 1", "variants.yaml: more: "),
        (ONE % ("One", "x", "[{file: a, replace: b, by: c}]"), "variants.yaml: variants.0.id: "),
        (ONE % ("one", "''", "[{file: a, replace: b, by: c}]"), "variants.yaml: variants.0.why: "),
        (ONE % ("one", "x", "[]"), "variants.yaml: variants.0.edits: "),
        (ONE % ("one", "x", "[{file: a, replace: '', by: c}]"), "variants.yaml: variants.0.edits.0.replace: "),
        (ONE % ("one", "x", "[{file: a, replace: b}]"), "variants.yaml: variants.0.edits.0.by: "),
        (ONE % ("one", "x", "[{file: a, replace: b, by: c, d: e}]"), "variants.yaml: variants.0.edits.0.d: "),
    ],
)
def test_a_mistake_is_named_by_file_and_key(write: Callable[[str], Catalog], text: str, told: str) -> None:
    """What is wrong with a file of variants is told by its place."""
    with pytest.raises(InfrastructureError) as caught:
        read_variants(write(text), "tiny")
    assert told in caught.value.message


def test_a_kata_may_have_no_variants(tiny_catalog: Catalog) -> None:
    """Where there is no file there are none."""
    assert read_variants(tiny_catalog, "nothing") == ()
