"""The verdict as JSON, key by key as the contract has it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from checker.renderers.json import render_json
from checker.verdict import Finding, Origin, RequirementResult, Status, with_hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.catalog import Kata
    from checker.verdict import Verdict


def shown(*verdicts: Verdict) -> Any:
    """Return what the rendered text holds."""
    return json.loads(render_json(verdicts))


def test_one_verdict_is_one_object_with_the_keys_of_the_contract(make_verdict: Callable[..., Verdict]) -> None:
    """Every key is there, in the contract's order, with the values of the verdict."""
    verdict = with_hints(make_verdict("fail", "pass", seconds=3.2, isolation="namespaces"), {"alpha": 1})
    found = shown(verdict)
    origin = {"path": "/somewhere", "commit": None, "tree": None}
    requirements = found.pop("requirements")
    assert list(found.items()) == [
        *(("schema", 1), ("kata", "tiny"), ("verdict", "fail"), ("score", 33), ("seconds", 3.2), ("cause", None)),
        *(("hints_taken", 1), ("submission", origin), ("stack", "local"), ("workbench", "0.1.0")),
    ]
    assert list(requirements[0].items()) == [
        *(("id", "alpha"), ("title", "Alpha works"), ("status", "fail"), ("weight", 2), ("stretch", False)),
        *(("message", "expected a cat; seen: a dog"), ("hint", "workbench hint alpha")),
    ]
    assert list(requirements[1].values()) == ["beta", "Beta works", "pass", 1, False, "as promised", None]


def test_requirements_stand_between_seconds_and_cause(make_verdict: Callable[..., Verdict]) -> None:
    """The order of the contract, the requirements among the other keys."""
    assert list(shown(make_verdict("pass", "pass"))) == [
        *("schema", "kata", "verdict", "score", "seconds", "requirements", "cause", "hints_taken", "submission"),
        *("stack", "workbench"),
    ]


@pytest.mark.parametrize("key", ["path", "repository"])
def test_a_submission_is_a_path_or_a_repository(make_verdict: Callable[..., Verdict], key: str) -> None:
    """Where it came from is told, and what git calls it."""
    origin = Origin(**{key: "somewhere", "commit": "c" * 40, "tree": "t" * 64})
    assert shown(make_verdict("pass", "pass", origin=origin))["submission"] == {
        key: "somewhere",
        "commit": "c" * 40,
        "tree": "t" * 64,
    }


def test_an_error_has_a_cause_and_no_score(make_verdict: Callable[..., Verdict]) -> None:
    """Requirements are there all the same, as not run."""
    found = shown(make_verdict("not-run", "not-run", result="error", cause="the disk is full"))
    assert (found["verdict"], found["score"], found["cause"]) == ("error", None, "the disk is full")
    assert [one["status"] for one in found["requirements"]] == ["not-run", "not-run"]
    assert [one["message"] for one in found["requirements"]] == ["not checked", "not checked"]


def test_several_verdicts_are_results(make_verdict: Callable[..., Verdict]) -> None:
    """Several katas give one object with a list, in the order they were given."""
    both = [make_verdict("pass", "pass", result="pass"), make_verdict("fail", "pass")]
    found = shown(*both)
    assert list(found) == ["schema", "results"]
    assert found["schema"] == 1
    assert found["results"] == [shown(both[0]), shown(both[1])]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *(("\x1b[2J", "\\x1b[2J"), ("\u2028", "\\u2028"), ("\udc80", "\\udc80"), ("\x00", "\\x00")),
        *((text, text) for text in ('"}', "☃", "a\n\tb", "##[error]x", "\n::error::x", "<script>")),
    ],
)
def test_foreign_text_is_data(
    make_kata: Callable[..., Kata], make_verdict: Callable[..., Verdict], text: str, shown: str
) -> None:
    """What a submission wrote comes back from the JSON without what steers, and the JSON itself is printable ASCII."""
    result = RequirementResult(make_kata().requirements[0], Status.FAIL, (Finding("a cat", text),))
    rendered = render_json([replace(make_verdict("fail", "pass", cause=text), requirements=(result,))])
    assert json.loads(rendered)["requirements"][0]["message"] == f"expected a cat; seen: {shown}"
    assert json.loads(rendered)["cause"] == shown
    assert all(character == "\n" or " " <= character <= "~" for character in rendered)
    assert "##[" not in rendered
