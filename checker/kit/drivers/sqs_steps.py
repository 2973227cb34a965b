"""Calls a submission's `SQSClient` step by step; runs in the submission's environment and is none of its files.

Standard input gives a line of JSON, {"mark", "tracks"}: lists of steps, each list done in its order and all lists
side by side, by threads with an instance each, or, where the methods are asynchronous, on one loop with one instance.
Each step's begin and end is printed as one line that begins with the mark. What a step claims here is a claim; what
it did is seen at the queue's endpoint.
"""

import asyncio
import inspect
import json
import os
import sys
import threading
import time


class NeedsLoop(BaseException):
    """A method gave something to await, and no loop is running."""


async def awaited(value):
    """Return a result, awaited where it has to be."""
    if not inspect.isawaitable(value):
        return value
    if not is_on_loop():
        getattr(value, "close", bool)()  # a coroutine that nobody awaits would complain
        raise NeedsLoop
    return await value


def is_on_loop():
    """Whether this runs on an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def do(client, step, receipts):
    """Do one step and return what it gave."""
    operation = step["operation"]
    if operation == "send":
        return await awaited(client.send_message(step["body"]))
    if operation == "receive":
        messages = await awaited(client.receive_messages(**step.get("arguments", {"max_messages": 1})))
        receipts.extend(message["ReceiptHandle"] for message in messages)
        return [message["Body"] for message in messages]
    if operation == "delete":
        return await awaited(client.delete_message(receipts.pop() if receipts else "no-receipt"))
    if operation == "barrier":
        return sys.stdin.readline().strip()
    if operation == "pause":
        return await pause(step["seconds"])
    raise ValueError(operation)


async def pause(seconds):
    """Wait, in a way that lets the other lists go on."""
    if is_on_loop():
        await asyncio.sleep(seconds)
    else:
        time.sleep(seconds)


async def do_track(mark, client, steps):
    """Do the steps of one list."""
    receipts = []
    for step in steps:
        say(mark, {"begin": step["id"]})
        try:
            result = {"gave": await do(client, step, receipts)}
        except Exception as error:
            result = {"raised": type(error).__name__, "text": str(error)[:200]}
        say(mark, {"step": step["id"], **result})


async def on_one_loop(kind, order):
    """Make the instance and await all its calls on this loop."""
    client = kind()
    await asyncio.gather(*[do_track(order["mark"], client, steps) for steps in order["tracks"]])


def without_a_loop(coroutine, unfinished):
    """Run a coroutine that awaits nothing, so that what is called finds no loop running; note it where it has to."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    except NeedsLoop:
        unfinished.append(coroutine)


def in_threads(kind, order):
    """Do each list in a thread with an instance of its own, a single one in this thread; whether all came to an end."""
    try:
        tracks = [do_track(order["mark"], kind(), steps) for steps in order["tracks"]]
    except RuntimeError:  # it asks for a loop; if it was something else, making it there tells
        return False
    unfinished = []
    threads = [threading.Thread(target=without_a_loop, args=(track, unfinished)) for track in tracks[1:]]
    for thread in threads:
        thread.start()
    without_a_loop(tracks[0], unfinished)
    for thread in threads:
        thread.join()
    return not unfinished


def main(order):
    """Import the application as a server would, and do the steps."""
    import app.main  # noqa: F401
    from app.sqs_client import SQSClient

    names = ("send_message", "receive_messages", "delete_message")
    say(order["mark"], {"ready": True})
    declared = any(inspect.iscoroutinefunction(getattr(SQSClient, name, None)) for name in names)
    if declared or not in_threads(SQSClient, order):  # what a plain method gives may have to be awaited all the same
        asyncio.run(on_one_loop(SQSClient, order))
    say(order["mark"], {"done": True})


def say(mark, record):
    """Print one marked line."""
    sys.stdout.write(f"\n{mark} {json.dumps(record, default=repr)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.path[0] = os.getcwd()
    sys.stdout.reconfigure(line_buffering=True, write_through=False)  # `print` writes its line at once, not in two
    main(json.loads(sys.stdin.readline()))
