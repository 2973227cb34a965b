"""A client of the run's Redis, as small as a suite needs it: it is observed by keys and bytes, not by a library."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

Word: TypeAlias = str | bytes | int
SECONDS: Final = 5.0  # far more than a command takes on loopback


class RedisRefusal(RuntimeError):  # noqa: N818 - an answer of the server's
    """Redis answered a command with an error."""


class Redis:
    """One connection, shared by the threads of a suite; the grader's user may use every command."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname or "", place.port or 6379), timeout=SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rwb")
        self._turn = threading.Lock()
        if place.password:
            self.call("AUTH", place.username or "default", place.password)

    def call(self, *words: Word) -> Any:
        """Run one command; texts come back as bytes, lists as lists, nothing as None."""
        answer = self.batch([words])[0]
        if isinstance(answer, RedisRefusal):
            raise answer
        return answer

    def batch(self, commands: Sequence[Sequence[Word]]) -> list[Any]:
        """Run commands in one go and return their answers, a `RedisRefusal` among them where one was refused."""
        with self._turn:
            self._stream.write(b"".join(encoded(words) for words in commands))
            self._stream.flush()
            return [self._answer() for _ in commands]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _answer(self) -> Any:
        line = self._stream.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis is gone")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return RedisRefusal(rest.decode(errors="replace"))
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        if kind == b"$":
            return None if rest == b"-1" else self._stream.read(int(rest) + 2)[:-2]
        return int(rest) if kind == b":" else rest


def encoded(words: Sequence[Word]) -> bytes:
    """Return a command as it goes over the wire."""
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
