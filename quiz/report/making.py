"""Making a report: the interview and its scorecard, joined with the candidate's code."""

from __future__ import annotations

from itertools import count, groupby
from typing import TYPE_CHECKING

from quiz.report.model import (
    Attempt,
    CodePart,
    Footnote,
    Interview,
    Judgement,
    LevelPart,
    Measure,
    Part,
    PointLine,
    QuestionPart,
    SectionPart,
    TopicPart,
    TopicPoint,
)
from quiz.scorecard import make_scorecard
from quiz.session import Mark, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from quiz.bank import Bank, Item, Point
    from quiz.scorecard import ItemScore, Scorecard, SectionScore, Topic
    from quiz.session import Conclusion, Kept
    from quiz.tally import Tally
    from records.verdicts import KeptVerdict

Numbers = dict[tuple[str, str], int]  # of corrections, by item and point


def interview_of(bank: Bank, kept: Kept) -> Interview:
    """Return everything about an interview."""
    card = make_scorecard(bank, kept.plan, kept.sheets, kept.conclusion)
    footnotes, numbers = corrections(card)
    return Interview(
        id=kept.id,
        started=kept.started,
        ended=kept.ended,
        seconds=round(sum(sheet.seconds for sheet in kept.sheets.values()), 1),
        level=kept.plan.level,
        minutes=kept.plan.minutes,
        judgement=judgement(card, kept.conclusion),
        overall=measure(card.overall),
        levels=tuple(LevelPart(one.level, measure(one.tally), one.needed, one.reach) for one in card.levels),
        sections=tuple(section_part(bank, one, kept.sheets, numbers) for one in card.sections),
        strengths=tuple(topic_part(one, numbers) for one in card.strengths),
        gaps=tuple(topic_part(one, numbers) for one in card.gaps),
        left_out=kept.plan.left_out,
        gone=card.gone,
        footnotes=footnotes,
    )


def measure(tally: Tally) -> Measure:
    """Return what a tally comes to."""
    counts = [len(tally.of(mark)) for mark in (Mark.COVERED, Mark.PARTLY, Mark.MISSED)]
    return Measure(tally.share, tally.covered, tally.asked, *counts)


def judgement(card: Scorecard, conclusion: Conclusion) -> Judgement:
    """Return the rule's word and the interviewer's."""
    return Judgement(
        recommendation=conclusion.recommendation,
        outcome=card.estimate.outcome,
        estimate=card.estimate.level,
        level=card.level,
        overruled=card.overruled,
        reason=conclusion.reason,
        note=conclusion.note,
        rule=card.rule.text.strip(),
    )


def corrections(card: Scorecard) -> tuple[tuple[Footnote, ...], Numbers]:
    """Return the corrections of the points that count, numbered in the order in which a reader meets them."""
    numbering, footnotes, numbers = count(1), list[Footnote](), Numbers()
    for score in card.items:
        for one in score.tally.points:
            if (correction := one.point.correction) is not None:
                number = numbers[score.item.id, one.point.id] = next(numbering)
                source = correction.source
                footnotes.append(Footnote(number, correction.says.strip(), source.title, source.url))
    return tuple(footnotes), numbers


def section_part(bank: Bank, score: SectionScore, sheets: Mapping[str, Sheet], numbers: Numbers) -> SectionPart:
    """Return a section; its budget is its questions' part of the section's minutes."""
    section = next(one for one in bank.sections if one.id == score.id)
    return SectionPart(
        id=score.id,
        title=score.title,
        measure=measure(score.tally),
        seconds=sum(sheets.get(one.item.id, Sheet()).seconds for one in score.items),
        budget=section.budget(one.item for one in score.items),
        questions=tuple(question_part(one, sheets.get(one.item.id, Sheet()), numbers) for one in score.items),
    )


def question_part(score: ItemScore, sheet: Sheet, numbers: Numbers) -> QuestionPart:
    """Return a question with the parts that count."""
    return QuestionPart(
        id=score.item.id,
        title=score.item.title,
        prompt=score.item.prompt,
        state=score.state,
        measure=measure(score.tally),
        seconds=sheet.seconds,
        minutes=score.item.minutes,
        parts=tuple(parts_of(score, sheet, numbers)),
        red_flags=score.red_flags,
        note=sheet.note,
        said=sheet.said,
        flagged=sheet.flagged,
    )


def parts_of(score: ItemScore, sheet: Sheet, numbers: Numbers) -> Iterator[Part]:
    """Yield the groups and follow-ups of a question of which a point counts."""
    marks = {one.point.id: one.mark for one in score.tally.points}
    for title, follow_up, points in headed(score.item):
        lines = [
            PointLine(
                point.id,
                point.text,
                point.level,
                point.weight,
                marks[point.id],
                point.id not in sheet.marks,
                numbers.get((score.item.id, point.id)),
            )
            for point in points
            if point.id in marks
        ]
        if lines:
            yield Part(title, follow_up, tuple(lines))


def headed(item: Item) -> Iterator[tuple[str | None, bool, Sequence[Point]]]:
    """Yield the groups of points of an item, then its follow-ups, each with its heading."""
    yield from ((group.title, False, group.points) for group in item.groups)
    yield from ((follow_up.prompt, True, follow_up.points) for follow_up in item.follow_ups)


def topic_part(topic: Topic, numbers: Numbers) -> TopicPart:
    """Return a strength or a gap."""
    points = [TopicPoint(point.text, numbers.get((topic.item.id, point.id))) for point in topic.points]
    ordered = sorted(points, key=lambda point: point.footnote is not None)
    return TopicPart(topic.item.id, topic.item.title, topic.share, tuple(ordered))


def code_of(bank: Bank, verdicts: Iterable[KeptVerdict]) -> tuple[CodePart, ...]:
    """Return a candidate's code by kata, from verdicts with the oldest first."""
    ordered = sorted(verdicts, key=lambda one: one.kata)
    return tuple(code_part(bank, kata, list(group)) for kata, group in groupby(ordered, key=lambda one: one.kata))


def code_part(bank: Bank, kata: str, verdicts: Sequence[KeptVerdict]) -> CodePart:
    """Return what the verdicts on one kata come to."""
    attempts = [
        Attempt(one.at, one.verdict, one.score, one.hints_taken, one.seconds, one.commit, one.cause) for one in verdicts
    ]
    title = bank.items[kata].title if kata in bank.items else kata
    return CodePart(kata, title, tuple(attempts), verdicts[-1].requirements)
