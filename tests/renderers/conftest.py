"""What the tests of reports share: texts as a hostile submission writes them, in every place that shows some."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from checker.runner.job import Observation
from checker.verdict import Finding, Origin, RequirementResult, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict

PIECES: Final = [
    *(
        "\x1b[2J\x1b[31m",
        "\x1b]0;title\x07",
        "\x9b31m",
        "\x00",
        "\x08",
        "\r",
        "\r\n",
        "\x0b",
        "\x85",
        "\u2028",
        "\u2029",
    ),
    *("\u202egnp", "\u2066", "\u200b", "\ufeff", "\ud800", "\ufffe", "\uffff", "\U0001fffe"),
    *("]]>", "<![CDATA[", "<!--", "&amp;", "&#0;", "<script>alert(1)</script>", "</failure>", '"', "'", "<img src=x>"),
    *("::error::x", "\n::error::x", "\n  ::set-output name=a::b", "\u3000::add-mask::x", "\n\u2028::error::", ":"),
    *("##[add-mask]x", "##vso[task.setvariable variable=a]b", "##teamcity[a]", "###[", "%0A::error::", "%", "%25", ","),
    *(
        "`",
        "```",
        "\n```\n",
        "~~~",
        "\n    ",
        "|",
        "\n| a | b |\n",
        "\n# h",
        "\n---\n",
        "\\",
        "\\|",
        "\n> q",
        "\n- [ ] x",
    ),
    *(
        "[a](http://x.example)",
        "![a](http://x.example/i.png)",
        "http://x.example",
        "www.x.example",
        "@you",
        "#1",
        "$x$",
    ),
    *(":smile:", "\n\n", " ", "\t", "☃ ünï 路径 👍", "x" * 200),
]
FOREIGN: Final = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=12).map("".join)
WITH_FIXTURES: Final = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
COMMAND: Final = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)  # what GitHub, Azure and TeamCity take for a command
STEERING: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
HIDDEN: Final = "test_secret.py::test_the_hidden_check"


@pytest.fixture
def hostile(make_verdict: Callable[..., Verdict]) -> Callable[..., list[Verdict]]:
    """Return a way to make a verdict of each kind with a text in every place that a submission can write to."""

    def made(text: str) -> list[Verdict]:
        failed = with_finding(make_verdict("fail", "pass"), text)
        stopped = make_verdict("not-run", "not-run")
        broken = make_verdict("not-run", "not-run", result="error")
        told = {"cause": text, "log": text, "isolation": text, "origin": Origin(path=text, commit=text, tree=text)}
        return [replace(one, **told) for one in (failed, stopped, broken)]  # type: ignore[arg-type]  # fields by name

    return made


def with_finding(verdict: Verdict, text: str) -> Verdict:
    """Return a verdict whose first requirement failed with a text, and was seen by checks that nobody may hear of."""
    first = RequirementResult(verdict.requirements[0].requirement, Status.FAIL, (Finding(text, text, text),))
    seen = tuple(Observation(f"{HIDDEN}[{one}]", "alpha", "fail", HIDDEN, HIDDEN, HIDDEN, HIDDEN) for one in range(7))
    whole = (first, *verdict.requirements[1:])
    return replace(verdict, requirements=whole, observations=seen, detail=HIDDEN)


@pytest.fixture
def stretched(make_verdict: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Return a way to make a verdict whose second requirement is a stretch."""

    def made(*statuses: str, **fields: object) -> Verdict:
        verdict = make_verdict(*statuses, **fields)
        first, second = verdict.requirements
        requirement = second.requirement.model_copy(update={"stretch": True})
        return replace(verdict, requirements=(first, replace(second, requirement=requirement)))

    return made
