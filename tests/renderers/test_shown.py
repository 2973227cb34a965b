"""What reports show of a verdict: outcomes as reports of tests know them, names that differ, texts without harm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from checker.renderers.shown import MAX_TEXT, clean, show
from checker.verdict import Origin
from tests.renderers.conftest import FOREIGN, STEERING

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict

OUTCOMES = [
    (("pass", "pass"), "pass", ("passed", "passed")),
    (("fail", "pass"), "fail", ("failed", "passed")),
    (("fail", "not-run"), "fail", ("failed", "skipped")),
    (("not-run", "pass"), "fail", ("failed", "passed")),
    (("not-run", "not-run"), "fail", ("failed", "failed")),
    (("not-run", "not-run"), "error", ("error", "error")),
]


@pytest.mark.parametrize(("statuses", "result", "outcomes"), OUTCOMES)
def test_outcomes_are_those_of_a_test_report(
    make_verdict: Callable[..., Verdict], statuses: tuple[str, ...], result: str, outcomes: tuple[str, ...]
) -> None:
    """What did not run is skipped, unless nothing else failed: a verdict that is no pass never looks green."""
    shown = show([make_verdict(*statuses, result=result)])[0]
    assert tuple(row.outcome for row in shown.rows) == outcomes
    assert tuple(row.status for row in shown.rows) == statuses


@pytest.mark.parametrize(
    ("statuses", "result", "outcomes"),
    [
        (("pass", "fail"), "pass", ("passed", "failed")),
        (("pass", "not-run"), "pass", ("passed", "skipped")),
        (("not-run", "not-run"), "fail", ("failed", "skipped")),
        (("not-run", "fail"), "fail", ("failed", "failed")),
    ],
)
def test_a_stretch_never_stands_for_the_verdict(
    stretched: Callable[..., Verdict], statuses: tuple[str, ...], result: str, outcomes: tuple[str, ...]
) -> None:
    """A stretch that failed is a failure of its own; a verdict `fail` has one of a needed requirement as well."""
    shown = show([stretched(*statuses, result=result)])[0]
    assert tuple(row.outcome for row in shown.rows) == outcomes
    assert [row.stretch for row in shown.rows] == [False, True]


def test_what_kept_a_check_from_running_is_said_with_it(make_verdict: Callable[..., Verdict]) -> None:
    """A requirement that nothing was seen of has the cause; one that was judged speaks for itself."""
    stopped = show([make_verdict("not-run", "not-run", cause="it does not start")])[0]
    assert [row.message for row in stopped.rows] == ["not checked: it does not start"] * 2
    failed = show([make_verdict("fail", "pass", cause="the API went")])[0]
    assert [row.message for row in failed.rows] == ["expected a cat; seen: a dog", "as promised"]


def test_names_differ(make_verdict: Callable[..., Verdict]) -> None:
    """A kata's id will do; where it was graded twice the submission is named, and where that is the same a number."""
    one = make_verdict("pass", "pass")
    other = replace(one, origin=Origin(repository="https://host/x.git", commit="c0ffee"))
    assert [shown.name for shown in show([one])] == ["tiny"]
    assert [shown.name for shown in show([one, other, one])] == [
        "tiny of /somewhere",
        "tiny of https://host/x.git at c0ffee",
        "tiny of /somewhere (2)",
    ]


def test_times_are_of_the_clock(make_verdict: Callable[..., Verdict]) -> None:
    """A verdict began so many seconds before it ended."""
    shown = show([make_verdict("pass", "pass", ended=1000.5, seconds=0.5)])[0]
    assert (shown.started, shown.ended) == (1000.0, 1000.5)


@given(FOREIGN)
def test_texts_steer_nothing_and_end(text: str) -> None:
    """Control and direction characters are gone, and a text has its longest length."""
    assert not STEERING.search(clean(text))
    assert len(clean(text * 500)) <= MAX_TEXT


def test_long_texts_are_cut() -> None:
    """What is cut says so; what just fits is whole."""
    assert clean("x" * MAX_TEXT) == "x" * MAX_TEXT
    assert clean("x" * (MAX_TEXT + 1)) == "x" * (MAX_TEXT - 2) + " …"
