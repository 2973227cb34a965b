"""Waiting for a condition."""

from __future__ import annotations

import asyncio

from checker.parts.functions.changes import Changes


def test_waiter_wakes_when_the_condition_holds() -> None:
    """A ring without the condition is slept through; one with it ends the wait, for every waiter."""

    async def scenario() -> None:
        changes, values = Changes(), [0]
        waiters = [asyncio.create_task(changes.until(lambda: values[0] > 1, 5)) for _ in range(2)]
        for value in (1, 2):
            await asyncio.sleep(0)
            assert not any(waiter.done() for waiter in waiters)
            values[0] = value
            changes.ring()
        assert await asyncio.wait_for(asyncio.gather(*waiters), 1) == [True, True]

    asyncio.run(scenario())


def test_wait_ends_at_its_deadline() -> None:
    """Without the condition the answer is no; a wait of no time tells what holds now."""

    async def scenario() -> None:
        changes = Changes()
        assert not await changes.until(lambda: False, 0.02)
        assert not await changes.until(lambda: False, 0)
        assert await changes.until(lambda: True, 0)

    asyncio.run(scenario())
