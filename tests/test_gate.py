"""The gate: which subjects stand for all, when a verdict is the right one, and when content is proven."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from checker.gate import Graded, Report, Scope, name_of, select, unbroken, within
from checker.renderers.gate import table
from checker.runner.job import Observation
from checker.variants import Subject, subjects

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.catalog import Catalog
    from checker.verdict import Verdict


def subject(name: str, *failing: str) -> Subject:
    """Return a subject that has no files."""
    return Subject("tiny", name, (), (), frozenset(failing))


RIGHT = [
    ([], ["pass", "pass"], "pass", True),
    (["alpha"], ["fail", "pass"], "fail", True),
    (["alpha", "beta"], ["fail", "fail"], "fail", True),
    (["alpha", "beta"], ["fail", "not-run"], "fail", True),
    (["alpha"], ["fail", "fail"], "fail", False),
    (["alpha"], ["pass", "fail"], "fail", False),
    (["alpha"], ["pass", "pass"], "pass", False),
    (["alpha", "beta"], ["fail", "pass"], "fail", False),
    ([], ["fail", "pass"], "fail", False),
    ([], ["pass", "fail"], "pass", False),  # a stretch that fails
    (["alpha", "beta"], ["not-run", "not-run"], "error", False),
    ([], ["pass", "pass"], "error", False),
]


@pytest.mark.parametrize(("failing", "found", "result", "right"), RIGHT)
def test_a_verdict_is_right_if_exactly_the_named_requirements_fail(
    make_verdict: Callable[..., Verdict], failing: list[str], found: list[str], result: str, *, right: bool
) -> None:
    """What has to fail fails and everything else passes; an error is never right."""
    graded = Graded(subject("bad/x", *failing), make_verdict(*found, result=result), 1.0)
    assert graded.right is right


def test_a_subject_that_does_not_come_up_fails_for_the_wrong_reason(make_verdict: Callable[..., Verdict]) -> None:
    """Where nothing was checked, as the service did not start, that is no proof of any requirement."""
    stopped = make_verdict("not-run", "not-run", result="fail", cause="it does not start")
    assert not Graded(subject("starter", "alpha", "beta"), stopped, 1.0).right


def test_a_few_stand_for_all(tiny_catalog: Catalog) -> None:
    """Starter, solution, one alternative and a variant a requirement are graded, or everything."""
    found = subjects(tiny_catalog, "tiny")
    chosen = [one.name for one in select([*found, subject("good/other")], full=False)]
    assert chosen == ["starter", "solution", "good/shout", "bad/evening", "bad/silent"]
    assert select(found, full=True) == found


def seen(check: str, outcome: str) -> Observation:
    """Return an observation of a check."""
    return Observation(check, "alpha", outcome)  # type: ignore[arg-type]  # a word of a table


def test_a_check_that_no_variant_breaks_proves_nothing(make_verdict: Callable[..., Verdict]) -> None:
    """A check is proven by a variant on which one of its cases fails; what the starter fails proves little."""
    base = make_verdict("pass", "pass", result="pass")
    on_starter = replace(base, observations=(seen("a", "fail"), seen("b", "fail"), seen("c[1]", "fail")))
    on_variant = replace(base, observations=(seen("a", "fail"), seen("b", "pass"), seen("c[2]", "fail")))
    graded = [Graded(subject("starter"), on_starter, 1.0), Graded(subject("bad/x"), on_variant, 1.0)]
    assert unbroken(graded) == ("tiny b",)


@pytest.mark.parametrize(("check", "name"), [("t.py::a", "t.py::a"), ("t.py::a[x-1]", "t.py::a"), ("a[b[c]]", "a")])
def test_the_cases_of_a_check_are_one(check: str, name: str) -> None:
    """A check is named without its case."""
    assert name_of(check) == name


def test_content_is_clean_if_all_is_right_and_proven(make_verdict: Callable[..., Verdict]) -> None:
    """One wrong verdict, one unproven check, or nothing graded at all, and it is not."""
    right = Graded(subject("solution"), make_verdict("pass", "pass", result="pass"), 1.0)
    wrong = replace(right, subject=subject("starter", "alpha"))
    assert Report((right, right), (), 1.0).clean
    assert not Report((right, wrong), (), 1.0).clean
    assert not Report((right,), ("tiny b",), 1.0).clean
    assert not Report((), (), 1.0).clean


def test_a_soak_takes_what_passes_and_the_starter(tiny_catalog: Catalog) -> None:
    """Variants are graded again and again only where everything is asked for."""
    found = subjects(tiny_catalog, "tiny")
    assert [one.name for one in within(found, Scope(repeats=3))] == ["starter", "solution", "good/shout"]
    assert within(found, Scope(full=True, repeats=3)) == found
    assert within(found, Scope()) == select(found, full=False)


def test_a_soak_is_told_by_submission(make_verdict: Callable[..., Verdict]) -> None:
    """How often, how often wrongly, how long it took."""
    right = Graded(subject("solution"), make_verdict("pass", "pass", result="pass"), 1.0)
    wrong = replace(right, subject=subject("good/other"), verdict=make_verdict("fail", "pass", result="fail"))
    graded = (
        right,
        wrong,
        replace(right, seconds=3.0),
        replace(right, subject=wrong.subject),
        replace(right, seconds=2.5),
    )
    lines = table(Report(graded, (), 9.0, repeats=3)).splitlines()
    assert lines[1].split() == ["tiny", "good/other", "2", "1", "1.0", "1.0", "1.0", "<-", "FLIPS"]
    assert lines[2].split() == ["tiny", "solution", "3", "0", "1.0", "2.5", "3.0"]
