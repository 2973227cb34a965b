"""The runtime API against clients of every kind, by raw bytes on a socket."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from checker.parts.functions.host import FunctionHost
from checker.parts.functions.runtime_api import MAX_CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

WAIT = 5.0
NEXT = "/2018-06-01/runtime/invocation/next"
INIT_ERROR = "/2018-06-01/runtime/init/error"


@dataclass
class Reply:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error_type(self) -> str:
        """Return the `errorType` of an error document."""
        return str(json.loads(self.body)["errorType"])


class Client:
    """One connection to the runtime API."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def ask(self, method: str, path: str, body: bytes = b"", *headers: str) -> None:
        """Send a request."""
        head = [f"{method} {path} HTTP/1.1", "Host: api", f"Content-Length: {len(body)}", *headers, "", ""]
        self.writer.write("\r\n".join(head).encode() + body)

    async def reply(self) -> Reply:
        """Read an answer."""
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), WAIT)).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Reply(int(head[0].split()[1]), headers, body)

    async def call(self, method: str, path: str, body: bytes = b"", *headers: str) -> Reply:
        """Send a request and read its answer."""
        self.ask(method, path, body, *headers)
        return await self.reply()

    async def closed(self) -> bool:
        """Return whether the server closes the connection without an answer."""
        try:
            return await asyncio.wait_for(self.reader.read(), WAIT) == b""
        except ConnectionError:
            return True


@dataclass
class Stand:
    """A host whose runtime API is to be tried."""

    host: FunctionHost
    address: str
    queue: Any
    clients: list[Client] = field(default_factory=list)

    async def client(self) -> Client:
        """Open a connection."""
        host, _, port = self.address.partition(":")
        self.clients.append(Client(*await asyncio.open_connection(host, int(port))))
        return self.clients[-1]

    async def taken(self) -> tuple[Client, str]:
        """Send a message, take the invocation as a worker, and return its id."""
        client = await self.client()
        client.ask("GET", NEXT)
        self.queue.send(1)
        self.host.notify()
        return client, (await client.reply()).headers["lambda-runtime-aws-request-id"]


@asynccontextmanager
async def standing(queue: Any, function_seconds: float = WAIT) -> AsyncIterator[Stand]:
    """Open a host for the length of a block, with its mapping at work."""
    host = FunctionHost(queue)
    address = (await host.function_open("tasks", seconds=function_seconds))["runtime_api"]
    await host.mapping_resume()
    stand = Stand(host, address, queue)
    try:
        yield stand
    finally:
        await host.function_close()
        for client in stand.clients:
            client.writer.close()
        await asyncio.gather(*(client.writer.wait_closed() for client in stand.clients), return_exceptions=True)


def answer_path(request_id: str, kind: str = "response") -> str:
    """Return where an answer to an invocation is posted."""
    return f"/2018-06-01/runtime/invocation/{request_id}/{kind}"


def test_next_carries_event_and_headers(memory_queue: Any) -> None:
    """The answer to `next` is the event as JSON with the headers of an invocation."""

    async def scenario() -> Reply:
        async with standing(memory_queue) as stand:
            client = await stand.client()
            client.ask("GET", NEXT)
            assert (await stand.host.wait_ready(WAIT)) == {"state": "ready", "error": None}
            memory_queue.send(1)
            return await client.reply()

    reply = asyncio.run(scenario())
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert len(json.loads(reply.body)["Records"]) == 1
    assert reply.headers["lambda-runtime-invoked-function-arn"].startswith("arn:aws:lambda:")
    assert reply.headers["lambda-runtime-trace-id"].startswith("root=1-")
    assert int(reply.headers["lambda-runtime-deadline-ms"]) > 1_700_000_000_000


def test_connection_is_kept_for_further_requests(memory_queue: Any) -> None:
    """One connection serves next, response and next again."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            reply = await client.call("POST", answer_path(request_id), b"{}")
            assert (reply.status, json.loads(reply.body)) == (202, {"status": "OK"})
            client.ask("GET", NEXT)
            memory_queue.send(2)
            assert (await client.reply()).headers["lambda-runtime-aws-request-id"] != request_id

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["response", "error"])
def test_wrong_id_is_refused(memory_queue: Any, kind: str) -> None:
    """An answer to an invocation that is not under way is refused and changes nothing."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            reply = await client.call("POST", answer_path("f0000000-0000-0000-0000-000000000000", kind), b"{}")
            assert (reply.status, reply.error_type) == (400, "InvalidRequestID")
            assert await stand.host.invocations() == []
            assert (await client.call("POST", answer_path(request_id), b"null")).status == 202
            assert (await stand.host.wait_invocations(1, WAIT))[0]["outcome"] == "succeeded"

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["response", "error"])
def test_second_answer_is_refused(memory_queue: Any, kind: str) -> None:
    """The first answer counts, whatever a second one says."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            await client.call("POST", answer_path(request_id), b'{"batchItemFailures": [{"itemIdentifier": "id-0"}]}')
            reply = await client.call("POST", answer_path(request_id, kind), b"{}")
            assert (reply.status, reply.error_type) == (403, "InvalidStateTransition")
            assert [record["outcome"] for record in await stand.host.wait_invocations(1, WAIT)] == ["partial"]
            assert len(memory_queue.messages) == 1

    asyncio.run(scenario())


def test_answer_after_the_timeout_is_refused(memory_queue: Any) -> None:
    """What comes after the limit counts for nothing, and the old process gets no further invocation."""

    async def scenario() -> None:
        async with standing(memory_queue, function_seconds=0.1) as stand:
            client, request_id = await stand.taken()
            await stand.host.next_event(WAIT)
            reply = await client.call("POST", answer_path(request_id), b"{}")
            assert (reply.status, reply.error_type) == (400, "InvalidRequestID")
            assert (await client.call("GET", NEXT)).status == 403
            assert len(memory_queue.messages) == 1
            await stand.host.worker_exited(-9)
            assert await client.closed()
            fresh, _ = await stand.taken()
            assert not fresh.writer.is_closing()

    asyncio.run(scenario())


def test_invocation_under_way_is_handed_out_again(memory_queue: Any) -> None:
    """A client that asks again before it answered gets the same invocation, as on AWS; it stays one invocation."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            again = await (await stand.client()).call("GET", NEXT)
            assert again.headers["lambda-runtime-aws-request-id"] == request_id
            await client.call("POST", answer_path(request_id), b"{}")
            await stand.host.wait_invocations(1, WAIT)
            assert await stand.host.wait_started(1, 0)
            assert not await stand.host.wait_started(2, 0)

    asyncio.run(scenario())


def test_invocation_is_not_given_to_a_client_that_left(memory_queue: Any) -> None:
    """A message waits for a client that is there."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            gone = await stand.client()
            gone.ask("GET", NEXT)
            await stand.host.wait_ready(WAIT)
            gone.writer.close()
            await gone.writer.wait_closed()
            assert await stand.host._until(lambda: not stand.host._runtime.idle, WAIT)  # noqa: SLF001 - not offered
            memory_queue.send(1)
            client = await stand.client()
            assert (await client.call("GET", NEXT)).status == 200

    asyncio.run(scenario())


def test_init_error_is_taken_before_the_first_next_only(memory_queue: Any) -> None:
    """An init error is the cause in `wait_ready`; the process gets nothing more, and a ready one cannot take back."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client = await stand.client()
            body = b'{"errorType": "KeyError", "errorMessage": "gone", "stackTrace": ["a", "b"]}'
            assert (await client.call("POST", INIT_ERROR, body)).status == 202
            ready = await stand.host.wait_ready(WAIT)
            error = {"type": "KeyError", "message": "gone", "trace": ("a", "b")}
            assert ready == {"state": "init-error", "error": error}
            assert (await client.call("GET", NEXT)).status == 403
            assert (await client.call("POST", INIT_ERROR, body)).status == 403
            await stand.host.worker_exited(1)
            fresh, _ = await stand.taken()
            assert (await fresh.call("POST", INIT_ERROR, body)).status == 403
            assert (await stand.host.wait_ready(0))["state"] == "ready"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/2018-06-01/runtime/restore/next", 404),
        ("POST", "/2018-06-01/runtime/restore/error", 404),
        ("GET", "/", 404),
        ("GET", "/2018-06-01/runtime/invocation/../../..", 404),
        ("POST", NEXT, 405),
        ("GET", INIT_ERROR, 405),
        ("GET", answer_path("x"), 405),
        ("POST", answer_path("x"), 400),
        ("POST", answer_path("x" * 100_000), 400),
        ("DELETE", "*", 404),
    ],
)
def test_other_requests_are_refused_with_a_document(memory_queue: Any, method: str, path: str, status: int) -> None:
    """What the API does not offer is an error document, and the connection goes on."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client = await stand.client()
            for _ in range(2):
                reply = await client.call(method, path)
                assert reply.status == status
                assert reply.error_type

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET / HTTP/one\r\n\r\n",
        b"GET /\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 3_000_000,
        b"\r\n" * 3_000_000,
    ],
    ids=["tls", "version", "no-version", "negative", "two-lengths", "bad-chunk", "long-head", "empty-lines"],
)
def test_garbage_costs_its_connection_only(memory_queue: Any, raw: bytes) -> None:
    """What is no HTTP, or too long, ends its connection; the invocation under way is not touched."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            hostile = await stand.client()
            hostile.writer.write(raw)
            assert await hostile.closed()
            assert (await client.call("POST", answer_path(request_id), b"{}")).status == 202
            assert (await stand.host.wait_invocations(1, WAIT))[0]["outcome"] == "succeeded"

    asyncio.run(scenario())


def test_truncated_answer_is_no_answer(memory_queue: Any) -> None:
    """A body that ends early does not count; a whole one that follows does."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            broken = await stand.client()
            path = answer_path(request_id)
            broken.writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nnull".encode())
            broken.writer.write_eof()
            assert await broken.closed()
            await client.call("POST", path, b'{"batchItemFailures": [{"itemIdentifier": "id-0"}]}')
            assert (await stand.host.wait_invocations(1, WAIT))[0]["outcome"] == "partial"

    asyncio.run(scenario())


def test_cause_header_of_a_mebibyte_is_read(memory_queue: Any) -> None:
    """The client sends the cause of an error as a header of up to 1 MiB."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            cause = "Lambda-Runtime-Function-XRay-Error-Cause: " + "x" * (1024 * 1024)
            body = b'{"errorType": "E", "errorMessage": "m"}'
            assert (await client.call("POST", answer_path(request_id, "error"), body, cause)).status == 202
            assert (await stand.host.wait_invocations(1, WAIT))[0]["error"]["type"] == "E"

    asyncio.run(scenario())


def test_response_over_the_limit(memory_queue: Any) -> None:
    """A response of more than 6 MiB is answered 413 and fails its batch; one below it is taken."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            small = b'"' + b"x" * (6 * 1024 * 1024) + b'"'
            assert (await client.call("POST", answer_path(request_id), small)).status == 202
            client.ask("GET", NEXT)
            memory_queue.send(2)
            request_id = (await client.reply()).headers["lambda-runtime-aws-request-id"]
            reply = await client.call("POST", answer_path(request_id), small + b" " * 200)
            assert (reply.status, reply.error_type) == (413, "RequestEntityTooLarge")
            records = await stand.host.wait_invocations(2, WAIT)
            assert [record["outcome"] for record in records] == ["succeeded", "bad-response"]
            assert records[1]["error"]["type"] == "Function.ResponseSizeTooLarge"

    asyncio.run(scenario())


def test_continue_is_given_to_whom_waits_for_it(memory_queue: Any) -> None:
    """A client that expects 100-continue gets it before its body."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            client, request_id = await stand.taken()
            line = f"POST {answer_path(request_id)} HTTP/1.1\r\n"
            client.writer.write(line.encode() + b"Host: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            assert (await client.reply()).status == 100
            client.writer.write(b"null")
            assert (await client.reply()).status == 202

    asyncio.run(scenario())


def test_connections_are_bounded(memory_queue: Any) -> None:
    """A client that opens connections without end has the surplus closed; the end of its process frees them all."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            clients = [await stand.client() for _ in range(MAX_CONNECTIONS)]
            replies = [await client.call("GET", "/") for client in clients]
            assert {reply.status for reply in replies} == {404}
            assert await (await stand.client()).closed()
            await stand.host.worker_exited(0)
            assert await clients[0].closed()
            assert (await (await stand.client()).call("GET", "/")).status == 404

    asyncio.run(scenario())


def test_answers_are_not_held_back(memory_queue: Any) -> None:
    """The listener's sockets send small answers at once."""

    async def scenario() -> None:
        async with standing(memory_queue) as stand:
            server = stand.host._api._server  # noqa: SLF001 - the option is on the server's side
            assert server is not None
            assert server.sockets[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    asyncio.run(scenario())
