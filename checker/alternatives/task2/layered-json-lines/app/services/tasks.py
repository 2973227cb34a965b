"""What the service does with tasks, whoever asks."""

import logging
from collections.abc import Sequence
from typing import Any

from app.models import Task
from app.repositories.tasks import TaskRepository
from app.schemas import TaskCreate, TaskStatus, TaskUpdate
from app.sqs_client import QueueUnavailable, shared_client

log = logging.getLogger("tasks")


class TaskMissing(LookupError):
    pass


class TaskService:
    def __init__(self) -> None:
        self._tasks = TaskRepository()

    def create(self, wanted: TaskCreate) -> Task:
        task = self._tasks.add(wanted.model_dump())
        try:
            shared_client().send_message({"task_id": task.id})
        except QueueUnavailable:
            self._tasks.change(task.id, {"status": TaskStatus.FAILED})
            log.error("task failed", extra={"fields": {"task": {"id": task.id}}}, exc_info=True)
            raise
        return task

    def get(self, task_id: int) -> Task:
        return found(self._tasks.get(task_id))

    def list(self, status: str | None, skip: int, limit: int) -> Sequence[Task]:
        return self._tasks.list(status, skip, limit)

    def change(self, task_id: int, wanted: TaskUpdate) -> Task:
        values: dict[str, Any] = wanted.model_dump(exclude_unset=True)
        return found(self._tasks.change(task_id, values))

    def delete(self, task_id: int) -> None:
        if not self._tasks.remove(task_id):
            raise TaskMissing


def found(task: Task | None) -> Task:
    if task is None:
        raise TaskMissing
    return task
