"""What was said as words: stems, words together and apart, typing errors, negations."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.words import LONGEST, Speech, content, cut, stem


@pytest.mark.parametrize(
    "family",
    [
        "retry retries retried retrying",
        "block blocks blocked blocking",
        "cache caches cached caching",
        "decouple decouples decoupled decoupling",
        "process processes processed processing",
        "database databases",
        "drop drops dropped dropping",
        "close closes closed closing",
        "yield yields yielded yielding",
        "query queries queried querying",
    ],
)
def test_forms_of_a_word_have_one_stem(family: str) -> None:
    """Number and tense do not matter."""
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "apart",
    ["cache catch", "work worker", "string stress", "need needle", "sync async", "contain container", "test latest"],
)
def test_different_words_stay_apart(apart: str) -> None:
    """Words that only look alike do not become one, and do not pass for each other's typing error."""
    one, other = apart.split()
    assert stem(one) != stem(other)
    assert Speech(one).places(stem(other)) == []


@pytest.mark.parametrize(
    ("said", "looked_up"),
    [
        ("a time out", "timeout"),
        ("the back-off", "backoff"),
        ("get_db closes it", "getdb"),
        ("an idempotant worker", "idempotent"),
        ("N+1 queries", "n+1"),
        ("I/O bound", "io"),
        ("read and/or write", "write"),
        ("the database’s pool", "database's"),  # noqa: RUF001 - as telephones write it
    ],
)
def test_a_word_is_found_as_people_write_it(said: str, looked_up: str) -> None:
    """Words are found written apart, with hyphens, and long ones with a letter wrong."""
    assert Speech(said).places(stem(looked_up))


@pytest.mark.parametrize(("said", "looked_up"), [("a db", "dbs"), ("one def", "deg"), ("orm", "or"), ("loose", "lose")])
def test_short_words_have_to_be_the_very_word(said: str, looked_up: str) -> None:
    """A short word is never matched by one that is only near to it."""
    assert Speech(said).places(stem(looked_up)) == []


@pytest.mark.parametrize(
    ("said", "word", "negated"),
    [
        ("it retries", "retry", False),
        ("it does not retry", "retry", True),
        ("it doesn't really retry", "retry", True),
        ("it doesn’t retry", "retry", True),  # noqa: RUF001 - as telephones write it
        ("we never retry", "retry", True),
        ("no need to retry", "retry", True),
        ("there is no retry", "retry", True),
        ("without any retry", "retry", True),
        ("instead of a retry", "retry", True),
        ("rather than retry", "retry", True),
        ("a retry isn't needed", "retry", True),
        ("retry is not needed", "retry", True),
        ("I am not sure about the retry", "retry", True),
        ("not only a retry", "retry", False),
        ("no doubt the retry", "retry", False),
        ("not lost, there is a retry", "retry", False),  # in another clause
        ("it is not lost but there is a retry", "retry", False),
        ("No. A retry follows", "retry", False),
        ("the queue does not lose the retry of it", "queue", False),  # only what is denied itself
        ("not one of the very many words before a retry", "retry", False),  # too far away
        ("know the retry", "retry", False),
    ],
)
def test_a_negation_reaches_its_clause(said: str, word: str, negated: bool) -> None:
    """What is denied is known as denied, and what only stands near a negation is not."""
    speech = Speech(said)
    (place,) = speech.places(stem(word))
    assert speech.is_negated(place) is negated


def test_words_that_say_nothing_are_left_out() -> None:
    """A keyword is looked up by its telling words, or by all where none is."""
    assert content(cut("back to the queue")) == ("back", stem("queue"))
    assert content(cut("what it is")) == ("what", "it", "is")


@given(st.text())
def test_any_text_can_be_cut(said: str) -> None:
    """Whatever was pasted, each word stands where it is said to stand, and the numbers only grow."""
    words = cut(said)
    assert all(0 <= word.start < word.end <= len(said) for word in words)
    for before, after in itertools.pairwise(words):
        assert before.end <= after.start
        assert before.sentence <= after.sentence
        assert before.clause <= after.clause


def test_a_very_long_text_is_looked_at_up_to_a_cap() -> None:
    """Pasting a book costs no more than a long answer."""
    assert cut("word " * LONGEST)[-1].end <= LONGEST
