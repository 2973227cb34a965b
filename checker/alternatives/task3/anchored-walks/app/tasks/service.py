"""What can be done with tasks, without HTTP."""

from dataclasses import dataclass
from typing import Protocol

from app.models import Task
from app.tasks.cursors import Cursor
from app.tasks.storage import TaskRepository, key_of


class Announcer(Protocol):
    def send_message(self, body: dict[str, int]) -> str: ...


class TaskMissing(Exception):
    pass


@dataclass(slots=True)
class Slice:
    tasks: list[Task]
    total: int
    next: Cursor | None = None
    previous: Cursor | None = None


@dataclass(slots=True)
class TaskService:
    tasks: TaskRepository
    queue: Announcer

    def create(self, **fields: str | None) -> Task:
        task = self.tasks.save(Task(**fields))
        self.queue.send_message({"task_id": task.id})
        return task

    def get(self, task_id: int) -> Task:
        task = self.tasks.get(task_id)
        if task is None:
            raise TaskMissing
        return task

    def change(self, task_id: int, **fields: str | None) -> Task:
        task = self.get(task_id)
        for name, value in fields.items():
            setattr(task, name, value)
        return self.tasks.save(task)

    def remove(self, task_id: int) -> None:
        self.tasks.delete(self.get(task_id))

    def page(self, status: str | None, cursor: Cursor | None, limit: int) -> Slice:
        found = self.tasks.slice(status, cursor, limit + 1)
        shown, more = found[:limit], len(found) > limit
        page = Slice(shown, self.tasks.count(status))
        if not shown:
            return page
        back = cursor is not None and cursor.towards_newer
        if back:
            shown.reverse()
        anchor = cursor.anchor if cursor is not None else key_of(shown[0])
        if more or back:
            page.next = Cursor(anchor, key_of(shown[-1]), towards_newer=False)
        if more if back else cursor is not None:
            page.previous = Cursor(anchor, key_of(shown[0]), towards_newer=True)
        return page
