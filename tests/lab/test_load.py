"""The load, against a real server on the loopback."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import Any

from checker.lab.figures import Counter
from checker.lab.load import Traffic
from checker.lab.mix import Known, Mix, Pool
from checker.lab.plan import Entry, Load

WAIT_SECONDS = 10.0


def dice() -> random.Random:
    """Return dice that fall the same every time."""
    return random.Random(7)  # noqa: S311 - nothing to guess here


class Server:
    """Answers as `answer` says; counts requests, and how many were under way at a time."""

    def __init__(self, answer: Any, hold: float = 0.0) -> None:
        self._answer = answer
        self._hold = hold
        self._under_way = 0
        self.most = 0
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.left = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while line := (await reader.readline()).decode():
                headers = {}
                while (header := (await reader.readline()).decode().strip()) != "":
                    name, _, value = header.partition(": ")
                    headers[name.lower()] = value
                await reader.readexactly(int(headers.get("content-length", 0)))
                self._under_way += 1
                self.most = max(self.most, self._under_way)
                self.seen.append((line.rsplit(" ", 1)[0], headers))
                await asyncio.sleep(self._hold)
                status, body = self._answer(*self.seen[-1])
                text = json.dumps(body).encode()
                writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(text)) + text)
                await writer.drain()
                self._under_way -= 1
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left += 1
        finally:
            writer.close()


def loaded(server: Server, load: Load, until: Any) -> tuple[Counter, Pool, list[str]]:
    """Load a server until something is so; return what was counted, the tasks known, the messages sent."""
    pool, counter, messages = Pool(dice()), Counter([]), list[str]()

    async def send(message: str) -> None:
        messages.append(message)

    async def scenario() -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        traffic = Traffic(load, Mix(load.requests, pool, dice()), pool, counter, send)
        running = asyncio.create_task(traffic.run(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"))
        deadline = time.monotonic() + WAIT_SECONDS
        while not until(counter, messages) and time.monotonic() < deadline:
            await asyncio.wait([running], timeout=0.01)
        running.cancel()
        await asyncio.wait([running])
        listening.close()

    asyncio.run(scenario())
    return counter, pool, messages


def answers(counter: Counter) -> int:
    """Return how many answers came."""
    return sum(row.answers for row in counter.traffic(0.0, 0.0).rows)


def test_never_more_at_a_time_than_allowed() -> None:
    """A slow service gets fewer requests, not more at a time; what was not sent is counted."""
    server = Server(lambda *_: (200, {}), hold=0.05)
    load = Load(rate=200, at_once=3, requests=(Entry(path="/slow"),))
    counter, _, _ = loaded(server, load, lambda counter, _: answers(counter) >= 15)
    assert server.most == 3
    assert counter.held_back > 5


def test_the_rate_is_kept() -> None:
    """A quick service gets as many requests a second as was asked for."""
    load = Load(rate=100, requests=(Entry(path="/quick"),))
    begun = time.monotonic()
    loaded(Server(lambda *_: (200, {})), load, lambda counter, _: answers(counter) >= 50)
    assert 0.45 < time.monotonic() - begun < 3.0


def test_what_was_made_is_known() -> None:
    """A task of a 201 is asked for from then on."""
    made = Server(lambda *_: (201, {"id": 77, "title": "parcel"}))
    load = Load(rate=200, requests=(Entry(method="POST", path="/tasks", body={"title": "x"}),))
    _, pool, _ = loaded(made, load, lambda counter, _: answers(counter) >= 1)
    assert pool.any() == Known(77, "parcel")


def test_it_logs_in_where_it_is_asked_to() -> None:
    """The first 401 makes it register and log in; every request after that carries the token."""

    def answer(request: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
        if request == "POST /auth/token":
            return 200, {"access_token": "abc"}
        return (200, {}) if headers.get("authorization") == "Bearer abc" else (401, {})

    server = Server(answer)
    counter, _, _ = loaded(
        server, Load(rate=50, at_once=1, requests=(Entry(path="/tasks"),)), lambda counter, _: answers(counter) >= 5
    )
    (row,) = counter.traffic(0.0, 0.0).rows
    assert row.refused == 1
    assert [request for request, _ in server.seen][:3] == ["GET /tasks", "POST /auth/register", "POST /auth/token"]


def test_a_client_that_hangs_up_leaves() -> None:
    """Its connection ends when the answer has begun, and the answer counts."""
    server = Server(lambda *_: (200, {"text": "x" * 20_000_000}))
    load = Load(rate=20, at_once=2, requests=(Entry(path="/export", hang_up=True),))
    loaded(server, load, lambda *_: server.left >= 2)
    assert server.left >= 2


def test_a_service_that_is_gone_makes_errors() -> None:
    """No answer is an error of the service's, and the load goes on."""
    server = Server(lambda *_: (503, {}))
    counter, _, _ = loaded(
        server, Load(rate=100, requests=(Entry(path="/x"),)), lambda counter, _: answers(counter) >= 3
    )
    assert counter.traffic(0.0, 0.0).errors >= 3


def test_messages_go_past_the_service() -> None:
    """What is no request is put on the queue."""
    load = Load(rate=100, requests=(Entry(message="poison {number}"),))
    _, _, messages = loaded(Server(lambda *_: (200, {})), load, lambda _, messages: len(messages) >= 3)
    assert messages[:3] == ["poison 1", "poison 2", "poison 3"]
