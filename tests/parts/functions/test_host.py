"""The function host with a worker in a process of its own, under AWS's client and under the bootstrap."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    OpenStage = Callable[..., AbstractAsyncContextManager[Any]]  # of a `Stage` of conftest.py

WAIT = 8.0

OBEDIENT = """
    import json, os, sys, time

    def obey(record):
        command = json.loads(record["body"])
        if command == "raise":
            raise ValueError("told to")
        if command == "exit":
            sys.exit(3)
        if command == "sleep":
            time.sleep(30)
        return command == "fail"

    def lambda_handler(event, context):
        named = [{"itemIdentifier": record["messageId"]} for record in event["Records"] if obey(record)]
        return {"batchItemFailures": named}
"""
RETURNS_NOTHING = "def lambda_handler(event, context): pass"


def test_batch_is_one_invocation_and_is_deleted(stage: OpenStage) -> None:
    """Ten messages that wait are one event; the handler's return without a failure deletes them all."""

    async def scenario() -> None:
        async with stage(RETURNS_NOTHING) as one:
            await one.host.mapping_pause()
            ids = one.queue.send(*range(12))
            await one.host.mapping_resume()
            records = await one.host.wait_invocations(2, WAIT)
            assert [len(record["message_ids"]) for record in records] == [10, 2]
            assert [*records[0]["message_ids"], *records[1]["message_ids"]] == ids
            assert {record["outcome"] for record in records} == {"succeeded"}
            assert records[0]["receive_counts"] == (1,) * 10
            assert records[0]["bodies"][3] == "3"
            assert one.queue.messages == []

    asyncio.run(scenario())


def test_named_message_comes_back_after_its_visibility_timeout(stage: OpenStage) -> None:
    """Of a batch only the named message stays; it is delivered again when the time-out is over, not before."""

    async def scenario() -> None:
        async with stage(OBEDIENT, visibility_seconds=0.5) as one:
            await one.host.mapping_pause()
            _, bad, _ = one.queue.send("good", "fail", "good")
            await one.host.mapping_resume()
            records = await one.host.wait_invocations(2, WAIT)
            assert [record["outcome"] for record in records[:2]] == ["partial", "partial"]
            assert records[0]["failed_ids"] == records[1]["message_ids"] == (bad,)
            assert records[1]["receive_counts"] == (2,)
            assert 0.5 <= records[1]["started"] - records[0]["started"] < 1.5

    asyncio.run(scenario())


def test_dead_letter_after_three_receives(stage: OpenStage) -> None:
    """A message that always fails is delivered three times and never deleted by the host."""

    async def scenario() -> None:
        async with stage(OBEDIENT, visibility_seconds=0.2) as one:
            one.queue.send("raise")
            records = await one.host.wait_invocations(3, WAIT)
            assert [record["receive_counts"] for record in records] == [(1,), (2,), (3,)]
            assert {record["outcome"] for record in records} == {"failed"}
            await asyncio.wait_for(one.queue.buried.wait(), WAIT)
            assert [message.receives for message in one.queue.dead] == [3]

    asyncio.run(scenario())


def test_raise_fails_the_batch_with_its_cause(stage: OpenStage) -> None:
    """A handler that raises leaves the whole batch and tells type, message and place; the worker goes on."""

    async def scenario() -> None:
        async with stage(OBEDIENT) as one:
            await one.host.mapping_pause()
            ids = one.queue.send("good", "raise")
            await one.host.mapping_resume()
            (record,) = await one.host.wait_invocations(1, WAIT)
            assert record["outcome"] == "failed"
            assert list(record["failed_ids"]) == ids
            assert record["error"]["type"] == "ValueError"
            assert record["error"]["message"] == "told to"
            assert 'raise ValueError("told to")' in record["error"]["trace"][-1]
            one.queue.send("good")
            assert (await one.host.wait_invocations(2, WAIT))[1]["outcome"] == "succeeded"

    asyncio.run(scenario())


def test_exit_in_the_handler_is_a_crash(stage: OpenStage) -> None:
    """A handler that ends its process fails the batch; the next worker takes the next message."""

    async def scenario() -> None:
        async with stage(OBEDIENT) as one:
            one.queue.send("exit")
            returncode, _ = await one.worker_ended()
            assert returncode == 3
            (record,) = await one.host.wait_invocations(1, WAIT)
            assert record["outcome"] == "crashed"
            assert record["error"]["message"] == "the worker's process ended with status 3 during invocation"
            assert len(one.queue.messages) == 1
            assert (await one.host.wait_ready(0.01))["state"] == "waiting"
            one.queue.send("good")
            await one.start_worker()
            assert (await one.host.wait_invocations(2, WAIT))[1]["outcome"] == "succeeded"

    asyncio.run(scenario())


def test_timeout_ends_the_invocation_and_asks_for_a_new_worker(stage: OpenStage) -> None:
    """An invocation over its limit fails; the supervisor is told, and until it acted nothing more is delivered."""

    async def scenario() -> None:
        async with stage(OBEDIENT, function_seconds=0.4) as one:
            assert await one.host.next_event(0.01) is None
            one.queue.send("sleep")
            event = await one.host.next_event(WAIT)
            (record,) = await one.host.wait_invocations(1, WAIT)
            assert event == {"kind": "timed-out", "request_id": record["request_id"]}
            assert record["outcome"] == "timed-out"
            assert 0.4 <= record["ended"] - record["started"] < 0.8
            one.queue.send("good")
            await one.kill_worker()
            await one.start_worker()
            assert (await one.host.wait_invocations(2, WAIT))[1]["outcome"] == "succeeded"
            assert len(one.queue.messages) == 1

    asyncio.run(scenario())


def test_one_invocation_at_a_time(stage: OpenStage) -> None:
    """Messages that come while the handler works wait for its end."""

    async def scenario() -> None:
        async with stage("import time\ndef lambda_handler(event, context): time.sleep(0.1)") as one:
            one.queue.send(1)
            assert await one.host.wait_started(1, WAIT)
            direct = asyncio.create_task(one.host.invoke({"Records": []}))
            one.queue.send(2, 3)
            await one.host.mapping_pause()
            await direct
            await one.host.mapping_resume()
            records = await one.host.wait_invocations(3, WAIT)
            assert sorted(len(record["message_ids"]) for record in records) == [0, 1, 2]
            assert all(first["ended"] <= second["started"] for first, second in itertools.pairwise(records))

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("import not_there", "Runtime.ImportModuleError", "not_there"),
        ("def lambda_handler(:", "Runtime.UserCodeSyntaxError", "syntax"),
        ("x = 1", "Runtime.HandlerNotFound", "lambda_handler"),
        ("raise KeyError('DATABASE_URL')", "KeyError", "DATABASE_URL"),
    ],
)
def test_handler_that_cannot_be_loaded(stage: OpenStage, source: str, kind: str, message: str) -> None:
    """Whatever stops the module is the cause that `wait_ready` gives, and the process ends with status 1."""

    async def scenario() -> None:
        async with stage(source, start=False) as one:
            await one.start_worker()
            ready = await one.host.wait_ready(WAIT)
            assert ready["state"] == "init-error"
            assert ready["error"]["type"] == kind
            assert message in ready["error"]["message"]
            assert (await one.worker_ended())[0] == 1
            assert (await one.host.wait_ready(0))["state"] == "init-error"
            await one.host.worker_started()
            assert (await one.host.wait_ready(0)) == {"state": "waiting", "error": None}

    asyncio.run(scenario())


def test_process_that_ends_while_it_loads(stage: OpenStage) -> None:
    """A process that is gone before it asked for anything is an init error with its status."""

    async def scenario() -> None:
        async with stage("import os; os._exit(7)", start=False) as one:
            await one.start_worker()
            await one.worker_ended()
            ready = await one.host.wait_ready(WAIT)
            assert ready["state"] == "init-error"
            assert ready["error"]["type"] == "Runtime.ExitError"
            assert "with status 7" in ready["error"]["message"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("None", "succeeded"),
        ("{}", "succeeded"),
        ("{'statusCode': 200}", "succeeded"),
        ("{'batchItemFailures': [{'itemIdentifier': ''}]}", "bad-response"),
        ("{'batchItemFailures': [{'messageId': 'x'}]}", "bad-response"),
        ("float('nan')", "bad-response"),
        ("b'{not json'", "bad-response"),
        ("object()", "failed"),
        ("'x' * 7_000_000", "bad-response"),
    ],
)
def test_response_values(stage: OpenStage, value: str, outcome: str) -> None:
    """What a handler returns is judged as AWS judges it, on the way through a real client."""

    async def scenario() -> None:
        async with stage(f"def lambda_handler(event, context): return {value}") as one:
            one.queue.send(1)
            (record,) = await one.host.wait_invocations(1, WAIT)
            assert record["outcome"] == outcome
            assert len(one.queue.messages) == (outcome != "succeeded")

    asyncio.run(scenario())


def test_direct_invocation_with_an_event_of_the_caller(stage: OpenStage) -> None:
    """A suite's own event reaches the handler as it is, while the mapping is paused, and its response comes back."""
    source = """
        def lambda_handler(event, context):
            return {"event": event, "left": context.get_remaining_time_in_millis(), "name": context.function_name,
                    "id": context.aws_request_id, "memory": context.memory_limit_in_mb,
                    "stream": context.log_stream_name, "arn": context.invoked_function_arn}
    """

    async def scenario() -> dict[str, Any]:
        async with stage(source) as one:
            await one.host.mapping_pause()
            event = {"Records": [{"messageId": "m", "body": "b", "attributes": {"ApproximateReceiveCount": "2"}}]}
            record = await one.host.invoke(event)
            assert record["outcome"] == "succeeded"
            assert record["message_ids"] == ("m",)
            assert record["receive_counts"] == (2,)
            response: dict[str, Any] = record["response"]
            assert response["event"] == event
            assert response["id"] == record["request_id"]
            return response

    response = asyncio.run(scenario())
    assert 0 < response["left"] <= 5000
    assert response["name"] == "worker"
    assert response["memory"] == "1024"
    assert response["stream"]
    assert response["arn"].startswith("arn:aws:lambda:us-east-1:")


def test_worker_logs_are_lines_on_stdout(stage: OpenStage) -> None:
    """Records go to stdout with level, time and request id; the root logger has a handler before the module runs."""
    source = """
        import logging
        logging.basicConfig(level="INFO", format="mine %(message)s")
        def lambda_handler(event, context):
            logging.warning("seen\\twith a tab")
            logging.info("below the level of the root logger")
            print("plain")
            raise ValueError("in one\\nline")
    """

    async def scenario() -> None:
        async with stage(source) as one:
            one.queue.send(1)
            (record,) = await one.host.wait_invocations(1, WAIT)
            _, output = await one.kill_worker()
            lines = output.split("\n")
            warning = next(line for line in lines if line.startswith("[WARNING]\t"))
            assert warning.endswith(f"Z\t{record['request_id']}\tseen\twith a tab")
            assert "below the level" not in output
            assert "mine" not in output
            assert "plain" in lines
            assert sum(line.startswith("[ERROR] ValueError: in one") for line in lines) == 1

    asyncio.run(scenario())


def test_event_is_what_aws_sends(stage: OpenStage) -> None:
    """The handler sees the event of an SQS trigger."""
    source = "import json\ndef lambda_handler(event, context): raise ValueError(json.dumps(event))"

    async def scenario() -> dict[str, Any]:
        async with stage(source) as one:
            one.queue.send({"task_id": 4})
            (record,) = await one.host.wait_invocations(1, WAIT)
            event: dict[str, Any] = json.loads(record["error"]["message"])
            return event

    (record,) = asyncio.run(scenario())["Records"]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:000000000000:tasks"
    assert record["body"] == '{"task_id": 4}'
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
