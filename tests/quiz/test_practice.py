"""Practice on real records: what is asked, what an answer changes, and that all of it is kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from quiz.bank import read_bank
from quiz.practice import Card, Practice, Review
from quiz.schedule import DAY, day_start
from quiz.session import Mark
from records.database import open_records
from records.practice import PracticeRecords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from quiz.bank import Bank
    from quiz.practice import PracticeStore, Round
    from tests.quiz.conftest import Clock

C, P, M = Mark.COVERED, Mark.PARTLY, Mark.MISSED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PracticeRecords]:
    """Return a store over a file of SQLite."""
    with open_records(f"sqlite:///{tmp_path / 'records.sqlite3'}") as records:
        yield PracticeRecords(records)


@pytest.fixture
def practise(bank: Bank, store: PracticeStore, clock: Clock) -> Callable[..., Practice]:
    """Return a way to begin a practice over the store, as a new process does."""

    def begin(interview: float | None = None, bank: Bank = bank) -> Practice:
        return Practice(bank, store, interview, clock)

    return begin


def names(rounds: list[Round]) -> list[str]:
    """Return the questions of rounds."""
    return [one.item.id for one in rounds]


def all_marks(one: Round, mark: Mark) -> dict[str, Mark]:
    """Return a mark for each point of a question's own."""
    return {point.id: mark for point in one.parts[0].points}


def test_everything_is_new_at_first(practise: Callable[..., Practice], bank: Bank) -> None:
    """Nothing is due, nothing can be early, and each question has its parts."""
    practice = practise()
    rounds = practice.new_rounds(bank.items.values())
    assert names(rounds) == ["q1", "q2", "q3", "q4"]
    assert [len(one.parts) for one in rounds] == [2, 2, 1, 1]
    assert practice.due_rounds(bank.items.values()) == practice.early_rounds(bank.items.values()) == []


def test_what_was_known_gives_the_question_alone_a_card(practise: Callable[..., Practice], bank: Bank) -> None:
    """A cluster that is known well is not scheduled for itself."""
    practice = practise()
    first = practice.new_rounds(bank.items.values())[0]
    assert [card.id for card in practice.rate(first.parts[0], all_marks(first, C))] == ["q1"]
    assert practice.rate(first.parts[1], {"leak": C, "collector": C}) == []
    assert names(practise().new_rounds(bank.items.values())) == ["q2", "q3", "q4"]
    assert names(practise().early_rounds(bank.items.values())) == ["q1"]


def test_a_missed_cluster_gets_a_card_of_its_own(practise: Callable[..., Practice], bank: Bank) -> None:
    """The clusters of missed points are scheduled beside the question, the others are not."""
    practice = practise()
    second = practice.new_rounds(bank.items.values())[1]
    changed = practice.rate(second.parts[0], {"types": C, "injection": C, "hidden": M})
    assert sorted(card.id for card in changed) == ["q2", "q2/against-it-senior"]
    (further,) = practice.rate(second.parts[1], {"reports": P})
    assert further.id == "q2/when"


def test_weak_clusters_come_again_without_the_question(
    practise: Callable[..., Practice], bank: Bank, clock: Clock
) -> None:
    """The next day only what was missed is due; rating it leaves the question's own card as it was."""
    practice = practise()
    second = practice.new_rounds(bank.items.values())[1]
    practice.rate(second.parts[0], {"types": C, "injection": C, "hidden": C})
    practice.rate(second.parts[1], {"reports": M})
    before = practice.cards["q2"]
    clock.now += DAY
    (due,) = practise().due_rounds(bank.items.values())
    assert due.item.id == "q2"
    assert [[point.id for point in part.points] for part in due.parts] == [["reports"]]
    again = practise()
    (changed,) = again.rate(due.parts[0], {"reports": C}, "by hand", 12.5)
    assert changed.id == "q2/when"
    assert changed.due > clock.now
    assert again.cards["q2"] == before
    assert again.reviews()[-1] == Review("q2", clock.now, {"reports": C}, {"q2/when": 3}, "by hand", 12.5)


def test_a_whole_question_is_asked_when_its_card_is_due(
    practise: Callable[..., Practice], bank: Bank, clock: Clock
) -> None:
    """With the question's own card due all parts are asked, and cards of clusters are rated along with it."""
    practice = practise()
    first = practice.new_rounds(bank.items.values())[0]
    practice.rate(first.parts[0], {"generator": C, "finally": M, "connection": M})
    clock.now += 3 * DAY
    practice = practise()
    (due,) = practice.due_rounds(bank.items.values())
    assert due.parts == first.parts
    changed = practice.rate(due.parts[0], all_marks(due, C))
    assert sorted(card.id for card in changed) == ["q1", "q1/mid"]


def test_what_is_due_today_is_due_at_any_hour(practise: Callable[..., Practice], bank: Bank, clock: Clock) -> None:
    """What was missed in the evening is due the next morning; the longest due comes first."""
    clock.now = day_start(dt.date(2027, 1, 15)) + 0.9 * DAY
    practice = practise()
    rounds = practice.new_rounds(bank.items.values())
    practice.rate(rounds[2].parts[0], {})
    clock.now += 1.0
    practice.rate(rounds[0].parts[0], {})
    assert practice.due_rounds(bank.items.values()) == []
    clock.now += 0.5 * DAY
    assert names(practice.due_rounds(bank.items.values())) == ["q3", "q1"]


def test_an_interview_ahead_makes_things_due_earlier(
    practise: Callable[..., Practice], bank: Bank, clock: Clock
) -> None:
    """A date that is set later shortens what is scheduled already, and one that is taken away gives it back."""
    practice = practise()
    first = practice.new_rounds(bank.items.values())[0]
    for _ in range(3):
        practice.rate(first.parts[0], all_marks(first, C))
        clock.now = practice.cards["q1"].due
    practice.rate(first.parts[0], all_marks(first, C))
    far, interview = practice.cards["q1"].due, clock.now + 6 * DAY
    assert far > interview
    clock.now += 3 * DAY
    assert names(practise(interview).due_rounds(bank.items.values())) == ["q1"]
    assert practise().due_rounds(bank.items.values()) == []


def test_marks_of_other_points_are_not_kept(practise: Callable[..., Practice], bank: Bank) -> None:
    """Only the points that were asked have marks, whatever a face hands in."""
    practice = practise()
    practice.rate(practice.new_rounds(bank.items.values())[0].parts[1], {"leak": C, "generator": C})
    assert practice.reviews()[0].marks == {"leak": C}


def test_cards_of_a_bank_that_has_changed_are_left_alone(
    practise: Callable[..., Practice], store: PracticeStore, bank: Bank, clock: Clock
) -> None:
    """A card whose cluster is gone is never due, and stays in the records."""
    store.save(Review("q9", clock.now, {}, {}), [Card("q9/old", "q9", 0.0), Card("q1/renamed", "q1", 0.0)])
    assert practise().due_rounds(bank.items.values()) == []
    assert [card.id for card in store.cards()] == ["q1/renamed", "q9/old"]


def test_the_least_certain_comes_first_ahead_of_time(
    practise: Callable[..., Practice], bank: Bank, clock: Clock
) -> None:
    """Who practises a section ahead of time begins with what is likeliest forgotten."""
    practice = practise()
    rounds = practice.new_rounds(bank.items.values())
    practice.rate(rounds[3].parts[0], all_marks(rounds[3], C))
    practice.rate(rounds[1].parts[0], all_marks(rounds[1], C))
    clock.now = practice.cards["q4"].due
    practice.rate(rounds[3].parts[0], all_marks(rounds[3], C))
    clock.now += DAY
    practice.rate(rounds[1].parts[0], all_marks(rounds[1], C))
    assert names(practice.early_rounds(bank.items.values())) == ["q4", "q2"]


def test_the_real_bank_can_be_practised_to_its_end(store: PracticeStore, clock: Clock) -> None:
    """Every question and follow-up can be missed, and comes again."""
    from checker.content import find_content

    whole = read_bank(find_content().questions)
    practice = Practice(whole, store, None, clock)
    for one in practice.new_rounds(whole.items.values()):
        for part in one.parts:
            practice.rate(part, {})
    clock.now += DAY
    assert len(practice.due_rounds(whole.items.values())) == len(whole.items)
    assert len(practice.cards) > 100
