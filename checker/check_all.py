"""Checking a folder for several katas, some at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from checker.stacks.live import abort_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.check import Check, Request
    from checker.verdict import Verdict

JOBS: Final = 2  # a check waits as much as it works, but a third would make the waits of a second late


def check_all(check: Check, requests: Sequence[Request], jobs: int = JOBS) -> list[Verdict]:
    """Return a verdict a request, in their order; whoever stops this ends every run."""
    with ThreadPoolExecutor(jobs) as pool:
        pending = [pool.submit(check.verdict, request) for request in requests]
        try:
            return [one.result() for one in pending]
        except BaseException:
            for one in pending:
                one.cancel()
            abort_all()
            raise
