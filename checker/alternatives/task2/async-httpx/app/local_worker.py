"""Run the worker by hand: stands where AWS Lambda's event source mapping stands in production."""

import asyncio
from typing import Any

from app.sqs_client import SQSClient
from lambda_function import lambda_handler


async def main() -> None:
    sqs = SQSClient()
    while True:
        messages = await sqs.receive_messages(max_messages=10, wait_time_seconds=10)
        if messages:
            await deliver(sqs, messages)


async def deliver(sqs: SQSClient, messages: list[dict[str, Any]]) -> None:
    records = [
        {"messageId": m["MessageId"], "receiptHandle": m["ReceiptHandle"], "body": m["Body"], "eventSource": "aws:sqs"}
        for m in messages
    ]
    result = await asyncio.to_thread(lambda_handler, {"Records": records}, None)
    failed = {failure["itemIdentifier"] for failure in result["batchItemFailures"]}
    for message in messages:
        if message["MessageId"] not in failed:
            await sqs.delete_message(message["ReceiptHandle"])


if __name__ == "__main__":
    asyncio.run(main())
