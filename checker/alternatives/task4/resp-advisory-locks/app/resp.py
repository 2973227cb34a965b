"""As much of the Redis protocol as four commands need, on plain sockets."""

import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit

Reply = bytes | int | str | list["Reply"] | None


class RedisUnavailableError(Exception):
    """There is no server, or the connection broke."""


class RedisReplyError(Exception):
    """The server refused a command."""


class Connection:
    """One connection; it is of no use after an error of the network."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "localhost", parts.port or 6379), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")
        if parts.password:
            self.call("AUTH", *filter(None, (parts.username, parts.password)))
        if parts.path.strip("/"):
            self.call("SELECT", parts.path.strip("/"))

    def call(self, *words: str | bytes | int) -> Reply:
        """Send a command and return its reply."""
        encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        lines = [b"*%d\r\n" % len(encoded), *(b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded)]
        self._socket.sendall(b"".join(lines))
        return self._reply()

    def _reply(self) -> Reply:
        line = self._file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionResetError("the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise RedisReplyError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self._file.read(int(rest) + 2)[:-2]
        return rest.decode()

    def close(self) -> None:
        """Close the socket."""
        self._file.close()
        self._socket.close()

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Client:
    """A connection a thread, opened when it is needed and again after it broke."""

    def __init__(self, url: str, timeout: float = 0.5) -> None:
        self._url = url
        self._timeout = timeout
        self._mine = threading.local()

    def call(self, *words: str | bytes | int) -> Reply:
        """Send a command; on a connection that turns out to be broken, once more on a new one."""
        for fresh in (False, True):
            try:
                return self._connection(fresh=fresh).call(*words)
            except OSError as error:
                broken = error
        raise RedisUnavailableError(str(broken)) from broken

    def _connection(self, *, fresh: bool) -> Connection:
        known: Connection | None = getattr(self._mine, "connection", None)
        if known is not None and not fresh:
            return known
        if known is not None:
            self._mine.connection = None
            known.close()
        self._mine.connection = Connection(self._url, self._timeout)
        return self._mine.connection
