"""Which questions an interview asks: names, budgets, levels, and what cannot be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.errors import UsageError
from quiz.bank import Bank, Level
from quiz.selection import Wish, make_plan
from quiz.session import Plan

if TYPE_CHECKING:
    from typing import Any

LEVELS = {"j": "junior", "m": "mid", "s": "senior"}


def item(identifier: str, minutes: float, levels: str = "m") -> dict[str, Any]:
    """Return a question with a point for each letter of `levels`."""
    points = [
        {"id": f"p{place}", "text": "One thing", "level": LEVELS[letter], "keywords": ["thing"]}
        for place, letter in enumerate(levels)
    ]
    base = {"id": identifier, "kind": "question", "title": identifier, "prompt": "What?", "minutes": minutes}
    return {**base, "groups": [{"points": points}]}


def make_bank(*sections: tuple[str, int | None, list[dict[str, Any]]]) -> Bank:
    """Return a bank of sections: id, minutes, questions."""
    return Bank.model_validate(
        {
            "schema_version": 1,
            "sections": [
                {"id": identifier, "title": identifier, "minutes": minutes, "items": items}
                for identifier, minutes, items in sections
            ],
            "levels": [
                {"level": level, "years": "some", "criteria": [{"id": "one", "text": "One"}]}
                for level in LEVELS.values()
            ],
            "rule": {"text": "Half.", "shares": dict.fromkeys(LEVELS.values(), 0.5), "least_points": 1},
            "resources": [],
        }
    )


WIDE = make_bank(
    ("section1", 30, [item("q1", 10, "jj"), item("q2", 10, "mm"), item("q3", 10, "ss")]),
    ("section2", 20, [item("q4", 10, "jm"), item("q5", 10, "jm")]),
    ("section3", 10, [item("q6", 30, "s"), item("q7", 5, "m")]),
    ("bonus", None, [item("q8", 5), item("q9", 5)]),
)


@pytest.mark.parametrize(
    ("wish", "items"),
    [
        (Wish(), "q1 q2 q3 q4 q5 q6 q7"),  # the whole interview, without the bonus
        (Wish(level="senior"), "q1 q2 q3 q4 q5 q6 q7"),  # a level alone picks nothing
        (Wish(sections="2"), "q4 q5"),
        (Wish(sections="3, 1"), "q6 q7 q1 q2 q3"),  # in the order they are named
        (Wish(sections="section2,2 2"), "q4 q5"),  # once, however often and however it is named
        (Wish(sections="bonus"), "q8 q9"),
        (Wish(questions="q7,q1"), "q7 q1"),
        (Wish(questions="Q7 1,q7"), "q7 q1"),
        (Wish(questions="q9"), "q9"),
    ],
)
def test_what_is_named_is_asked(wish: Wish, items: str) -> None:
    """Sections and questions are asked as they are named, and everything but the bonus if nothing is."""
    assert make_plan(WIDE, wish).items == tuple(items.split())


@pytest.mark.parametrize(
    ("wish", "items", "left_out"),
    [
        (Wish(minutes=60), "q1 q2 q3 q4 q5 q7", "q6 q8 q9"),  # q6 alone takes half: it is over its section's share
        (Wish(minutes=25), "q1 q4 q7", "q2 q3 q5 q6 q8 q9"),  # one of each
        (Wish(minutes=25, level="mid"), "q2 q4 q7", "q1 q3 q5 q6 q8 q9"),
        (Wish(minutes=25, level="senior"), "q3 q4 q7", "q1 q2 q5 q6 q8 q9"),  # q6 does not fit beside the others
        (Wish(minutes=85), "q1 q2 q3 q4 q5 q6 q7", "q8 q9"),
        (Wish(minutes=90), "q1 q2 q3 q4 q5 q6 q7 q8", "q9"),  # the bonus when there is time left
        (Wish(minutes=500), "q1 q2 q3 q4 q5 q6 q7 q8 q9", ""),
        (Wish(minutes=5), "q7", "q1 q2 q3 q4 q5 q6 q8 q9"),
        (Wish(minutes=20, sections="1"), "q1 q2", "q3"),  # within the sections that are named
        (Wish(minutes=20, sections="2,bonus"), "q4 q5", "q8 q9"),
        (Wish(minutes=5, sections="bonus"), "q8", "q9"),
    ],
)
def test_a_budget_picks_from_all_sections_and_says_what_it_left_out(wish: Wish, items: str, left_out: str) -> None:
    """Sections come by their share of the minutes, questions by the level, the bonus last."""
    level = Level(wish.level) if wish.level else None
    assert make_plan(WIDE, wish) == Plan(tuple(items.split()), level, wish.minutes, tuple(left_out.split()))


@pytest.mark.parametrize(
    ("wish", "message", "next_step"),
    [
        (Wish(level="expert"), "there is no level 'expert', there are junior, mid, senior", "--level mid"),
        (Wish(sections="9"), "there is no section '9', there are 1, 2, 3, bonus", "quiz --list"),
        (Wish(sections="0"), "there is no section '0'", "quiz --list"),
        (Wish(sections="4"), "there is no section '4'", "quiz --list"),  # the bonus part has no number
        (Wish(sections=" ,"), "no sections are named", "--sections 1,3,5"),
        (Wish(questions=""), "no questions are named", "--questions q1,q7"),
        (Wish(questions="q1,q99"), "there is no question 'q99'", "quiz --list"),
        (Wish(minutes=4.5), "no question fits into 4.5 minutes, the shortest takes 5", "--minutes 60"),
        (Wish(minutes=-10), "no question fits into -10 minutes", "--minutes 60"),
        (Wish(minutes=0), "no question fits into 0 minutes", "--minutes 60"),
        (Wish(minutes=float("nan")), "no question fits into nan minutes", "--minutes 60"),
        (Wish(minutes=float("inf")), "no question fits into inf minutes", "--minutes 60"),
        (Wish(questions="q1", minutes=10), "--questions names every question", "quiz --questions q1"),
        (Wish(questions="q1", sections="1"), "--questions names every question", "quiz --questions q1"),
    ],
)
def test_what_cannot_be_met_says_what_to_type(wish: Wish, message: str, next_step: str) -> None:
    """A wrong value is a usage error that names what there is, and a call that works."""
    with pytest.raises(UsageError) as caught:
        make_plan(WIDE, wish)
    assert caught.value.message.startswith(message)
    assert (caught.value.next_step or "").endswith(next_step)


BANKS = st.lists(
    st.tuples(
        st.integers(1, 60),
        st.lists(st.tuples(st.integers(1, 40), st.text("jms", min_size=1, max_size=4)), min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=6,
).map(
    lambda sections: make_bank(
        *(
            (f"s{place}", minutes, [item(f"i{place}-{at}", *one) for at, one in enumerate(items)])
            for place, (minutes, items) in enumerate(sections)
        )
    )
)


@given(bank=BANKS, minutes=st.integers(1, 300), level=st.sampled_from([None, *Level]))
def test_any_budget_is_kept_and_used(bank: Bank, minutes: int, level: Level | None) -> None:
    """Whatever the bank: the plan fits, nothing that fits is left, nothing is lost, and it is the same every time."""
    wish = Wish(level=level, minutes=minutes)
    if minutes < min(one.minutes for one in bank.items.values()):
        with pytest.raises(UsageError):
            make_plan(bank, wish)
        return
    plan = make_plan(bank, wish)
    spare = minutes - sum(bank.item(one).minutes for one in plan.items)
    assert spare >= 0
    assert all(bank.item(one).minutes > spare for one in plan.left_out)
    assert sorted(plan.items + plan.left_out) == sorted(bank.items)
    assert [one for one in bank.items if one in plan.items] == list(plan.items)
    assert make_plan(bank, wish) == plan
