"""Run the worker by hand: stands where AWS Lambda's event source mapping stands in production."""

import asyncio
import logging
from typing import Any

from app.config import get_settings
from app.sqs_client import SQSClient
from lambda_function import lambda_handler


async def main() -> None:
    """Hand batches of messages to the handler until the process is stopped."""
    logging.basicConfig(level=get_settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sqs = SQSClient()
    while True:
        if messages := await sqs.receive_messages(max_messages=10, wait_time_seconds=10):
            result = lambda_handler({"Records": [to_record(message) for message in messages]}, None)
            failed = {failure["itemIdentifier"] for failure in result["batchItemFailures"]}
            for message in messages:
                if message["MessageId"] not in failed:
                    await sqs.delete_message(message["ReceiptHandle"])


def to_record(message: dict[str, Any]) -> dict[str, Any]:
    """Spell a message of the SQS API the way it stands in a Lambda event."""
    return {
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs",
    }


if __name__ == "__main__":
    asyncio.run(main())
