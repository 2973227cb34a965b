"""The event source mapping on a queue in memory, with an invocation that the test controls."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from checker.parts.functions.mapping import POLL_SECONDS, EventSourceMapping, MappingOptions
from checker.parts.functions.records import Invocation, Outcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from checker.parts.functions.ports import Message

WAIT = 5.0


@dataclass
class Probe:
    """Stands for the function: it records its batches, and works until `go` is set."""

    ready: bool = True
    failing: frozenset[str] = frozenset()
    batches: list[list[str]] = field(default_factory=list)
    settled: asyncio.Queue[Invocation] = field(default_factory=asyncio.Queue)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def invoke(self, batch: list[Message]) -> Invocation:
        """Take a batch."""
        ids = tuple(message["MessageId"] for message in batch)
        self.batches.append([*ids])
        self.called.set()
        await self.go.wait()
        failed = tuple(self.failing.intersection(ids))
        return Invocation("r", 0, 0, ids, (), (), Outcome.PARTIAL if failed else Outcome.SUCCEEDED, failed, None)


@asynccontextmanager
async def running(port: Any, probe: Probe, **options: Any) -> AsyncIterator[EventSourceMapping]:
    """Run a mapping for the length of a block."""
    mapping = EventSourceMapping(
        port,
        MappingOptions("tasks", **options),
        ready=lambda: probe.ready,
        invoke=probe.invoke,
        settled=probe.settled.put_nowait,
        turn=asyncio.Lock(),
    )
    task = asyncio.create_task(mapping.run())
    try:
        yield mapping
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_batches_are_no_larger_than_asked(memory_queue: Any) -> None:
    """What is there is taken in batches of the size, in order, and deleted."""

    async def scenario() -> None:
        probe = Probe()
        probe.go.set()
        ids = memory_queue.send(*range(7))
        async with running(memory_queue, probe, batch_size=3) as mapping:
            mapping.resume()
            for _ in range(3):
                await asyncio.wait_for(probe.settled.get(), WAIT)
        assert probe.batches == [ids[:3], ids[3:6], ids[6:]]
        assert memory_queue.messages == []

    asyncio.run(scenario())


def test_starts_paused_and_pauses_after_the_batch_under_way(memory_queue: Any) -> None:
    """Nothing is received while paused, and `pause` returns when the invocation under way is settled."""

    async def scenario() -> None:
        probe = Probe()
        memory_queue.send(1)
        async with running(memory_queue, probe) as mapping:
            await asyncio.sleep(2 * POLL_SECONDS)
            assert memory_queue.receive_calls == 0
            mapping.resume()
            await asyncio.wait_for(probe.called.wait(), WAIT)
            pausing = asyncio.create_task(mapping.pause())
            memory_queue.send(2)
            await asyncio.sleep(0)
            assert not pausing.done()
            probe.go.set()
            await asyncio.wait_for(pausing, WAIT)
            assert probe.settled.qsize() == 1
            calls = memory_queue.receive_calls
            await asyncio.sleep(2 * POLL_SECONDS)
            assert memory_queue.receive_calls == calls
            assert len(memory_queue.messages) == 1

    asyncio.run(scenario())


def test_receives_nothing_without_a_worker(memory_queue: Any) -> None:
    """While no worker waits no message is received, so none loses a receive; a worker's coming is acted on at once."""

    async def scenario() -> None:
        probe = Probe(ready=False)
        probe.go.set()
        memory_queue.send(1)
        async with running(memory_queue, probe) as mapping:
            mapping.resume()
            await asyncio.sleep(2 * POLL_SECONDS)
            assert memory_queue.receive_calls == 0
            probe.ready = True
            mapping.notify()
            await asyncio.wait_for(probe.settled.get(), WAIT)

    asyncio.run(scenario())


def test_news_is_acted_on_at_once(memory_queue: Any) -> None:
    """A message that is announced does not wait for the interval."""

    async def scenario() -> list[float]:
        probe, delays = Probe(), []
        probe.go.set()
        async with running(memory_queue, probe) as mapping:
            mapping.resume()
            for _ in range(5):
                await asyncio.sleep(0.01)
                started = time.monotonic()
                memory_queue.send(1)
                mapping.notify()
                await asyncio.wait_for(probe.settled.get(), WAIT)
                delays.append(time.monotonic() - started)
        return delays

    assert min(asyncio.run(scenario())) < POLL_SECONDS / 4


def test_unannounced_messages_are_found(memory_queue: Any) -> None:
    """A message that nobody announces is found within a few intervals, and an idle mapping looks no more often."""

    async def scenario() -> None:
        probe = Probe()
        probe.go.set()
        async with running(memory_queue, probe) as mapping:
            mapping.resume()
            await asyncio.sleep(4.5 * POLL_SECONDS)
            assert memory_queue.receive_calls <= 6
            memory_queue.send(1)
            await asyncio.wait_for(probe.settled.get(), WAIT)

    asyncio.run(scenario())


def test_failed_messages_are_left_alone(memory_queue: Any) -> None:
    """A failed message is not deleted, and its visibility is not changed."""

    async def scenario() -> None:
        first, second = memory_queue.send(1, 2)
        probe = Probe(failing=frozenset({second}))
        probe.go.set()
        async with running(memory_queue, probe) as mapping:
            mapping.resume()
            await asyncio.wait_for(probe.settled.get(), WAIT)
        (left,) = memory_queue.messages
        assert left.message_id == second != first
        assert left.visible_at - time.monotonic() > memory_queue.visibility_seconds - WAIT

    asyncio.run(scenario())


def test_window_gathers_what_comes_meanwhile(memory_queue: Any) -> None:
    """With a batching window a batch waits for more, and goes early when it is full."""

    async def scenario() -> None:
        probe = Probe()
        probe.go.set()
        ids = memory_queue.send(1)
        async with running(memory_queue, probe, batch_size=2, window_seconds=WAIT) as mapping:
            mapping.resume()
            await asyncio.sleep(0.02)
            assert probe.batches == []
            ids += memory_queue.send(2)
            mapping.notify()
            await asyncio.wait_for(probe.settled.get(), WAIT / 2)
        assert probe.batches == [ids]

    asyncio.run(scenario())


def test_window_ends(memory_queue: Any) -> None:
    """A batch that does not fill goes when its window is over."""

    async def scenario() -> float:
        probe = Probe()
        probe.go.set()
        memory_queue.send(1)
        async with running(memory_queue, probe, window_seconds=0.15) as mapping:
            started = time.monotonic()
            mapping.resume()
            await asyncio.wait_for(probe.settled.get(), WAIT)
            return time.monotonic() - started

    assert 0.15 <= asyncio.run(scenario()) < 0.6


def test_broken_queue_ends_the_mapping(memory_queue: Any) -> None:
    """An error of the queue is not swallowed."""

    async def scenario() -> None:
        memory_queue.broken = True
        mapping = EventSourceMapping(
            memory_queue,
            MappingOptions("tasks"),
            ready=lambda: True,
            invoke=Probe().invoke,
            settled=lambda _: None,
            turn=asyncio.Lock(),
        )
        mapping.resume()
        await mapping.run()

    with pytest.raises(RuntimeError, match="the queue is gone"):
        asyncio.run(scenario())
