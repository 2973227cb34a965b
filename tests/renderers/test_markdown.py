"""Foreign text in Markdown: it stays text, by the word of a parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from checker.renderers.markdown import block, code, table_row, words
from checker.renderers.plain import plain
from tests.renderers.conftest import FOREIGN

if TYPE_CHECKING:
    from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable("table")


def tokens(text: str) -> list[Token]:
    """Return all tokens of a page, those within lines in their places."""
    return [inner for token in PARSER.parse(text) for inner in (token.children or [token])]


@given(FOREIGN.map(plain))
def test_a_block_is_one_block(text: str) -> None:
    """It holds the text to the letter, and nothing is left of it outside."""
    found = PARSER.parse(f"before\n\n{block(text)}\nafter\n")
    assert [token.type for token in found if token.nesting == 0 and token.type != "inline"] == ["fence"]
    assert next(token.content for token in found if token.type == "fence") == f"{text}\n"


@given(FOREIGN.map(plain))
def test_code_is_one_span(text: str) -> None:
    """In a line and in a table's cell alike."""
    line = " ".join(text.split()).replace("|", "¦")
    for page in (
        f"a {code(text)} b\n",
        table_row(["h", "i"]) + table_row(["---", "---"]) + table_row([code(text), "x"]),
    ):
        spans = [token for token in tokens(page) if token.type == "code_inline"]
        assert [span.content.strip() for span in spans] == [line]
        assert sum(token.type == "td_open" for token in tokens(page)) in {0, 2}
        assert not any(token.type.startswith(("html", "link", "image")) for token in tokens(page))


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=50))
def test_words_are_text(text: str) -> None:
    """Every sign of a title is shown as it is."""
    assert {token.type for token in tokens(words(text))} <= {
        "paragraph_open",
        "paragraph_close",
        "text",
        "text_special",
    }
    assert "".join(token.content for token in tokens(words(text)) if token.content) == text


@pytest.mark.parametrize(
    ("text", "fence"),
    [("", "```"), ("`", "```"), ("``", "```"), ("```", "````"), ("a ````` b", "``````"), ("~~~", "```")],
)
def test_a_fence_is_longer_than_what_it_holds(text: str, fence: str) -> None:
    """Three backticks, or one more than stand in a row."""
    assert block(text) == f"{fence}text\n{text}\n{fence}\n"


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("", "` `"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a|b", "`a¦b`"), ("a\nb", "`a b`")],
)
def test_a_span_is_longer_than_what_it_holds(text: str, span: str) -> None:
    """Backticks at its ends have a space before them; a line's end is one, and a bar is another sign."""
    assert code(text) == span
