"""The verdict as tables: from observations to results, score and exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.catalog import Kata
from checker.runner.job import Observation, Outcome
from checker.verdict import Finding, RequirementResult, Result, Status, judge, of_kind, with_hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict


def complete(*observations: str, cause: str = "") -> Outcome:
    """Return a complete run from words: `alpha:pass`, `beta:fail`, and so on."""
    pairs = [text.split(":") for text in observations]
    seen = [
        Observation(f"check-{number}", requirement, outcome, f"e{number}", f"s{number}", f"r{number}", f"d{number}")  # type: ignore[arg-type]  # words of a table
        for number, (requirement, outcome) in enumerate(pairs)
    ]
    return Outcome("complete", tuple(seen), cause=cause)


def statuses(results: tuple[RequirementResult, ...]) -> dict[str, str]:
    """Return the status of each requirement."""
    return {one.requirement.id: str(one.status) for one in results}


TABLE = [
    (["alpha:pass", "beta:pass"], "pass", "pass", "pass"),
    (["alpha:pass", "alpha:pass", "beta:pass"], "pass", "pass", "pass"),
    (["alpha:fail", "beta:pass"], "fail", "fail", "pass"),
    (["alpha:pass", "alpha:fail", "beta:pass"], "fail", "fail", "pass"),
    (["alpha:fail", "alpha:not-run", "beta:pass"], "fail", "fail", "pass"),
    (["alpha:pass", "alpha:not-run", "beta:pass"], "fail", "not-run", "pass"),
    (["alpha:not-run", "beta:not-run"], "fail", "not-run", "not-run"),
    (["alpha:fail", "beta:fail"], "fail", "fail", "fail"),
    (["alpha:error", "beta:pass"], "error", "not-run", "not-run"),
    (["alpha:pass", "alpha:error", "beta:fail"], "error", "not-run", "not-run"),
    (["alpha:pass"], "error", "not-run", "not-run"),
    ([], "error", "not-run", "not-run"),
    (["alpha:pass", "beta:pass", "gamma:pass"], "error", "not-run", "not-run"),
    (["alpha:pass", "beta:pass", "gamma:fail"], "error", "not-run", "not-run"),
]


@pytest.mark.parametrize(("observations", "result", "alpha", "beta"), TABLE)
def test_observations_make_a_verdict(
    make_kata: Callable[..., Kata], observations: list[str], result: str, alpha: str, beta: str
) -> None:
    """A requirement passes if all of its checks do; an error, or a requirement without a check, is our own trouble."""
    got, results, cause = judge(make_kata(), complete(*observations))
    assert (got, statuses(results)) == (result, {"alpha": alpha, "beta": beta})
    assert (cause is not None) is (result == "error")


@pytest.mark.parametrize(
    ("observations", "told"),
    [
        (["alpha:error", "beta:pass"], "a check of ours broke"),
        (["alpha:pass"], "no check of ours for beta"),
        ([], "no check of ours for alpha, beta"),
        (["alpha:pass", "beta:pass", "gamma:fail"], "checks of ours for unknown gamma"),
    ],
)
def test_our_own_trouble_is_told(make_kata: Callable[..., Kata], observations: list[str], told: str) -> None:
    """An error says what of ours is at fault."""
    assert judge(make_kata(), complete(*observations))[2] == told


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ("LookupError: the secret is 42", " (LookupError)"),
        ("AssertionError: assert 'a' == 'b'", " (AssertionError)"),
        ("KeyError", " (KeyError)"),
        *((text, "") for text in ("SecretOfTheSuite: x", "print: x", "__name__: x", "the secret is 42", "", ": x")),
    ],
)
def test_a_check_that_broke_is_told_by_its_kind_alone(detail: str, told: str) -> None:
    """Which of Python's own exceptions it was, and not a word of what it said."""
    assert of_kind(detail) == told


@pytest.mark.parametrize(("kind", "result"), [("stopped", "fail"), ("broken", "error")])
def test_a_run_without_checks_has_a_cause(make_kata: Callable[..., Kata], kind: Any, result: str) -> None:
    """What kept the checks from running is the cause, and no requirement was run, whatever had been observed."""
    seen = complete("alpha:pass", "beta:pass").observations
    got, results, cause = judge(make_kata(), Outcome(kind, seen, cause="because"))
    assert (got, cause) == (result, "because")
    assert set(statuses(results).values()) == {"not-run"}


def test_a_cause_explains_a_failure_alone(make_kata: Callable[..., Kata]) -> None:
    """What explains observations is told where something failed, and not where all passed."""
    assert judge(make_kata(), complete("alpha:pass", "beta:pass", cause="the API went"))[2] is None
    assert judge(make_kata(), complete("alpha:pass", "beta:fail", cause="the API went"))[2] == "the API went"


STRETCH = [
    (["alpha:pass", "beta:fail"], "pass", 67),
    (["alpha:pass", "beta:not-run"], "pass", 67),
    (["alpha:fail", "beta:pass"], "fail", 33),
    (["alpha:pass", "beta:pass"], "pass", 100),
    (["alpha:pass", "beta:error"], "error", None),
]


@pytest.mark.parametrize(("observations", "result", "score"), STRETCH)
def test_the_verdict_does_not_hang_on_a_stretch(
    make_kata_data: Callable[..., dict[str, Any]],
    make_verdict: Callable[..., Verdict],
    observations: list[str],
    result: str,
    score: int | None,
) -> None:
    """A stretch that fails is reported and counts in the score, and the verdict is a pass."""
    data = make_kata_data()
    data["requirements"][1]["stretch"] = True
    kata = Kata.model_validate(data)
    got, results, _ = judge(kata, complete(*observations))
    assert got == result
    whole = make_verdict(*[one.status for one in results], result=got, kata=kata)
    assert whole.score == score


def test_some_requirements_may_be_asked_for_alone(make_kata: Callable[..., Kata]) -> None:
    """What was not asked for is neither judged nor missed."""
    result, results, cause = judge(make_kata(), complete("beta:pass"), only=["beta"])
    assert (result, statuses(results), cause) == ("pass", {"beta": "pass"}, None)


SCORES = [
    (["pass", "pass"], "pass", 100),
    (["pass", "fail"], "fail", 67),
    (["fail", "pass"], "fail", 33),
    (["fail", "not-run"], "fail", 0),
    (["pass", "not-run"], "fail", 67),
    (["pass", "pass"], "error", None),
]


@pytest.mark.parametrize(("found", "result", "score"), SCORES)
def test_the_score_is_the_weight_that_passed(
    make_verdict: Callable[..., Verdict], found: list[str], result: str, score: int | None
) -> None:
    """Weight 2 of 3 is 67, not-run counts nothing, and an error has no score."""
    assert make_verdict(*found, result=result).score == score


@given(st.lists(st.sampled_from(["pass", "fail", "not-run", "error"]), min_size=1, max_size=6))
def test_nothing_but_passes_make_a_pass(outcomes: list[str]) -> None:
    """A verdict is a pass exactly where every observation is one, and never anything but one of the three."""
    hints = ("a", "b", "c")
    one = {"id": "alpha", "title": "a", "promise": "a", "hints": hints}
    kata = Kata.model_validate(
        {"id": "k", "title": "k", "kind": "task", "minutes": 1, "summary": "k", "requirements": [one]}
    )
    result, _, _ = judge(kata, complete(*[f"alpha:{outcome}" for outcome in outcomes]))
    expected = Result.ERROR if "error" in outcomes else Result.PASS if set(outcomes) == {"pass"} else Result.FAIL
    assert result is expected


def test_findings_are_told_once_and_not_all(make_kata: Callable[..., Kata]) -> None:
    """Of many refutations the first three that differ are shown, in order."""
    seen = [Observation(f"c{n}", "alpha", "fail", "a cat", f"dog {n // 2}", "look") for n in range(12)]
    passed = Observation("c", "beta", "pass")
    _, results, _ = judge(make_kata(), Outcome("complete", (*seen, passed)))
    assert results[0].findings == tuple(Finding("a cat", f"dog {number}", "look") for number in range(3))
    assert results[0].message.splitlines()[0] == "expected a cat; seen: dog 0"


def test_messages_say_what_became_of_a_requirement(make_kata: Callable[..., Kata]) -> None:
    """A pass, a failure and what was not run each have their words."""
    _, results, _ = judge(make_kata(), complete("alpha:pass", "beta:not-run"))
    assert [one.message for one in results] == ["as promised", "expected to be checked; seen: s1"]
    assert RequirementResult(make_kata().requirements[0], Status.NOT_RUN).message == "not checked"


@pytest.mark.parametrize(("result", "status"), [("pass", 0), ("fail", 1), ("error", 3)])
def test_each_result_has_its_exit_status(result: str, status: int) -> None:
    """The exit status of the contract."""
    assert Result(result).exit_status == status


@pytest.mark.parametrize(
    ("found", "taken", "hints"),
    [
        (["fail", "pass"], {}, ["workbench hint alpha", None]),
        (["fail", "fail"], {"alpha": 2}, ["workbench hint alpha", "workbench hint beta"]),
        (["fail", "fail"], {"alpha": 3}, [None, "workbench hint beta"]),
        (["fail", "not-run"], {"alpha": 9, "beta": 1}, [None, None]),
        (["pass", "pass"], {}, [None, None]),
    ],
)
def test_hints_are_offered_for_what_failed(
    make_verdict: Callable[..., Verdict], found: list[str], taken: dict[str, int], hints: list[str | None]
) -> None:
    """What failed has a next hint as long as there is one left; all that were taken are counted."""
    verdict = with_hints(make_verdict(*found), taken)
    assert [one.hint for one in verdict.requirements] == hints
    assert verdict.hints_taken == sum(taken.values())
