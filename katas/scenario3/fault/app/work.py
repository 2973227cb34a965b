"""The work that a task stands for.

It is done by another team's library in production; this is what stands in its place, and does what that does.
"""

import re
import time

TAKES = re.compile(r"takes (\d+(?:\.\d+)?) s")


class WorkError(Exception):
    """The work cannot be done, however often it is tried."""


def do_work(description: str | None) -> None:
    """Do the work: at once, in the time that a description like `takes 4 s` names, or never where it is `broken`."""
    text = (description or "").strip()
    if text == "broken":
        raise WorkError("the order cannot be read")
    if match := TAKES.fullmatch(text):
        time.sleep(float(match[1]))
