"""What the commands of the plain face do: each takes the face and what was typed behind the command's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quiz.plain import wording
from quiz.plain.walk import Kind
from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quiz.plain.face import Face

REST: Final = "rest"


class RefusedError(Exception):
    """What was typed makes no sense here; the message says what would."""


class LeftError(Exception):
    """The interviewer left, or the input came to its end."""


def numbers(text: str, highest: int, example: str) -> list[int]:
    """Return the numbers in a text, each from 1 to the highest."""
    words = text.replace(",", " ").split()
    if not words or not all(word.isdecimal() and 1 <= int(word) <= highest for word in words):
        raise RefusedError(f"The numbers go from 1 to {highest}; type them as in {example}.")
    return [int(word) for word in words]


def mark(face: Face, argument: str, value: Mark) -> None:
    """Mark the point at hand, those with these numbers, or all that are unmarked."""
    for point in chosen(face, argument, value):
        face.session.mark(point, value)
        face.last = point
    face.walk.settle(face.session.sheet.marks)


def chosen(face: Face, argument: str, value: Mark) -> Sequence[str]:
    """Return the points that are meant, by their ids."""
    item, letter = face.session.item, value[0]
    if argument.lower() == REST:
        return rest(face)
    if argument:
        every = numbers(argument, len(item.every_point), f"{letter} 1 3")
        return [item.every_point[number - 1].id for number in every]
    if face.walk.stop.kind is not Kind.POINT:
        raise RefusedError(f"No point is at hand; type {letter} and its number, as in {letter} 1.")
    return [face.walk.stop.id]


def rest(face: Face) -> Sequence[str]:
    """Return the unmarked points of the question, and of the follow-ups that were asked."""
    item, marks = face.session.item, face.session.sheet.marks
    asked = [
        point
        for follow_up in item.follow_ups
        if follow_up.id == face.walk.stop.part or any(point.id in marks for point in follow_up.points)
        for point in follow_up.points
    ]
    return [point.id for point in (*item.points, *asked) if point.id not in marks]


def unmark(face: Face, argument: str) -> None:
    """Take back the last mark, or those with these numbers."""
    every = face.session.item.every_point
    points = [every[number - 1].id for number in numbers(argument, len(every), "u 2")] if argument else [face.last]
    for point in points:
        if point is None or point not in face.session.sheet.marks:
            raise RefusedError("There is no mark to take back; type u and the number of a marked point, as in u 2.")
        face.session.mark(point, None)
        face.walk.return_to(point)


def ask_follow_up(face: Face, _: str) -> None:
    """Go into the follow-up at hand."""
    if face.walk.stop.kind is not Kind.FOLLOW_UP:
        raise RefusedError("No follow-up is at hand; c, p or m and a number mark a follow-up's points at any time.")
    face.walk.ask(face.session.sheet.marks)


def see_red_flags(face: Face, argument: str) -> None:
    """Note red flags as seen, or take that back."""
    for number in numbers(argument, len(face.session.item.red_flags), "r 1"):
        seen = number - 1 not in face.session.sheet.red_flags
        face.session.see_red_flag(number - 1, seen=seen)
        face.say(f"Red flag {number} is {'noted as seen' if seen else 'no longer noted'}.")


def note(face: Face, argument: str) -> None:
    """Add to the note."""
    face.write(argument, lambda: face.session.sheet.note, face.session.write_note)
    face.say("The note is kept." if face.session.sheet.note else "There is no note.")


def said(face: Face, argument: str) -> None:
    """Add to what the candidate said, and tell which points it seems to cover."""
    face.write(argument, lambda: face.session.sheet.said, face.session.write_said)
    face.say(*wording.suggested(face.session.item, face.suggestions))


def flag(face: Face, _: str) -> None:
    """Flag the question, or take that back."""
    face.session.flag(flagged=not face.session.sheet.flagged)
    face.say("Flagged to come back to." if face.session.sheet.flagged else "No longer flagged.")


def skip(face: Face, _: str) -> None:
    """Leave the question out of the score and go on, or take that back."""
    face.session.skip(skipped=not face.session.sheet.skipped)
    if not face.session.sheet.skipped:
        face.say("No longer skipped.")
        return
    face.say(f"{face.session.item.id} is left out of the score.")
    face.go_on()


def pause(face: Face, _: str) -> None:
    """Stop the clocks, or let them go on."""
    face.session.pause(paused=not face.session.paused)
    face.say("The clocks stand still; pause again lets them go on." if face.session.paused else "The clocks go on.")


def leave(face: Face, _: str) -> None:
    """Leave the stop at hand as it is."""
    if face.walk.stop.kind is Kind.LAST:
        face.go_on()
    else:
        face.walk.leave(face.session.sheet.marks)


def go(face: Face, argument: str) -> None:
    """Go to a question by its id, or by its number in the interview."""
    items, name = face.session.plan.items, argument.lower()
    if name in items:
        face.go(items.index(name))
    elif name.isdecimal() and 1 <= int(name) <= len(items):
        face.go(int(name) - 1)
    else:
        raise RefusedError(f"Type go and one of {', '.join(items)}, or a number from 1 to {len(items)}.")


def back(face: Face, _: str) -> None:
    """Go to the question before."""
    if face.session.position == 0:
        raise RefusedError("This is the first question.")
    face.go(face.session.position - 1)


def leave_interview(_face: Face, _: str) -> None:
    """Leave the interview as it is."""
    raise LeftError
