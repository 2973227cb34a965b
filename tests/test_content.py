"""Finding the content: one rule, in a checkout and in a wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import checker
from checker.content import find_content


def test_a_checkout_has_its_content_at_the_root() -> None:
    """In a checkout katas and reference stand beside the package, suites and variants in it."""
    content, package = find_content(), Path(checker.__file__).parent
    assert content.katas == package.parent / "katas"
    assert content.service == package.parent / "reference" / "service"
    assert content.solutions == package.parent / "reference" / "solutions"
    assert (content.service / "app" / "main.py").is_file()
    assert (content.suites, content.variants) == (package / "suites", package / "variants")
    assert content.alternatives == package / "alternatives"


def test_a_wheel_has_its_content_in_the_package(tmp_path: Path) -> None:
    """Where `_content` lies in the package, as in a wheel, it is taken, whatever stands beside the package."""
    package = tmp_path / "checker"
    (package / "_content" / "katas").mkdir(parents=True)
    (tmp_path / "katas").mkdir()
    for name in ("__init__.py", "content.py"):
        (package / name).write_text((Path(checker.__file__).parent / name).read_text())
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from checker.content import find_content as f; print(f())"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert str(package / "_content" / "katas") in shown
    assert str(package / "_content" / "reference" / "solutions") in shown
    assert str(package / "suites") in shown
