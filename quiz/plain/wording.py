"""What the plain face says about a question: whole sentences, in which nothing hangs on colour or place."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from checker.renderers.plain import plain
from quiz.clock import against, told
from quiz.plain.walk import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from quiz.bank import Item, Point
    from quiz.plain.face import Excerpt
    from quiz.plain.walk import Walk
    from quiz.session import Session, Sheet
    from quiz.suggest import Suggestion

MARKING: Final = "Covered, partly or missed (c, p, m), or Enter to leave it?"


def wrapped(text: str, width: int | None) -> str:
    """Return a text whose lines are at most so wide, what belongs to a line indented like it; as it is for None."""
    if width is None:
        return text
    lines = (
        textwrap.wrap(line, width, subsequent_indent=line[: len(line) - len(line.lstrip())], drop_whitespace=True)
        for line in text.splitlines()
    )
    return "\n".join("\n".join(pieces) for pieces in lines)


def numbered(excerpt: Excerpt) -> str:
    """Return code with its lines numbered, and never broken."""
    lines = enumerate(excerpt.text.rstrip("\n").splitlines(), excerpt.first_line)
    return "\n".join(f"{number:>4}  {line}".rstrip() for number, line in lines) + "\n"


def introduction(session: Session, *, resumed: bool) -> Iterator[str]:
    """Yield what the interview is, and how to find one's way."""
    who = plain(" ".join(session.candidate.split())) or "a candidate without a name"
    level = f" for the level {session.plan.level}" if session.plan.level else ""
    yield f"Interview {session.id} with {who}{level}: {count(len(session.plan.items), 'question')}."
    if resumed:
        yield f"It goes on at question {session.position + 1}, after {told(session.whole_seconds)}."
    if session.plan.left_out:
        yield f"Left out for lack of time: {', '.join(session.plan.left_out)}."
    if session.gone:
        yield f"No longer in the bank, and left out (what was entered is kept): {', '.join(session.gone)}."
    yield "Everything is kept at once. Type help for the commands, end for the scorecard and the end."


def question(session: Session) -> Iterator[str]:
    """Yield the question on screen: where it stands, and what to ask."""
    item, place = session.item, f"Question {session.position + 1} of {len(session.plan.items)}"
    state = ", ".join(states(session.sheet))
    yield f"{place}: {item.id}, {item.title}. {session.section.title}.{f' It is {state}.' if state else ''}"
    yield clocks(session)
    yield f"Ask: {item.prompt}"


def clocks(session: Session) -> str:
    """Return the three clocks; they advise and stop nothing."""
    budget = session.plan.minutes and session.plan.minutes * 60
    return (
        f"Time: question {against(session.seconds, session.item.minutes * 60)}, "
        f"section {against(session.section_seconds, session.section_budget)}, "
        f"in all {against(session.whole_seconds, budget)}."
    )


def points(item: Item, sheet: Sheet, suggestions: Mapping[str, Suggestion]) -> Iterator[str]:
    """Yield what is expected: the question's own points by their groups, the follow-ups' points, the red flags."""
    numbers = {point.id: number for number, point in enumerate(item.every_point, 1)}
    for group in item.groups:
        yield f"Expected, {group.title}:" if group.title else "Expected:"
        for point in group.points:
            yield from point_lines(numbers[point.id], point, sheet, suggestions)
    for number, follow_up in enumerate(item.follow_ups, 1):
        yield f"Follow-up {number}: {follow_up.prompt}"
        for point in follow_up.points:
            yield from point_lines(numbers[point.id], point, sheet, suggestions)
    for number, text in enumerate(item.red_flags, 1):
        yield f"Red flag {number}: {text}{'. Seen.' if number - 1 in sheet.red_flags else ''}"


def point_lines(number: int, point: Point, sheet: Sheet, suggestions: Mapping[str, Suggestion]) -> Iterator[str]:
    """Yield a point with its mark, its correction and what was said of it."""
    mark = f" Marked {sheet.marks[point.id]}." if point.id in sheet.marks else ""
    yield f"  {number}. {sentence(point.text)} ({weighed(point)}){mark}"
    yield from correction(point)
    if point.id in suggestions:
        yield f"    {suggestion(suggestions[point.id])}"


def correction(point: Point) -> Iterator[str]:
    """Yield what is true where a documented point is not."""
    if point.correction:
        source = point.correction.source
        yield f"    Correction: {point.correction.says} Source: {source.title}, {source.url}"


def weighed(point: Point) -> str:
    """Return a point's level, and its weight where it is more than one."""
    return f"{point.level}, weight {point.weight}" if point.weight > 1 else str(point.level)


def suggestion(found: Suggestion) -> str:
    """Return the words that speak for a point, and that they are negated where they are."""
    words = ", ".join(f"“{plain(' '.join(word.split()))}”" for word in found.words)
    return f"Said, but negated: {words}." if found.negated else f"Said: {words}."


def suggested(item: Item, suggestions: Mapping[str, Suggestion]) -> Iterator[str]:
    """Yield which points an answer seems to cover; it is the interviewer who marks them."""
    if not suggestions:
        yield "That suggests none of the points."
    for number, point in enumerate(item.every_point, 1):
        if point.id in suggestions:
            yield f"Perhaps point {number}, {sentence(point.text)} {suggestion(suggestions[point.id])}"


def prompt(session: Session, walk: Walk, suggestions: Mapping[str, Suggestion]) -> str:
    """Return what is to be decided now."""
    item, stop = session.item, walk.stop
    paused = "Paused. " if session.paused else ""
    if stop.kind is Kind.POINT:
        number = [point.id for point in item.every_point].index(stop.id) + 1
        said = f" {suggestion(suggestions[stop.id])}" if stop.id in suggestions else ""
        return f"{paused}Point {number}: {sentence(item.point(stop.id).text)}{said} {MARKING}"
    if stop.kind is Kind.FOLLOW_UP:
        return f"{paused}Follow-up: {walk.follow_up(stop.id).prompt} Type y if you ask it, or Enter to leave it."
    if stop.kind is Kind.RED_FLAGS:
        flags = " ".join(f"Red flag {number}: {sentence(text)}" for number, text in enumerate(item.red_flags, 1))
        return f"{paused}{flags} Type r and the number of one that was seen, or Enter to go on."
    return f"{paused}{ending(session)}"


def ending(session: Session) -> str:
    """Return how a question stands at its end, and where Enter leads."""
    item, sheet = session.item, session.sheet
    marked = sum(point.id in sheet.marks for point in item.every_point)
    last = session.position + 1 == len(session.plan.items)
    onward = "to the scorecard and the end" if last else f"to question {session.position + 2}"
    if marked or sheet.skipped:
        return f"That is all of {item.id}, with {count(marked, 'point')} marked. Enter goes on {onward}."
    return (
        f"Nothing is marked for {item.id}, so it does not count; type m rest if it was asked. Enter goes on {onward}."
    )


def overview(session: Session) -> Iterator[str]:
    """Yield a line a question: what was entered, what is to come."""
    for place, item in enumerate(session.items, 1):
        sheet = session.sheets.get(item.id)
        here = "Here: question" if place == session.position + 1 else "Question"
        yield f"{here} {place}: {item.id}, {item.title}; {', '.join(progress(item, sheet))}."


def progress(item: Item, sheet: Sheet | None) -> Iterator[str]:
    """Yield what became of a question."""
    if sheet is None or not sheet.asked:
        yield "to come"
        return
    yield f"{sum(point.id in sheet.marks for point in item.every_point)} of {len(item.every_point)} points marked"
    yield told(sheet.seconds)
    yield from states(sheet)


def states(sheet: Sheet) -> Iterator[str]:
    """Yield the states that a question can be in."""
    if sheet.skipped:
        yield "skipped"
    if sheet.flagged:
        yield "flagged to come back to"


def sentence(text: str) -> str:
    """Return a text with a full stop at its end, where it has no other end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def count(number: int, noun: str) -> str:
    """Return `1 point` or `3 points`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
