"""How late the machine was: the sum over beats, and beats that ask a server which is held up."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest

from checker.control import ControlClient, ControlServer
from checker.suites.task2.lag import Heartbeat, lateness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "a token"  # noqa: S105 - of a server that lives as long as a test
DEADLINE = 5.0
HELD_SECONDS = 0.5


@pytest.mark.parametrize(
    ("beats", "since", "until", "late"),
    [
        ([], 0.0, 9.0, 0.0),
        ([(0.0, 0.051), (0.051, 0.12), (0.12, 0.19)], 0.0, 9.0, 0.0),
        ([(0.0, 1.05)], 0.0, 9.0, 1.0),
        ([(0.0, 1.05)], 0.55, 9.0, 0.5),
        ([(0.0, 1.05)], 0.0, 0.25, 0.2),
        ([(0.0, 1.05)], 2.0, 9.0, 0.0),
        ([(0.0, 1.05)], float("inf"), 9.0, 0.0),
        ([(0.0, 0.35), (0.35, 0.4), (0.4, 0.65)], 0.0, 9.0, 0.5),
    ],
)
def test_late_beats_are_summed_within_a_time(
    beats: list[tuple[float, float]], since: float, until: float, late: float
) -> None:
    """What beats took beyond their pause counts, as far as it lies in the time that is asked for; a little does not."""
    assert lateness(beats, since, until) == pytest.approx(late)


class Target:
    """Answers a ping, and can be held up."""

    async def ping(self) -> str:
        """Answer."""
        return "pong"

    async def hold_up(self) -> None:
        """Let nothing else happen for a while."""
        time.sleep(HELD_SECONDS)  # noqa: ASYNC251 - it is what is tested


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Serve the target on a thread of its own; return the socket's path."""
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def serve() -> None:
        server = ControlServer(Target(), tmp_path / "control", TOKEN)
        await server.start()
        ready.set()
        await stop.wait()
        await server.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(DEADLINE)
    yield tmp_path / "control"
    loop.call_soon_threadsafe(stop.set)
    thread.join(DEADLINE)
    loop.close()


def test_a_server_that_is_held_up_shows(path: Path) -> None:
    """Beats go on until the end of the context, and one is as late as the server was held up."""
    channel = ControlClient(path, TOKEN)
    with Heartbeat(ControlClient(path, TOKEN)) as heart:
        began = time.monotonic()
        while not heart.beats and time.monotonic() < began + DEADLINE:
            channel.call("ping")
        channel.call("hold_up")
        told = time.monotonic()
        while heart.beats[-1][1] < told and time.monotonic() < told + DEADLINE:
            channel.call("ping")
    channel.close()
    assert lateness(heart.beats, began, told + DEADLINE) > HELD_SECONDS / 2
    assert all(begin < end for begin, end in heart.beats)
