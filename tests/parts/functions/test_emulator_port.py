"""The host on the real SQS emulator, and on the control channel."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from checker.control import AsyncControlClient, ControlServer, RemoteError
from checker.parts.functions.emulator_port import EmulatorPort
from checker.parts.functions.host import FunctionHost
from checker.parts.queue.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from checker.parts.functions.runtime import Runtime

WAIT = 6.0


@asynccontextmanager
async def joined() -> AsyncIterator[tuple[Emulator, FunctionHost, Runtime]]:
    """Join a host with an emulator; the test plays the worker, on the host's runtime."""
    emulator = Emulator()
    await emulator.start()
    await emulator.create_queue("tasks", visibility_seconds=1)
    host = FunctionHost(EmulatorPort(emulator))
    emulator.on_message_stored(lambda _: host.notify())
    await host.function_open("/000000000000/tasks")
    try:
        yield emulator, host, host._runtime  # noqa: SLF001 - a worker without its HTTP client
    finally:
        await host.function_close()


async def work(runtime: Runtime, response: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Take one invocation, answer it and return its records."""
    flight = await asyncio.wait_for(runtime.poll(), WAIT)
    runtime.respond(flight.request_id, json.dumps(response).encode())
    records: list[dict[str, Any]] = json.loads(flight.event)["Records"]
    return records


def test_message_is_delivered_and_deleted() -> None:
    """A stored message is delivered with AWS's attributes and is gone after a success."""

    async def scenario() -> None:
        async with joined() as (emulator, host, runtime):
            await host.mapping_resume()
            message_id = await emulator.send("tasks", '{"task_id": 1}')
            (record,) = await work(runtime)
            await host.wait_invocations(1, WAIT)
            assert record["messageId"] == message_id
            assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:000000000000:tasks"
            assert set(record["attributes"]) >= {
                "ApproximateReceiveCount",
                "SentTimestamp",
                "SenderId",
                "ApproximateFirstReceiveTimestamp",
            }
            assert await emulator.bodies("tasks") == []

    asyncio.run(scenario())


def test_failed_message_comes_back_and_dies_at_the_third_receive() -> None:
    """A message that always fails is delivered three times, a visibility time-out apart, then it is a dead letter."""

    async def scenario() -> None:
        async with joined() as (emulator, host, runtime):
            message_id = await emulator.send("tasks", "x")
            await host.mapping_resume()
            for count in ("1", "2", "3"):
                (record,) = await work(runtime, {"batchItemFailures": [{"itemIdentifier": message_id}]})
                assert record["attributes"]["ApproximateReceiveCount"] == count
            first, second, third = await host.wait_invocations(3, WAIT)
            assert 1 <= second["started"] - first["started"] < 1.5
            assert 1 <= third["started"] - second["started"] < 1.5
            poll = runtime.poll()
            for _ in range(100):  # dead letters move when somebody looks, and tell nobody
                if (await emulator.counts("tasks")).dead_letters:
                    break
                await asyncio.sleep(0.05)
            (dead,) = await emulator.receive("tasks-dlq")
            assert dead["MessageId"] == message_id
            assert not poll.done()

    asyncio.run(scenario())


def test_handler_that_deletes_for_itself() -> None:
    """A message that the handler deleted during the invocation is no trouble to the host."""

    async def scenario() -> None:
        async with joined() as (emulator, host, runtime):
            await host.mapping_resume()
            await emulator.send("tasks", "x")
            flight = await asyncio.wait_for(runtime.poll(), WAIT)
            (record,) = json.loads(flight.event)["Records"]
            await emulator.delete("tasks", record["receiptHandle"])
            runtime.respond(flight.request_id, b"null")
            assert (await host.wait_invocations(1, WAIT))[0]["outcome"] == "succeeded"

    asyncio.run(scenario())


def test_queue_that_the_submission_deleted() -> None:
    """A queue that is gone delivers nothing, and the host lives on."""

    async def scenario() -> None:
        async with joined() as (emulator, host, runtime):
            await host.mapping_resume()
            await emulator.delete_queue("tasks")
            poll = runtime.poll()
            await asyncio.sleep(0.15)
            assert not poll.done()
            assert await host.invocations() == []
            await emulator.create_queue("tasks", visibility_seconds=1)
            await emulator.send("tasks", "x")
            await asyncio.wait_for(poll, WAIT)

    asyncio.run(scenario())


def test_methods_over_the_control_channel(tmp_path: Path, memory_queue: Any) -> None:
    """Every method takes and returns JSON; a host that is not open, or whose queue broke, says so."""

    async def scenario() -> None:
        host = FunctionHost(memory_queue)
        server = ControlServer(host, tmp_path / "socket", "token")
        await server.start()
        caller = await AsyncControlClient.connect(tmp_path / "socket", "token")
        with pytest.raises(RemoteError, match="no function is open"):
            await caller.call("invocations")
        opened = await caller.call("function_open", queue="tasks")
        assert opened["runtime_api"].startswith("127.0.0.1:")
        assert await caller.call("wait_ready", seconds=0) == {"state": "waiting", "error": None}
        await caller.call("worker_exited", returncode=-9)
        ready = await caller.call("wait_ready", seconds=0)
        assert ready["error"]["message"] == "the worker's process ended by signal SIGKILL before its first invocation"
        await caller.call("worker_started")
        waiting = asyncio.create_task(work(host._runtime))  # noqa: SLF001 - a worker without its HTTP client
        record = await caller.call("invoke", event={"Records": [{"messageId": "m"}]})
        await waiting
        assert (record["outcome"], record["message_ids"], record["response"]) == ("succeeded", ["m"], None)
        assert await caller.call("wait_invocations", count=1, seconds=WAIT) == [
            {name: value for name, value in record.items() if name != "response"}
        ]
        assert await caller.call("next_event", seconds=0) is None
        memory_queue.broken = True
        host._runtime.poll()  # noqa: SLF001
        await caller.call("mapping_resume")
        with pytest.raises(RemoteError, match="the queue is gone"):
            await caller.call("wait_invocations", count=2, seconds=WAIT)
        await caller.call("function_close")
        memory_queue.broken = False
        assert (await caller.call("function_open", queue="tasks"))["runtime_api"]
        assert await caller.call("invocations") == []
        await caller.call("function_close")
        await caller.close()
        await server.stop()

    asyncio.run(scenario())
