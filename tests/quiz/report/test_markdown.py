"""The report as Markdown: read by a real parser, foreign text is nothing but text."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from quiz.report.markdown import escaped, prose, quoted, render_markdown
from quiz.report.text import harmless, one_line
from tests.quiz.report.conftest import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

    from quiz.report.model import Report

PARSER = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])
LIKELY = st.text(st.sampled_from("ab1 \n\t\\`*_{}[]()<>#+-=.!|~:/&;'\"@$^%\x1b\u202e"), max_size=40)
ANY = st.text(st.characters(exclude_categories=["Cs"])) | LIKELY | st.sampled_from(HOSTILE)


def flat(text: str) -> list[Token]:
    """Return every token of a text, those within lines in place of the line's own."""
    found: list[Token] = []
    for token in PARSER.parse(text):
        found += token.children or [] if token.type == "inline" else [token]
    return found


def shown(tokens: list[Token]) -> str:
    """Return what a reader sees of tokens."""
    return "".join("\n" if token.type in {"hardbreak", "paragraph_close"} else token.content for token in tokens)


@given(text=ANY)
@settings(max_examples=300)
@example(text="1. x")
@example(text="a\\")
def test_a_line_is_text(text: str) -> None:
    """One line of foreign text is a paragraph of text, and shows what it was."""
    if escaped(text):
        tokens = flat(escaped(text))
        assert {token.type for token in tokens} <= {"paragraph_open", "paragraph_close", "text", "text_special"}
        assert shown(tokens) == f"{one_line(text)}\n"


@given(text=ANY)
@settings(max_examples=300)
@example(text="a\\\n\n- b")
@example(text="    code\n===\nwww.e.example")
def test_a_quotation_is_text(text: str) -> None:
    """Several lines are one quotation of text and line breaks, each line with its words in their order."""
    tokens = flat(quoted(text))
    allowed = {"blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "text", "text_special"}
    assert {token.type for token in tokens} <= allowed | {"hardbreak"}
    assert [token.type for token in tokens].count("blockquote_open") == 1
    assert shown(tokens).split() == harmless(text).split()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_bare_address_is_left(text: str) -> None:
    """What some renderers turn into a link without any markup is broken up."""
    for whole in (escaped(text), quoted(text)):
        assert not re.search(r"(?<!\\)(?:://|@)|www\.", whole, re.IGNORECASE)


@given(text=ANY)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_report_keeps_its_shape(make_report: Callable[[str], Report], text: str) -> None:
    """Whatever is typed, the report has the headings, lists, tables and links that it has with a harmless word."""
    word = "fine" if one_line(text) else ""
    plain, hostile = (Counter(token.type for token in flat(render_markdown(make_report(one)))) for one in (word, text))
    for loose in ("text", "text_special", "hardbreak", "paragraph_open", "paragraph_close"):
        del plain[loose], hostile[loose]
    assert hostile == plain


def test_it_says_what_a_meeting_wants(make_report: Callable[[str], Report]) -> None:
    """The summary comes first; levels and sections are tables; questions have marks, notes and footnotes."""
    page = render_markdown(make_report("A note."))
    assert page.startswith("# A note.\n\n- Interview: k7f2q\n")
    assert "| Strong no | Senior (" in page
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    wanted = ["## Level, with its evidence", "## Sections", "## Code", "## Question by question", "## Corrections"]
    assert headings[-5:] == wanted
    assert "> A note." in page
    assert "- not-run: Beta works" in page


def test_prose_keeps_its_code() -> None:
    """Backquotes of the bank stay, and what means something outside them is escaped."""
    assert prose("use `a*b` and a*b") == r"use `a*b` and a\*b"
