"""The control channel between processes of one run: what can be called, by whom, and what trouble looks like."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from checker import control
from checker.control import AsyncControlClient, ControlClient, ControlServer, RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKEN = "a token"  # noqa: S105 - of a server that lives as long as a test
DEADLINE = 5.0


class Target:
    """What the server of these tests offers."""

    limit = 3

    def __init__(self) -> None:
        self.touched: list[str] = []

    async def double(self, number: int) -> int:
        """Return twice a number."""
        return 2 * number

    async def slow(self, seconds: float) -> str:
        """Take a while."""
        await asyncio.sleep(seconds)
        return "done"

    async def fail(self) -> None:
        """Raise."""
        raise ValueError("no such luck")

    async def opaque(self) -> object:
        """Return what JSON does not have."""
        return object()

    async def _private(self) -> None:
        self.touched.append("_private")

    def plain(self) -> None:
        """Do something that no caller has a right to."""
        self.touched.append("plain")


@pytest.fixture
def target() -> Target:
    """Return what is offered."""
    return Target()


@pytest.fixture
def path(target: Target, tmp_path: Path) -> Iterator[Path]:
    """Serve the target on a thread of its own; return the socket's path."""
    with serving(target, tmp_path / "control") as address:
        yield address


@contextlib.contextmanager
def serving(target: object, address: Path) -> Iterator[Path]:
    """Serve `target` until the block ends."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        server = ControlServer(target, address, TOKEN)
        await server.start()
        ready.set()
        await stop.wait()
        await server.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(DEADLINE)
    yield address
    loop.call_soon_threadsafe(stop.set)
    thread.join(DEADLINE)
    loop.close()


@pytest.fixture
def connect(path: Path) -> Iterator[Callable[[], ControlClient]]:
    """Return a way to connect with the right token."""
    with contextlib.ExitStack() as stack:

        def connected() -> ControlClient:
            client = ControlClient(path, TOKEN)
            stack.callback(client.close)
            return client

        yield connected


def test_a_call_gives_its_result(connect: Callable[[], ControlClient]) -> None:
    """Arguments go there and the result comes back, call after call on one connection."""
    client = connect()
    assert [client.call("double", number=number) for number in range(200)] == [2 * number for number in range(200)]


def test_an_exception_comes_back(connect: Callable[[], ControlClient]) -> None:
    """What the other side raises is a `RemoteError` with type and text, and the channel goes on working."""
    client = connect()
    with pytest.raises(RemoteError, match=r"^ValueError: no such luck$"):
        client.call("fail")
    assert client.call("double", number=4) == 8


def test_a_result_that_is_no_json_comes_back_as_an_error(connect: Callable[[], ControlClient]) -> None:
    """A method's odd result is told to its caller and does not cost the connection."""
    client = connect()
    with pytest.raises(RemoteError, match=r"^TypeError: "):
        client.call("opaque")
    assert client.call("double", number=4) == 8


@pytest.mark.parametrize("method", ["nowhere", "_private", "plain", "limit", "touched", "__init__", "__class__"])
def test_only_public_coroutine_methods_are_offered(
    connect: Callable[[], ControlClient], target: Target, method: str
) -> None:
    """Unknown and private names, plain methods and attributes are answered alike, and none of them is run."""
    with pytest.raises(RemoteError, match=rf"^AttributeError: {method}$"):
        connect().call(method)
    assert target.touched == []


@pytest.mark.parametrize("params", [{}, {"number": 1, "more": 2}])
def test_wrong_arguments_come_back(connect: Callable[[], ControlClient], params: dict[str, Any]) -> None:
    """A call that does not fit the method is the caller's error."""
    with pytest.raises(RemoteError, match=r"^TypeError: "):
        connect().call("double", **params)


@pytest.mark.parametrize(
    "line",
    [b"no json", b"[]", b"{}", b'{"method": 1, "params": {}}', b'{"method": "double", "params": [1]}', b"[" * 9999],
)
def test_a_line_that_is_no_call_is_answered(path: Path, line: bytes) -> None:
    """Whatever a line holds, it gets an error for an answer."""
    with socket.socket(socket.AF_UNIX) as raw, raw.makefile("rb") as answers:
        raw.settimeout(DEADLINE)
        raw.connect(str(path))
        raw.sendall(TOKEN.encode() + b"\n" + line + b"\n")
        assert answers.readline().startswith(b'{"error": ')


@pytest.mark.parametrize("greeting", [b"wrong\n", b"a tokem\n", b"a token and more\n", b"\xff\xfe\n", b"\n" * 99])
def test_another_token_is_turned_away(path: Path, greeting: bytes) -> None:
    """Who does not know the token is hung up on without an answer."""
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(DEADLINE)
        raw.connect(str(path))
        with contextlib.suppress(BrokenPipeError):
            raw.sendall(greeting + b'{"method": "double", "params": {"number": 1}}\n')
            raw.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert raw.recv(1) == b""


def test_a_flood_instead_of_a_token_is_not_read(path: Path) -> None:
    """No more is read of a greeting than the token is long."""
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(DEADLINE)
        raw.connect(str(path))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            raw.sendall(b"x" * 256 * 2**20)


def test_who_says_nothing_is_hung_up_on(
    path: Path, monkeypatch: pytest.MonkeyPatch, connect: Callable[[], ControlClient]
) -> None:
    """A connection that brings no token ends after a while and is in nobody's way."""
    monkeypatch.setattr(control, "GREETING_SECONDS", 0.1)
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(DEADLINE)
        raw.connect(str(path))
        raw.sendall(b"a")
        assert connect().call("double", number=1) == 2
        assert raw.recv(1) == b""


def test_many_connections_call_at_once(connect: Callable[[], ControlClient]) -> None:
    """Calls on different connections are under way side by side."""
    clients = [connect() for _ in range(20)]
    started = time.monotonic()
    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(lambda client: client.call("slow", seconds=0.2), clients))
    assert answers == ["done"] * len(clients)
    assert time.monotonic() - started < 0.2 * len(clients) / 2


def test_calls_of_one_async_client_take_turns(path: Path) -> None:
    """Each task of a loop gets the answer to its own call."""

    async def call_all() -> list[int]:
        client = await AsyncControlClient.connect(path, TOKEN)
        answers = await asyncio.gather(*[client.call("double", number=number) for number in range(50)])
        with pytest.raises(RemoteError, match="no such luck"):
            await client.call("fail")
        await client.close()
        return answers

    assert asyncio.run(call_all()) == [2 * number for number in range(50)]


def test_a_side_that_goes_is_a_connection_error(target: Target, tmp_path: Path) -> None:
    """A call that is under way when the server stops raises, and so does the next one."""
    with ThreadPoolExecutor(1) as pool:
        with serving(target, tmp_path / "control") as address:
            client = ControlClient(address, TOKEN)
            assert client.call("double", number=1) == 2
            waiting = pool.submit(client.call, "slow", seconds=60)
        with pytest.raises(ConnectionError):
            waiting.result(DEADLINE)
    with pytest.raises(ConnectionError):
        client.call("double", number=1)
    client.close()


def test_a_server_that_is_gone_answers_no_async_call(target: Target, tmp_path: Path) -> None:
    """The same for a client on a loop."""

    async def call_late() -> None:
        with serving(target, tmp_path / "control") as address:
            client = await AsyncControlClient.connect(address, TOKEN)
            assert await client.call("double", number=1) == 2
        with pytest.raises(ConnectionError):
            await client.call("double", number=1)
        await client.close()

    asyncio.run(call_late())


def test_nobody_listens(tmp_path: Path) -> None:
    """Without a server there is no connection."""
    with pytest.raises(FileNotFoundError):
        ControlClient(tmp_path / "control", TOKEN)
