"""An export whose client reads slowly, so that it is under way for as long as a measurement takes."""

from __future__ import annotations

import socket
import time
from typing import Final
from urllib.parse import urlsplit

BUFFER_BYTES: Final = 64 * 1024
READ_SECONDS: Final = 6.0  # for the next part to come, once somebody reads
LEAST_SECONDS: Final = 0.1  # for what has come and was not read yet
MOST_BYTES: Final = 256 * 1024 * 1024
PATH: Final = "/tasks/export"


class HeldExport:
    """Asks for the export and reads a little at a time; HTTP/1.0, so that what comes is the body as it stands."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self._socket.settimeout(READ_SECONDS)
        self._socket.connect((parts.hostname, parts.port))
        self._socket.sendall(f"GET {PATH} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode())
        self._came = bytearray()
        self.over = False

    def read_some(self) -> None:
        """Read what has come, up to a buffer."""
        if self.over:
            return
        try:
            part = self._socket.recv(BUFFER_BYTES)
        except OSError:
            part = b""
        self._came += part
        self.over = not part or len(self._came) > MOST_BYTES

    def begin(self, until: float) -> bool:
        """Read until some of the body has come, up to a time (`time.monotonic()`); tell whether it is under way."""
        while not self.over and not self._came.partition(b"\r\n\r\n")[2]:
            self._socket.settimeout(max(until - time.monotonic(), LEAST_SECONDS))
            self.read_some()
        if not self.over:
            self._socket.settimeout(READ_SECONDS)
        return not self.over

    def finish(self) -> list[bytes]:
        """Read the rest, and return the lines of the body that are whole."""
        while not self.over:
            self.read_some()
        self._socket.close()
        return [line for line in bytes(self._came).partition(b"\r\n\r\n")[2].split(b"\n")[:-1] if line]

    def hang_up(self) -> None:
        """Close the connection."""
        self._socket.close()
