"""How git is run: on nobody's settings, and which versions will do."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.errors import InfrastructureError, UsageError
from checker.repository import git
from checker.repository.names import require_ref
from checker.repository.scratch import new_scratch

if TYPE_CHECKING:
    from pathlib import Path


def test_nobodys_settings_are_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the user, of the machine and of the environment have no say, but for how servers are reached."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\n name = somebody\n")
    theirs = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "user.name",
        "GIT_CONFIG_VALUE_0": "somebody",
        "GIT_CONFIG_PARAMETERS": "'user.name=somebody'",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(home),
        "GIT_EXEC_PATH": str(home),
        "GIT_SSH_COMMAND": "touch x",
        "GIT_EXTERNAL_DIFF": "touch x",
        "GIT_PROXY_COMMAND": "touch x",
        "HTTPS_PROXY": "http://proxy:3128",
        "https_proxy": "http://proxy:3128",
        "GIT_SSL_CAINFO": "/ca.pem",
    }
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    answer = new_scratch(tmp_path / "scratch", 40).run("config", "--list", "--show-origin")
    assert b"somebody" not in answer.output
    told = git.environment(tmp_path, {})
    assert {name for name in theirs if told.get(name) == theirs[name]} == {
        "HTTPS_PROXY",
        "https_proxy",
        "GIT_SSL_CAINFO",
    }


def test_a_call_ends_with_whoever_made_it(tmp_path: Path) -> None:
    """Where the context is left, git is gone, though it waits for more to do."""
    with new_scratch(tmp_path / "scratch", 40).call("cat-file", "--batch-command") as call:
        assert call.process.poll() is None
    assert call.process.poll() is not None


def test_an_answer_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What prints without end is given up."""
    monkeypatch.setattr("checker.repository.scratch.MAX_ANSWER_BYTES", 10)
    with pytest.raises(InfrastructureError, match="printed more than"):
        new_scratch(tmp_path / "scratch", 40).run("config", "--list")


@pytest.mark.parametrize(
    ("told", "version", "fixed"),
    [
        ("git version 2.39.5", (2, 39, 5), True),
        ("git version 2.39.3 (Apple Git-146)", (2, 39, 3), False),
        ("git version 2.45.0", (2, 45, 0), False),
        ("git version 2.45.1", (2, 45, 1), True),
        ("git version 2.43.4.windows.1", (2, 43, 4), True),
        ("git version 2.53.GIT", (2, 53, 0), True),
        ("git version 2.30.9", (2, 30, 9), False),
        ("git version 3.0.0", (3, 0, 0), True),
    ],
)
def test_versions_with_known_holes_are_known(told: str, version: tuple[int, ...], *, fixed: bool) -> None:
    """The versions with the fixes of CVE-2024-32002 and its companions, branch by branch."""
    assert git.read_version(told) == version
    assert git.is_fixed(version) is fixed


def test_without_a_git_that_will_do_it_is_our_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No git, one too old, or one that does not run is told with what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InfrastructureError, match="git is not installed"):
        git.require_git()
    program = tmp_path / "git"
    for script, told in (
        ("echo git version 2.25.1", "2.25.1 is too old"),
        ("exit 3", "does not run"),
        ("echo x", "tell"),
    ):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        with pytest.raises(InfrastructureError, match=told):
            git.require_git()


@settings(max_examples=60)
@given(st.text(st.sampled_from("ab/.-@{~^:?*[\\ \n\u00e9l") | st.characters(), min_size=1, max_size=8))
@example("main.lock")
@example("a/.b")
def test_what_is_taken_for_a_name_is_one_to_git(text: str) -> None:
    """Every name that we take is one that git takes for a branch; it begins with no hyphen and has no way up."""
    try:
        require_ref(text)
    except UsageError:
        return
    try:
        name = f"refs/heads/{text}".encode()
    except UnicodeEncodeError:
        pytest.fail("a lone surrogate")
    assert subprocess.run(["git", "check-ref-format", name], check=False).returncode == 0
    assert not text.startswith("-")
    assert ".." not in text


def test_the_tests_run_where_git_is_fixed() -> None:
    """What is proved here is proved of a git that will do."""
    assert git.version_of_git() >= git.NEEDED, sys.platform
