"""The one place that knows the terminal: formats, colour, and a line of progress that is gone at the end."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from checker.renderers import terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict


class Terminal(io.StringIO):
    """A text that says that it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_verdicts_are_rendered_in_their_format(make_verdict: Callable[..., Verdict]) -> None:
    """JSON is an object and nothing else; for people it is text without colour where nobody sees it."""
    verdict = make_verdict("pass", "fail")
    assert json.loads(terminal.render([verdict], "json"))["kata"] == "tiny"
    text = terminal.render([verdict], "human")
    assert "FAIL" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("variable", "value", "wants"),
    [("NO_COLOR", "1", False), ("NO_COLOR", "", True), ("TERM", "dumb", False), ("TERM", "xterm", True)],
)
def test_color_is_for_who_wants_it(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, *, wants: bool) -> None:
    """On a terminal there is colour, unless NO_COLOR is set to something or the terminal is dumb."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert terminal.wants_color() is wants
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert terminal.wants_color() is False


def test_progress_is_one_line_that_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phases, installing and checks are shown one over the other, harmless and no wider than the terminal."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    hear = terminal.progress()
    hear({"installing": "a\x1b[2J" + "x" * 100})
    hear({"manifest": ["a", "b"]})
    hear({"observation": {"check": "test_a.py::test_hidden", "requirement": "alpha"}})
    hear({"phase": "teardown", "seconds": 1.0})
    hear({"phase": "unknown to this version"})
    shown = screen.getvalue().split("\r\x1b[K")[1:]
    assert shown[1:] == ["running the checks … alpha", ""]
    assert len(shown[0]) <= 39
    assert "\x1b" not in shown[0]


@pytest.mark.parametrize("quiet", [False, True])
def test_elsewhere_there_is_no_progress(monkeypatch: pytest.MonkeyPatch, *, quiet: bool) -> None:
    """In a pipe, or where quiet is asked for, nothing is written."""
    monkeypatch.setattr(sys, "stderr", screen := (Terminal() if quiet else io.StringIO()))
    terminal.progress(quiet=quiet)({"phase": "submission"})
    assert screen.getvalue() == ""


def test_a_line_of_progress_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said goes to standard error, without anything that steers."""
    monkeypatch.setattr(sys, "stderr", screen := io.StringIO())
    terminal.say("a\x1b[2Jb")
    terminal.say("::error::c\n  ::add-mask::d ##[e]")
    assert screen.getvalue() == "a\\x1b[2Jb\n\\x3a:error::c\n  \\x3a:add-mask::d \\x23#[e]\n"


def test_the_verdict_in_a_ci_log_is_no_command(make_verdict: Callable[..., Verdict]) -> None:
    """Off a terminal a submission's words are printed as they are, but for what makes a command of a line."""
    log = "ok\n::error::x\n##vso[y]z"
    text = terminal.render([make_verdict("not-run", "not-run", cause="why", log=log)], "human")
    lines = [line.strip() for line in text.splitlines()]
    assert lines[lines.index("ok") :][:3] == ["ok", "\\x3a:error::x", "\\x23#vso[y]z"]
