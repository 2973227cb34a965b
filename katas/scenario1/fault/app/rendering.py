"""Tasks as they are sent to clients, with the ETag by which a client asks whether its copy is still good."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from app.models import Task
from app.schemas import TaskResponse


@dataclass(frozen=True)
class Rendered:
    """A version of a task: its JSON, and the ETag of that."""

    body: bytes
    etag: str


_versions: dict[tuple[int, datetime], Rendered] = {}


def render(task: Task) -> Rendered:
    """Return a task as JSON; a version that is read again is neither serialised nor hashed again."""
    version = (task.id, task.updated_at)
    if version not in _versions:
        body = serialise(task)
        _versions[version] = Rendered(body, f'"{sha256(body).hexdigest()[:32]}"')
    return _versions[version]


def serialise(task: Task) -> bytes:
    """Return a task's JSON."""
    return TaskResponse.model_validate(task).model_dump_json().encode()
