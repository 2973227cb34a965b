"""Foreign text made harmless."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.renderers.plain import plain

STEERING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    """No control, formatting, private or lone surrogate character survives, but line ends and tabs."""
    left = {character for character in plain(text) if unicodedata.category(character) in STEERING}
    assert left <= {"\n", "\t"}


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=200))
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    """Letters, signs and spaces of every script are untouched."""
    assert plain(text) == text


@given(st.text(max_size=100))
def test_harmless_text_is_not_changed_again(text: str) -> None:
    """What was made harmless once stays as it is."""
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb", "a\\x0db"),
        ("a\x08b", "a\\x08b"),
        ("a\x00b", "a\\x00b"),
        ("a\x7fb", "a\\x7fb"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066a\u2069", "\\u2066a\\u2069"),
        ("a\u200bb", "a\\u200bb"),
        ("\udc80", "\\udc80"),
        ("\ue000", "\\ue000"),
        ("\U000e0041", "\\ue0041"),
        ("a\u2028b\u2029", "a\\u2028b\\u2029"),
        ("soft\xadhyphen", "soft\\xadhyphen"),
        ("line\n\tend", "line\n\tend"),
        ("☃ ünï 路径 👍", "☃ ünï 路径 👍"),
    ],
)
def test_what_steers_is_shown_by_its_code(text: str, shown: str) -> None:
    """Escape sequences, direction marks and what has no shape are made visible."""
    assert plain(text) == shown
