"""What a report says: one value that every format is a pure function of.

Times are seconds since 1970, durations seconds, shares 0 to 1. Names, notes and what a candidate said are foreign text
as it was entered; making it harmless is each format's own business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from quiz.bank import Level
    from quiz.estimate import Outcome, Reach
    from quiz.scorecard import State
    from quiz.session import Mark, Recommendation
    from records.verdicts import KeptRequirement

SCHEMA: Final = 1


@dataclass(frozen=True)
class Measure:
    """Points that count together: weight covered of weight asked, and how many points have which mark."""

    share: float | None  # None where nothing was asked
    covered_weight: float
    asked_weight: int
    covered: int
    partly: int
    missed: int

    @property
    def points(self) -> int:
        """How many points count."""
        return self.covered + self.partly + self.missed


@dataclass(frozen=True)
class Footnote:
    """What is true where a documented point is wrong or dated, and where that is documented."""

    number: int
    says: str
    title: str
    url: str


@dataclass(frozen=True)
class PointLine:
    """A point and its mark; `unmarked` where it was left so, and counts as missed."""

    id: str
    text: str
    level: Level
    weight: int
    mark: Mark
    unmarked: bool
    footnote: int | None  # the number of its correction


@dataclass(frozen=True)
class Part:
    """Points under a heading: a group of a question's own (`title` may be None), or a follow-up."""

    title: str | None
    follow_up: bool
    points: tuple[PointLine, ...]


@dataclass(frozen=True)
class QuestionPart:
    """A question of the plan; `parts` holds those that count."""

    id: str
    title: str
    prompt: str
    state: State
    measure: Measure
    seconds: float
    minutes: float
    parts: tuple[Part, ...]
    red_flags: tuple[str, ...]
    note: str
    said: str
    flagged: bool


@dataclass(frozen=True)
class SectionPart:
    """A section of the interview; `budget` is None for the bonus part."""

    id: str
    title: str
    measure: Measure
    seconds: float
    budget: float | None
    questions: tuple[QuestionPart, ...]


@dataclass(frozen=True)
class LevelPart:
    """The points of a level: the evidence of the estimate. `needed` is the rule's share."""

    level: Level
    measure: Measure
    needed: float
    reach: Reach


@dataclass(frozen=True)
class TopicPoint:
    """A point that shows how a question went, and the number of its correction."""

    text: str
    footnote: int | None


@dataclass(frozen=True)
class TopicPart:
    """A question that went well, or did not, with the points that show it; those that were corrected come last."""

    id: str
    title: str
    share: float
    points: tuple[TopicPoint, ...]


@dataclass(frozen=True)
class Judgement:
    """The level by the rule, and the interviewer's own word."""

    recommendation: Recommendation | None
    outcome: Outcome
    estimate: Level | None
    level: Level | None  # the last word on it
    overruled: bool
    reason: str
    note: str
    rule: str


@dataclass(frozen=True)
class Interview:
    """Everything about one interview."""

    id: str
    started: float
    ended: float | None
    seconds: float  # on questions
    level: Level | None  # whom it was for
    minutes: float | None  # its budget
    judgement: Judgement
    overall: Measure
    levels: tuple[LevelPart, ...]
    sections: tuple[SectionPart, ...]
    strengths: tuple[TopicPart, ...]
    gaps: tuple[TopicPart, ...]
    left_out: tuple[str, ...]  # by the budget
    gone: tuple[str, ...]  # the bank no longer has them
    footnotes: tuple[Footnote, ...]

    @property
    def questions(self) -> tuple[QuestionPart, ...]:
        """Every question, section by section."""
        return tuple(question for section in self.sections for question in section.questions)


@dataclass(frozen=True)
class Attempt:
    """One check of a candidate's code."""

    at: float
    verdict: str
    score: int | None
    hints_taken: int
    seconds: float
    commit: str | None
    cause: str | None


@dataclass(frozen=True)
class CodePart:
    """What a candidate's code came to for one kata: the attempts, the oldest first, and the last one's requirements."""

    kata: str
    title: str
    attempts: tuple[Attempt, ...]
    requirements: tuple[KeptRequirement, ...]

    @property
    def last(self) -> Attempt:
        """The attempt that counts."""
        return self.attempts[-1]

    @property
    def best(self) -> int | None:
        """The best score of any attempt."""
        return max((one.score for one in self.attempts if one.score is not None), default=None)


@dataclass(frozen=True)
class Report:
    """A candidate's interview, or None, and code."""

    candidate: str
    interview: Interview | None
    code: tuple[CodePart, ...]
    others: tuple[str, ...]  # ids of the candidate's other interviews
    made: float
    workbench: str
