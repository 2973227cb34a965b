"""Foreign text in a report, and words that every format shares."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Final

from quiz.estimate import Outcome, Reach
from quiz.score_text import percent
from quiz.scorecard import State
from quiz.session import Mark, Recommendation

if TYPE_CHECKING:
    from quiz.report.model import Interview, Judgement, Measure

STEERING: Final = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
}  # categories of characters that steer, or show as nothing that is agreed on
KEPT: Final = {"\n", "\t", "\u200c", "\u200d"}  # the joiners belong to the spelling of names, and to emoji
BREAK: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

RECOMMENDATIONS: Final = {
    Recommendation.STRONG_YES: "Strong yes",
    Recommendation.YES: "Yes",
    Recommendation.NO_DECISION: "No decision",
    Recommendation.NO: "No",
    Recommendation.STRONG_NO: "Strong no",
}
MARKS: Final = {Mark.COVERED: "covered", Mark.PARTLY: "partly", Mark.MISSED: "missed"}
REACHES: Final = {Reach.REACHED: "reached", Reach.MISSED: "not reached", Reach.TOO_FEW: "too few points to judge"}
STATES: Final = {
    State.SCORED: "scored",
    State.SKIPPED: "skipped",
    State.UNMARKED: "shown, nothing marked",
    State.NOT_SHOWN: "not shown",
}
TOPICS: Final = 4  # strengths or gaps that are told with their points; further ones by name
SHOWN: Final = 2  # points of a strength or a gap; the whole stands with the question
NOBODY: Final = "Candidate without a name"


def harmless(text: str) -> str:
    """Return foreign text with one kind of line break; what steers (escapes, direction marks) shows as its code."""
    return "".join(map(visible, BREAK.sub("\n", text)))


def visible(character: str) -> str:
    """Return a character, or its code where it would steer what shows it."""
    if character in KEPT or unicodedata.category(character) not in STEERING:
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"  # noqa: PLR2004 - one byte


def one_line(text: str) -> str:
    """Return harmless text in one line."""
    return " ".join(harmless(text).split())


def recommended(judgement: Judgement) -> str:
    """Return the interviewer's recommendation in words."""
    return "Not given" if judgement.recommendation is None else RECOMMENDATIONS[judgement.recommendation]


def level_told(judgement: Judgement) -> str:
    """Return the last word on the level."""
    if judgement.level is not None:
        return judgement.level.capitalize()
    return "Below every level that was asked" if judgement.outcome is Outcome.BELOW else "Not estimated"


def estimate_told(judgement: Judgement) -> str:
    """Return where the level comes from."""
    estimated = {
        Outcome.LEVEL: f"the rule says {judgement.estimate}",
        Outcome.BELOW: "the rule says below the lowest level that could be judged",
        Outcome.UNKNOWN: "the rule had too few points to judge by",
    }[judgement.outcome]
    if judgement.overruled:
        return f"{estimated}; the interviewer overruled it"
    if judgement.level is not judgement.estimate:
        return f"{estimated}; the interviewer's own word"
    return estimated


def share_told(measure: Measure) -> str:
    """Return a share in per cent, `-` where nothing was asked."""
    return "-" if measure.share is None else percent(measure.share)


def held(words: str) -> str:
    """Return a number and its unit so that no line ends between them."""
    return words.replace(" ", "\u00a0")


def minutes_told(seconds: float | None) -> str:
    """Return a duration in minutes."""
    return "-" if seconds is None else f"{max(1, round(seconds / 60))} min" if seconds > 0 else "0 min"


def moment(seconds: float) -> str:
    """Return a time as this machine's clocks show it, with its distance from UTC."""
    time = datetime.fromtimestamp(seconds).astimezone()
    distance = time.isoformat()[-6:]
    return f"{time:%Y-%m-%d %H:%M} UTC{'' if distance == '+00:00' else distance}"


def facts(interview: Interview) -> list[tuple[str, str]]:
    """Return what is to be known of an interview beside its result."""
    spent = minutes_told(interview.seconds)
    shown = spent if interview.minutes is None else f"{spent} of {interview.minutes:g} min"
    ended = "under way" if interview.ended is None else moment(interview.ended)
    level = "no level in particular" if interview.level is None else f"{interview.level} level"
    return [("Began", moment(interview.started)), ("Ended", ended), ("On questions", shown), ("Asked for", level)]
