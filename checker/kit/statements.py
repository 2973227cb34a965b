"""The statements that a submission's requests came to, with their plans, from the log of the database.

A kata that says `explain: true` has `auto_explain` loaded into the sessions of the submission's role, by settings that
only a superuser can change: each statement leaves its plan, with ANALYZE and VERBOSE, as JSON, when it ends; those
within functions, of prepared statements and of cursors too.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from checker.kit.plans import Plan

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

T = TypeVar("T")

HEAD: Final = re.compile(r"^[\d-]+ [\d:.]+ \w+ \[(\d+)\] (LOG|CONTEXT):  (.*)$")
PLAN: Final = re.compile(r"^duration: [\d.]+ ms  plan:$")
CUT_CHARACTERS: Final = 16_000  # a line of the log that is longer was cut (`checker.log`)
KEY: Final = re.compile(r'^(\s*"[^"]+": )')
QUIET_SECONDS: Final = 2.0  # for what a request still does in the database after its answer
LOOK_EVERY: Final = 0.005


@dataclass(frozen=True)
class Statement:
    """One statement as it was executed: its text, its plan, and whether a function ran it."""

    text: str
    plan: Plan
    nested: bool


class StatementLog:
    """Tells what the submission's sessions executed while something was done."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def during(self, act: Callable[[], T]) -> tuple[T, list[Statement]]:
        """Do something; return what it gave and every statement that ended meanwhile, oldest first.

        Whatever is still under way in the database afterwards is waited for, up to `QUIET_SECONDS`.
        """
        begin, end = secrets.token_hex(8), secrets.token_hex(8)
        self._mark(begin)
        gave = act()
        self._wait_for_quiet()
        self._mark(end)
        channel = self._service.desk.open()
        lines: list[str] = channel.call("database_log", begin=begin, end=end)
        channel.close()
        return gave, list(statements(lines))

    def _mark(self, mark: str) -> None:
        self._service.database.write(f"DO $$ BEGIN RAISE LOG '{mark}'; END $$")

    def _wait_for_quiet(self) -> None:
        """Wait until no session of the submission has a statement or a transaction under way."""
        deadline = time.monotonic() + QUIET_SECONDS
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'candidate' AND state <> 'idle'"
        while self._service.database.rows(query) != [(0,)] and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)


def statements(lines: Sequence[str]) -> Iterator[Statement]:
    """Read the statements in lines of the log; a plan that cannot be read is an error of ours."""
    number = 0
    while number < len(lines):
        head = HEAD.match(lines[number])
        number += 1
        if head is None or not PLAN.match(head[3]):
            continue
        body = list(continued(lines, number))
        number += len(body)
        following = HEAD.match(lines[number]) if number < len(lines) else None
        nested = following is not None and following[1] == head[1] and following[2] == "CONTEXT"
        explained = json.loads("".join(body))
        yield Statement(explained.get("Query Text", ""), explained["Plan"], nested)


def continued(lines: Sequence[str], start: int) -> Iterator[str]:
    """Yield the lines that belong to the record before them, each whole."""
    for line in lines[start:]:
        if not line.startswith("\t"):
            return
        yield whole(line[1:])


def whole(line: str) -> str:
    """Return a line, its value closed where the log had cut it."""
    key = KEY.match(line)
    if len(line) < CUT_CHARACTERS or key is None:
        return line
    return f"{key[1]}{json.dumps(line[key.end() :].strip(' [').strip(chr(34)))},"
