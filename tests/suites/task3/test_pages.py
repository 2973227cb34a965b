"""What task3's suite takes for a page and for a link."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.kit.expect import Refuted
from checker.kit.http import Reply
from checker.suites.task3.pages import Page, can_be_requested, readings

TASK = {
    "id": 7,
    "title": "A task",
    "description": None,
    "status": "pending",
    "created_at": "2026-01-02T03:04:05.678901Z",
    "updated_at": "2026-01-02T03:04:05+01:00",
}
PAGE = {"items": [TASK], "total": 1, "next": None, "previous": "/tasks?cursor=abc"}
HOST = "127.0.0.1:8000"


def page(body: Any, status: int = 200) -> Page:
    """Return an answer as a page."""
    return Page(Reply("curl", status, {}, json.dumps(body).encode(), 0.0, 1.0))


def test_a_page_is_read() -> None:
    """Ids, total and links."""
    whole = page(PAGE)
    assert (whole.ids, whole.total, whole.link("next"), whole.link("previous")) == ([7], 1, None, "/tasks?cursor=abc")
    assert not whole.is_empty()


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "7"},
        {"id": True},
        {"title": None},
        {"status": "done"},
        {"description": 7},
        {"created_at": "2026-01-02T03:04:05"},
        {"created_at": 1767323045},
        {"updated_at": "yesterday"},
    ],
)
def test_what_is_no_task_is_refuted(changes: dict[str, Any]) -> None:
    """A field of another type, a status that there is not, a time without an offset."""
    with pytest.raises(Refuted):
        _ = page({**PAGE, "items": [{**TASK, **changes}]}).ids


@pytest.mark.parametrize("missing", ["description", "created_at", "updated_at"])
def test_a_task_has_all_its_fields(missing: str) -> None:
    """Also the one that may be null."""
    task = {name: value for name, value in TASK.items() if name != missing}
    with pytest.raises(Refuted):
        _ = page({**PAGE, "items": [task]}).ids


@pytest.mark.parametrize("body", [[], None, {"items": {}}, {}])
def test_what_is_no_page_is_refuted_and_counts_as_empty(body: Any) -> None:
    """An array, as the starter answers, is none."""
    with pytest.raises(Refuted):
        _ = page(body).ids
    assert page(body).is_empty()


@pytest.mark.parametrize("total", ["1", 1.0, None, True])
def test_a_total_is_an_integer(total: Any) -> None:
    """And neither its text nor a truth."""
    with pytest.raises(Refuted):
        _ = page({**PAGE, "total": total}).total


def test_a_link_is_a_text_or_null_and_is_there() -> None:
    """Where it is not, observing goes on without it."""
    for body in ({"previous": None}, {"next": 7}, {"next": {"href": "/tasks"}}):
        with pytest.raises(Refuted):
            page(body).link("next")
        assert page(body).link_if_any("next") is None


@pytest.mark.parametrize(
    ("link", "can"),
    [
        ("/tasks?cursor=abc", True),
        (f"http://{HOST}/tasks?cursor=abc", True),
        ("http://127.0.0.1:8001/tasks?cursor=abc", False),
        ("http://localhost:8000/tasks?cursor=abc", False),
        (f"https://{HOST}/tasks?cursor=abc", False),
        (f"//{HOST}/tasks?cursor=abc", False),
        ("//elsewhere/tasks", False),
        ("?cursor=abc", False),
        ("tasks?cursor=abc", False),
        ("abc", False),
        ("", False),
        ("http://[/tasks", False),
    ],
)
def test_a_link_is_absolute_where_it_was_asked_for_or_from_the_root(link: str, can: bool) -> None:
    """Everything else cannot be requested as it stands."""
    assert can_be_requested(link, HOST) is can


@pytest.mark.parametrize(
    ("link", "paths"),
    [
        ("/tasks?limit=20&cursor=a%2Bb&status=failed", ["/tasks?limit=5&cursor=a%2Bb&status=failed"]),
        ("http://elsewhere/v1/tasks?cursor=ab&direction=back", ["/tasks?cursor=ab&direction=back&limit=5"]),
        ("/tasks?cursor=a+b", ["/tasks?cursor=a+b&limit=5", "/tasks?cursor=a%2Bb&limit=5"]),
        ("YWJj+w==", ["/tasks?cursor=YWJj%2Bw%3D%3D&limit=5"]),
        ("http://[/tasks", []),
    ],
)
def test_a_cursor_is_followed_whatever_is_wrong_with_its_link(link: str, paths: list[str]) -> None:
    """The request's own limit goes before the link's; a plus sign is read in both ways."""
    assert readings(link, {"limit": "5"}) == paths
