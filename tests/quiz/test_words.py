"""What was said as words: stems, words together and apart, typing errors, negations."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.words import LONGEST, Speech, cut, sought, stem, telling


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


@pytest.mark.parametrize(
    ("keyword", "stems"),
    [
        ("back to the queue", "back queu"),  # two words tell
        ("from the pool", "from pool"),  # one would be too little
        ("the generator", "generator"),
        ("it is not lost", "not lost"),
        ("never lost", "not lost"),
        ("doesn't leak", "not leak"),
        ("the", ""),
        ("what it is", "what it is"),
    ],
)
def test_a_keyword_is_looked_up_by_its_telling_words(keyword: str, stems: str) -> None:
    """Common words are left out where two others are left, articles always, and negations are one word."""
    assert sought(cut(keyword)) == tuple(stems.split())


def test_a_sentence_tells_by_its_uncommon_words() -> None:
    """Common words are left out of what a text says."""
    assert telling(cut("It is not what the queue is for")) == ("not", "queu")


def test_a_wrapped_line_is_one_sentence_and_an_item_of_a_list_is_not() -> None:
    """Pasted text may be wrapped anywhere; paragraphs, lists and lines that begin anew are sentences of their own."""
    assert {word.sentence for word in cut("it does not\ndelete `a.py`")} == {0}
    assert [word.sentence for word in cut("one\n- two\n\nthree\nFour. five")] == [0, 1, 2, 3, 4]


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
