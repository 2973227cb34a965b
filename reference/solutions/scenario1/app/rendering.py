"""Tasks as they are sent to clients, with the ETag by which a client asks whether its copy is still good."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock

from app.models import Task
from app.schemas import TaskResponse


@dataclass(frozen=True)
class Rendered:
    """A version of a task: its JSON, and the ETag of that."""

    body: bytes
    etag: str


KEPT = 256  # versions; a version that was replaced is never asked for again, so something has to go
_versions: OrderedDict[tuple[int, datetime], Rendered] = OrderedDict()
_turn = Lock()


def render(task: Task) -> Rendered:
    """Return a task as JSON; a version that is read again is neither serialised nor hashed again."""
    version = (task.id, task.updated_at)
    with _turn:
        if version in _versions:
            _versions.move_to_end(version)
            return _versions[version]
    body = serialise(task)
    return keep(version, Rendered(body, f'"{sha256(body).hexdigest()[:32]}"'))


def keep(version: tuple[int, datetime], rendered: Rendered) -> Rendered:
    """Keep a version, and throw away the one that was not read for the longest time."""
    with _turn:
        _versions[version] = rendered
        if len(_versions) > KEPT:
            _versions.popitem(last=False)
    return rendered


def serialise(task: Task) -> bytes:
    """Return a task's JSON."""
    return TaskResponse.model_validate(task).model_dump_json().encode()
