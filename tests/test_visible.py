"""The check of the candidate's edition: visible tests on real parts, and nothing that could be taken for a pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from checker.errors import UsageError
from checker.renderers.visible import render_visible
from checker.start import start
from checker.verdict import Result, Status
from checker.visible import check_visible, refuse_options

if TYPE_CHECKING:
    from pathlib import Path

    from checker.catalog import Catalog
    from checker.start import Started
    from checker.verdict import Verdict

PROBE: Final = """
import os, socket
from urllib.parse import urlsplit


def test_servers():
    for name in ("DATABASE_URL", "REDIS_URL", "SQS_QUEUE_URL"):
        url = urlsplit(os.environ[name])
        socket.create_connection((url.hostname, url.port), timeout=5).close()
    assert os.environ["JWT_SECRET"]
"""


@pytest.fixture
def started(tiny_catalog: Catalog, tmp_path: Path) -> Started:
    """Return a started kata whose tests need servers and pytest."""
    made = start(tiny_catalog, "tiny", tmp_path / "mine")
    (made.folder / "requirements.txt").write_text("")
    (made.folder / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    for path in (made.folder / "tests").iterdir():
        path.unlink()
    (made.folder / "tests" / "test_probe.py").write_text(PROBE)
    return made


def check(catalog: Catalog, started: Started) -> Verdict:
    """Check a folder and hear nothing of the progress."""
    return check_visible(catalog, started, lambda _: None)


def test_tests_that_pass_are_no_pass(tiny_catalog: Catalog, started: Started) -> None:
    """They reach every server of the contract; the verdict is open all the same, and says why."""
    verdict = check(tiny_catalog, started)
    assert verdict.result is Result.ERROR, verdict.cause
    assert verdict.score is None
    assert {one.status for one in verdict.requirements} == {Status.NOT_RUN}
    assert "the visible tests alone: they pass (1 passed" in str(verdict.cause)
    shown = render_visible(verdict)
    assert "VISIBLE TESTS ONLY" in shown
    assert all(one.requirement.id in shown for one in verdict.requirements)
    assert "PASS" not in shown


def test_tests_that_fail_are_a_fail(tiny_catalog: Catalog, started: Started) -> None:
    """What pytest says of them is shown; nothing is written into the folder."""
    (started.folder / "tests" / "test_more.py").write_text("def test_more():\n    assert 'a dog' == 'a cat'\n")
    verdict = check(tiny_catalog, started)
    assert verdict.result is Result.FAIL
    assert "they do not pass (1 failed, 1 passed" in str(verdict.cause)
    assert "a dog" in render_visible(verdict)
    assert not list(started.folder.rglob("__pycache__"))


def test_no_tests_are_a_fail(tiny_catalog: Catalog, started: Started) -> None:
    """Whoever removed the tests does not read that they pass."""
    (started.folder / "tests" / "test_probe.py").unlink()
    assert check(tiny_catalog, started).result is Result.FAIL


def test_what_does_not_install_is_a_fail(tiny_catalog: Catalog, started: Started) -> None:
    """A requirement that cannot be read is the folder's own fault, and is told with what the installer said."""
    (started.folder / "requirements.txt").write_text("no such thing !\n")
    verdict = check(tiny_catalog, started)
    assert verdict.result is Result.FAIL
    assert "does not install" in str(verdict.cause)
    assert verdict.log


def test_what_needs_a_full_check_is_refused() -> None:
    """An option that only a full check can honour is named."""
    refuse_options([])
    with pytest.raises(UsageError, match="no --watch here"):
        refuse_options(["watch", "model"])
