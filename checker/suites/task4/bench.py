"""What all phases of task4's trial observe by: the API, the rows behind its back, the keys of Redis.

Where an answer came from is told by changing the row without anybody's notice: an answer that shows the change was
read from the table, one that shows the task as it was came from a copy.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from checker.kit.expect import Refuted
from checker.kit.keyspace import Key, Keyspace, Snapshot
from checker.kit.redis import Redis
from checker.kit.rows import Locks, QuietRows
from checker.kit.tasks import task_of
from checker.suites.task4.changes import PUT
from checker.suites.task4.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.kit.fixtures import Service
    from checker.kit.http import Reply
    from checker.kit.tasks import TaskApi

COLUMNS: Final = ("id", "title", "description", "status", "created_at", "updated_at")
ROW: Final = "SELECT id, title, description, status::text, created_at, updated_at FROM public.tasks WHERE id = %s"
Parts: TypeAlias = "tuple[bytes, ...]"  # of the name of a key: what stands before, between and after the task's id
PATIENCE: Final = (0.03, 0.1, 0.3)  # before each look at whether a task is cached: some write it after they answered


class Source(StrEnum):
    """Where the answer to a GET came from."""

    COPY = "a copy"
    TABLE = "the table"
    NEITHER = "neither"


@dataclass(frozen=True)
class Reading:
    """The answer to a GET, and where it came from."""

    reply: Reply
    source: Source


class Bench:
    """One API under test, and everything around it. What makes or reads a task raises `Refuted` where it cannot."""

    def __init__(self, service: Service, api: TaskApi) -> None:
        addresses = service.desk.addresses
        self.service = service
        self.api = api
        self.keys = Keyspace(Redis(addresses["cache"]))
        self.rows = QuietRows(addresses["grader"])
        self.locks = Locks(addresses["grader"], addresses["observer"])
        self._guesses: Sequence[Parts] = ()  # what the names of keys may be made of, by one that held a task
        self.names_tell = False  # whether that gives the names of all others; a digest does not, nor one hash of all
        self.patience: Sequence[float] = PATIENCE
        self.apart = False  # whether the copy of one task stays where another one changes or is forgotten

    def create(self, count: int) -> list[Subject]:
        """Make tasks, all at once."""
        titles = [secrets.token_hex(8) for _ in range(count)]
        answers = [self.api.start_create(title) for title in titles]
        made = [task_of(answer.result().expect_status(201)) for answer in answers]
        return [Subject(task["id"], title, title) for task, title in zip(made, titles, strict=True)]

    def read(self, subject: Subject) -> Reply:
        """Read a task, which has to be there."""
        reply = self.api.get(subject.id)
        subject.shown = task_of(reply.expect_status(200))["title"]
        return reply

    def row(self, subject: Subject) -> Mapping[str, Any]:
        """Return the columns of the task's row beside the title, which is changed unnoticed; none where it is gone."""
        return {name: value for name, value in self._whole_row(subject).items() if name != "title"}

    def stands(self, subject: Subject, fields: Mapping[str, Any]) -> bool:
        """Whether the task's row holds these fields."""
        return fields.items() <= self._whole_row(subject).items()

    def _whole_row(self, subject: Subject) -> Mapping[str, Any]:
        rows = self.service.database.rows(ROW, subject.id)
        return dict(zip(COLUMNS, rows[0], strict=True)) if rows else {}

    def probe(self, subject: Subject) -> Reading:
        """Change the row's title, read the task, and tell where that came from."""
        return self.probe_at_once(subject, 1)[0]

    def probe_at_once(self, subject: Subject, count: int) -> list[Reading]:
        """Change the row's title, read the task so many times at once, and tell where each answer came from."""
        before, subject.title = subject.shown, self.rows.retitle(subject.id)
        answers = [self.api.client.start("GET", subject.path) for _ in range(count)]
        replies = [answer.result() for answer in answers]
        sources = {subject.title: Source.TABLE, before: Source.COPY, "": Source.NEITHER}
        shown = [title_of(reply) for reply in replies]
        subject.shown = shown[-1]
        return [Reading(reply, sources.get(title, Source.NEITHER)) for reply, title in zip(replies, shown, strict=True)]

    def warm(self, subject: Subject) -> Reading:
        """Read a task until it comes from a copy; return the last reading."""
        self.read(subject)
        for seconds in self.patience:
            time.sleep(seconds)
            found = self.probe(subject)
            if found.source is not Source.TABLE:
                break
        return found

    def holder(self, subject: Subject, snapshot: Snapshot | None = None) -> Key | None:
        """Return the key that holds the task, as the snapshot (or now) shows it: without it a GET reads the table.

        The task has to be cached; afterwards it is cached anew. Keys that turn out to be others are put back.
        """
        for key in self._ranked(snapshot or self.keys.snapshot(), subject):
            taken = self.keys.take(key.name)
            if taken is None:
                continue
            if self.probe(subject).source is Source.TABLE:
                if not self.names_tell:
                    self._guesses = guesses(key.name, subject.id)
                return key
            self.keys.put_back(key.name, taken)
        return None

    def key_of(self, subject: Subject) -> bytes | None:
        """Return the name of the key that holds the task, by the name of one that was found, or by a search."""
        name = self._expected(subject)
        if name is not None and self.names_tell and self.keys.exists(name):
            return name
        found = self.holder(subject)
        return found.name if found else None

    def learn(self, subject: Subject) -> None:
        """See whether the key of one more task, which is cached, has the name of the first with another id in it."""
        right = [parts for parts in self._guesses if self.keys.exists(named(parts, subject.id))]
        self.names_tell = bool(right)
        self._guesses = right[:1] or self._guesses

    def give_up(self) -> None:
        """Expect no more that tasks are ever cached: no wait is worth it, and no phase can spoil another one's keys."""
        self.patience, self.apart = PATIENCE[:1], True

    def compare(self, changed: Subject, other: Subject) -> None:
        """See whether a task that is cached stays so when another one is changed."""
        PUT.start(self.api, changed).result()
        self.apart = self.apart or (self.probe(other).source is Source.COPY and self.names_tell)

    def forget(self, subject: Subject) -> None:
        """Remove every key that may be the task's: all there are, where names do not tell."""
        keys = self.keys.snapshot().keys.values()
        self.keys.remove(*[key.name for key in keys if not self.names_tell or self._rank(key, subject) < UNRELATED])

    def _ranked(self, snapshot: Snapshot, subject: Subject) -> Sequence[Key]:
        """Return the keys, those first that look most like the one that holds the task.

        Of two that look alike the larger one does: without a version a task may be read anew as well, but it is short.
        """
        return sorted(snapshot.keys.values(), key=lambda key: (self._rank(key, subject), -key.size))

    def _rank(self, key: Key, subject: Subject) -> int:
        if key.name == self._expected(subject):
            return 0
        if key.holds(subject.shown):
            return 1
        return 2 if numbers(subject.id).search(key.name) else UNRELATED

    def _expected(self, subject: Subject) -> bytes | None:
        """Return the name of the task's key, as far as keys differ by the task's id alone."""
        return named(self._guesses[0], subject.id) if self._guesses else None


UNRELATED: Final = 3  # the rank of a key that does not look like the task's


def guesses(name: bytes, task_id: int) -> list[Parts]:
    """Return what stands around the task's id in a name: around all numbers that are the id, and around each of them.

    A name like `v1:task:1` holds the id of the first task twice, and only once that of any other.
    """
    spans = [found.span() for found in numbers(task_id).finditer(name)]
    every = tuple(numbers(task_id).split(name))
    return list(dict.fromkeys([every, *[(name[:start], name[end:]) for start, end in spans]])) if spans else []


def named(parts: Parts, task_id: int) -> bytes:
    """Return the name that these parts make around an id."""
    return (b"%d" % task_id).join(parts)


def numbers(task_id: int) -> re.Pattern[bytes]:
    """Return a pattern that finds an id in a name, and not as a part of another number."""
    return re.compile(rb"(?<!\d)%d(?!\d)" % task_id)


def title_of(reply: Reply, status: int = 200) -> str:
    """Return the title that a reply of that status shows; empty where it is none, or shows no task."""
    try:
        return str(task_of(reply)["title"]) if reply.status == status else ""
    except Refuted:
        return ""
