"""A page of tasks as it was answered, and what its links lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from checker.kit.expect import Refuted
from checker.kit.tasks import what_is_wrong

if TYPE_CHECKING:
    from checker.kit.http import Reply

LINKS: Final = ("next", "previous")
TIMES: Final = ("created_at", "updated_at")


@dataclass(frozen=True)
class Page:
    """One answer to `GET /tasks`; what it should hold and does not is refuted when it is asked for."""

    reply: Reply

    @cached_property
    def body(self) -> Mapping[str, Any]:
        """The JSON object."""
        body = self.reply.expect_status(200).json()
        if not isinstance(body, dict):
            raise Refuted('an object {"items", "total", "next", "previous"}', str(self.reply), self.reply.request)
        return body

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        """The tasks, as the contract spells them."""
        items = self.body.get("items")
        if not isinstance(items, list):
            raise Refuted("`items`, an array of tasks", str(self.reply), self.reply.request)
        for item in items:
            if problem := what_is_wrong(item) or what_else_is_wrong(item):
                raise Refuted("tasks in `items`", f"{problem}: {item}", self.reply.request)
        return items

    @property
    def ids(self) -> list[int]:
        """The ids of the tasks, as they stand."""
        return [item["id"] for item in self.items]

    @property
    def total(self) -> int:
        """The number of all tasks that match."""
        total = self.body.get("total")
        if type(total) is not int:
            raise Refuted("`total`, an integer", f"{total!r} in {self.reply}", self.reply.request)
        return total

    def link(self, name: str) -> str | None:
        """Return the URL of the page beside."""
        if name not in self.body or not isinstance(self.body[name], str | None):
            seen = f"{self.body[name]!r}" if name in self.body else "no such key"
            raise Refuted(f"`{name}`, a URL or null", seen, self.reply.request)
        url: str | None = self.body[name]
        return url

    def link_if_any(self, name: str) -> str | None:
        """Return the same while observing, where nothing is refuted: None where there is no URL."""
        try:
            return self.link(name)
        except Refuted:
            return None

    def is_empty(self) -> bool:
        """Whether the page cannot be read or shows nothing."""
        try:
            return not self.ids
        except Refuted:
            return True


def what_else_is_wrong(task: Mapping[str, Any]) -> str:
    """Say what is wrong with the fields of a task that other suites leave alone."""
    if not isinstance(task.get("description", 0), str | None):
        return "`description` is neither a string nor null"
    for name in TIMES:
        if not is_time(task.get(name)):
            return f"`{name}` is no ISO 8601 time with an offset"
    return ""


def is_time(value: object) -> bool:
    """Whether a JSON value is a time with an offset."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def can_be_requested(link: str, host: str) -> bool:
    """Whether a link is absolute on `host`, which the request had named, or a path from the root."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    if parts.scheme or parts.netloc:
        return parts.scheme == "http" and parts.netloc.lower() == host.lower()
    return link.startswith("/")


def readings(link: str, query: Mapping[str, str]) -> list[str]:
    """Return paths that lead where a link leads, with `limit` and `status` as the request had them.

    What is wrong with the rest of a link is another requirement's business: there are two paths where a `+` can be read
    in two ways, and a cursor that stands alone is taken as one.
    """
    try:
        raw = urlsplit(link).query
    except ValueError:
        return []
    if not raw and "/" not in link:
        raw = urlencode({"cursor": link})
    read = [parse_qsl(text, keep_blank_values=True) for text in (raw, raw.replace("+", "%2B"))]
    return list(dict.fromkeys(f"/tasks?{urlencode({**dict(pairs), **query})}" for pairs in read))
