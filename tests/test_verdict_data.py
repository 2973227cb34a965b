"""A verdict taken apart and put together again is the same verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from checker.verdict import Finding, Origin, RequirementResult
from checker.verdict_data import from_data, to_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.catalog import Kata
    from checker.verdict import Verdict


@pytest.mark.parametrize("result", ["pass", "fail", "error"])
def test_it_comes_back_as_it_was(make_verdict: Callable[..., Verdict], result: str) -> None:
    """Everything that is shown survives the way through JSON, findings, hint and log included."""
    verdict = make_verdict(
        "fail",
        "not-run",
        result=result,
        cause="a cause",
        log="a\nlog",
        ended=1e9,
        isolation="containers",
        hints_taken=2,
        origin=Origin(repository="https://example.org/a", commit="a" * 40, tree="b" * 40, ref="main"),
    )
    one = RequirementResult(
        verdict.requirements[0].requirement,
        verdict.requirements[0].status,
        (Finding("a cat\udce9", "\x1b a dog", "curl"),),
        "workbench hint alpha",
    )
    verdict = replace(verdict, requirements=(one, verdict.requirements[1]))
    assert from_data(json.loads(json.dumps(to_data(verdict))), verdict.kata) == verdict


def test_what_is_no_verdict_is_none(make_verdict: Callable[..., Verdict], make_kata: Callable[..., Kata]) -> None:
    """A key that is missing, a requirement that is gone, another kata: none is made up."""
    data = to_data(make_verdict("pass", "pass", result="pass"))
    kata = make_kata()
    odd = [{}, {**data, "kata": "other"}, {**data, "result": "great"}, {**data, "requirements": [{"id": "gone"}]}]
    for one in [*odd, {name: value for name, value in data.items() if name != "seconds"}, {**data, "origin": {"x": 1}}]:
        with pytest.raises((KeyError, ValueError, TypeError)):
            from_data(one, kata)
