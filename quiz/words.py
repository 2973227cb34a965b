"""What somebody said, as words that can be looked up: cut, reduced to stems, with the negated places known."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST: Final = 20_000  # characters of an answer that are looked at: more than half an hour of talking
SHORT: Final = 4  # words below this length have to be the very word
TYPO: Final = 6  # stems from this length on may differ by one letter that is not the first
WORD: Final = re.compile(r"[^\W_](?:/[^\W_])+(?![^\W_])|[^\W_]+(?:[+'][^\W_]+)*")  # "I/O" is one, "and/or" two
BREAK: Final = r"\n(?=\s*(?:\n|[-*•\d]|[A-Z]))"  # an end of a line that does not just wrap a sentence
STOP: Final = re.compile(rf"[!?;]|\.(?!\S)|{BREAK}")  # a full stop within a word is none: `database.py`
PAUSE: Final = re.compile(rf"{STOP.pattern}|[:,()–—]|\s-\s|\b(?:but|however|whereas|although|though|because)\b")  # noqa: RUF001 - dashes
NEGATORS: Final = frozenset(
    {
        *("not", "no", "never", "nor", "neither", "none", "nothing", "nobody", "without"),
        *("cannot", "hardly", "cant", "dont", "doesnt", "isnt"),
    }
)
NEGATING_PAIRS: Final = frozenset({("instead", "of"), ("rather", "than")})
NOT_NEGATING: Final = frozenset({"only", "just", "doubt", "matter"})  # "not only", "no doubt"
BEING: Final = frozenset(["is", "are", "was", "were", "be", "been", "being"])
NOT: Final = "not"  # the stem of every negation
ARTICLES: Final = frozenset({"a", "an", "the"})
REACH_BEFORE: Final = 4  # words that a negation before them reaches
REACH_AFTER: Final = 2
COMMON: Final = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both
    but by can could did do does doing down during each etc every few for from further had has have having he her
    here him his how i if in into is it its itself just kind let like lot made make makes many may me mean means
    might more most much must my need needs of off on once one only onto or other our out over own per really same
    she should so some something such than that the their them then there these they thing things think this those
    through to too under up us use used uses using usually very via was way we well were what when where which while
    who whole why will with within would you your""".split()  # noqa: SIM905 - read as text
)
ENDINGS: Final = (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))

Place = tuple[int, int]  # first and last word of an occurrence


@dataclass(frozen=True)
class Word:
    """A word: its normal form, where it stands (characters), and the number of its sentence and of its clause."""

    text: str
    start: int
    end: int
    sentence: int
    clause: int


@functools.lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return a word without the endings of number and tense, a short word as it is, "not" for every negation."""
    if is_negation(word):
        return NOT
    if len(word) < SHORT or word.endswith(("ss", "eed")):
        return word
    for ending, instead in ENDINGS:
        base = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(base) >= SHORT - 1 and re.search("[aeiouy]", base):
            return re.sub(r"([bdgmnprt])\1$", r"\1", base) if ending in {"ing", "ed"} else base
    return word


def is_negation(word: str) -> bool:
    """Whether a word denies what stands near it."""
    return word in NEGATORS or word.endswith("n't")


def cut(text: str) -> tuple[Word, ...]:
    """Return the words of a text, in their order."""
    known = text[:LONGEST].replace("’", "'")  # noqa: RUF001 - what keyboards of telephones write
    stops, pauses = ([match.start() for match in cutter.finditer(known)] for cutter in (STOP, PAUSE))
    found: list[Word] = []
    sentence = clause = 0
    for match in WORD.finditer(known):
        sentence = advanced(stops, sentence, match.start())
        clause = advanced(pauses, clause, match.start())
        found.append(Word(match[0].casefold().replace("/", ""), match.start(), match.end(), sentence, clause))
    return tuple(found)


def advanced(borders: list[int], number: int, position: int) -> int:
    """Return how many borders lie before a position, counting on from a number."""
    while number < len(borders) and borders[number] <= position:
        number += 1
    return number


class Speech:
    """A text whose words can be looked up by stem, written together or apart, with one letter wrong."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = cut(text)
        self._places: dict[str, list[Place]] = {}
        for place, key in self._units():
            self._places.setdefault(key, []).append(place)
        stems = dict.fromkeys(stem(word.text) for word in self.words)
        self._long = [key for key in stems if len(key) >= TYPO]  # no joined ones: "is visible" is no "invisible"

    def _units(self) -> Iterator[tuple[Place, str]]:
        for number, word in enumerate(self.words):
            yield (number, number), stem(word.text)
        for number, (left, right) in enumerate(zip(self.words, self.words[1:], strict=False)):
            if right.start - left.end <= 1:  # "time out", "get_db", "back-off"
                yield (number, number + 1), stem(left.text + right.text)

    def places(self, key: str) -> list[Place]:
        """Return where a stem stands."""
        found = list(self._places.get(key, ()))
        if len(key) >= TYPO:
            near = process.extract(key, self._long, scorer=OSA.distance, score_cutoff=1, limit=None)
            found += [
                place for other, _, _ in near if other != key and other[0] == key[0] for place in self._places[other]
            ]
        return sorted(found)

    def is_negated(self, place: Place) -> bool:
        """Whether a negation reaches the words of a place, in the same clause; one among the words does not count."""
        first, last = place
        before = range(max(0, first - REACH_BEFORE), first)
        if any(self._negates(number) and self._together(number, first) for number in before):
            return True
        after = range(last + 1, min(len(self.words), last + 1 + REACH_AFTER))
        return any(self._denies(number) and self._together(number, last) for number in after)

    def _together(self, one: int, other: int) -> bool:
        return self.words[one].clause == self.words[other].clause

    def _negates(self, number: int) -> bool:
        word, following = self.words[number].text, self._text(number + 1)
        if (word, following) in NEGATING_PAIRS:
            return True
        return is_negation(word) and following not in NOT_NEGATING

    def _denies(self, number: int) -> bool:
        word = self.words[number].text
        if word == "not":
            return self._text(number - 1) in BEING and self._text(number + 1) not in NOT_NEGATING
        return word.endswith("n't") and word.removesuffix("n't") in BEING

    def _text(self, number: int) -> str:
        return self.words[number].text if 0 <= number < len(self.words) else ""


def telling(words: Iterable[Word]) -> tuple[str, ...]:
    """Return the stems of the words that say something, each once."""
    return tuple(dict.fromkeys(stem(word.text) for word in words if word.text not in COMMON))


def sought(words: Iterable[Word]) -> tuple[str, ...]:
    """Return the stems of a keyword that have to be found: of "from the pool", in which one word tells, "from" too."""
    every = tuple(words)
    found = telling(every)
    if len(found) > 1:
        return found
    return tuple(dict.fromkeys(stem(word.text) for word in every if word.text not in ARTICLES)) or found
