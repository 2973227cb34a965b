"""Calls a submission's `SQSClient` step by step; runs in the submission's environment and is none of its files.

Standard input gives a line of JSON, {"mark", "steps"}; each step's end is printed as one line that begins with the
mark. What a step claims here is a claim; what it did is seen at the queue's endpoint.
"""

import asyncio
import inspect
import json
import os
import sys


class Caller:
    """Calls what may or may not be `async def`, all of it on one loop where it is."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)

    def make(self, kind):
        """Make the instance, on the loop where one of its methods is a coroutine function."""
        names = ("send_message", "receive_messages", "delete_message")
        if any(inspect.iscoroutinefunction(getattr(kind, name, None)) for name in names):
            return self.loop.run_until_complete(self._make(kind))
        return kind()

    async def _make(self, kind):
        return kind()

    def __call__(self, value):
        """Return a result, awaited where it has to be."""
        return self.loop.run_until_complete(self._await(value)) if inspect.isawaitable(value) else value

    async def _await(self, value):
        return await value


def run_step(call, client, step, receipts):
    """Do one step and return what it gave."""
    operation = step["operation"]
    if operation == "send":
        return call(client.send_message(step["body"]))
    if operation == "receive":
        messages = call(client.receive_messages(max_messages=step.get("max", 1)))
        receipts.extend(message["ReceiptHandle"] for message in messages)
        return [message["Body"] for message in messages]
    if operation == "delete":
        return call(client.delete_message(receipts.pop() if receipts else "no-receipt"))
    if operation == "barrier":
        return sys.stdin.readline().strip()
    raise ValueError(operation)


def main(order):
    """Import the application as a server would, make the client, and do the steps."""
    import app.main  # noqa: F401
    from app.sqs_client import SQSClient

    call = Caller()
    client = call.make(SQSClient)
    receipts = []
    say(order["mark"], {"ready": True})
    for number, step in enumerate(order["steps"]):
        say(order["mark"], {"begin": number})
        try:
            result = {"gave": run_step(call, client, step, receipts)}
        except Exception as error:
            result = {"raised": type(error).__name__, "text": str(error)[:200]}
        say(order["mark"], {"step": number, **result})
    say(order["mark"], {"done": True})


def say(mark, record):
    """Print one marked line."""
    sys.stdout.write(f"\n{mark} {json.dumps(record, default=repr)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.path[0] = os.getcwd()
    main(json.loads(sys.stdin.readline()))
