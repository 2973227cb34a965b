"""The database front, before a small server of the test's own and before a real PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from checker.parts import database_front
from checker.parts.database_front import DatabaseFront
from checker.parts.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SOON = 5.0  # many times what anything here takes
NOT_YET = 0.05  # seconds without news that count as none


class Server:
    """Answers each request of a line with its words, one write a word, and notes what it read and who left."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.left = asyncio.Event()
        self.peers: list[int] = []
        self.serving: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        if task := asyncio.current_task():
            self.serving.add(task)
        self.peers.append(writer.get_extra_info("peername")[1])
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                self.requests.append(line)
                for word in line.split(b" "):
                    writer.write(word)
                    await writer.drain()
                    await asyncio.sleep(0.01)  # so that each arrives as a piece of its own
        writer.close()
        self.left.set()


class Client:
    """One connection through the front."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, text: str) -> str:
        """Send a line and return its answer without the spaces."""
        self.writer.write(text.encode() + b"\n")
        answer = await asyncio.wait_for(self.reader.readuntil(b"\n"), SOON)
        return answer.decode().strip()

    async def hears(self) -> bytes:
        """Return what comes within a moment."""
        try:
            return await asyncio.wait_for(self.reader.read(1000), NOT_YET)
        except TimeoutError:
            return b""


class Scene:
    """A front before a server, and the clients of both."""

    def __init__(self, front: DatabaseFront, server: Server) -> None:
        self.front = front
        self.server = server
        self.clients: list[Client] = []

    async def connect(self) -> Client:
        """Connect one more client to the front."""
        self.clients.append(Client(*await asyncio.open_connection("127.0.0.1", self.front.port)))
        return self.clients[-1]


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """Start everything, and close it afterwards."""
    server = Server()
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    front = DatabaseFront(listener.sockets[0].getsockname()[:2])
    await front.start()
    made = Scene(front, server)
    try:
        yield made
    finally:
        for client in made.clients:
            client.writer.close()
        await front.stop()
        await asyncio.gather(*[client.writer.wait_closed() for client in made.clients], return_exceptions=True)
        listener.close()
        await asyncio.gather(*server.serving, return_exceptions=True)


def test_bytes_go_both_ways() -> None:
    """Without a hold the front is a wire."""

    async def scenario() -> None:
        async with scene() as here:
            client = await here.connect()
            assert await client.ask("select one") == "selectone"
            assert here.server.requests == [b"select one\n"]

    asyncio.run(scenario())


def test_the_answer_with_the_marker_is_held_and_others_are_not() -> None:
    """One connection waits from the marked answer on; another one gets the same answer at once."""

    async def scenario() -> None:
        async with scene() as here:
            held, other = await here.connect(), await here.connect()
            hold = here.front.hold_answer(b"title-1")
            assert await other.ask("title-2") == "title-2"
            asked = asyncio.create_task(held.ask("title-1"))
            assert await hold.held(SOON)
            assert not asked.done()
            assert await other.ask("title-1") == "title-1"
            hold.release()
            assert await asked == "title-1"
            assert here.server.requests == [b"title-2\n", b"title-1\n", b"title-1\n"]

    asyncio.run(scenario())


def test_a_marker_may_arrive_in_pieces() -> None:
    """What completes the marker is held; what came before it had gone already."""

    async def scenario() -> None:
        async with scene() as here:
            client = await here.connect()
            hold = here.front.hold_answer(b"abcdef")
            asked = asyncio.create_task(client.ask("--ab cd ef"))
            assert await hold.held(SOON)
            assert not asked.done()
            hold.release()
            assert await asked == "--abcdef"

    asyncio.run(scenario())


def test_the_requests_of_one_connection_are_let_go_step_by_step() -> None:
    """A hold on a port leaves the other connections alone, and a step lets go what had come until then."""

    async def scenario() -> None:
        async with scene() as here:
            one, other = await here.connect(), await here.connect()
            assert await one.ask("first") == "first"
            hold = here.front.hold_requests(here.server.peers[0])
            one.writer.write(b"second\n")
            assert await hold.held(SOON)
            assert await other.ask("free") == "free"
            hold.step()
            assert await asyncio.wait_for(one.reader.readuntil(b"\n"), SOON) == b"second\n"
            one.writer.write(b"third\n")
            assert await hold.held(SOON)
            assert await one.hears() == b""
            hold.release()
            assert await asyncio.wait_for(one.reader.readuntil(b"\n"), SOON) == b"third\n"
            assert await one.ask("fourth") == "fourth"

    asyncio.run(scenario())


def test_all_requests_can_be_held() -> None:
    """Without a port the hold is on every connection."""

    async def scenario() -> None:
        async with scene() as here:
            clients = [await here.connect() for _ in range(2)]
            hold = here.front.hold_requests()
            for client in clients:
                client.writer.write(b"hello\n")
            assert await hold.held(SOON)
            assert [await client.hears() for client in clients] == [b"", b""]
            assert here.server.requests == []
            hold.release()
            assert [await client.reader.readuntil(b"\n") for client in clients] == [b"hello\n"] * 2

    asyncio.run(scenario())


def test_a_hold_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is held for longer than the contract allows, and who waits for bytes hears of the end."""
    monkeypatch.setattr(database_front, "HOLD_SECONDS", 0.1)

    async def scenario() -> None:
        async with scene() as here:
            client = await here.connect()
            hold = here.front.hold_requests()
            assert await client.ask("late") == "late"
            assert not await hold.held(SOON)

    asyncio.run(scenario())


def test_a_client_that_leaves_takes_its_answer_along() -> None:
    """The server sees the end of a connection whose answer is held."""

    async def scenario() -> None:
        async with scene() as here:
            client = await here.connect()
            hold = here.front.hold_answer(b"marker")
            client.writer.write(b"marker\n")
            assert await hold.held(SOON)
            client.writer.close()
            await asyncio.wait_for(here.server.left.wait(), SOON)

    asyncio.run(scenario())


def test_without_a_server_connections_end() -> None:
    """A server that refuses is a connection that closes at once."""

    async def scenario() -> bytes:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            front = DatabaseFront(nobody.getsockname())
            await front.start()
            reader, writer = await asyncio.open_connection("127.0.0.1", front.port)
            try:
                return await asyncio.wait_for(reader.read(), SOON)
            except ConnectionError:
                return b""
            finally:
                writer.close()
                await front.stop()

    assert asyncio.run(scenario()) == b""


def test_a_row_that_was_read_is_held_while_it_changes(open_folder: Path) -> None:
    """PostgreSQL has read the old row, the reader does not have it yet, and the row changes meanwhile."""

    async def scenario() -> list[object]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        server = Postgres(open_folder, port)
        await server.start()
        front = DatabaseFront(("127.0.0.1", port))
        await front.start()
        try:
            return await asyncio.to_thread(read_while_it_changes, server.url, port, front, asyncio.get_running_loop())
        finally:
            await front.stop()
            await server.stop()

    assert asyncio.run(scenario()) == ["the old title", "the new title"]


def read_while_it_changes(url: str, port: int, front: DatabaseFront, loop: asyncio.AbstractEventLoop) -> list[object]:
    """Read a row through the front and change it past the front while the answer is held; return both titles."""
    direct = url.replace("+psycopg", "")

    async def hold() -> database_front.Hold:
        return front.hold_answer(b"the old title")

    with (
        psycopg.connect(direct, autocommit=True) as writer,
        psycopg.connect(direct.replace(f":{port}/", f":{front.port}/"), autocommit=True) as reader,
    ):
        writer.execute("CREATE TABLE notes AS SELECT 'the old title' AS title")
        held = asyncio.run_coroutine_threadsafe(hold(), loop).result(SOON)
        titles: list[object] = []

        async def change() -> None:
            assert await held.held(SOON)
            await asyncio.to_thread(writer.execute, "UPDATE notes SET title = 'the new title'")
            held.release()

        changing = asyncio.run_coroutine_threadsafe(change(), loop)
        for _ in range(2):
            row = reader.execute("SELECT title FROM notes").fetchone()
            titles.append(row[0] if row else None)
        changing.result(SOON)
        return titles
