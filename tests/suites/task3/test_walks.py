"""How task3's suite goes from page to page, on a server that takes one reading of a link."""

from __future__ import annotations

import json
from typing import Any, cast

from checker.kit.http import Reply
from checker.kit.tasks import TaskApi
from checker.suites.task3.walks import Walker

BODY = {"items": [], "total": 0, "next": "/tasks?cursor=a+b", "previous": None}


class Api:
    """Answers what `taken` is part of with 200, the rest with 400, and notes what it was asked for."""

    base = "http://127.0.0.1:8000"

    def __init__(self, taken: str) -> None:
        self.client = self
        self.taken = taken
        self.asked: list[str] = []

    def request(self, _: str, path: str, **__: Any) -> Reply:
        """Answer."""
        self.asked.append(path)
        status = 200 if self.taken in path else 400
        return Reply("curl", status, {}, json.dumps(BODY).encode(), 0.0, 1.0)


def walker(api: Api) -> Walker:
    """Return a walker over the API."""
    return Walker(cast("TaskApi", api), limit=5)


def test_a_plus_sign_is_read_in_both_ways_once() -> None:
    """The second time only the reading that was taken is asked for, so that a page costs what it costs."""
    api = Api(taken="limit=5")
    going = walker(api)
    page = going.first()
    api.taken = "%2B"
    for _ in range(2):
        found = going.beside(page, "next")
        assert found is not None
        assert found.reply.status == 200
    assert api.asked[1:] == ["/tasks?cursor=a+b&limit=5", "/tasks?cursor=a%2Bb&limit=5", "/tasks?cursor=a%2Bb&limit=5"]


def test_a_link_that_is_refused_in_every_way_leads_to_the_refusal() -> None:
    """And is asked for in both ways again."""
    api = Api(taken="limit=5")
    going = walker(api)
    page = going.first()
    api.taken = "nothing"
    for _ in range(2):
        found = going.beside(page, "next")
        assert found is not None
        assert found.reply.status == 400
    assert len(api.asked) == 5


def test_where_there_is_no_link_nothing_is_asked_for() -> None:
    """There is no page beside."""
    api = Api(taken="limit=5")
    going = walker(api)
    assert going.beside(going.first(), "previous") is None
    assert len(api.asked) == 1
