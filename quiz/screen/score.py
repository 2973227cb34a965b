"""The scorecard as text: the estimate with its rule and evidence, the shares, strengths and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from quiz.score_text import REACHES, UNSCORED, estimate_told, named, percent
from quiz.scorecard import make_scorecard
from quiz.screen.marks import LOOKS, MUTED
from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.estimate import LevelScore
    from quiz.scorecard import Scorecard, Topic
    from quiz.session import Session
    from quiz.tally import Tally

BAR: Final = 10  # cells of a whole bar

Line = str | tuple[str, str] | Content


def render_score(session: Session) -> Content:
    """Return the scorecard of an interview as it stands."""
    card = make_scorecard(session.bank, session.plan, session.sheets, session.conclusion)
    return Content("\n").join([Content.assemble(line) for line in lines(card)])


def lines(card: Scorecard) -> Iterator[Line]:
    """Yield the lines."""
    yield Content.assemble("Estimate: ", (estimate_told(card), "bold"))
    yield f"Rule: {card.rule.text.strip()}"
    yield from part("By level, with the points that count")
    for score in card.levels:
        yield from level_lines(score)
    yield from part("By section")
    yield from (f"{bar(section.tally)}  {section.title}" for section in card.sections)
    yield f"{bar(card.overall)}  overall"
    yield from topics("Strengths", card.strengths)
    yield from topics("Gaps", card.gaps)
    yield from red_flags(card)
    yield from left_out(card)


def level_lines(score: LevelScore) -> Iterator[Line]:
    """Yield a level, and its points by their marks as the evidence."""
    yield f"{bar(score.tally)}  {score.level}, {percent(score.needed)} needed: {REACHES[score.reach]}"
    for mark in Mark:
        if points := score.tally.of(mark):
            yield f"   {LOOKS[mark].text}  {', '.join(named(point) for point in points)}", MUTED


def bar(tally: Tally) -> str:
    """Return a share as a bar and in figures; dashes where nothing was asked."""
    if tally.share is None:
        return f"{'-' * BAR}     -"
    filled = int(BAR * tally.share)
    return f"{'█' * filled}{'░' * (BAR - filled)} {percent(tally.share):>5}"


def topics(title: str, found: tuple[Topic, ...]) -> Iterator[Line]:
    """Yield the questions that went well, or did not, with the points that show it."""
    if found:
        yield from part(title)
    for topic in found:
        yield f"{topic.item.id} {topic.item.title}, {percent(topic.share)}"
        yield from ((f"   {point.text}", MUTED) for point in topic.points)


def red_flags(card: Scorecard) -> Iterator[Line]:
    """Yield the red flags that were seen."""
    seen = [(score.item.id, flag) for score in card.items for flag in score.red_flags]
    if seen:
        yield from part("Red flags")
    yield from (f"{item}: {flag}" for item, flag in seen)


def left_out(card: Scorecard) -> Iterator[Line]:
    """Yield what does not count, and why."""
    found = {words: [item.id for item in card.in_state(state)] for state, words in UNSCORED.items()}
    found["no longer in the bank"] = list(card.gone)
    if any(found.values()):
        yield from part("Not scored")
    yield from (f"{words}: {', '.join(items)}" for words, items in found.items() if items)


def part(title: str) -> Iterator[Line]:
    """Yield a heading, set off from what is above it."""
    yield ""
    yield (title, "bold underline")
