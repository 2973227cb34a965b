"""Which request comes next, and what stands in it."""

from __future__ import annotations

import random
from collections import Counter

from checker.lab.mix import MISSING_FROM, Known, Mix, Pool, filled
from checker.lab.plan import MIX, Entry


def dice() -> random.Random:
    """Return dice that fall the same every time."""
    return random.Random(7)  # noqa: S311 - nothing to guess here


def mixed(entries: tuple[Entry, ...], pool: Pool) -> Mix:
    """Return a mix with dice that fall the same every time."""
    return Mix(entries, pool, dice())


def test_placeholders_are_put_in() -> None:
    """Each placeholder becomes its value, in path, headers and body; braces of JSON stay."""
    entry = Entry(path="/a/{id}", headers={"X": "{number}"}, body={"a": ["{random}", 3], "b": {"c": "{id}"}})
    order = filled(entry, {"id": "7", "number": "1", "random": "ff"})
    assert (order.path, order.headers, order.body) == ("/a/7", {"X": "1"}, {"a": ["ff", 3], "b": {"c": "7"}})
    message = filled(Entry(message='{"task_id": {id}}'), {"id": "7"}).message
    assert message == '{"task_id": 7}'


def test_nothing_is_asked_of_a_task_before_there_is_one() -> None:
    """Of an empty pool only what needs no task is sent; then everything is."""
    pool = Pool(dice())
    mix = mixed(MIX, pool)
    early = {order.entry.label for _ in range(200) if (order := mix.next())}
    assert early == {"POST /tasks", "GET /tasks?limit=20", "GET /tasks/{missing}"}
    pool.add(Known(5, "parcel 5"))
    later = [order for _ in range(200) if (order := mix.next())]
    assert {order.entry.label for order in later} == {entry.label for entry in MIX}
    assert {order.path for order in later if order.entry.path == "/tasks/{id}"} == {"/tasks/5"}


def test_weights_are_shares() -> None:
    """What weighs three times as much comes about three times as often."""
    mix = mixed((Entry(path="/a", weight=3), Entry(path="/b")), Pool(dice()))
    seen = Counter(order.path for _ in range(4000) if (order := mix.next()))
    assert 2800 < seen["/a"] < 3200


def test_the_table_does_not_grow_for_ever() -> None:
    """Beyond what is kept each new task is paid for by the oldest one that the load made; those filled in stay."""
    pool = Pool(dice(), kept=2)
    pool.fill([Known(1, "filled in")])
    for number in range(10, 14):
        pool.add(Known(number, "made"))
    mix = mixed((Entry(path="/x"),), pool)
    orders = [order for _ in range(4) if (order := mix.next())]
    assert [(order.entry.method, order.path) for order in orders] == [
        *(("DELETE", "/tasks/10"), ("DELETE", "/tasks/11"), ("GET", "/x"), ("GET", "/x"))
    ]
    assert len(pool) == 3


def test_missing_ids_are_out_of_reach_and_numbers_are_new() -> None:
    """An id that no task has is a valid one; a number never comes again."""
    mix = mixed((Entry(path="/tasks/{missing}?n={number}"),), Pool(dice()))
    paths = [order.path for _ in range(50) if (order := mix.next())]
    ids = [int(path.split("/")[2].partition("?")[0]) for path in paths]
    assert all(MISSING_FROM <= one < 2**31 for one in ids)
    assert len({path.partition("n=")[2] for path in paths}) == 50
