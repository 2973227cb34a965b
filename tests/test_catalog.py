"""The katas: found, loaded, and refused by file and key where they are not as they should be."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from checker.catalog import Catalog, read_kata
from checker.content import Content
from checker.errors import InfrastructureError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def write(folder: Path, name: str, data: object) -> Path:
    """Write a kata's description."""
    path = folder / name / "kata.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data))
    return path


def test_a_kata_is_read_as_it_is_written(tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]]) -> None:
    """Weight is 1 and nothing is stretch where the file does not say so; order is kept."""
    data = make_kata_data()
    data["requirements"][1]["stretch"] = True
    kata = read_kata(write(tmp_path, "tiny", data))
    assert (kata.id, kata.kind, kata.minutes) == ("tiny", "task", 5)
    assert [(one.id, one.weight, one.stretch) for one in kata.requirements] == [("alpha", 2, False), ("beta", 1, True)]
    assert kata.requirement("beta").hints == ("a nudge", "where to look", "nearly the answer")


def test_an_unknown_requirement_is_a_wrong_call(make_kata: Callable[..., Any]) -> None:
    """Whoever names a requirement that is not there is told which are."""
    with pytest.raises(UsageError, match="no requirement 'gamma'") as caught:
        make_kata().requirement("gamma")
    assert caught.value.next_step == "one of: alpha, beta"


WRONG = [
    ({"id": "Tiny"}, "id"),
    ({"id": "1tiny"}, "id"),
    ({"id": "tiny thing"}, "id"),
    ({"title": ""}, "title"),
    ({"title": "  \n"}, "title"),
    ({"summary": 3}, "summary"),
    ({"kind": "game"}, "kind"),
    ({"minutes": 0}, "minutes"),
    ({"minutes": "five"}, "minutes"),
    ({"requirements": []}, "requirements"),
    ({"surprise": 1}, "surprise"),
    ({"kept": ["gamma"]}, "the whole: Value error, kept: there is no requirement gamma"),
]
WRONG_REQUIREMENT = [
    ({"id": "Alpha"}, "requirements.0.id"),
    ({"id": "beta"}, "the whole: Value error, two requirements have the same id"),
    ({"weight": 0}, "requirements.0.weight"),
    ({"weight": 1.5}, "requirements.0.weight"),
    ({"stretch": "perhaps"}, "requirements.0.stretch"),
    ({"promise": ""}, "requirements.0.promise"),
    ({"hints": ["one", "two"]}, "requirements.0.hints"),
    ({"hints": ["one", "two", "three", "four"]}, "requirements.0.hints"),
    ({"hints": ["one", "", "three"]}, "requirements.0.hints.1"),
    ({"surprise": 1}, "requirements.0.surprise"),
]


@pytest.mark.parametrize(("changes", "key"), WRONG)
def test_a_mistake_is_named_by_file_and_key(
    tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]], changes: dict[str, Any], key: str
) -> None:
    """Whatever is wrong with a kata, the message begins with its file and the key; unknown keys are refused."""
    path = write(tmp_path, "tiny", make_kata_data(**changes))
    with pytest.raises(InfrastructureError, match=f"^{re.escape(f'{path}: {key}')}"):
        read_kata(path)


@pytest.mark.parametrize(("changes", "key"), WRONG_REQUIREMENT)
def test_a_mistake_in_a_requirement_is_named_by_its_place(
    tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]], changes: dict[str, Any], key: str
) -> None:
    """The same for a requirement, which is named by its number."""
    data = make_kata_data()
    data["requirements"][0] |= changes
    path = write(tmp_path, "tiny", data)
    with pytest.raises(InfrastructureError, match=f"^{re.escape(f'{path}: {key}')}"):
        read_kata(path)


@pytest.mark.parametrize("missing", ["id", "title", "kind", "minutes", "summary", "requirements"])
def test_what_is_missing_is_named(tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]], missing: str) -> None:
    """Every key that has no other value has to be there."""
    data = make_kata_data()
    del data[missing]
    with pytest.raises(InfrastructureError, match=f"{missing}: Field required"):
        read_kata(write(tmp_path, "tiny", data))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "is no YAML"),
        ("- a\n- b\n", "the whole"),
        ("", "the whole"),
        ("!!python/object:os.system {}", "no YAML"),
    ],
)
def test_what_is_no_description_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """A file that is no YAML, or no mapping, is named; YAML makes no objects."""
    with pytest.raises(InfrastructureError, match=told):
        read_kata(write(tmp_path, "tiny", text))


@pytest.mark.parametrize("data", [b"title: caf\xe9\n", b"\xff\xfe", b"[" * 400])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, data: bytes) -> None:
    """A file in another encoding, or with brackets without end, is named and makes no traceback."""
    path = write(tmp_path, "tiny", "")
    path.write_bytes(data)
    with pytest.raises(InfrastructureError, match="is no YAML"):
        read_kata(path)


def test_a_kata_is_called_like_its_folder(tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]]) -> None:
    """An id that is not the folder's name is refused, as everything else is found by it."""
    with pytest.raises(InfrastructureError, match="id: 'tiny' is not the name of its folder"):
        read_kata(write(tmp_path, "small", make_kata_data()))


@pytest.fixture
def content(tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]]) -> Content:
    """Return an installation's content with two katas."""
    for name in ("tiny", "small"):
        write(tmp_path / "katas", name, make_kata_data(id=name))
    return Content(**{field.name: tmp_path / field.name for field in fields(Content)})


def test_an_unknown_kata_is_a_wrong_call(content: Content) -> None:
    """Whoever names a kata that is not there is told which are; nothing but a kata's name leads to a file."""
    for name in ("huge", "", "..", "../katas/tiny", "tiny/"):
        with pytest.raises(UsageError, match="there is no kata") as caught:
            Catalog(content).load(name)
        assert "small, tiny" in str(caught.value.next_step)


def test_all_katas_are_listed_by_name(content: Content) -> None:
    """Katas come in the order of their names; a folder without a description is none."""
    (content.katas / "empty").mkdir()
    assert Catalog(content).ids() == ["small", "tiny"]
    assert [kata.id for kata in Catalog(content).all()] == ["small", "tiny"]


def test_the_real_katas_can_be_read() -> None:
    """What this installation holds is as it should be."""
    assert "task2" in Catalog().ids()
    assert all(kata.requirements for kata in Catalog().all())


def test_katas_of_ones_own_are_found_by_a_variable(
    content: Content, tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`WORKBENCH_KATAS` names a folder of further katas; one of the same name goes before the installation's."""
    own = tmp_path / "own"
    write(own, "mine", make_kata_data(id="mine"))
    write(own, "tiny", make_kata_data(title="My own tiny kata"))
    monkeypatch.setenv("WORKBENCH_KATAS", str(own))
    catalog = Catalog(content)
    assert catalog.ids() == ["mine", "small", "tiny"]
    assert catalog.load("tiny").title == "My own tiny kata"
    assert catalog.place("mine").suite == own / "mine" / "suite"
    assert catalog.place("mine").variants == own / "mine" / "variants.yaml"
    assert catalog.place("small").suite == content.suites / "small"
    assert catalog.place("small").variants == content.variants / "small.yaml"


@pytest.mark.parametrize("value", ["", "/nowhere/at/all"])
def test_a_variable_that_names_nothing_changes_nothing(
    content: Content, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """An empty variable and a folder that is not there are no katas, and no trouble."""
    monkeypatch.setenv("WORKBENCH_KATAS", value)
    assert Catalog(content).ids() == ["small", "tiny"]


def test_layers_make_the_starter_and_the_solution(tiny_catalog: Catalog, data: Path) -> None:
    """The service comes first, then the fault, then the solution; folders that are not there are left out."""
    own = data / "katas" / "tiny"
    assert tiny_catalog.layers("tiny") == [data / "service", own / "fault"]
    assert tiny_catalog.layers("tiny", solved=True) == [data / "service", own / "fault", own / "solution"]
    assert tiny_catalog.layers("nothing") == [data / "service"]


def test_the_branch_with_all_tasks_is_for_the_installation_s_tasks(
    content: Content, tmp_path: Path, make_kata_data: Callable[..., dict[str, Any]]
) -> None:
    """It is the service with one folder over it, and neither for scenarios nor for katas of one's own."""
    write(content.katas, "leak", make_kata_data(id="leak", kind="scenario"))
    write(tmp_path / "own", "mine", make_kata_data(id="mine"))
    catalog = Catalog(content, tmp_path / "own")
    assert catalog.all_tasks_layers("tiny") == []
    (content.solutions / "all").mkdir(parents=True)
    assert catalog.all_tasks_layers("tiny") == [content.service, content.solutions / "all"]
    assert catalog.all_tasks_layers("leak") == []
    assert catalog.all_tasks_layers("mine") == []
