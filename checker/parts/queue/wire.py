"""A request and an answer of HTTP, free of any connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Request:
    """One request, read completely. Header names are in lower case, a repeated header keeps its last value."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; `Content-Length` is added when it is written."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
