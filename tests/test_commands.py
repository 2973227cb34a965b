"""What the commands do apart from parsing and printing: the folder that is meant, hints, the solution."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.commands import locate, next_hint, refuse_mixture, remembered, show_solution
from checker.errors import UsageError
from checker.progress import ProgressBook
from checker.start import Started, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.catalog import Catalog
    from checker.verdict import Verdict


@pytest.fixture
def started(tiny_catalog: Catalog, tmp_path: Path) -> Path:
    """Return a started folder."""
    return start(tiny_catalog, "tiny", tmp_path / "mine").folder


def test_a_started_folder_says_what_is_meant(started: Path, tmp_path: Path) -> None:
    """Kata and root come from the marker; a named kata goes before it; elsewhere the folder is taken as it is."""
    assert locate(None, started / "app") == Started("tiny", started)
    assert locate("other", started / "app") == Started("other", started)
    assert locate("other", tmp_path) == Started("other", tmp_path)
    with pytest.raises(UsageError, match="is not a folder that"):
        locate(None, tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        locate("tiny", tmp_path / "gone")


@pytest.mark.usefixtures("own")
def test_hints_come_one_after_the_other(tiny_catalog: Catalog, started: Path) -> None:
    """Three hints, each with its number and the command for the next; then the last again; all are counted."""
    hints = [next_hint(tiny_catalog, None, "alpha", started) for _ in range(4)]
    assert hints == [
        "a nudge\n(hint 1 of 3; the next: workbench hint alpha)",
        "where to look\n(hint 2 of 3; the next: workbench hint alpha)",
        "nearly the answer\n(hint 3 of 3)",
        "nearly the answer\n(hint 3 of 3)",
    ]
    assert next_hint(tiny_catalog, None, "beta", started).startswith("one\n")
    assert ProgressBook().read("tiny", started).hints == {"alpha": 4, "beta": 1}
    with pytest.raises(UsageError, match="no requirement 'gamma'"):
        next_hint(tiny_catalog, None, "gamma", started)


@pytest.mark.usefixtures("own")
def test_a_pass_is_remembered_and_opens_the_solution(
    tiny_catalog: Catalog, started: Path, tmp_path: Path, make_verdict: Callable[..., Verdict]
) -> None:
    """A failure opens nothing; after a pass the files, the difference and the whole are to be had."""
    with pytest.raises(UsageError, match="has not passed"):
        show_solution(tiny_catalog, None, started, diff=False, force=False)
    assert "good morning" in show_solution(tiny_catalog, None, started, diff=False, force=True)
    remembered(make_verdict("fail", "pass"), started)
    with pytest.raises(UsageError, match="has not passed"):
        show_solution(tiny_catalog, None, started, diff=False, force=False)
    remembered(make_verdict("pass", "pass", result="pass"), started)
    assert '+GREETING = "good morning"' in show_solution(tiny_catalog, None, started, diff=True, force=False)
    made = show_solution(tiny_catalog, None, started, diff=False, force=False, into=tmp_path / "solved")
    assert "workbench check --path" in made
    assert "good morning" in (tmp_path / "solved" / "app" / "main.py").read_text()
    again = show_solution(tiny_catalog, "tiny", tmp_path / "solved", diff=True, force=True)
    assert again == "no difference\n"


@pytest.mark.usefixtures("own")
def test_a_verdict_counts_the_hints_taken(
    tiny_catalog: Catalog, started: Path, make_verdict: Callable[..., Verdict]
) -> None:
    """Hints of this kata in this folder, and the next one for what failed."""
    next_hint(tiny_catalog, None, "alpha", started)
    verdict = remembered(make_verdict("fail", "pass"), started)
    assert verdict.hints_taken == 1
    assert verdict.requirements[0].hint == "workbench hint alpha"


@pytest.mark.parametrize(
    ("kata", "options", "told"),
    [
        ("tiny", {"every": True}, "no kata goes with it"),
        (None, {"every": True, "watch": True}, "only one of"),
        (None, {"watch": True, "model": True}, "only one of"),
        (None, {"watch": True, "stack": "docker"}, "warm on this machine"),
        (None, {"watch": True, "machine": True}, "neither --format nor --report goes with it"),
        (None, {}, None),
        ("tiny", {"watch": True}, None),
        ("tiny", {"model": True, "machine": True}, None),
        (None, {"every": True, "machine": True}, None),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    kata: str | None, options: dict[str, Any], told: str | None
) -> None:
    """A mixture is a wrong call that says why."""
    every: dict[str, Any] = {"every": False, "watch": False, "model": False, "machine": False} | options
    if told is None:
        refuse_mixture(kata, **every)
        return
    with pytest.raises(UsageError, match=told):
        refuse_mixture(kata, **every)
