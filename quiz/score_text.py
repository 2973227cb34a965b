"""The scorecard as sentences, for faces without pictures; the words carry everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quiz.estimate import Outcome, Reach
from quiz.scorecard import State
from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quiz.estimate import LevelScore
    from quiz.scorecard import Scorecard, Topic
    from quiz.tally import Scored, Tally

REACHES: Final = {
    Reach.REACHED: "reached",
    Reach.MISSED: "not reached",
    Reach.TOO_FEW: "too few points were asked to judge by",
}
UNSCORED: Final = {
    State.SKIPPED: "skipped",
    State.UNMARKED: "shown, with nothing marked",
    State.NOT_SHOWN: "not shown",
}


def score_lines(card: Scorecard) -> Iterator[str]:
    """Yield the lines of a scorecard; a line that belongs to the one before is indented."""
    yield f"Overall: {measured(card.overall)}."
    yield "By section:"
    yield from (f"  {section.title}: {measured(section.tally)}." for section in card.sections)
    yield "By level:"
    for level in card.levels:
        yield from level_lines(level)
    yield f"Estimate: {estimate_told(card)}"
    yield f"  The rule: {card.rule.text.strip()}"
    yield from topic_lines("Strengths", card.strengths)
    yield from topic_lines("Gaps", card.gaps)
    yield from red_flag_lines(card)
    yield from unscored_lines(card)


def measured(tally: Tally) -> str:
    """Return a share with what it is made of: `62 %, 6.5 of 10.5 by weight, 8 points`."""
    if tally.share is None:
        return "nothing was asked"
    points = "1 point" if len(tally.points) == 1 else f"{len(tally.points)} points"
    return f"{percent(tally.share)}, {tally.covered:g} of {tally.asked:g} by weight, {points}"


def percent(share: float) -> str:
    """Return a share in whole per cents, rounded down, so that a share below a threshold never looks as if at it."""
    return f"{int(share * 100 + 1e-9)} %"


def level_lines(level: LevelScore) -> Iterator[str]:
    """Yield a level's score, and its points by their marks as the evidence."""
    yield f"  {level.level}: {measured(level.tally)}; {percent(level.needed)} needed: {REACHES[level.reach]}."
    for mark in Mark:
        if points := level.tally.of(mark):
            yield f"    {mark}: {', '.join(named(point) for point in points)}"


def named(scored: Scored) -> str:
    """Return a point by its question and its id."""
    return f"{scored.item} {scored.point.id}"


def estimate_told(card: Scorecard) -> str:
    """Return the estimate in words, and that it was overruled where it was."""
    words = {
        Outcome.LEVEL: f"{card.estimate.level}.",
        Outcome.BELOW: "below the lowest level that could be judged.",
        Outcome.UNKNOWN: "none, as too few points were asked.",
    }[card.estimate.outcome]
    if card.overruled:
        return f"{words} The interviewer overruled it: {card.level}."
    return f"{words} The interviewer says: {card.level}." if card.estimate.level is not card.level else words


def topic_lines(title: str, topics: Iterable[Topic]) -> Iterator[str]:
    """Yield the questions that are strengths or gaps, with their points."""
    if topics:
        yield f"{title}:"
    for topic in topics:
        points = "; ".join(point.text.rstrip(".") for point in topic.points)
        yield f"  {topic.item.id}, {topic.item.title}, {percent(topic.share)}: {points}."


def red_flag_lines(card: Scorecard) -> Iterator[str]:
    """Yield the red flags that were seen."""
    seen = [f"  {score.item.id}: {text}" for score in card.items for text in score.red_flags]
    yield from ["Red flags that were seen:", *seen] if seen else []


def unscored_lines(card: Scorecard) -> Iterator[str]:
    """Yield which questions do not count, and why."""
    for state, words in UNSCORED.items():
        if items := card.in_state(state):
            yield f"Not scored, {words}: {', '.join(item.id for item in items)}."
    if card.gone:
        yield f"Not scored, no longer in the bank: {', '.join(card.gone)}."
