"""Answering in an editor: a real program that writes into the file it is given."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from checker.errors import UsageError
from quiz.plain.editor import edit

if TYPE_CHECKING:
    from pathlib import Path


def editor(folder: Path, body: str) -> str:
    """Write an editor in Python and return the command that starts it."""
    script = folder / "my editor.py"
    script.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{body}\n", encoding="utf-8")
    return shlex.join([sys.executable, str(script)])


def test_what_stands_above_the_question_is_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question stands below as a comment, and is no part of the answer; VISUAL goes before EDITOR."""
    seen = tmp_path / "seen"
    body = (
        f"text = path.read_text()\npathlib.Path({str(seen)!r}).write_text(text)\npath.write_text('In a pool.' + text)"
    )
    monkeypatch.setenv("VISUAL", editor(tmp_path, body))
    monkeypatch.setenv("EDITOR", "false")
    assert edit("Why?\nReally?") == "In a pool."
    assert "# Why?\n# Really?\n" in seen.read_text(encoding="utf-8")


TROUBLES = [
    (None, "no editor is set"),
    ("", "no editor is set"),
    ("/nonexistent/editor", "cannot be started"),
    ('"unclosed', "cannot be started"),
    ("false", "ended with status 1"),
]


@pytest.mark.parametrize(("command", "message"), TROUBLES)
def test_an_editor_that_does_not_work_is_told(
    monkeypatch: pytest.MonkeyPatch, command: str | None, message: str
) -> None:
    """Practice goes on without one, so it is an error that tells what to do."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    if command is not None:
        monkeypatch.setenv("EDITOR", command)
    with pytest.raises(UsageError, match=message) as caught:
        edit("Why?")
    assert caught.value.next_step


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the editor leaves, an answer is text."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor(tmp_path, "path.write_bytes(b'caf\\xe9')"))
    assert edit("Why?") == "caf�"
