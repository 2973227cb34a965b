"""The Common Test Report Format, held against what its specification says of the fields that we write.

The models are stricter than the published schema: they forbid what it allows and we do not use. They follow the
working draft 0.0.0 of https://github.com/ctrf-io/ctrf, `spec/ctrf.md`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pytest
from hypothesis import example, given
from pydantic import BaseModel, ConfigDict, Field, model_validator

from checker.renderers.ctrf import render_ctrf
from checker.renderers.shown import clean
from tests.renderers.conftest import FOREIGN, PIECES, WITH_FIXTURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict

Name = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Milliseconds = Annotated[int, Field(ge=0)]


class Closed(BaseModel):
    """An object without further keys and of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Tool(Closed):
    """What produced the results."""

    name: Name
    version: str | None = None


class Summary(Closed):
    """Counts and times; a test has one status, so the counts add up."""

    tests: Count
    passed: Count
    failed: Count
    skipped: Count
    pending: Count
    other: Count
    suites: Count
    start: Milliseconds
    stop: Milliseconds
    duration: Milliseconds

    @model_validator(mode="after")
    def adds_up(self) -> Summary:
        """Refuse counts and times that contradict each other."""
        assert self.tests == self.passed + self.failed + self.skipped + self.pending + self.other
        assert self.stop - self.start == self.duration
        return self


class Case(Closed):
    """One test case."""

    name: Name
    status: Literal["passed", "failed", "skipped", "pending", "other"]
    duration: Milliseconds
    suite: Annotated[list[str], Field(min_length=1)]
    rawStatus: str  # noqa: N815 - the format's own name
    message: str
    tags: list[str]
    labels: dict[str, str | int | float | bool]


class Environment(Closed):
    """Where it ran."""

    healthy: bool


class Results(Closed):
    """One run."""

    tool: Tool
    summary: Summary
    tests: list[Case]
    environment: Environment
    extra: dict[str, Any]

    @model_validator(mode="after")
    def counts(self) -> Results:
        """Refuse counts that are not those of the tests."""
        found = [test.status for test in self.tests]
        for status in ("passed", "failed", "skipped", "pending", "other"):
            assert getattr(self.summary, status) == found.count(status)
        assert self.summary.suites == len({test.suite[0] for test in self.tests})
        return self


class Report(Closed):
    """A whole document."""

    reportFormat: Literal["CTRF"]  # noqa: N815 - the format's own name
    specVersion: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]  # noqa: N815
    timestamp: str
    generatedBy: str  # noqa: N815
    results: Results


def report(*verdicts: Verdict) -> Report:
    """Return the rendered document, which is valid."""
    found = Report.model_validate_json(render_ctrf(verdicts))
    assert datetime.fromisoformat(found.timestamp).tzinfo is not None
    return found


def test_a_test_a_requirement(make_verdict: Callable[..., Verdict]) -> None:
    """The format's status, the verdict's own word, the title with what was expected and seen."""
    first, second = report(make_verdict("fail", "pass")).results.tests
    assert (first.name, first.status, first.rawStatus, first.suite) == ("alpha", "failed", "fail", ["tiny"])
    assert (first.message, first.labels) == ("Alpha works: expected a cat; seen: a dog", {"weight": 2})
    assert (second.name, second.status, second.message) == ("beta", "passed", "Beta works: as promised")


def test_times_are_milliseconds_since_1970(make_verdict: Callable[..., Verdict]) -> None:
    """From the first verdict's beginning to the last one's end."""
    found = report(
        make_verdict("pass", "pass", ended=1000.0, seconds=2.5), make_verdict("pass", "pass", ended=1001.25, seconds=1)
    )
    summary = found.results.summary
    assert (summary.start, summary.stop, summary.duration, summary.suites) == (997_500, 1_001_250, 3_750, 2)
    assert found.timestamp == "1970-01-01T00:16:41+00:00"


@pytest.mark.parametrize(
    ("statuses", "result", "words", "healthy"),
    [
        (("pass", "fail"), "fail", ["passed", "failed"], True),
        (("fail", "not-run"), "fail", ["failed", "skipped"], True),
        (("not-run", "not-run"), "fail", ["failed", "failed"], True),
        (("not-run", "not-run"), "error", ["other", "other"], False),
    ],
)
def test_statuses_are_the_formats(
    make_verdict: Callable[..., Verdict], statuses: tuple[str, ...], result: str, words: list[str], *, healthy: bool
) -> None:
    """An error of ours is neither passed nor failed, and the run was not healthy."""
    found = report(make_verdict(*statuses, result=result, cause="why"))
    assert [test.status for test in found.results.tests] == words
    assert found.results.environment.healthy is healthy


def test_a_stretch_is_tagged(stretched: Callable[..., Verdict]) -> None:
    """Who counts can leave it out."""
    assert [test.tags for test in report(stretched("pass", "fail", result="pass")).results.tests] == [[], ["stretch"]]


def test_what_the_format_has_no_field_for_is_extra(make_verdict: Callable[..., Verdict]) -> None:
    """The verdict with its score, cause and submission."""
    extra = report(make_verdict("not-run", "not-run", cause="it hangs")).results.extra
    assert list(extra) == ["verdicts"]
    assert extra["verdicts"][0] == {
        "suite": "tiny",
        "verdict": "fail",
        "kata": "tiny",
        "title": "A tiny kata",
        "score": 0,
        "cause": "it hangs",
        "log": "",
        "source": "/somewhere",
        "commit": "",
        "tree": "",
        "stack": "local",
        "isolation": "none",
        "seconds": 1.25,
    }


def test_no_verdict_is_a_document_too() -> None:
    """An empty run is valid."""
    assert report().results.tests == []


@WITH_FIXTURES
@given(text=FOREIGN)
@example(text="".join(PIECES))
def test_foreign_text_comes_back(hostile: Callable[[str], list[Verdict]], text: str) -> None:
    """The document is valid and ASCII, and holds the text, but for what steers."""
    verdicts = hostile(text)
    rendered = render_ctrf(verdicts)
    assert rendered.isascii()
    report(*verdicts)
    assert [one["log"] for one in json.loads(rendered)["results"]["extra"]["verdicts"]] == [clean(text)] * 3
