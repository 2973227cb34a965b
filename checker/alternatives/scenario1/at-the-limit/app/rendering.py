"""Tasks as they are sent to clients, with the ETag by which a client asks whether its copy is still good."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from app.models import Task
from app.schemas import TaskResponse


@dataclass(frozen=True)
class Rendered:
    """A version of a task: its JSON, and the ETag of that."""

    body: bytes
    etag: str


class Source:
    """A version of a task, equal to others of the same version; the task itself is there to be rendered, once."""

    def __init__(self, task: Task) -> None:
        self.version = (task.id, task.updated_at)
        self.task: Task | None = task

    def __hash__(self) -> int:
        return hash(self.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and self.version == other.version


def render(task: Task) -> Rendered:
    """Return a task as JSON; a version that is read again is neither serialised nor hashed again."""
    return rendered(Source(task))


@lru_cache(maxsize=500)
def rendered(source: Source) -> Rendered:
    """Render a version that was not read lately; the key must not keep the session's object."""
    assert source.task is not None
    body = serialise(source.task)
    source.task = None
    return Rendered(body, f'"{sha256(body).hexdigest()[:32]}"')


def serialise(task: Task) -> bytes:
    """Return a task's JSON."""
    return TaskResponse.model_validate(task).model_dump_json().encode()
