"""The client of Redis and the view of its keys, on a real server."""

from __future__ import annotations

import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from checker.kit.keyspace import NO_TTL, Keyspace
from checker.kit.redis import Redis, RedisRefusal, encoded
from checker.parts.valkey import find_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from checker.kit.redis import Word


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server and return its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("valkey")
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    users = ["--user", "default", "on", "nopass", "~*", "+@all", "--user", "grader", "on", ">secret", "~*", "+@all"]
    with subprocess.Popen([find_server(), *options, *users], stdout=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 10
        while not answers(port) and time.monotonic() < deadline:
            time.sleep(0.01)
        yield f"redis://grader:secret@127.0.0.1:{port}/0"
        server.kill()


def answers(port: int) -> bool:
    """Whether the port can be connected to."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def redis(url: str) -> Iterator[Redis]:
    """Return a connection to an empty server."""
    connection = Redis(url)
    connection.call("FLUSHALL")
    yield connection
    connection.close()


def test_answers_come_back_as_what_they_are(redis: Redis) -> None:
    """Status, bytes, number, list, nothing; the login was that of the URL."""
    asked: Sequence[Sequence[Word]] = [
        ("SET", "a", b"\x00\r\n"),
        ("GET", "a"),
        ("GET", "b"),
        ("INCR", "n"),
        ("MGET", "a", "b"),
        ("ACL", "WHOAMI"),
    ]
    assert redis.batch(asked) == [b"OK", b"\x00\r\n", None, 1, [b"\x00\r\n", None], b"grader"]


def test_a_refusal_is_raised_by_a_call_and_returned_by_a_batch(redis: Redis) -> None:
    """What follows a refused command is answered all the same."""
    with pytest.raises(RedisRefusal, match="unknown command"):
        redis.call("NONSENSE")
    refused, fine = redis.batch([("LPUSH", "a"), ("PING",)])
    assert isinstance(refused, RedisRefusal)
    assert fine == b"PONG"


def test_a_server_that_is_gone_is_an_error() -> None:
    """A connection that the server closes does not look like an empty answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = Redis(f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        listener.accept()[0].close()
        with pytest.raises(ConnectionError):
            connection.call("PING")
        connection.close()


def test_every_kind_of_key_is_seen_with_its_life_and_its_bytes(redis: Redis) -> None:
    """A snapshot holds names, types, times to live and contents."""
    redis.batch(
        [
            ("SET", "s", "text", "PX", 5000),
            ("HSET", "h", "field", "value"),
            ("RPUSH", "l", "one", "two"),
            ("SADD", "e", "member"),
            ("ZADD", "z", 1, "ranked"),
            ("XADD", "x", "1-1", "name", "said"),
        ]
    )
    keys = Keyspace(redis).snapshot().keys
    assert {name: (key.kind, key.parts) for name, key in keys.items()} == {
        b"s": ("string", (b"text",)),
        b"h": ("hash", (b"field", b"value")),
        b"l": ("list", (b"one", b"two")),
        b"e": ("set", (b"member",)),
        b"z": ("zset", (b"ranked",)),
        b"x": ("stream", (b"1-1", b"name", b"said")),
    }
    assert 4000 < keys[b"s"].ttl_ms <= 5000
    assert keys[b"h"].ttl_ms == NO_TTL
    assert keys[b"h"].holds("valu")
    assert not keys[b"h"].holds("other")
    assert keys[b"h"].size == len("fieldvalue")


def test_a_key_can_be_taken_and_put_back(redis: Redis) -> None:
    """It is gone meanwhile, and is then what it was, its time to live included."""
    keys = Keyspace(redis)
    redis.call("HSET", "h", "field", b"\xff")
    redis.call("PEXPIRE", "h", 60_000)
    taken = keys.take(b"h")
    assert taken is not None
    assert not keys.exists(b"h")
    keys.put_back(b"h", taken)
    assert redis.call("HGETALL", "h") == [b"field", b"\xff"]
    assert 50_000 < redis.call("PTTL", "h") <= 60_000
    assert keys.take(b"nothing") is None


def test_a_key_that_is_there_again_is_not_replaced(redis: Redis) -> None:
    """What the service has written meanwhile stays."""
    keys = Keyspace(redis)
    redis.call("SET", "a", "old")
    taken = keys.take(b"a")
    redis.call("SET", "a", "new")
    keys.put_back(b"a", taken or (b"", 0))
    assert redis.call("GET", "a") == b"new"


def test_keys_can_be_removed_and_expire(redis: Redis) -> None:
    """Removing none is no command at all."""
    keys = Keyspace(redis)
    redis.batch([("SET", "a", "1"), ("SET", "b", "1"), ("SET", "c", "1")])
    keys.remove()
    keys.remove(b"a", b"b")
    keys.expire(b"c", 50_000)
    assert list(keys.snapshot().keys) == [b"c"]
    assert 40_000 < redis.call("PTTL", "c") <= 50_000


def test_a_command_goes_out_as_counted_bytes() -> None:
    """Whatever a word holds."""
    assert encoded(["SET", "ü", b"\r\n", 7]) == b"*4\r\n$3\r\nSET\r\n$2\r\n\xc3\xbc\r\n$2\r\n\r\n\r\n$1\r\n7\r\n"
