"""Reading git's objects as data, each checked against its name."""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.errors import InfrastructureError, SubmissionError
from checker.repository.scratch import SHA1_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.repository.scratch import Call, Scratch

MAX_ANSWER_BYTES: Final = 256  # of the line that comes before an object
MAX_HEADER_BYTES: Final = 1024**2  # of a commit or a tag as a whole, its message included
MAX_TAGS: Final = 8  # of tags of tags
FOUND: Final = re.compile(rb"(?P<name>[0-9a-f]{40}|[0-9a-f]{64}) (?P<kind>[a-z]+) (?P<size>[0-9]{1,20})\n")
NAMES_OBJECT: Final = re.compile(rb"(?:object|tree) ([0-9a-f]{40}|[0-9a-f]{64})\n")


class MissingError(SubmissionError):
    """An object that a commit names is not there."""


@dataclass(frozen=True)
class Found:
    """An object that is there: its full name, `commit`, `tree`, `blob` or `tag`, and its size in bytes."""

    name: str
    kind: str
    size: int


class Objects:
    """The objects that a call of `git cat-file --batch-command` gives out.

    `SubmissionError` where one is missing, is not what it should be, is too large, or cannot be read.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def find(self, name: str) -> Found | None:
        """Look up an object by its name in hexadecimal digits, perhaps abbreviated; None where it is not there."""
        self._ask(f"info {name}")
        line = self._line()
        found = FOUND.fullmatch(line)
        if found is None and line.startswith(name.encode()):
            return None  # "missing", or "ambiguous"
        if found is None:
            raise self._broken()
        return Found(found["name"].decode(), found["kind"].decode(), int(found["size"]))

    def read(self, name: str, kind: str, limit: int) -> bytes:
        """Return an object by its full name; one of more than `limit` bytes is not begun to be read."""
        found = self.find(name)
        if found is None:
            raise MissingError(f"object {name} is not in the repository")
        if found.kind != kind:
            raise SubmissionError(f"object {name} is a {found.kind} where the commit needs a {kind}")
        if found.size > limit:
            raise TooLargeError(f"object {name} has more than {limit} bytes", size=found.size)
        self._ask(f"contents {name}")
        if FOUND.fullmatch(self._line()) is None:
            raise self._broken()
        data = self._call.stdout.read(found.size + 1)
        if len(data) != found.size + 1:
            raise self._broken()
        return verified(name, kind, data[:-1])

    def peel(self, name: str) -> str:
        """Return the commit that an object is, or that a tag is put on; `ValueError` where it is neither."""
        for _ in range(MAX_TAGS):
            found = self.find(name)
            if found is None:
                raise MissingError(f"object {name} is not in the repository")
            if found.kind == "commit":
                return found.name
            if found.kind != "tag":
                raise ValueError(found.kind)
            name = named_by(self.read(found.name, "tag", MAX_HEADER_BYTES))
        raise ValueError("tag of a tag of a tag")

    def tree_of(self, commit: str) -> str:
        """Return the name of a commit's tree."""
        return named_by(self.read(commit, "commit", MAX_HEADER_BYTES))

    def _ask(self, command: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # which shows in the answer
            self._call.say(command.encode("ascii"))

    def _line(self) -> bytes:
        return self._call.stdout.readline(MAX_ANSWER_BYTES)

    def _broken(self) -> Exception:
        """Say why git gave no answer."""
        self._call.process.wait()
        said = self._call.complaint()
        if self._call.late.is_set():
            return InfrastructureError(f"reading the commit's objects: {said}")
        return SubmissionError(f"the commit's objects cannot be read: {said}")


class TooLargeError(SubmissionError):
    """An object has more bytes than it may."""

    def __init__(self, message: str, *, size: int) -> None:
        super().__init__(message)
        self.size = size


def verified(name: str, kind: str, data: bytes) -> bytes:
    """Return an object's bytes if they are what its name says."""
    digest = hashlib.sha1(usedforsecurity=False) if len(name) == SHA1_LENGTH else hashlib.sha256()
    digest.update(f"{kind} {len(data)}\0".encode())
    digest.update(data)
    if digest.hexdigest() != name:
        raise SubmissionError(f"object {name} does not hold what its name says")
    return data


def named_by(header: bytes) -> str:
    """Return the object that the first line of a commit or a tag names."""
    found = NAMES_OBJECT.match(header)
    if found is None:
        raise SubmissionError("the commit's first line names no tree")
    return found[1].decode()


@contextlib.contextmanager
def reading(scratch: Scratch) -> Iterator[Objects]:
    """Read the objects that a repository of ours finds."""
    with scratch.call("cat-file", "--batch-command") as call:
        yield Objects(call)
