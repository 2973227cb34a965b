"""Laying folders over one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.assemble import assemble, assembled


def put(root: Path, **files: str) -> Path:
    """Write files; `__` in a name stands for a slash."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_the_last_layer_wins(tmp_path: Path) -> None:
    """A file of a later layer replaces the same file of an earlier one; all others stay."""
    lower = put(tmp_path / "lower", app__a="lower", app__b="lower", c="lower")
    upper = put(tmp_path / "upper", app__b="upper", d="upper")
    made = assemble([lower, upper], tmp_path / "made")
    texts = {str(path.relative_to(made)): path.read_text() for path in made.rglob("*") if path.is_file()}
    assert texts == {"app/a": "lower", "app/b": "upper", "c": "lower", "d": "upper"}


def test_byproducts_are_no_part_of_a_layer(tmp_path: Path) -> None:
    """What Python and the tools left in a layer is not copied."""
    layer = put(tmp_path / "layer", a="a")
    for name in ("__pycache__/a.cpython-311.pyc", "x.pyc", ".pytest_cache/v", ".mypy_cache/v", ".ruff_cache/v"):
        (layer / name).parent.mkdir(exist_ok=True)
        (layer / name).touch()
    assert [path.name for path in assemble([layer], tmp_path / "made").rglob("*")] == ["a"]


def test_an_assembled_folder_lives_as_long_as_its_context(tmp_path: Path) -> None:
    """The folder is gone afterwards, also where what was done with it failed."""
    layer = put(tmp_path / "layer", a="a")
    seen: list[Path] = []

    def use() -> None:
        with assembled([layer]) as folder:
            seen.append(folder)
            assert (folder / "a").read_text() == "a"
            raise KeyError

    with pytest.raises(KeyError):
        use()
    assert not seen[0].exists()
