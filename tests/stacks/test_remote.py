"""Processes that run elsewhere, seen through messages: what is asked for, and what an answer means."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from checker.stacks.remote import Wire


class Elsewhere:
    """The other side: keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.wire = Wire(self.sent.append)

    def say(self, number: int, text: str) -> None:
        """Let a process write."""
        self.wire.hear({"output": {"id": number, "data": base64.b64encode(text.encode()).decode()}})

    def end(self, number: int, code: int, excess: str = "") -> None:
        """Let a process end."""
        self.wire.hear({"ended": {"id": number, "code": code, "excess": excess}})


@pytest.fixture
def elsewhere() -> Elsewhere:
    """Give the other side."""
    return Elsewhere()


def test_a_process_is_asked_for_and_heard(elsewhere: Elsewhere) -> None:
    """Its order, its input, its lines, its end."""

    async def use() -> None:
        process = elsewhere.wire.start("submission", "api", ["/bin/a", "b"], environ={"C": "d"}, stdin=b"in\n")
        assert (process.returncode, process.silent) == (None, False)
        waiting = asyncio.create_task(process.wait_for_line("ready", 10))
        await asyncio.sleep(0)
        elsewhere.say(process.number, "not yet\nrea")
        elsewhere.say(process.number, "dy now\n")
        assert await waiting
        elsewhere.end(process.number, 137)
        assert (await process.wait(), process.returncode, process.silent) == (137, 137, True)
        assert process.log.last() == "not yet\nready now"

    asyncio.run(use())
    order = {"argv": ["/bin/a", "b"], "environ": {"C": "d"}, "cwd": "/", "files": {}, "feed": True}
    assert elsewhere.sent == [
        {"launch": {"id": 0, "kind": "submission", "name": "api", "order": order}},
        {"write": {"id": 0, "data": base64.b64encode(b"in\n").decode()}},
    ]


def test_a_line_that_never_comes_is_not_waited_for_after_the_end(elsewhere: Elsewhere) -> None:
    """The end wakes whoever waits."""

    async def use() -> bool:
        process = elsewhere.wire.start("queue", "queue", ["x"], environ={})
        waiting = asyncio.create_task(process.wait_for_line("ready", 60))
        await asyncio.sleep(0)
        elsewhere.end(process.number, 1)
        return await waiting

    assert asyncio.run(use()) is False


def test_killing_waits_for_the_end(elsewhere: Elsewhere) -> None:
    """It is asked for once; what has ended is not asked again."""

    async def use() -> None:
        process = elsewhere.wire.start("submission", "api", ["x"], environ={})
        killing = asyncio.create_task(process.kill())
        await asyncio.sleep(0)
        assert not killing.done()
        elsewhere.end(process.number, 137)
        await killing
        await process.kill()

    asyncio.run(use())
    assert [message for message in elsewhere.sent if "kill" in message] == [{"kill": {"id": 0}}]


def test_an_excess_is_kept(elsewhere: Elsewhere) -> None:
    """Whichever side found it, the first reason stays."""

    async def use() -> list[str]:
        one = elsewhere.wire.start("submission", "one", ["x"], environ={})
        two = elsewhere.wire.start("submission", "two", ["x"], environ={})
        elsewhere.end(one.number, 241, "it used more than 1 GiB of memory")
        two.end("it wrote too much")
        elsewhere.end(two.number, 137)
        return [one.excess, two.excess]

    assert asyncio.run(use()) == ["it used more than 1 GiB of memory", "it wrote too much"]


def test_memory_is_asked_for(elsewhere: Elsewhere) -> None:
    """Answers find their questions, in whatever order they come."""

    async def use() -> list[int]:
        process = elsewhere.wire.start("submission", "api", ["x"], environ={})
        asked = [asyncio.create_task(elsewhere.wire.memory(process)) for _ in range(2)]
        await asyncio.sleep(0)
        first, second = [message["memory"]["call"] for message in elsewhere.sent if "memory" in message]
        elsewhere.wire.hear({"memory": {"call": second, "bytes": 2}})
        elsewhere.wire.hear({"memory": {"call": first, "bytes": 1}})
        return [await one for one in asked]

    assert asyncio.run(use()) == [1, 2]
