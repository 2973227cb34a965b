"""A journal of grades: what was begun and how it ended, a line of JSON each, so that a batch can be taken up again.

It is only ever added to, every line is on the disk before work goes on, and the kernel's lock on it ends with the
process that writes. A line that was torn by a crash, or that says something unknown, counts as not written: at worst
something is graded again.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.errors import InfrastructureError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER: Final = b'{"journal": "workbench grade", "schema": 1}\n'
TRIES: Final = 3  # of a grade that was begun and neither ended nor was stopped


@dataclass(frozen=True)
class Key:
    """What makes two grades the same: the commit, the kata with its suite, and what graded it."""

    repository: str
    commit: str
    kata: str
    stack: str
    workbench: str
    suite: str


class Journal:
    """An open journal; several threads may write."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._writing = threading.Lock()
        self._verdicts: dict[Key, dict[str, Any]] = {}
        self._begun: dict[Key, int] = {}
        self._read()

    def verdict(self, key: Key) -> dict[str, Any] | None:
        """Return the verdict that a grade ended with; None where it has to be graded, an `error` included."""
        return self._verdicts.get(key)

    def lost(self, key: Key) -> int:
        """Return how often in a row a grade was begun and whoever did it died."""
        return self._begun.get(key, 0)

    def begin(self, key: Key) -> None:
        """Write that a grade begins."""
        self._write("begin", key)

    def end(self, key: Key, verdict: dict[str, Any]) -> None:
        """Write how a grade ended."""
        self._write("end", key, verdict)

    def stop(self, key: Key) -> None:
        """Write that a grade was given up because somebody said so."""
        self._write("stop", key)

    def _write(self, event: str, key: Key, verdict: dict[str, Any] | None = None) -> None:
        line = {"event": event, "grade": asdict(key)} | ({"verdict": verdict} if verdict else {})
        with self._writing:
            self._add(json.dumps(line).encode() + b"\n")
            self._take(line)

    def _add(self, data: bytes) -> None:
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._descriptor, left) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise InfrastructureError(
                f"cannot write the journal {self._path}: {error.strerror}",
                next_step="free some space, then run the same command again: it goes on from there",
            ) from error

    def _read(self) -> None:
        """Take what is there, and make it end with a whole line."""
        with open(os.dup(self._descriptor), "rb") as file:  # noqa: PTH123 - a descriptor has no path
            file.seek(0)
            data = file.read()
        if data.startswith(HEADER):
            for line in data.removeprefix(HEADER).split(b"\n"):
                with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
                    self._take(json.loads(line))
            if not data.endswith(b"\n"):
                self._add(b"\n")
        elif HEADER.startswith(data):
            self._add(HEADER.removeprefix(data))
        else:
            raise UsageError(f"{self._path} is no journal", next_step="name a new file: --journal FILE")

    def _take(self, line: dict[str, Any]) -> None:
        """Take one line; `ValueError`, `KeyError` or `TypeError` where it says nothing."""
        key = Key(**line["grade"])
        if line["event"] == "begin":
            self._begun[key] = self._begun.get(key, 0) + 1
            return
        self._begun.pop(key, None)
        if line["event"] == "end" and line["verdict"]["result"] in {"pass", "fail"}:
            self._verdicts[key] = line["verdict"]


@contextlib.contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """Open the journal at `path`, new or with what is there; `UsageError` where another process writes it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be a journal: {reason}", next_step="--journal FILE") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sync_folder(path.parent)
        yield Journal(path, descriptor)
    except BlockingIOError as error:
        raise UsageError(
            f"another grade writes {path}", next_step="wait for its end, or name another file: --journal FILE"
        ) from error
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have a folder's new entry on the disk, where a folder can be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
