"""The view for sharing the screen: the question and the code, and never what is expected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from checker.content import find_content
from quiz.bank import Item, read_bank
from quiz.code import find_excerpt
from quiz.session import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.quiz.screen.conftest import Interview

WORDS = 4  # so many words in a row are no coincidence


def secrets(item: Item) -> Iterator[str]:
    """Yield every text of an item that a candidate must not see."""
    yield from (group.title for group in item.groups if group.title)
    for point in item.every_point:
        yield from (point.text, *([point.correction.says] if point.correction else []))
    yield from (follow_up.prompt for follow_up in item.follow_ups)
    yield from item.red_flags


def runs(text: str) -> set[tuple[str, ...]]:
    """Return the runs of words in a text; a shorter text is one run."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + WORDS]) for start in range(max(1, len(words) - WORDS + 1))}


def leaked(item: Item, shown: str, allowed: str) -> list[str]:
    """Return the texts of which a run of words is shown, where neither the prompt nor the code has it."""
    seen = " ".join(re.findall(r"\w+", shown.lower()))
    open_to_all = " ".join(re.findall(r"\w+", allowed.lower()))
    return [
        text
        for text in secrets(item)
        if any(f" {' '.join(run)} " in f" {seen} " and " ".join(run) not in open_to_all for run in runs(text))
    ]


def walk(interview: Interview, size: tuple[int, int]) -> Iterator[tuple[Item, str]]:
    """Enter everything there is for each item; yield each with what the shared view shows."""
    items = interview.session.items
    for position, item in enumerate(items):
        interview.session.go(position)
        enter_everything(interview, item)
    interview.session.go(0)
    shown = interview.look(["v"], *[["n"]] * (len(items) - 1), size=size)
    yield from zip(items, shown, strict=True)


def enter_everything(interview: Interview, item: Item) -> None:
    """Mark all points and red flags, and write."""
    for point in item.every_point:
        interview.session.mark(point.id, Mark.PARTLY)
    for position in range(len(item.red_flags)):
        interview.session.see_red_flag(position, seen=True)
    interview.session.write_note("cannotwait")
    interview.session.write_said(" ".join(point.text for point in item.points))


def check(interview: Interview, size: tuple[int, int]) -> None:
    """Fail where the shared view of any item shows what it must not."""
    for item, shown in walk(interview, size):
        assert " ".join(item.prompt.split()[:3]) in shown
        assert leaked(item, shown, allowed(interview, item)) == []
        assert "cannotwait" not in shown
        assert "partly" not in shown


def allowed(interview: Interview, item: Item) -> str:
    """Return what a candidate may see of an item."""
    return f"{item.title} {item.prompt} {code_of(interview, item)}"


def code_of(interview: Interview, item: Item) -> str:
    """Return the text of the code that an item shows."""
    return "\n".join(find_excerpt(reference, interview.service).text for reference in item.code)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_sample(interview: Interview, size: tuple[int, int]) -> None:
    """No point, correction, follow-up, red flag, note or mark of the sample bank is in the shared view."""
    check(interview, size)


def test_the_measure_finds_what_is_there(interview: Interview) -> None:
    """What is looked for in vain above is found in the interviewer's own view."""
    item = interview.session.item
    enter_everything(interview, item)
    assert set(leaked(item, interview.press(), allowed(interview, item))) >= {point.text for point in item.points}


def test_every_question(begin_interview: Callable[..., Interview]) -> None:
    """The same holds for every item of the bank itself."""
    content = find_content()
    check(begin_interview(read_bank(content.questions), content.service), (120, 40))


def test_goes_through_the_questions(interview: Interview) -> None:
    """Next and back work in the shared view, and the interviewer's screen then shows where one is."""
    second, stays, own = interview.look(["v", "n"], ["n", "n", "n"], ["v"])
    assert "What speaks for" in second
    assert "Which stages" in stays
    assert "4 of 4  q4 Pipelines" in own


def test_note_stays_with_its_question(interview: Interview) -> None:
    """A note written before sharing belongs to its question, wherever sharing led."""
    interview.press("w", "A", "escape", "v", "n", "v", "w", "B")
    assert (interview.sheet("q1").note, interview.sheet("q2").note) == ("A", "B")


def test_keys_of_the_interviewer_do_nothing(interview: Interview) -> None:
    """Nothing of the interviewer's opens by a slip of a finger."""
    shown = interview.press("v", "g", "e", "c", "w", "u", "t")
    assert "How does" in shown
    assert "Questions to" not in shown
    assert "Scorecard" not in shown
    assert interview.sheet("q1").marks == {}
