"""How observations of task4's trial are judged, and told from one another."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from checker.kit.expect import NotRun, Refuted
from checker.kit.http import Reply
from checker.kit.keyspace import Key
from checker.kit.prometheus import Exposition
from checker.suites.task4.bench import Reading, Source, guesses, named, numbers, title_of
from checker.suites.task4.changes import Aftermath, in_list, shows
from checker.suites.task4.counting import Count, difference
from checker.suites.task4.entries import UNREADABLE, half, scrambled, typed
from checker.suites.task4.judging import (
    described,
    due_answer,
    expect_change_shown,
    expect_counts,
    expect_fresh,
    is_task_of,
)
from checker.suites.task4.phase import Phase, phase
from checker.suites.task4.serving import Fresh
from checker.suites.task4.stage import address, moved, without_login
from checker.suites.task4.subject import Subject
from checker.suites.task4.worker import Invocation, names

TASK = {"id": 7, "title": "a", "description": None, "status": "pending"}


def reply(body: Any, status: int | None = 200, *, started: float = 2.0) -> Reply:
    """Return an answer, to a request that started then."""
    return Reply("curl -i …", status, {}, json.dumps(body).encode(), started, started + 0.01)


@pytest.mark.parametrize(
    ("answer", "state", "right"),
    [
        (reply(TASK), {"title": "a"}, True),
        (reply(TASK), {"title": "a", "status": "completed"}, False),
        (reply({}), {"title": "a"}, False),
        (reply([TASK]), {"title": "a"}, False),
        (reply(TASK, 500), {"title": "a"}, False),
        (reply({"detail": "-"}, 404), None, True),
        (reply(TASK), None, False),
        (Reply("curl", None, {}, b"", 0, 1, "no answer"), None, False),
        (Reply("curl", 200, {}, b"<html>", 0, 1), {"title": "a"}, False),
    ],
)
def test_a_reply_shows_a_state_or_not(answer: Reply, state: dict[str, Any] | None, right: bool) -> None:
    """None is a task that is gone; whatever is no task shows nothing."""
    assert shows(answer, state) is right


@pytest.mark.parametrize("body", [[{"id": 3}, TASK], {"items": [TASK], "total": 1}])
def test_a_task_is_found_in_either_list(body: Any) -> None:
    """An array, or an object with items."""
    assert in_list(reply(body), Subject(7, "a", "a")) == TASK
    assert in_list(reply(body), Subject(8, "a", "a")) is None


@pytest.mark.parametrize("body", [{"data": []}, "none", {"items": None}])
def test_what_is_no_list_is_refuted(body: Any) -> None:
    """So is a list that answers with an error."""
    with pytest.raises(Refuted, match="a list of tasks"):
        in_list(reply(body), Subject(7, "a", "a"))


def aftermath(**fields: Any) -> Aftermath:
    """Return what followed on a PUT that was answered."""
    body = json.dumps({**TASK, "title": fields.get("title", "new")}).encode()
    made = Aftermath("PUT", {"title": "new"})
    made.done(Reply("curl -X PUT …", fields.get("status", 200), {}, body, 0.0, 1.0))
    return made


def test_a_change_that_every_get_shows_passes() -> None:
    """Any number of them."""
    one = aftermath()
    one.gets += [(0.01, reply({**TASK, "title": "new"})), (0.1, reply({**TASK, "title": "new"}))]
    expect_change_shown(one, "at all")


def test_a_get_that_shows_the_old_task_is_refuted() -> None:
    """With what it showed, how late, and both requests to repeat."""
    one = aftermath()
    one.gets += [(0.01, reply({**TASK, "title": "new"})), (0.1, reply(TASK))]
    with pytest.raises(Refuted) as refuted:
        expect_change_shown(one, "at all")
    assert "a task with title 'new' from a GET that starts after PUT is done, at all" in refuted.value.expected
    assert refuted.value.seen.startswith("100 ms after: 200")
    assert refuted.value.repeat == "curl -X PUT …\ncurl -i …"


@pytest.mark.parametrize("answered", [{"status": 500}, {"title": "a"}])
def test_a_change_that_failed_is_refuted(answered: dict[str, Any]) -> None:
    """So is a PUT that answers with the task as it was."""
    with pytest.raises(Refuted, match="200 from PUT and a task with title 'new' in its answer, at all"):
        expect_change_shown(aftermath(**answered), "at all")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (Aftermath("DELETE", None), "204 from DELETE"),
        (Aftermath("the worker", {"status": "completed"}), "the worker's handler to succeed"),
    ],
)
def test_every_change_has_an_answer_that_tells_of_it(made: Aftermath, expected: str) -> None:
    """Each of its own kind."""
    assert due_answer(made).startswith(expected)


@pytest.mark.parametrize(
    ("shown", "right"),
    [
        ({"created_at": "2026-01-02T03:04:05+00:00"}, True),
        ({"created_at": "2026-01-02T03:04:05Z"}, True),
        ({"created_at": "2026-01-02T05:04:05+02:00"}, True),
        ({"created_at": "2026-01-02T03:04:05"}, False),
        ({"created_at": "2026-01-02T03:04:05.000001Z"}, False),
        ({"created_at": 1767323045}, False),
        ({"description": ""}, False),
        ({"id": "7"}, False),
    ],
)
def test_a_copy_shows_the_columns_of_its_row(shown: dict[str, Any], right: bool) -> None:
    """A time in any spelling that names the instant, all else as it is."""
    columns = {"id": 7, "description": None, "created_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}
    answer = reply({**TASK, "created_at": "2026-01-02T03:04:05Z", **shown})
    assert is_task_of(answer, columns) is right


@pytest.mark.parametrize(("outcome", "happened"), [("succeeded", True), ("failed", False), ("did not end", False)])
def test_the_worker_has_made_its_change_when_its_invocation_succeeded(outcome: str, happened: bool) -> None:
    """A handler that raises has not returned."""
    one = Aftermath("the worker", {"status": "completed"})
    one.done(Invocation(outcome, 1.0))
    assert one.happened is happened
    assert outcome in one.answer


@pytest.mark.parametrize(
    ("ttl_ms", "age_ms", "right"),
    [
        (300_000, 0, True),
        (300_001, 0, False),
        (289_900, 150, True),
        (289_900, 50, False),
        (-1, 50, False),
        (100_000, 50, False),
    ],
)
def test_a_fresh_key_lives_for_290_to_300_seconds(ttl_ms: int, age_ms: float, right: bool) -> None:
    """Less the time that may have passed since it was written."""
    fresh = Fresh(Key(b"task:7", "string", ttl_ms, (b"",)), age_ms)
    if right:
        expect_fresh(fresh, "a GET")
    else:
        with pytest.raises(Refuted, match="290 to 300 s"):
            expect_fresh(fresh, "a GET")


def test_an_action_need_not_write_a_key() -> None:
    """Then its time to live is nobody's concern."""
    expect_fresh(None, "PUT")


def test_what_was_counted_is_the_difference_of_two_pages() -> None:
    """A counter that was not there before began at 0."""
    before = Exposition({"task_cache_hits_total": 3.0}, {})
    after = Exposition({"task_cache_hits_total": 5.0, "task_cache_misses_total": 1.0}, {})
    assert difference([Source.COPY], before, after) == Count([Source.COPY], 2.0, 1.0)


@pytest.mark.parametrize("counted", [(1.0, 0.0), (0.0, 2.0), (float("nan"), 1.0)])
def test_another_count_is_refuted(counted: tuple[float, float]) -> None:
    """Too many, of the wrong kind, or no number."""
    expect_counts(Count([Source.TABLE], 0.0, 1.0), 0, 1, "one GET")
    with pytest.raises(Refuted, match="one GET to count as 0"):
        expect_counts(Count([Source.TABLE], *counted), 0, 1, "one GET")


@pytest.mark.parametrize(
    ("name", "found"),
    [(b"task:12", True), (b"task:12:v3", True), (b"t12x", True), (b"task:112", False), (b"task:120", False)],
)
def test_an_id_is_found_in_a_name(name: bytes, found: bool) -> None:
    """But not as a part of another number."""
    assert bool(numbers(12).search(name)) is found


@pytest.mark.parametrize(
    ("name", "others"),
    [
        (b"task:1", [b"task:12"]),
        (b"v1:task:1", [b"v12:task:12", b"v12:task:1", b"v1:task:12"]),
        (b"tasks", []),
    ],
)
def test_the_name_of_a_key_tells_what_those_of_others_may_be(name: bytes, others: list[bytes]) -> None:
    """A number that is the id may be a version as well."""
    assert [named(parts, 12) for parts in guesses(name, 1)] == others


@pytest.mark.parametrize(
    ("answer", "title"), [(reply(TASK), "a"), (reply(TASK, 201), ""), (reply({}), ""), (reply("x"), "")]
)
def test_the_title_of_what_is_no_task_is_empty(answer: Reply, title: str) -> None:
    """So that it is never taken for one that is known."""
    assert title_of(answer) == title


@pytest.mark.parametrize("kind", UNREADABLE)
def test_every_way_to_spoil_an_entry_writes_that_key(kind: str) -> None:
    """Whether a string or a hash stood there."""
    for key in (Key(b"k", "string", 1, (b'{"id": 1, "title": "a"}',)), Key(b"k", "hash", 1, (b"id", b"1", b"b", b"2"))):
        commands = UNREADABLE[kind](key)
        assert commands
        assert all(words[1] == b"k" for words in commands)


def test_a_command_can_be_typed() -> None:
    """Bytes are shown, spaces quoted, long words cut."""
    assert typed(("SET", b"task:7", b"\xff{}")) == r"redis-cli SET task:7 '\xff{}'"
    assert typed(("SET", "k", "1" * 100)) == f"redis-cli SET k '{'1' * 60}…'"


def test_half_of_an_entry_is_less_than_it() -> None:
    """A string loses its end, a hash every second field."""
    assert half(Key(b"k", "string", 1, (b"abcdef",))) == [("SET", b"k", b"abc")]
    fields = (b"a", b"1", b"b", b"2", b"c", b"3")
    assert half(Key(b"k", "hash", 1, fields)) == [("HSET", b"k", b"a", b"1"), ("HSET", b"k", b"c", b"3")]
    assert half(Key(b"k", "hash", 1, (b"a", b"12"))) == [("HSET", b"k", b"a", b"1")]
    assert [words[2] for words in scrambled(Key(b"k", "hash", 1, fields))] == [b"a", b"b", b"c"]


@pytest.mark.parametrize(
    ("body", "right"), [('{"task_id": 7}', True), ('{"task_id": 8}', False), ("[7]", False), ("no JSON", False)]
)
def test_a_message_names_its_task(body: str, right: bool) -> None:
    """Whatever else is on the queue names none."""
    assert names(body, 7) is right


def test_a_url_is_moved_to_a_front() -> None:
    """Login, host and path stay as they are."""
    url = "postgresql+psycopg://candidate:pw@127.0.0.1:5432/tasks"
    assert address(url) == ("127.0.0.1", 5432)
    assert moved(url, 99) == "postgresql+psycopg://candidate:pw@127.0.0.1:99/tasks"
    assert without_login("redis://grader:secret@127.0.0.1:6379/0") == "redis://127.0.0.1:6379/0"
    assert moved("redis://127.0.0.1:6379/0", 99) == "redis://127.0.0.1:99/0"
    with pytest.raises(ValueError, match="no host and port"):
        address("redis:///0")


def test_states_are_told_in_words() -> None:
    """As a message needs them."""
    assert described(None) == "404"
    assert described({"title": "a", "status": "failed"}) == "a task with title 'a', status 'failed'"


def test_a_reading_keeps_its_reply() -> None:
    """For the message of the check that it refutes."""
    answer = reply(TASK)
    assert Reading(answer, Source.TABLE).reply is answer


def test_a_phase_that_found_nothing_is_not_run() -> None:
    """It raises what kept it, or that nothing was observed."""

    def refuses() -> int:
        raise Refuted("a cat", "a dog")

    assert phase(lambda: 3).get() == 3
    with pytest.raises(Refuted, match="a cat"):
        phase(refuses).get()
    with pytest.raises(NotRun, match="nothing was observed"):
        Phase[int]().get()
