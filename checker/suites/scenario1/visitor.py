"""One client on one kept-alive connection, which goes on where a service was away for a while, and remembers it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

REQUEST_SECONDS: Final = 30.0  # what a client allows a request (the contract, section 1)
AWAY_SECONDS: Final = 6.0  # how long a service may be away before nobody asks it any more
AGAIN_SECONDS: Final = 0.05
IDLE_SECONDS: Final = 2.0  # after which a server may close a connection that nobody uses
MOST_BYTES: Final = 8 * 1024 * 1024


class Gone(Exception):  # noqa: N818 - a finding
    """The service does not answer any more."""


@dataclass(frozen=True)
class Ask:
    """A request to be made; `wanted` is the status that it has to be answered with, None where any will do."""

    method: str
    target: str
    wanted: int | None = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's JSON value; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Visitor:
    """Makes one request after the other.

    `cut` tells how often its connection was closed though it was in use, `away` how often nobody took a new one.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        parts = urlsplit(base)
        self._address = (parts.hostname or "", parts.port or 0)
        self._connection = http.client.HTTPConnection(*self._address, timeout=REQUEST_SECONDS)
        self._answered: float | None = None
        self.away = 0
        self.cut = 0
        self.wrong: list[str] = []

    def make(self, ask: Ask) -> Answer:
        """Make a request; one that is not answered as it has to be is remembered in `wrong`."""
        answer = self._send(ask)
        if ask.wanted is not None and answer.status != ask.wanted:
            self.wrong.append(f"{ask.method} {ask.target[:80]} was answered with {answer.status} {answer.body[:200]!r}")
        return answer

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        self._connection.close()

    def _send(self, ask: Ask) -> Answer:
        """Send a request, again where the connection had been closed, and for some time where there is no service."""
        deadline = None
        while True:
            try:
                return self._once(ask)
            except TimeoutError:
                raise Gone(f"{ask.method} {ask.target[:80]} had no answer within {REQUEST_SECONDS:g} s") from None
            except (OSError, http.client.HTTPException) as error:
                self._note(error, first=deadline is None)
                deadline = deadline or time.monotonic() + AWAY_SECONDS
                if time.monotonic() > deadline:
                    raise Gone(f"it could not be reached for {AWAY_SECONDS:g} s ({type(error).__name__})") from None

    def _note(self, error: Exception, *, first: bool) -> None:
        """Remember what went wrong with the connection, and take another one."""
        self.close()
        if isinstance(error, ConnectionRefusedError):
            self.away += 1
            time.sleep(AGAIN_SECONDS)
        elif first and self._answered is not None:
            self.cut += time.monotonic() - self._answered < IDLE_SECONDS
        self._answered = None

    def _once(self, ask: Ask) -> Answer:
        body = None if ask.body is None else json.dumps(ask.body).encode()
        headers = {"Content-Type": "application/json", **ask.headers} if body else dict(ask.headers)
        self._connection.request(ask.method, ask.target, body, headers)
        response = self._connection.getresponse()
        answer = Answer(response.status, dict(response.headers.items()), response.read(MOST_BYTES))
        self._answered = time.monotonic()
        return answer
