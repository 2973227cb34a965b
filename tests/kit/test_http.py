"""The client for answers that nobody vouches for, against small real servers that misbehave."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

import pytest

from checker.kit import http
from checker.kit.expect import Refuted
from checker.kit.http import Client, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Serve = Callable[[Callable[[socket.socket, bytes], None]], Client]

DEADLINE: Final = 10.0


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a way to serve on a port: the function gets a connection and the request's head, and writes an answer."""
    with contextlib.ExitStack() as stack:

        def started(answer: Callable[[socket.socket, bytes], None]) -> Client:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            stack.callback(server.shutdown, socket.SHUT_RDWR)
            threading.Thread(target=accept, args=(server, answer), daemon=True).start()
            return Client(f"http://127.0.0.1:{server.getsockname()[1]}")

        yield started


def accept(server: socket.socket, answer: Callable[[socket.socket, bytes], None]) -> None:
    """Answer every connection, each on a thread."""
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=serve_one, args=(connection, answer), daemon=True).start()


def serve_one(connection: socket.socket, answer: Callable[[socket.socket, bytes], None]) -> None:
    """Read a request's head and answer it."""
    with connection, contextlib.suppress(OSError):
        connection.settimeout(DEADLINE)
        head = b""
        while b"\r\n\r\n" not in head and (chunk := connection.recv(65_536)):
            head += chunk
        answer(connection, head)


def reply(body: bytes, *headers: str, status: str = "200 OK") -> Callable[[socket.socket, bytes], None]:
    """Return a server that gives one answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return lambda connection, _: connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def test_a_library_that_is_not_there_is_not_searched_for_at_each_request(serve: Serve) -> None:
    """After the first request it is known whether there is a sniffio, which httpcore asks for."""
    serve(reply(b"{}")).request("GET", "/tasks")
    assert "sniffio" in sys.modules


def test_an_answer_comes_back(serve: Serve) -> None:
    """Status, headers and body are there, with the times around them and the request to repeat."""
    before = time.monotonic()
    got = serve(reply(b'{"a": [1]}', "X-One: two")).request("GET", "/tasks?limit=1")
    assert (got.status, got.headers["x-one"], got.json()) == (200, "two", {"a": [1]})
    assert before <= got.started <= got.ended <= time.monotonic()
    assert got.request == "curl -i 'http://localhost:8000/tasks?limit=1'"
    assert got.asked == "GET /tasks?limit=1"
    assert got.expect_status(200) is got


def test_what_is_sent_is_what_was_asked(serve: Serve) -> None:
    """Method, path, headers and body arrive; compression is not asked for; no two requests share a connection."""
    heads: list[bytes] = []

    def echo(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    client = serve(echo)
    client.headers["Authorization"] = "Bearer x"
    for _ in range(2):
        assert client.request("PUT", "/tasks/1", json={"title": "ü"}).status == 204
    assert len(heads) == 2
    assert heads[0].startswith(b"PUT /tasks/1 HTTP/1.1\r\n")
    assert b"authorization: bearer x\r\n" in heads[0].lower()
    assert b"accept-encoding: identity\r\n" in heads[0].lower()
    assert b"httpx" not in heads[0].lower()


def test_a_drip_has_an_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that comes byte by byte is not waited for longer than a request may take."""
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.3)

    def drip(connection: socket.socket, _head: bytes) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b"x" * 99_999:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    started = time.monotonic()
    got = serve(drip).request("GET", "/")
    assert (got.status, str(got)) == (None, "no whole answer within 0.3 s")
    assert time.monotonic() - started < 5


def test_silence_has_an_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where nothing comes at all, nor where the body does not."""
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.2)
    assert serve(lambda _connection, _head: time.sleep(1)).request("GET", "/").trouble == "no whole answer within 0.2 s"

    def half_a_body(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
        time.sleep(1)

    half = serve(half_a_body)
    assert half.request("GET", "/").trouble == "no whole answer within 0.2 s"


def test_an_endless_body_is_cut(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body is read up to a cap, whatever its length is said to be."""
    monkeypatch.setattr(http, "MAX_BODY_BYTES", 2**20)

    def flood(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    got = serve(flood).request("GET", "/")
    assert got.status is None
    assert "a body of more than 1 MB" in got.trouble
    assert serve(reply(b"x" * 2**20)).request("GET", "/").status == 200


def test_endless_headers_are_cut(serve: Serve) -> None:
    """Headers without end are no answer."""

    def flood(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-Filler: " + b"x" * 65_536 + b"\r\n")

    got = serve(flood).request("GET", "/")
    assert got.status is None
    assert "no answer" in got.trouble


def reset(connection: socket.socket, _head: bytes) -> None:
    """Break the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    "answer",
    [
        reset,
        lambda _connection, _head: None,
        lambda connection, _head: connection.sendall(b"220 smtp ready\r\n"),
        lambda connection, _head: connection.sendall(b"HTTP/1.1 2000 OK\r\n\r\n"),
        lambda connection, _head: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
        lambda connection, _head: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx"),
        lambda connection, _head: connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        lambda connection, _head: connection.sendall(b"HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n"),
        lambda connection, _head: connection.sendall(b"\x00" * 1000),
    ],
)
def test_what_is_no_http_is_no_answer(serve: Serve, answer: Callable[[socket.socket, bytes], None]) -> None:
    """A connection that breaks or speaks something else is told in a few words, and raises nothing."""
    got = serve(answer).request("GET", "/x")
    assert got.status is None
    assert got.trouble.startswith("no answer (")
    with pytest.raises(Refuted) as caught:
        got.expect_status(200, 404)
    assert caught.value.expected == "200 or 404 for GET /x"
    assert caught.value.seen == got.trouble


def test_nobody_listening_is_no_answer() -> None:
    """A refused connection is told as such."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "ConnectError" in Client(f"http://127.0.0.1:{port}").request("GET", "/").trouble


def test_a_redirect_is_not_followed(serve: Serve) -> None:
    """Where an answer leads elsewhere, that is the answer."""
    got = serve(reply(b"", "Location: http://127.0.0.1:1/", status="307 Temporary Redirect")).request("GET", "/")
    assert (got.status, got.headers["location"]) == (307, "http://127.0.0.1:1/")


def test_a_body_is_never_decompressed(serve: Serve) -> None:
    """What says that it is compressed stays as it is: no bomb goes off, and it is no JSON."""
    bomb = gzip.compress(b"0" * 10**7)
    got = serve(reply(bomb, "Content-Encoding: gzip")).request("GET", "/")
    assert got.body == bomb
    with pytest.raises(Refuted):
        got.json()
    assert serve(reply(b'{"a": 1}', "Content-Encoding: gzip")).request("GET", "/").json() == {"a": 1}


def test_cookies_are_nobodys(serve: Serve) -> None:
    """A cookie that one request got is not sent with the next, which may be another user's."""
    heads: list[bytes] = []

    def set_cookie(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        reply(b"", "Set-Cookie: session=1; Path=/")(connection, head)

    client = serve(set_cookie)
    for _ in range(2):
        assert client.request("GET", "/").headers["set-cookie"] == "session=1; Path=/"
    assert not any(b"cookie" in head.lower() for head in heads)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "Expecting value"),
        (b"not json", "Expecting value"),
        (b'{"a": NaN}', "NaN is no JSON"),
        (b"[Infinity]", "Infinity is no JSON"),
        (b"-Infinity", "-Infinity is no JSON"),
        (b'{"a": 1, "b": 2, "a": 3}', "a key stands twice"),
        (b"[" * 200_000, "recursion"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "recursion"),
        (b"9" * 6_000, "digits"),
        (b'"caf\xe9"', "decode"),
        (b'{"a": 1} {"b": 2}', "Extra data"),
        (b"{'a': 1}", "property name"),
        (b'{"a": 01}', ""),
        (b'"\x00"', "control character"),
        (b"\xff\xfe\x00", ""),
    ],
)
def test_json_is_read_strictly(serve: Serve, body: bytes, told: str) -> None:
    """What is no JSON by the standard is refuted with the request to repeat, and breaks nothing."""
    with pytest.raises(Refuted) as caught:
        serve(reply(body)).request("GET", "/tasks").json()
    assert caught.value.expected == "a JSON body"
    assert told.lower() in caught.value.seen.lower()
    assert caught.value.repeat == "curl -i http://localhost:8000/tasks"
    assert len(caught.value.seen) < 1000


@pytest.mark.parametrize("path", ["http://[", "http://a b/", "/\x00", "http://127.0.0.1:99999/", "/" + "x" * 70_000])
def test_a_link_that_is_none_is_told(serve: Serve, path: str) -> None:
    """A link of the submission's that cannot be requested is an answer that did not come, and no error of ours."""
    got = serve(reply(b"")).request("GET", path)
    assert got.status is None or path.startswith("/")
    assert got.status is not None or got.trouble


@pytest.mark.parametrize("token", ["é", "a\r\nX-Evil: 1", "\x00", "\ud800", "x" * 200_000])
def test_a_token_that_is_none_is_told(serve: Serve, token: str) -> None:
    """A token that no header can hold is an answer that did not come, and adds no header."""
    heads: list[bytes] = []

    def listen(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        connection.sendall(b"HTTP/1.1 431 Too Large\r\nContent-Length: 0\r\n\r\n")

    got = serve(listen).request("GET", "/", headers={"Authorization": f"Bearer {token}"})
    assert got.status in (None, 431)
    assert not any(b"x-evil" in head.lower() for head in heads)


def test_many_requests_are_under_way_at_once(serve: Serve) -> None:
    """Requests that are started together wait together."""
    barrier = threading.Barrier(30, timeout=DEADLINE)

    def together(connection: socket.socket, head: bytes) -> None:
        barrier.wait()
        reply(b"1")(connection, head)

    client = serve(together)
    pending = [client.start("GET", "/") for _ in range(30)]
    assert [one.result(DEADLINE).status for one in pending] == [200] * 30


def test_user_agents_vary(serve: Serve) -> None:
    """No service can know the grader by the name of its client."""
    agents: set[bytes] = set()

    def note(connection: socket.socket, head: bytes) -> None:
        agents.add(next(line for line in head.split(b"\r\n") if line.lower().startswith(b"user-agent")))
        reply(b"")(connection, head)

    client = serve(note)
    for _ in range(40):
        client.request("GET", "/")
    assert len(agents) > 1


def test_the_request_to_repeat_repeats_it(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that is shown sends the same request, when a shell runs it."""
    heads: list[bytes] = []

    def keep(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        reply(b"{}")(connection, head)

    client = serve(keep)
    monkeypatch.setattr(http, "SHOWN_BASE", client.base)
    shown = client.request(
        "POST", "/tasks?a=b&c=d", json={"title": "it's $HOME"}, headers={"Authorization": "Bearer x y"}
    )
    assert shown.request.startswith("curl -i -X POST ")
    if subprocess.run(["/bin/sh", "-c", "command -v curl"], capture_output=True, check=False).returncode == 0:
        subprocess.run(["/bin/sh", "-c", shown.request], capture_output=True, check=True, timeout=DEADLINE)
        first, second = (head.lower() for head in heads)
        assert first.split(b"\r\n")[0] == second.split(b"\r\n")[0]
        for line in (b"authorization: bearer x y", b"content-type: application/json"):
            assert line in first
            assert line in second


def test_an_answer_in_a_few_words() -> None:
    """Status and the beginning of the body, or what went wrong."""
    long = Reply("curl", 200, {}, b"x" * 2_000, 1.0, 3.5)
    assert str(long) == f"200 {'x' * 300}"
    assert long.seconds == 2.5
    assert str(Reply("curl", None, {}, b"", 1.0, 2.0, "no answer")) == "no answer"
    assert str(Reply("curl", 204, {}, b"", 1.0, 2.0)) == "204"
    assert str(Reply("curl", 500, {}, b"caf\xe9", 1.0, 2.0)) == "500 caf\ufffd"
