"""Workflow commands: what GitHub reads out of them is what was meant, whatever a submission wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker.renderers.annotations import MAX_MESSAGE, MOST, render_annotations
from checker.renderers.plain import inert
from checker.renderers.shown import clean, cut
from tests.renderers.conftest import FOREIGN, PIECES, WITH_FIXTURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict


class Read(NamedTuple):
    """A command as the runner reads it."""

    name: str
    properties: dict[str, str]
    data: str


def read(line: str) -> Read:
    """Read one line as GitHub's runner does: from the first `::` to the second, then the rest, then the escapes."""
    head, mark, data = line.lstrip().removeprefix("::").partition("::")
    assert mark
    name, _, properties = head.partition(" ")
    pairs = [pair.split("=", 1) for pair in properties.split(",") if pair]
    return Read(name, {key: unescaped(value, ":,") for key, value in pairs}, unescaped(data, ""))


def unescaped(text: str, further: str) -> str:
    """Undo what GitHub documents, `%` last."""
    for sign in f"\r\n{further}%":
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


def commands(*verdicts: Verdict) -> list[Read]:
    """Return what the runner reads, line by line."""
    return [read(line) for line in render_annotations(verdicts).split("\n")[:-1]]


def test_what_failed_is_an_error(make_verdict: Callable[..., Verdict]) -> None:
    """A line a requirement that failed, and none for one that passed."""
    assert render_annotations([make_verdict("fail", "pass")]) == (
        "::error title=tiny%3A alpha::Alpha works: expected a cat; seen: a dog\n"
    )


def test_where_all_passed_there_is_nothing(make_verdict: Callable[..., Verdict]) -> None:
    """A pass needs no annotation."""
    assert render_annotations([make_verdict("pass", "pass", result="pass")]) == ""
    assert render_annotations([]) == ""


def test_a_cause_stands_for_what_it_kept_from_running(make_verdict: Callable[..., Verdict]) -> None:
    """One line, not one a requirement."""
    assert commands(make_verdict("not-run", "not-run", cause="it does\nnot start")) == [
        Read("error", {"title": "tiny: fail"}, "nothing was checked: it does\nnot start")
    ]
    assert commands(make_verdict("not-run", "not-run", result="error", cause="no room")) == [
        Read("error", {"title": "tiny: error"}, "the workbench could not grade this: no room")
    ]
    both = commands(make_verdict("fail", "pass", cause="the API ended"))
    assert [one.data for one in both] == [
        "what failed may come of this: the API ended",
        "Alpha works: expected a cat; seen: a dog",
    ]


def test_a_stretch_is_a_warning(stretched: Callable[..., Verdict]) -> None:
    """The verdict does not hang on it."""
    assert [one.name for one in commands(stretched("pass", "fail", result="pass"))] == ["warning"]


@pytest.mark.parametrize(("count", "lines"), [(1, 1), (9, 9), (10, 10), (11, 10), (500, 10)])
def test_there_are_ten_at_most(make_verdict: Callable[..., Verdict], count: int, lines: int) -> None:
    """Beyond them GitHub drops annotations; the last one says how many are left."""
    found = commands(*[make_verdict("fail", "pass")] * count)
    assert len(found) == lines <= MOST
    if count > MOST:
        assert found[-1] == Read("error", {"title": "workbench"}, f"{count - 9} more are in the verdict")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("50 % :, of", "50 %25 :, of"),
        ("a\nb", "a%0Ab"),
        ("%0A", "%250A"),
        ("%25", "%2525"),
        ("a::b", "a::b"),
        ("\n::error::x", "%0A\\x3a:error::x"),
        ("##[error]", "\\x23#[error]"),
        ("a\rb", "a\\x0db"),
    ],
)
def test_data_is_escaped_as_documented(make_verdict: Callable[..., Verdict], text: str, escaped: str) -> None:
    """The percent sign and the ends of lines; of a command within the text its sign is gone as well."""
    line = render_annotations([make_verdict("not-run", "not-run", cause=text)])
    assert line == f"::error title=tiny%3A fail::nothing was checked: {escaped}\n"


@WITH_FIXTURES
@given(text=FOREIGN)
@example(text="".join(PIECES))
def test_foreign_text_starts_no_command(hostile: Callable[[str], list[Verdict]], text: str) -> None:
    """Every line is a command of ours, and the runner reads the text out of it, but for what steers."""
    found = commands(*hostile(text))
    assert {one.name for one in found} <= {"error"}
    assert all(one.properties.keys() == {"title"} for one in found)
    if text:
        told = f"the workbench could not grade this: {clean(text)}"
        assert found[-1].data == inert(cut(told, MAX_MESSAGE))


@given(st.text("%0123456789ADad:,\r\n", max_size=30))
def test_escapes_can_be_undone(text: str) -> None:
    """No text is read as another one."""
    from checker.renderers.annotations import IN_DATA, IN_PROPERTY, escaped

    assert unescaped(escaped(text, IN_DATA), "") == text
    assert unescaped(escaped(text, IN_PROPERTY), ":,") == text
    assert not set(escaped(text, IN_PROPERTY)) & set("\r\n:,")
