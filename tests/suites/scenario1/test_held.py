"""An export that is read slowly, from a real server that streams."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from checker.suites.scenario1.held import HeldExport

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\r\n"
LINE = b"x" * 9_999 + b"\n"
LINES = 2_000  # 20 MB, more than all buffers between the two


class Streamer:
    """Sends lines to its one client, or cuts it off after some; `sent` is how many went, `gone` whether it left."""

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.sent = 0
        self.gone = False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, self._listener:
            connection.recv(1000)
            connection.sendall(HEAD)
            try:
                for _ in range(self._lines):
                    connection.sendall(LINE)
                    self.sent += 1
            except OSError:
                self.gone = True


@pytest.fixture
def streamer() -> Iterator[Streamer]:
    """Stream everything."""
    streamer = Streamer(LINES)
    yield streamer
    streamer.thread.join(5)
    assert not streamer.thread.is_alive()


def test_an_export_is_held_and_then_read_to_its_end(streamer: Streamer) -> None:
    """While its client reads little the server is not through; in the end every line is there."""
    export = HeldExport(streamer.base)
    assert export.begin(time.monotonic() + 5)
    for _ in range(5):
        export.read_some()
    assert streamer.sent < LINES
    assert len(export.finish()) == LINES


def test_a_client_that_hangs_up_is_gone(streamer: Streamer) -> None:
    """The server finds out when it sends."""
    export = HeldExport(streamer.base)
    assert export.begin(time.monotonic() + 5)
    export.hang_up()
    streamer.thread.join(5)
    assert streamer.gone


def test_an_export_that_does_not_begin_is_waited_for_and_no_longer() -> None:
    """A server that takes the request and sends nothing counts as an export that has not begun."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        export = HeldExport(f"http://127.0.0.1:{silent.getsockname()[1]}")
        begun = time.monotonic()
        assert not export.begin(begun + 0.2)
        assert time.monotonic() - begun < 2
        export.hang_up()


def test_an_export_that_is_cut_off_has_fewer_lines() -> None:
    """Only lines that are whole count."""
    export = HeldExport(Streamer(7).base)
    assert len(export.finish()) == 7
    assert export.over
    assert not export.begin(time.monotonic() + 5)
