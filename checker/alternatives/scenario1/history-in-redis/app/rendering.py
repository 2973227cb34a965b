"""The ETag of a task, from what makes a version of it; nothing is kept."""

from hashlib import blake2b

from app.models import Task
from app.schemas import TaskResponse


def render(task: Task) -> tuple[bytes, str]:
    body = TaskResponse.model_validate(task).model_dump_json().encode()
    return body, f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
