"""What a lab asks of its service: how often, how much at a time, which requests. The key `load` of `kata.yaml`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field, model_validator

from checker.schema import Strict, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ROWS: Final = 200_000  # with three events each they fill a fifth of the database's disk in memory
MAX_AT_ONCE: Final = 32
MAX_RATE: Final = 200.0
PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")
PLACEHOLDERS: Final = frozenset(
    {
        "id",  # of a task that is there
        "missing",  # an id that no task has
        "number",  # of this request, from 1 on: never the same twice
        "prefix",  # the first characters of the title of a task that is there
        "random",  # 16 hexadecimal digits
        "long",  # some thousand characters
    }
)


class Entry(Strict):
    """A kind of request, or of a message that is put on the queue past the API, and its share of the load."""

    method: Literal["GET", "POST", "PUT", "DELETE"] = "GET"
    path: str = Field(default="", pattern=r"^(/\S*)?$")
    headers: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] | None = None
    hang_up: bool = False  # whether the client leaves when the answer has begun
    message: str = ""
    weight: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def refuse_both(self) -> Entry:
        """Refuse an entry that is neither a request nor a message, or both."""
        if bool(self.path) == bool(self.message):
            raise ValueError("an entry has either a path or a message")
        return self

    @model_validator(mode="after")
    def refuse_unknown_placeholders(self) -> Entry:
        """Refuse a placeholder that nothing is put in for."""
        if unknown := self.placeholders() - PLACEHOLDERS:
            raise ValueError(f"no such placeholder: {', '.join(sorted(unknown))}")
        return self

    @property
    def label(self) -> str:
        """What the panel calls it."""
        return f"message {self.message}" if self.message else f"{self.method} {self.path}"

    def placeholders(self) -> set[str]:
        """Return the names that stand in braces in path, headers, body or message."""
        return {name for text in texts([self.path, self.message, self.headers, self.body]) for name in names(text)}


def names(text: str) -> list[str]:
    """Return the placeholders of a text."""
    return PLACEHOLDER.findall(text)


def texts(value: Any) -> Iterator[str]:
    """Yield every text within a value of JSON, keys aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


REMOVAL: Final = Entry(method="DELETE", path="/tasks/{id}")
MIX: Final = (
    Entry(method="POST", path="/tasks", body={"title": "parcel {random}", "description": "made by the lab"}, weight=4),
    Entry(path="/tasks/{id}", weight=6),
    Entry(method="PUT", path="/tasks/{id}", body={"title": "parcel {random}"}, weight=3),
    Entry(path="/tasks?limit=20", weight=4),
    Entry(path="/tasks/{missing}", weight=2),
    Entry(method="POST", path="/tasks", body={"title": ""}),
)


class Load(Strict):
    """The load of a lab; whatever is left out is as it is for a coding task."""

    rate: float = Field(default=20.0, gt=0, le=MAX_RATE)  # requests a second
    at_once: int = Field(default=8, ge=1, le=MAX_AT_ONCE)  # requests under way at the same time, at most
    rows: int = Field(default=0, ge=0, le=MAX_ROWS)  # tasks that are there when it begins
    fill: Text | None = None  # SQL, run once after that by the role that owns the database
    requests: tuple[Entry, ...] = Field(default=MIX, min_length=1)
