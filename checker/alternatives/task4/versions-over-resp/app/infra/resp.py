"""As much of a Redis client as this service needs: commands over pooled sockets, from any thread."""

import socket
from collections import deque
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit


class RedisSaid(Exception):
    """Redis answered with an error."""


class Wire:
    """A socket with its reader."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=1)
        self.socket.settimeout(8)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader: BinaryIO = self.socket.makefile("rb")

    def call(self, words: tuple[str | bytes | int, ...]) -> Any:
        """Send a command, read its answer."""
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            data = word if isinstance(word, bytes) else str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        self.socket.sendall(b"".join(parts))
        answer = self.read()
        if isinstance(answer, RedisSaid):
            raise answer
        return answer

    def read(self) -> Any:
        """Read one RESP 2 value."""
        line = self.reader.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis hung up")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return RedisSaid(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if rest == b"-1":
                return None
            data = self.reader.read(int(rest) + 2)
            if len(data) != int(rest) + 2:
                raise ConnectionError("Redis hung up")
            return data[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        return rest

    def close(self) -> None:
        """Hang up."""
        self.reader.close()
        self.socket.close()


class RedisPool:
    """Lends wires; raises OSError where Redis cannot be reached and RedisSaid where it refuses."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._address = (place.hostname or "localhost", place.port or 6379)
        self._hello: list[tuple[str, ...]] = []
        if place.password:
            user = [unquote(place.username)] if place.username else []
            self._hello.append(("AUTH", *user, unquote(place.password)))
        if place.path.strip("/"):
            self._hello.append(("SELECT", place.path.strip("/")))
        self._idle: deque[Wire] = deque()

    def call(self, *words: str | bytes | int) -> Any:
        """Run a command that may be run twice; a wire that went stale is replaced once."""
        try:
            return self._use(self._idle.pop(), words)
        except IndexError:
            pass
        except OSError:
            while self._idle:
                try:
                    self._idle.pop().close()
                except IndexError:
                    break
        wire = Wire(*self._address)
        try:
            for hello in self._hello:
                wire.call(hello)
        except BaseException:
            wire.close()
            raise
        return self._use(wire, words)

    def _use(self, wire: Wire, words: tuple[str | bytes | int, ...]) -> Any:
        try:
            answer = wire.call(words)
        except RedisSaid:
            self._idle.append(wire)
            raise
        except BaseException:
            wire.close()
            raise
        self._idle.append(wire)
        return answer
