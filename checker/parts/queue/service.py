"""What the queue front offers over the control channel: its public coroutine methods, in JSON's types."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from checker.parts.queue.emulator import ACCOUNT, DEAD_LETTER_SUFFIX, Emulator
from checker.parts.queue.front import Front
from checker.parts.queue.plans import read_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOOPBACK = "127.0.0.1"


class QueueService:
    """One emulator and its front. Lanes and queues are named; docs/reference/queue-front.md describes each method."""

    def __init__(self) -> None:
        self.emulator = Emulator()
        self.front = Front(self.emulator)

    async def start(self) -> None:
        """Load the emulator."""
        await self.emulator.start()

    def close(self) -> None:
        """Close every lane."""
        self.front.close()

    def on_message_stored(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with the queue's name after each send that stored a message, whoever sent it."""
        self.emulator.on_message_stored(callback)

    async def ping(self) -> str:
        """Answer, to show that the loop runs."""
        return "pong"

    async def lane_open(self, name: str, host: str = LOOPBACK, port: int = 0) -> dict[str, int]:
        """Open a lane; port 0 is any that is free."""
        lane = await self.front.open_lane(name, host, port)
        return {"port": lane.port}

    async def lane_refuse(self, lane: str) -> None:
        """Let the lane's connections be refused."""
        self.front.lane(lane).refuse()

    async def lane_accept(self, lane: str) -> None:
        """Let the lane take connections again, on the same port."""
        await self.front.lane(lane).accept()

    async def lane_close(self, lane: str) -> None:
        """Close the lane; its port, its name and the memory of its attempts are free again."""
        self.front.close_lane(lane)

    async def plan(self, lane: str, plan: Mapping[str, Any]) -> None:
        """Put a fault plan behind those of the lane."""
        self.front.lane(lane).plans.add(read_plan(plan))

    async def clear_plans(self, lane: str) -> None:
        """Forget the lane's plans."""
        self.front.lane(lane).plans.clear()

    async def attempts(self, lane: str | None = None, operation: str | None = None) -> list[dict[str, Any]]:
        """Return what was attempted so far."""
        return [attempt.as_json() for attempt in self.front.record.select(lane, operation)]

    async def forget_attempts(self, lane: str) -> None:
        """Forget what was attempted on the lane, whose record would be full at some time."""
        self.front.record.forget(lane)

    async def wait_attempts(
        self, lane: str | None, operation: str | None, count: int, seconds: float, *, begun: bool = False
    ) -> list[dict[str, Any]]:
        """Return the attempts once `count` of them have ended (or begun), or what is there after `seconds`."""
        attempts = await self.front.record.wait(lane, operation, count, seconds, begun=begun)
        return [attempt.as_json() for attempt in attempts]

    async def queue_create(
        self, name: str, visibility_seconds: int, *, dead_letter: bool = True, max_receives: int = 3
    ) -> dict[str, str | None]:
        """Create a queue and its dead-letter queue; return the paths that follow a lane's host and port."""
        await self.emulator.create_queue(
            name, visibility_seconds=visibility_seconds, dead_letter=dead_letter, max_receives=max_receives
        )
        path = f"/{ACCOUNT}/{name}"
        return {"path": path, "dead_letter_path": path + DEAD_LETTER_SUFFIX if dead_letter else None}

    async def queue_delete(self, name: str) -> None:
        """Delete a queue and its dead-letter queue with all their messages."""
        await self.emulator.delete_queue(name)

    async def send(self, queue: str, body: str) -> str:
        """Store a message past all plans and records; return its id."""
        return await self.emulator.send(queue, body)

    async def receive(self, queue: str, maximum: int = 10, wait: float = 0) -> list[dict[str, Any]]:
        """Receive messages as boto3 shows them, with all attributes."""
        return await self.emulator.receive(queue, maximum=maximum, wait=wait)

    async def delete(self, queue: str, receipt_handle: str) -> None:
        """Delete a received message."""
        await self.emulator.delete(queue, receipt_handle)

    async def change_visibility(self, queue: str, receipt_handle: str, seconds: int) -> None:
        """Let a received message be received again `seconds` from now."""
        await self.emulator.change_visibility(queue, receipt_handle, seconds)

    async def queue_visibility(self, queue: str, seconds: int) -> None:
        """Set how long messages stay hidden that are received from now on."""
        await self.emulator.set_visibility(queue, seconds)

    async def purge(self, queue: str) -> None:
        """Delete every message of the queue."""
        await self.emulator.purge(queue)

    async def counts(self, queue: str) -> dict[str, int]:
        """Count the queue's messages: visible, in_flight, dead_letters."""
        return asdict(await self.emulator.counts(queue))

    async def messages(self, queue: str) -> list[str]:
        """Return the bodies of the queue's messages without receiving them."""
        return await self.emulator.bodies(queue)
