"""Which points an answer seems to cover: suggestions with the words that match, for the interviewer to judge.

A keyword matches where its words stand close together in one sentence, in any order, in any form of number and tense,
written together or apart, a long word also with one wrong letter. A keyword that several points of the question share
is a part of a match only. Without keywords a sentence matches that says most of the point's own words. What a longer
keyword of another point takes, a single word does not have. A match that a negation reaches is marked so.

Nothing here marks a point or changes a score.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quiz.words import NOT, Speech, cut, sought, telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quiz.bank import Item, Point
    from quiz.words import Place

GAP: Final = 3  # words that may stand between two of a keyword, on average
FEWEST: Final = 3  # of a point's own words that a sentence has to say, where no keyword matches
MOST: Final = 0.6  # and which part of them
Key = tuple[str, ...]  # a keyword's stems


@dataclass(frozen=True)
class Suggestion:
    """The words of the answer that speak for a point, as they were said and where (characters, end exclusive)."""

    point: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    negated: bool  # a negation reaches every one of them


def suggest(item: Item, said: str) -> dict[str, Suggestion]:
    """Return what an answer seems to cover, by point id, in the order of the points, follow-ups' included."""
    speech = Speech(said)
    keys = {point.id: keys_of(point) for point in item.every_point}
    shared = Counter(key for own in keys.values() for key in own)
    found = {key: places_of(speech, key) for key in shared}
    suggestions: dict[str, Suggestion] = {}
    for point in item.every_point:
        taken = [place for key, places in found.items() if key not in keys[point.id] for place in places]
        matches = {
            key: [one for one in found[key] if len(key) > 1 or not is_within(one, taken)] for key in keys[point.id]
        }
        if places := enough(speech, matches, shared) or by_own_words(speech, point):
            suggestions[point.id] = told(speech, point, places)
    return suggestions


def keys_of(point: Point) -> tuple[Key, ...]:
    """Return a point's keywords as stems, each once."""
    return tuple(dict.fromkeys(sought(cut(keyword)) for keyword in point.keywords))


def variants(key: Key) -> Iterator[Key]:
    """Yield a keyword, and it with two neighbours written together."""
    yield key
    for at in range(len(key) - 1):
        yield (*key[:at], key[at] + key[at + 1], *key[at + 2 :])


def places_of(speech: Speech, key: Key) -> list[Place]:
    """Return where a keyword stands."""
    return sorted({place for variant in variants(key) for place in clusters(speech, variant)})


def clusters(speech: Speech, key: Key) -> Iterator[Place]:
    """Yield where the words of a keyword stand close together in a sentence."""
    first, *others = (speech.places(one) for one in key)
    for anchor in first:
        chosen = [anchor]
        for places in others:
            free = [place for place in places if place not in chosen]
            chosen += [min(free, key=lambda place: abs(place[0] - anchor[0]))] if free else []
        start, end = min(place[0] for place in chosen), max(place[1] for place in chosen)
        near = end - start < sum(place[1] - place[0] + 1 for place in chosen) + GAP * (len(key) - 1)
        if len(chosen) == len(key) and near and is_one(speech, key, (start, end)):
            yield start, end


def is_one(speech: Speech, key: Key, place: Place) -> bool:
    """Whether a place is within one sentence, and with a negation within one clause, beyond which it does not reach."""
    first, last = (speech.words[number] for number in place)
    return first.clause == last.clause if NOT in key else first.sentence == last.sentence


def is_within(place: Place, others: Sequence[Place]) -> bool:
    """Whether a place is a part of a longer one."""
    return any(first <= place[0] and place[1] <= last and (first, last) != place for first, last in others)


def enough(speech: Speech, matches: dict[Key, list[Place]], shared: Counter[Key]) -> list[Place]:
    """Return the places that speak for a point, those that are not negated if they suffice; nothing if none do."""
    affirmed = {key: [place for place in places if not speech.is_negated(place)] for key, places in matches.items()}
    for some in (affirmed, matches):
        if sum(1 / shared[key] for key, places in some.items() if places) >= 1:
            return [place for places in some.values() for place in places]
    return []


def by_own_words(speech: Speech, point: Point) -> list[Place]:
    """Return the words of the first sentence that says most of what the point itself says."""
    wanted = telling(cut(point.text))
    sentences: dict[int, dict[str, Place]] = {}
    for key in wanted:
        for place in speech.places(key):
            sentences.setdefault(speech.words[place[0]].sentence, {}).setdefault(key, place)
    for found in sentences.values():
        if len(found) >= max(FEWEST, MOST * len(wanted)):
            return list(found.values())
    return []


def told(speech: Speech, point: Point, places: list[Place]) -> Suggestion:
    """Return a suggestion with the words of these places."""
    spans = sorted({(speech.words[first].start, speech.words[last].end) for first, last in places})
    outer = [span for span in spans if not is_within(span, spans)]
    words = dict.fromkeys(speech.text[start:end] for start, end in outer)
    return Suggestion(point.id, tuple(words), tuple(outer), all(speech.is_negated(place) for place in places))
