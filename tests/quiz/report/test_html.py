"""The report as HTML: whole, with no script, nothing from elsewhere, and no markup out of foreign text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quiz.report.html import coded, render_html
from quiz.report.text import harmless, one_line
from tests.quiz.report.conftest import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.report.model import Report

VOID = {"meta", "line", "rect"}


class Page(HTMLParser):
    """The elements, attributes and texts of a page; refuses elements that are not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[tuple[str, str]] = set()
        self.texts: list[str] = []
        self.foreign: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element."""
        self.tags[tag] += 1
        self.attributes |= {(tag, name) for name, _ in attrs}
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("class") or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element without content."""
        self.tags[tag] += 1
        self.attributes |= {(tag, name) for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)
        if self.open and self.open[-1][1] == "foreign":
            self.foreign.append(data)


def style_of(page: str) -> str:
    """Return the page's style sheet."""
    return page.partition("<style>")[2].partition("</style>")[0]


def test_it_says_what_a_meeting_wants(make_report: Callable[[str], Report]) -> None:
    """Recommendation, level and who overruled it, score, code, red flags, every question with its notes."""
    page = render_html(make_report("A note."))
    told = re.sub(r"\s+", " ", " ".join(Page(page).texts))
    for words in (
        "Strong no",
        "Senior",
        "overruled it",
        "Strengths",
        "Gaps",
        "Red flags that were seen",
        "0 of 1 passed",
    ):
        assert words in told
    assert told.count("A note.") >= 5
    assert "The budget left out: q99." in told
    assert "Other interviews of this candidate: kother." in told


def test_its_policy_allows_its_style_alone(make_report: Callable[[str], Report]) -> None:
    """No script, no style attribute, no handler, nothing fetched; the style sheet is allowed by its digest."""
    page = render_html(make_report("x"))
    digest = base64.b64encode(hashlib.sha256(style_of(page).encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; style-src &#39;sha256-{digest}&#39;; base-uri" in page
    parsed = Page(page)
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & set(parsed.tags)
    assert not {name for _, name in parsed.attributes if name == "style" or name.startswith("on") or name == "src"}
    assert "url(http" not in style_of(page)
    assert "@import" not in style_of(page)


def test_charts_have_their_numbers_below(make_report: Callable[[str], Report]) -> None:
    """Each drawing has a name for those who do not see it, and a table in the same figure."""
    page = render_html(make_report("x"))
    figures = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    assert len(figures) == 2
    for figure in figures:
        assert '<svg viewBox="0 0 ' in figure
        assert 'role="img" aria-label="' in figure
        assert figure.index("<table>") > figure.index("</svg>")
    assert "prefers-color-scheme: dark" in style_of(page)
    assert "@media print" in style_of(page)


def test_corrections_are_footnotes(make_report: Callable[[str], Report]) -> None:
    """Each number that stands behind a point leads to a note that is there, with its source."""
    page = render_html(make_report("x"))
    notes = re.findall(r'<li id="(note-\d+)">', page)
    assert notes
    assert set(re.findall(r'href="#(note-\d+)"', page)) == set(notes)


def test_code_alone_is_a_report(make_report: Callable[[str], Report]) -> None:
    """Where there is no interview, the page tells the code, and is whole."""
    page = render_html(replace(make_report("Ada"), interview=None, others=()))
    Page(page)
    assert "Implement" in page or "task2" in page
    assert "Recommendation" not in page


def test_code_in_prose() -> None:
    """Backquotes of the bank become code, after everything is escaped."""
    assert coded("use `a < b` & `c`; a ` alone") == "use <code>a &lt; b</code> &amp; <code>c</code>; a ` alone"


@given(text=st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(HOSTILE))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(text="<script>alert(1)</script>\x1b[31m")
def test_foreign_text_is_text(make_report: Callable[[str], Report], text: str) -> None:
    """Whatever names and notes hold, the page has the elements it has with a harmless word, and shows them as text."""
    shown = one_line(text)
    plain, hostile = Page(render_html(make_report("fine" if shown else ""))), Page(render_html(make_report(text)))
    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes
    if shown:
        assert set(hostile.foreign) == {harmless(text)}
    assert not {character for one in hostile.texts for character in one if character < " "} - {"\n", "\t"}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_shown(make_report: Callable[[str], Report], text: str) -> None:
    """Nothing of it is lost: the name stands in the heading and the title as it was typed, made visible."""
    page = Page(render_html(make_report(text)))
    assert page.texts.count(one_line(text)) >= 1
    assert f"Interview report: {one_line(text)}" in page.texts
