"""Suggestions: what an answer seems to cover, shown with its words, wary of what only looks like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.content import find_content
from quiz.bank import Item, read_bank
from quiz.suggest import Suggestion, suggest

POINTS = {
    "visible": ("A message stays invisible for the visibility timeout", ("visibility timeout", "invisible")),
    "back": ("It comes back to the queue where nobody deleted it", ("back to the queue", "reappears")),
    "dead": ("After the last try it goes to a dead-letter queue", ("dead letter queue", "DLQ")),
    "safe": ("Operations should be idempotent", ("idempotent", "idempotency", "processed twice")),
    "buffer": ("The queue evens out traffic spikes", ("buffer", "spikes", "load levelling")),
    "stays": ("Nothing is lost", ("not gone",)),
    "shared": ("A retry of the message", ("message", "retry")),
    "other": ("Any message at all", ("message",)),
}
ITEM = Item.model_validate(
    {
        "id": "q1",
        "kind": "question",
        "title": "A message",
        "prompt": "What happens to it?",
        "minutes": 5,
        "groups": [
            {
                "points": [
                    {"id": identifier, "text": text, "level": "mid", "keywords": keywords}
                    for identifier, (text, keywords) in POINTS.items()
                ]
            }
        ],
    }
)


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ("", ""),
        ("I have no idea.", ""),
        ("The visibility timeout runs out.", "visible"),
        ("its time-out of visibility", "visible"),
        ("Once visible, a timeout in the client hits.", ""),  # the words of a keyword, apart
        ("It is visible. A timeout follows.", ""),  # in two sentences
        ("The DLQ!", "dead"),
        ("a dead-letter queue", "dead"),
        ("it lands in the deadletter queue", "dead"),
        ("it goes back onto its queue", "back"),
        ("handlers ought to be idempotant", "safe"),
        ("a message was processed twice", "safe"),
        ("messages, messages, messages", ""),  # a keyword that points share says too little by itself
        ("the message gets a retry", "shared"),
        ("spiky", ""),
        ("The traffic spikes are evened out by the queue", "buffer"),
        ("Operations that should stay the same", ""),
        ("it is not really gone", "stays"),
        ("gone, but not for us", ""),  # the negation is of another clause
    ],
)
def test_an_answer_suggests_what_it_says(said: str, points: str) -> None:
    """A keyword in any form suggests its point; near misses and words in passing do not."""
    assert list(suggest(ITEM, said)) == points.split()


def test_a_suggestion_shows_the_words_as_they_were_said() -> None:
    """The matching words are cut out of the answer, with their places, longer ones instead of their parts."""
    said = "First the Visibility-Timeout, i.e. it's INVISIBLE; later invisible again."
    assert suggest(ITEM, said)["visible"] == Suggestion(
        "visible",
        ("Visibility-Timeout", "INVISIBLE", "invisible"),
        ((10, 28), (40, 49), (57, 66)),
        negated=False,
    )


def test_without_a_keyword_most_of_a_point_has_to_be_said() -> None:
    """A sentence with most of a point's own words suggests it; some of them, or over several sentences, do not."""
    assert list(suggest(ITEM, "When nobody has deleted it, it just comes there again, to that queue")) == ["back"]
    assert not suggest(ITEM, "Nobody knows. It was deleted. Something comes.")


@pytest.mark.parametrize(
    ("said", "negated"),
    [
        ("It isn't idempotent", True),
        ("there is no need for idempotency", True),
        ("we never processed it twice", True),
        ("it is not idempotent, so make it idempotent", False),  # said both ways: the affirmed one shows
        ("not only idempotent", False),
    ],
)
def test_what_is_denied_is_marked(said: str, negated: bool) -> None:
    """A negated match is suggested with a mark, unless it is affirmed elsewhere."""
    suggestion = suggest(ITEM, said)["safe"]
    assert suggestion.negated is negated
    assert negated or len(suggestion.words) == 1


def test_follow_ups_are_suggested_too() -> None:
    """The points of a follow-up are looked for like the question's own."""
    further = {
        "id": "next",
        "prompt": "And then?",
        "points": [{"id": "alarm", "text": "An alarm", "level": "mid", "keywords": ["alarm"]}],
    }
    item = Item.model_validate({**ITEM.model_dump(), "follow_ups": [further]})
    assert list(suggest(item, "an alarm rings")) == ["alarm"]


ANSWERS = {
    "q1 well": """\
So the difference is that an async def handler is a coroutine that runs directly on the event loop, while a plain def
is executed in a threadpool by Starlette, so it does not block the event loop. I'd use async def when I have an async
library, for example httpx or asyncpg, because then while it waits for the network other requests can be served
concurrently. If I only have a synchronous library such as psycopg2, then I'd stick to plain def. For CPU heavy stuff
neither really helps because of the GIL, I'd put it into a process pool or a worker.""",
    "q1 badly": """\
async is faster, I always use it. def is for when you don't need to wait.""",
    "q3 well": """\
get_db is a generator. It yields the session to the route and then after the response the finally block runs and
closes the session, no matter whether there was an exception. So every request gets its own session, and connections
go back to the pool and don't leak. FastAPI takes care of calling it since it's a dependency with Depends.""",
    "q3 badly": """\
It opens the database and returns it. You'd call get_db in each route. I think SQLAlchemy handles closing
automatically.""",
    "q7 well": """\
The main thing is that the API and the worker are decoupled: the API just puts a message on the queue and responds
immediately, so the work is asynchronous. If there's a burst of requests, the queue buffers them and the workers catch
up later. If a worker fails the message becomes visible again and gets retried, so nothing is lost because SQS stores
messages redundantly. And we can scale out by adding more consumers.""",
    "q7 badly": """\
It's a list of tasks, like a database but in AWS. We don't need it really, one could call the lambda directly. No
decoupling needed in a small system.""",
    "q9 well": """\
When Lambda picks up the message it's hidden for the visibility timeout. If the function crashes it doesn't delete the
message, so once the timeout expires it shows up in the queue again and another invocation tries. After
maxReceiveCount attempts it's moved to the dead letter queue if there is a redrive policy. Because it can be delivered
more than once the handler has to be idempotent, and we have the status column in the database to see where the task
stands. There is no exponential backoff by default in SQS.""",
    "q9 badly": """\
The message is lost I guess. AWS restarts the lambda.""",
}


@pytest.mark.parametrize(
    ("answer", "points", "negated"),
    [
        ("q1 well", "def-blocks async-concurrent async-for-io def-for-cpu", ""),
        ("q1 badly", "", ""),
        ("q3 well", "generator per-request finally no-leaks lifecycle", ""),
        ("q3 badly", "", ""),
        ("q7 well", "decouples asynchronous buffering retries consumers persistent", ""),
        ("q7 badly", "decouples", "decouples"),
        ("q9 well", "visibility returns backoff to-dlq idempotency status-tracking", "backoff"),
        ("q9 badly", "", ""),
    ],
)
def test_answers_as_people_give_them(answer: str, points: str, negated: str) -> None:
    """A good answer to a question of the bank suggests its points, a bad one none, and what is denied is marked."""
    item = read_bank(find_content().questions).item(answer.split(maxsplit=1)[0])
    found = suggest(item, ANSWERS[answer])
    assert [point.id for point in item.points if point.id in found] == points.split()
    assert [point.id for point in item.points if point.id in found and found[point.id].negated] == negated.split()


SMALL_TALK = """Thanks for having me. I have been working as a backend developer for about four years, mostly in Python,
at a company that makes software for hospitals. We had a small team, I wrote a lot of code and tests, and I was on call
every other week. I like to keep things simple. Let me think about that for a moment. I am not sure I understand the
question, could you repeat it please? In my last project we had a service with an API and a database, and it worked fine
most of the time. I would look it up in the documentation and ask a colleague. It depends on the requirements, there is
always a trade-off."""


def test_small_talk_suggests_hardly_anything() -> None:
    """Talk in the words of the trade suggests at most one in fifty of all the bank's points."""
    items = read_bank(find_content().questions).items.values()
    suggested = sum(len(suggest(item, SMALL_TALK)) for item in items)
    assert suggested <= sum(len(item.every_point) for item in items) / 50


@given(st.text(), st.sampled_from([" visibility timeout ", ".", " not ", ""]), st.text())
def test_any_text_gets_suggestions_that_stand_in_it(before: str, middle: str, after: str) -> None:
    """Whatever was pasted, every suggestion's words are the answer's at the places it names."""
    said = before + middle + after
    for suggestion in suggest(ITEM, said).values():
        assert suggestion.words == tuple(dict.fromkeys(said[start:end] for start, end in suggestion.spans))
        assert suggestion.words


def test_a_long_answer_is_quick() -> None:
    """Half an hour of talking is looked through while the interviewer waits for a key, so to speak."""
    said = "the message that was processed twice waits behind a visibility timeout of the queue " * 200
    started = time.monotonic()
    assert suggest(ITEM, said)
    assert time.monotonic() - started < 3
