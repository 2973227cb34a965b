"""The job's summary: what it says, how long it is, and that a submission's words are only words in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from checker.renderers.summary import LEFT_OUT, MAX_BYTES, render_summary
from tests.renderers.conftest import FOREIGN, PIECES, WITH_FIXTURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

    from checker.verdict import Verdict

PARSER: Final = MarkdownIt("commonmark").enable("table")
PLAIN_TOKENS: Final = {"text", "text_special", "code_inline", "strong_open", "strong_close", "softbreak"}


def tokens(text: str) -> list[Token]:
    """Return the tokens of a page."""
    return PARSER.parse(text)


def test_one_verdict_is_a_table_and_what_failed(make_verdict: Callable[..., Verdict]) -> None:
    """The result in a line, a line a requirement, and of those that failed what was expected and seen."""
    assert render_summary([make_verdict("fail", "pass")]) == (
        "## `tiny` A tiny kata\n\n"
        "**❌ fail**, score 67, 1.2 s, submission `/somewhere`, stack `local`, isolation `none`\n\n"
        "| requirement |  | status | weight |\n| --- | --- | --- | ---: |\n"
        "| `alpha` | Alpha works | ❌ fail | 2 |\n| `beta` | Beta works | ✅ pass | 1 |\n\n"
        "### `alpha`\n\n```text\nexpected a cat; seen: a dog\n```\n"
    ).replace("score 67", "score 33")


def test_a_cause_and_a_log_are_blocks(make_verdict: Callable[..., Verdict]) -> None:
    """What kept the checks from running, and the last lines that show it."""
    text = render_summary([make_verdict("not-run", "not-run", cause="it does not start", log="Traceback")])
    assert "### What happened\n\n```text\nit does not start\n```" in text
    assert "### From its log\n\n```text\nTraceback\n```" in text
    assert text.count("⏭️ not run") == 2


def test_an_error_has_no_score(make_verdict: Callable[..., Verdict]) -> None:
    """It says nothing about the submission."""
    text = render_summary([make_verdict("not-run", "not-run", result="error", cause="no room")])
    assert "**⚠️ error**, 1.2 s" in text
    assert "score" not in text


def test_a_stretch_says_so(stretched: Callable[..., Verdict]) -> None:
    """In its line."""
    assert "| Beta works (stretch) | ❌ fail | 1 |" in render_summary([stretched("pass", "fail", result="pass")])


def test_several_begin_with_a_table_of_all(make_verdict: Callable[..., Verdict]) -> None:
    """A line a verdict."""
    both = [make_verdict("pass", "pass", result="pass"), make_verdict("not-run", "not-run", result="error")]
    assert render_summary(both).splitlines()[2:4] == [
        "| `tiny of /somewhere` | ✅ pass | 100 | 2 of 2 |",
        "| `tiny of /somewhere (2)` | ⚠️ error |  | 0 of 2 |",
    ]
    assert render_summary([]) == ""


@WITH_FIXTURES
@given(text=FOREIGN)
@example(text="".join(PIECES))
def test_foreign_text_is_only_text(hostile: Callable[[str], list[Verdict]], text: str) -> None:
    """No HTML, link, image or heading comes of it, no mention, and no table has a cell more."""
    found, harmless = tokens(render_summary(hostile(text))), tokens(render_summary(hostile("a")))
    assert not [token for token in found if "html" in token.type or token.type.startswith(("list", "blockquote", "hr"))]
    for token in found:
        assert {inner.type for inner in token.children or []} <= PLAIN_TOKENS
        outside = "".join(inner.content for inner in token.children or [] if inner.type == "text")
        assert not any(sign in outside for sign in "@<&[`#$")
    if text:
        assert shape(found) == shape(harmless)


def shape(found: list[Token]) -> list[str]:
    """Return what a page is made of."""
    return [token.type for token in found if token.nesting >= 0]


@WITH_FIXTURES
@given(text=FOREIGN, limit=st.integers(0, 4_000))
def test_it_is_no_longer_than_allowed(hostile: Callable[[str], list[Verdict]], text: str, limit: int) -> None:
    """Whatever the limit, in bytes; no part is cut in two, and what is missing is said where there is room to."""
    page, whole = render_summary(hostile(text), limit), render_summary(hostile(text))
    assert len(page.encode()) <= limit
    if page != whole:
        assert page.endswith(LEFT_OUT) or limit < len(LEFT_OUT)
        assert whole.startswith(page.removesuffix(LEFT_OUT))


@pytest.mark.parametrize("text", ["`", "☃", "|\n"])
def test_it_never_reaches_a_mebibyte(hostile: Callable[[str], list[Verdict]], text: str) -> None:
    """Dozens of verdicts with long texts are cut to what GitHub takes."""
    page = render_summary(hostile(text * 4_100) * 16)
    assert len(page.encode()) <= MAX_BYTES
    assert page.endswith(LEFT_OUT)
