"""The verdict for a terminal: what a candidate reads, and what never reaches the terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from checker.renderers.human import render_brief, render_human
from checker.verdict import Finding, Origin, with_hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict

CODE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def with_findings(make_verdict: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Return a way to make a verdict in which alpha failed with these findings."""

    def made(*findings: Finding, **fields: object) -> Verdict:
        verdict = make_verdict("fail", "pass", **fields)
        first = replace(verdict.requirements[0], findings=findings)
        return replace(verdict, requirements=(first, *verdict.requirements[1:]))

    return made


def test_a_failure_is_explained(with_findings: Callable[..., Verdict]) -> None:
    """The promise, what was expected, what was seen, the request to repeat, the next hint and the score are there."""
    verdict = with_hints(with_findings(Finding("201", "500 oops", "curl -i http://localhost:8000/tasks")), {})
    text = render_human([verdict])
    lines = [line.strip() for line in text.splitlines()]
    for line in (
        *("✘ FAIL    alpha  Alpha works", "Alpha does.", "expected  201", "seen      500 oops"),
        *(
            "try       curl -i http://localhost:8000/tasks",
            "a hint: workbench hint alpha",
            "✔ PASS    beta  Beta works",
        ),
    ):
        assert line in lines
    assert lines[-1].startswith("FAIL  score 33, 1 of 2 requirements")
    assert "Beta does." not in text


def test_a_pass_names_the_next_command(make_verdict: Callable[..., Verdict]) -> None:
    """Who passed is told how to compare with the model solution."""
    text = render_human([make_verdict("pass", "pass", result="pass")])
    assert "PASS  score 100, 2 of 2 requirements, 1.2 s" in text
    assert "workbench solution tiny --diff" in text


def test_an_error_is_ours(make_verdict: Callable[..., Verdict]) -> None:
    """An error says that the workbench could not grade, why, and shows no score."""
    text = render_human([make_verdict("not-run", "not-run", result="error", cause="the disk is full")])
    assert "The workbench could not grade this: the disk is full" in text
    assert "score" not in text


def test_a_stop_shows_the_log(make_verdict: Callable[..., Verdict]) -> None:
    """Where the checks could not run, the cause and the last lines of the log are there."""
    stopped = make_verdict("not-run", "not-run", cause="it does not start", log="line one\nline two")
    text = render_human([stopped])
    assert "The checks could not run: it does not start" in text
    assert "line one" in text
    assert "line two" in text


def test_a_failure_shows_the_last_exception(make_verdict: Callable[..., Verdict]) -> None:
    """Where something failed, an exception that the service logged is there, on a small screen as well."""
    failed = make_verdict("fail", "pass", log='  File "app/main.py"\nKeyError: 7')
    for text in (render_human([failed]), render_brief(failed, width=80, height=24)):
        assert "The last exception in the service's log" in text
        assert "KeyError: 7" in text
    assert "exception" not in render_human([make_verdict("fail", "pass")])


def test_several_verdicts_end_in_a_table(make_verdict: Callable[..., Verdict]) -> None:
    """After several katas there is a line for each."""
    both = [make_verdict("pass", "pass", result="pass"), make_verdict("not-run", "not-run", result="error", cause="x")]
    table = render_human(both).splitlines()[-2:]
    assert re.match(r"tiny  PASS +100  ✔ alpha ✔ beta", table[0])
    assert re.match(r"tiny  ERROR +-  - alpha - beta", table[1])


def test_hints_that_were_taken_are_counted(make_verdict: Callable[..., Verdict]) -> None:
    """One hint, two hints."""
    assert "1 hint taken" in render_human([make_verdict("fail", "pass", hints_taken=1)])
    assert "2 hints taken" in render_human([make_verdict("fail", "pass", hints_taken=2)])
    assert "taken" not in render_human([make_verdict("fail", "pass")])


def test_a_stretch_is_marked(make_verdict: Callable[..., Verdict]) -> None:
    """A requirement that the verdict does not hang on says so."""
    verdict = make_verdict("pass", "fail", result="pass")
    stretch = verdict.requirements[1].requirement.model_copy(update={"stretch": True})
    verdict = replace(
        verdict, requirements=(verdict.requirements[0], replace(verdict.requirements[1], requirement=stretch))
    )
    assert "beta  Beta works  (stretch)" in render_human([verdict])


HOSTILE = [
    *("\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1bP$q\x1b\\", "\x9b31m", "a\rPASS", "\x08\x08\x08", "\u202eSSAP"),
    *("[bold]x[/bold]", "[link=http://example.org]x[/link]", ":smile:", "\udc80", "\x00", "[/]", "[red"),
]


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_steers_nothing(with_findings: Callable[..., Verdict], text: str, *, color: bool) -> None:
    """No escape sequence, direction mark or markup of a submission's has an effect, wherever its text stands."""
    for verdict in (
        with_findings(Finding(text, text, text)),
        with_findings(cause=text, log=text),
        replace(with_findings(Finding(text, text)), cause=text, log=f"{text}\n{text}"),
    ):
        for shown in (render_human([verdict], color=color), render_brief(verdict, width=80, height=50, color=color)):
            plain = CODE.sub("", shown) if color else shown
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", plain)
            if text.isprintable():
                assert text in plain
    assert "[31m" not in render_human([with_findings(Finding("\x1b[31m", ""))], color=False).replace("\\x1b[31m", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300), width=st.integers(20, 120))
def test_lines_are_no_wider_than_asked(with_findings: Callable[..., Verdict], text: str, width: int) -> None:
    """Whatever a submission wrote, no line is wider than the terminal, and there is no colour."""
    shown = render_human([with_findings(Finding(text, text, text))], width=width)
    assert "\x1b" not in shown
    assert max(cell_len(line.expandtabs()) for line in shown.splitlines()) <= max(width, 20)


def test_colour_says_nothing_that_words_do_not(make_verdict: Callable[..., Verdict]) -> None:
    """With colour there is the same text and some codes."""
    verdict = make_verdict("fail", "pass")
    colored = render_human([verdict], color=True)
    assert "\x1b[" in colored
    assert CODE.sub("", colored) == render_human([verdict])


@pytest.mark.parametrize("height", [1, 2, 5, 40])
def test_a_brief_verdict_fits_the_screen(with_findings: Callable[..., Verdict], height: int) -> None:
    """The result comes first, then a line a requirement, then of the first failure what there is room for."""
    lines = render_brief(with_findings(Finding("x", "y\n" * 50)), width=80, height=height).splitlines()
    assert len(lines) <= height
    assert lines[0].startswith("FAIL  score 33")
    if height > 2:
        assert [line.split()[1:3] for line in lines[1:3]] == [["FAIL", "alpha"], ["PASS", "beta"]]


def test_a_commit_is_named_by_all_that_names_it(make_verdict: Callable[..., Verdict]) -> None:
    """Repository, the caller's name for the commit, commit and tree stand there; in the table a line has that name."""
    place = "https://example.org/a/b.git"
    origin = Origin(repository=place, commit="a" * 40, tree="b" * 40, ref="feature/x")
    verdict = make_verdict("pass", "fail", origin=origin)
    text = render_human([verdict, replace(verdict, origin=replace(origin, ref="v1.0", tree=None))])
    assert f"feature/x of {place}\ncommit {'a' * 40}, tree {'b' * 40}\n" in text
    assert f"v1.0 of {place}\ncommit {'a' * 40}\n" in text
    assert [line.split()[:3] for line in text.splitlines()[-2:]] == [
        ["feature/x", "tiny", "FAIL"],
        ["v1.0", "tiny", "FAIL"],
    ]
