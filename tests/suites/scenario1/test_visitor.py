"""A client that remembers how it was treated, against a real server that treats it badly."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from checker.suites.scenario1 import visitor
from checker.suites.scenario1.visitor import Ask, Gone, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator


class Handler(BaseHTTPRequestHandler):
    """Tells what was asked; `/bye` closes the connection after its answer, `/no` refuses, `/slow` takes long."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/slow":
            time.sleep(1)
        body = json.dumps({"path": self.path, "agent": self.headers["User-Agent"]}).encode()
        self.send_response(404 if self.path == "/no" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # whoever asked for what takes long has gone
            self.wfile.write(body)
        self.close_connection = self.path == "/bye"

    def do_POST(self) -> None:
        """Answer with what was sent."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(port: int = 0) -> Iterator[int]:
    """Serve for as long as the context lasts, and give the port."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def guest() -> Iterator[Visitor]:
    """Visit a server."""
    with serving() as port:
        guest = Visitor(f"http://127.0.0.1:{port}")
        yield guest
        guest.close()


def test_answers_come_back(guest: Visitor) -> None:
    """Status, headers, body, JSON; what was to be sent was sent."""
    answer = guest.make(Ask("GET", "/x?y=1", headers={"User-Agent": "me"}))
    assert (answer.status, answer.json()) == (200, {"path": "/x?y=1", "agent": "me"})
    assert guest.make(Ask("POST", "/x", 201, {"a": [1]})).json() == {"a": [1]}
    assert (guest.wrong, guest.away, guest.cut) == ([], 0, 0)


def test_a_wrong_status_is_remembered(guest: Visitor) -> None:
    """One that was not wanted, and none where any will do."""
    guest.make(Ask("GET", "/no"))
    guest.make(Ask("GET", "/no", 404))
    guest.make(Ask("GET", "/no", None))
    assert len(guest.wrong) == 1
    assert "GET /no was answered with 404" in guest.wrong[0]


def test_a_connection_that_is_closed_in_use_is_remembered(guest: Visitor) -> None:
    """The request is made once more on another one, and answered."""
    guest.make(Ask("GET", "/bye"))
    assert guest.make(Ask("GET", "/x")).status == 200
    assert (guest.cut, guest.away) == (1, 0)


def test_a_connection_that_is_closed_when_idle_is_nobodys_fault(
    guest: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server may close what nobody used for a while."""
    monkeypatch.setattr(visitor, "IDLE_SECONDS", 0.0)
    guest.make(Ask("GET", "/bye"))
    guest.make(Ask("GET", "/x"))
    assert guest.cut == 0


def test_a_service_that_is_away_for_a_while_is_waited_for() -> None:
    """It is remembered that nobody was there, and the request is answered in the end."""
    with serving() as port:
        guest = Visitor(f"http://127.0.0.1:{port}")
        guest.make(Ask("GET", "/bye"))
    late = threading.Event()

    def come_back() -> None:
        with serving(port):
            late.wait(10)

    timer = threading.Timer(0.2, come_back)
    timer.start()
    assert guest.make(Ask("GET", "/x")).status == 200
    assert guest.away > 0
    guest.close()
    late.set()
    timer.join()


def test_a_service_that_stays_away_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some time nobody asks any more."""
    monkeypatch.setattr(visitor, "AWAY_SECONDS", 0.2)
    with serving() as port:
        guest = Visitor(f"http://127.0.0.1:{port}")
    with pytest.raises(Gone, match="could not be reached"):
        guest.make(Ask("GET", "/x"))


def test_a_service_that_does_not_answer_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request has its time and no more."""
    monkeypatch.setattr(visitor, "REQUEST_SECONDS", 0.1)
    with serving() as port:
        guest = Visitor(f"http://127.0.0.1:{port}")
        with pytest.raises(Gone, match="no answer within"):
            guest.make(Ask("GET", "/slow"))
        guest.close()
