"""Laying folders over one another: a starter, a solved kata, a variant."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BYPRODUCTS = shutil.ignore_patterns("__pycache__", "*.pyc", ".pytest_cache", ".mypy_cache", ".ruff_cache")


def assemble(layers: Sequence[Path], target: Path) -> Path:
    """Copy each layer over the ones before it into `target`."""
    for layer in layers:
        shutil.copytree(layer, target, dirs_exist_ok=True, ignore=BYPRODUCTS)
    return target


@contextlib.contextmanager
def assembled(layers: Sequence[Path]) -> Iterator[Path]:
    """Assemble layers in a folder that lives as long as the context."""
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        yield assemble(layers, Path(folder) / "submission")
