"""The scorecard as text: the estimate with its rule and evidence, the shares, strengths and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from quiz.estimate import Outcome, Reach
from quiz.scorecard import State, make_scorecard
from quiz.screen.marks import MUTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quiz.estimate import LevelScore
    from quiz.scorecard import Scorecard, Topic
    from quiz.session import Session
    from quiz.tally import Tally

BAR: Final = 10  # cells of a whole bar
OUTCOMES: Final = {Outcome.BELOW: "below junior", Outcome.UNKNOWN: "too few points were marked to say"}
REACHES: Final = {Reach.REACHED: "reached", Reach.MISSED: "not reached", Reach.TOO_FEW: "too few points"}
STATES: Final = {State.SKIPPED: "Skipped", State.UNMARKED: "Shown, nothing marked", State.NOT_SHOWN: "Not shown"}

Line = str | tuple[str, str] | Content


def render_score(session: Session) -> Content:
    """Return the scorecard of an interview as it stands."""
    card = make_scorecard(session.bank, session.plan, session.sheets, session.conclusion)
    return Content("\n").join([Content.assemble(line) for line in lines(card)])


def lines(card: Scorecard) -> Iterator[Line]:
    """Yield the lines."""
    yield Content.assemble("Estimate: ", (card.estimate.level or OUTCOMES[card.estimate.outcome], "bold"))
    if card.overruled and card.level:
        yield Content.assemble("Overruled: ", (card.level, "bold"))
    yield f"Rule: {card.rule.text}"
    yield from (level_line(score) for score in card.levels)
    yield from part("By section")
    yield from (f"{bar(section.tally)}  {section.title}" for section in card.sections)
    yield f"{bar(card.overall)}  overall"
    yield from topics("Strengths", card.strengths)
    yield from topics("Gaps", card.gaps)
    yield from red_flags(card)
    yield from left_out(card)


def level_line(score: LevelScore) -> str:
    """Return a level with its evidence."""
    told = f"{len(score.tally.points)} points, needs {score.needed:.0%}: {REACHES[score.reach]}"
    return f"{bar(score.tally)}  {score.level}, {told}"


def bar(tally: Tally) -> str:
    """Return a share as a bar and in figures; dashes where nothing was asked."""
    if tally.share is None:
        return f"{'-' * BAR}    -"
    filled = round(BAR * tally.share)
    return f"{'█' * filled}{'░' * (BAR - filled)} {tally.share:>4.0%}"


def topics(title: str, found: tuple[Topic, ...]) -> Iterator[Line]:
    """Yield the questions that went well, or did not, with the points that show it."""
    if found:
        yield from part(title)
    for topic in found:
        yield f"{topic.item.id} {topic.item.title}, {topic.share:.0%}"
        yield from ((f"   {point.text}", MUTED) for point in topic.points)


def red_flags(card: Scorecard) -> Iterator[Line]:
    """Yield the red flags that were seen."""
    seen = [(score.item.id, flag) for score in card.items for flag in score.red_flags]
    if seen:
        yield from part("Red flags")
    yield from (f"{item}: {flag}" for item, flag in seen)


def left_out(card: Scorecard) -> Iterator[Line]:
    """Yield what does not count."""
    found = {title: card.in_state(state) for state, title in STATES.items()}
    if any(found.values()):
        yield from part("Not scored")
    yield from (f"{title}: {', '.join(item.id for item in items)}" for title, items in found.items() if items)


def part(title: str) -> Iterator[Line]:
    """Yield a heading, set off from what is above it."""
    yield ""
    yield (title, "bold underline")
