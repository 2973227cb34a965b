"""What practice says, in whole sentences: nothing hangs on colour or place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quiz.plain.wording import correction, count, sentence, suggestion, weighed
from quiz.schedule import day_of
from quiz.session import Mark
from quiz.suggest import suggest
from quiz.tally import tallied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quiz.bank import Item
    from quiz.clusters import Part
    from quiz.practice import Card, Practice, Round

WAYS: Final = (
    "Answer aloud or in your head and press Enter; or type the answer, ended by a line with only a full stop; "
    "or type e for your editor. s skips, q leaves. What was rated is kept."
)
ANSWER: Final = "Your answer (Enter: in your head; e, s, q, ?):"
TICK: Final = "Which did you cover? all, none, or numbers such as 1 3-4, with ~2 for partly:"
LEFT: Final = "What was rated is kept. Go on with: workbench practice"


def introduction(practice: Practice, due: int, new: int, interview: str | None) -> Iterator[str]:
    """Yield what there is to do."""
    yield f"Practice: {count(due, 'question')} due, {new} not practised yet."
    if interview is not None:
        days = (day_of(practice.interview) - day_of(practice.now())).days if practice.interview else 0
        yield f"Your interview is on {interview}, in {count(days, 'day')}; until then everything comes again sooner."


def heading(one: Round, practice: Practice) -> Iterator[str]:
    """Yield which question it is, and why it is asked."""
    section = practice.bank.section_of(one.item.id)
    yield f"{one.item.id}, {one.item.title}. {section.title}, {why(one, practice)}."
    if one.due is not None and not one.parts[0].whole:
        names = [cluster.title for part in one.parts for cluster in part.clusters if cluster.follow_up is None]
        follow_ups = sum(part.follow_up is not None for part in one.parts)
        names += [count(follow_ups, "follow-up")] if follow_ups else []
        yield f"Only what was weak: {', '.join(names)}."


def why(one: Round, practice: Practice) -> str:
    """Return why a question is asked."""
    if one.due is None:
        return "ahead of its time" if one.item.id in practice.cards else "new"
    days = (day_of(practice.now()) - day_of(one.due)).days
    return "due today" if days <= 0 else f"due since {count(days, 'day')}"


def question(part: Part) -> str:
    """Return what is asked."""
    return f"{'Follow-up' if part.follow_up else 'Question'}: {part.prompt}"


def expected(part: Part, answer: str) -> Iterator[str]:
    """Yield the points, with what the answer seems to say of them."""
    found = suggest(part.item, answer) if answer else {}
    titles = {point.id: group.title for group in part.item.groups for point in group.points}
    last: str | None = None
    yield "Expected:"
    for number, point in enumerate(part.points, 1):
        title = titles.get(point.id)
        if title and title != last:
            yield f"  {title}:"
        last = title
        yield f"  {number}. {sentence(point.text)} ({weighed(point)})"
        yield from correction(point)
        if point.id in found:
            yield f"    {suggestion(found[point.id])}"


def outcome(part: Part, marks: Mapping[str, Mark], changed: Sequence[Card], practice: Practice) -> Iterator[str]:
    """Yield what was covered, what was not, and when which of it comes again."""
    covered = sum(mark is Mark.COVERED for mark in marks.values())
    share = tallied(part.item.id, part.points, marks).share or 0.0
    yield f"Covered: {covered} of {count(len(part.points), 'point')}, {share:.0%} of the weight."
    titles = {cluster.id: f"{cluster.title} points" for cluster in part.clusters}
    names = {**titles, **{one.id: "this follow-up" for one in part.clusters if one.follow_up}}
    for card in sorted(changed, key=practice.due):
        name = names.get(card.id, f"all of {part.item.id}")
        yield f"  {name}: again {until(practice.due(card), practice)}"


def until(due: float, practice: Practice) -> str:
    """Return a day in words."""
    days = (day_of(due) - day_of(practice.now())).days
    return "today" if days <= 0 else "tomorrow" if days == 1 else f"in {days} days"


def reading(item: Item) -> Iterator[str]:
    """Yield where to read on, and what drills it."""
    yield from (f"Read on: {source.title}, {source.url}" for source in item.sources)
    if item.kata:
        yield f"Drill it in code: workbench start {item.kata}"


def nothing_left(practice: Practice) -> str:
    """Return that this is all, and when something is due next."""
    ahead = [card for card in practice.cards.values() if not practice.is_due(card)]
    if not ahead:
        return "That is all."
    first = min(ahead, key=practice.due)
    return f"That is all. Next is {first.item}, {until(practice.due(first), practice)}."
