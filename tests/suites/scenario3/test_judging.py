"""What fates of tasks say, as a table."""

from __future__ import annotations

import pytest

from checker.kit.expect import Refuted
from checker.suites.scenario3.bench import Fate, message, names
from checker.suites.scenario3.judging import expect_none_lost, expect_none_twice, lost, repeated, strangers

ONCE = Fate("completed", 1)


@pytest.mark.parametrize(
    ("fate", "is_lost", "is_repeated"),
    [
        (ONCE, False, False),
        (Fate("completed", 0), True, False),
        (Fate("completed", 2), False, True),
        (Fate("processing", 0), True, False),
        (Fate("processing", 2), True, True),
        (Fate("failed", 0), True, False),
        (Fate(None, 0), True, False),
    ],
)
def test_a_task_is_lost_or_repeated(fate: Fate, *, is_lost: bool, is_repeated: bool) -> None:
    """Lost: not completed, or not noted. Repeated: noted more than once. Both is possible."""
    fates = {1: ONCE, 2: fate}
    assert lost(fates) == ({2: fate} if is_lost else {})
    assert repeated(fates) == ({2: fate} if is_repeated else {})


def test_what_is_wrong_is_told_by_what_was_done() -> None:
    """The message names the task, what was done to it, and what became of it; what is well is not named."""
    with pytest.raises(Refuted, match=r"task 2 \(killed\): processing, 0 rows") as found:
        expect_none_lost({1: ONCE, 2: Fate("processing", 0)}, {"waiting": 1, "killed": 2}, "a crash")
    assert "task 1" not in found.value.seen
    with pytest.raises(Refuted, match=r"task 2 \(a task\): completed, 3 rows"):
        expect_none_twice({2: Fate("completed", 3)}, {}, "a crash")


def test_dead_letters_that_are_no_poison_are_found() -> None:
    """By their bodies, each time they come."""
    assert strangers(["a", "b", "b"], ["a"]) == ["b", "b"]


@pytest.mark.parametrize("body", ["no JSON", "[7]", '{"task_id": "7"}', "{}"])
def test_a_message_names_its_task(body: str) -> None:
    """Exactly by its id; what cannot be read names none."""
    assert names(message(7), 7)
    assert not names(message(8), 7)
    assert not names(body, 7)
