"""The statements that a submission's requests came to, with their plans, from the log of the database.

A kata that says `explain: true` has `auto_explain` loaded into the sessions of the submission's role, by settings that
only a superuser can change: each statement leaves its plan, with ANALYZE and VERBOSE, as JSON, when it ends; those
within functions, of prepared statements and of cursors too. A cursor that is open when its transaction is rolled back
never ends, and leaves the text of its statement alone.
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
TEXT: Final = re.compile(r"^(?:statement|execute [^:]*): (?=\s*declare\b)", re.IGNORECASE)
KEY: Final = re.compile(r'^(\s*"[^"]+": )')
CUT_CHARACTERS: Final = 16_000  # a line of the log that is longer was cut (`checker.log`)
QUIET_SECONDS: Final = 2.0  # for what a request still does in the database after its answer
LOOK_EVERY: Final = 0.005


@dataclass(frozen=True)
class Statement:
    """One statement as it was executed: its text, its plan, and whether a function ran it."""

    text: str
    plan: Plan
    nested: bool


@dataclass(frozen=True)
class Executed:
    """What was executed: the statements that ended, oldest first, and the texts of cursors that never did."""

    statements: tuple[Statement, ...]
    unfinished: tuple[str, ...]


class StatementLog:
    """Tells what the submission's sessions executed while something was done."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def during(self, act: Callable[[], T]) -> tuple[T, Executed]:
        """Do something; return what it gave and what was executed meanwhile.

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
        return gave, read_log(lines)

    def _mark(self, mark: str) -> None:
        self._service.database.write(f"DO $$ BEGIN RAISE LOG '{mark}'; END $$")

    def _wait_for_quiet(self) -> None:
        """Wait until no session of the submission has a statement or a transaction under way."""
        deadline = time.monotonic() + QUIET_SECONDS
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'candidate' AND state <> 'idle'"
        while self._service.database.rows(query) != [(0,)] and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)


@dataclass(frozen=True)
class Record:
    """One record of the log: the process that wrote it, what kind it is, its first line, and the lines that follow."""

    process: str
    kind: str
    text: str
    following: tuple[str, ...]


def read_log(lines: Sequence[str]) -> Executed:
    """Read what was executed from lines of the log; a plan that cannot be read is an error of ours."""
    found = list(records(lines))
    statements = []
    for number, record in enumerate(found):
        if PLAN.match(record.text):
            after = found[number + 1] if number + 1 < len(found) else None
            nested = after is not None and (after.process, after.kind) == (record.process, "CONTEXT")
            explained = json.loads("".join(map(whole, record.following)))
            statements.append(Statement(explained.get("Query Text", ""), explained["Plan"], nested))
    opened = ["\n".join((TEXT.sub("", one.text), *one.following)) for one in found if TEXT.match(one.text)]
    ended = {statement.text for statement in statements}
    return Executed(tuple(statements), tuple(text for text in opened if text not in ended))


def records(lines: Sequence[str]) -> Iterator[Record]:
    """Yield the records of the log; a line that goes on begins with a tab."""
    number = 0
    while number < len(lines):
        head = HEAD.match(lines[number])
        number += 1
        start = number
        while number < len(lines) and lines[number].startswith("\t"):
            number += 1
        if head is not None:
            yield Record(head[1], head[2], head[3], tuple(line[1:] for line in lines[start:number]))


def whole(line: str) -> str:
    """Return a line of JSON, its value closed where the log had cut it."""
    key = KEY.match(line)
    if len(line) < CUT_CHARACTERS or key is None:
        return line
    return f"{key[1]}{json.dumps(line[key.end() :])},"
