from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_

from app.models import Task


@dataclass
class Page:
    tasks: list
    total: int
    next: list | None
    previous: list | None


class TaskLister:
    def __init__(self, db, status):
        self.db = db
        self.filter = [] if status is None else [Task.status == status]

    def page(self, mark, limit):
        rows = self.db.scalars(select(Task).where(Task.id.in_(self.ids(mark).limit(limit))))
        tasks = sorted(rows, key=lambda task: (task.created_at, task.id), reverse=True)
        return Page(
            tasks,
            self.db.scalar(select(func.count(Task.id)).where(*self.filter)),
            next=self.mark("older", tasks[-1]) if tasks and self.exists("older", tasks[-1]) else None,
            previous=self.mark("newer", tasks[0]) if tasks and self.exists("newer", tasks[0]) else None,
        )

    def ids(self, mark):
        if mark is None:
            return select(Task.id).where(*self.filter).order_by(Task.created_at.desc(), Task.id.desc())
        direction, at, task_id = mark
        return self.beside(direction, datetime.fromisoformat(at), task_id)

    def beside(self, direction, at, task_id):
        key = tuple_(Task.created_at, Task.id)
        query = select(Task.id).where(*self.filter)
        if direction == "older":
            return query.where(key < (at, task_id)).order_by(Task.created_at.desc(), Task.id.desc())
        return query.where(key > (at, task_id)).order_by(Task.created_at, Task.id)

    def exists(self, direction, task):
        return self.db.scalar(self.beside(direction, task.created_at, task.id).limit(1)) is not None

    @staticmethod
    def mark(direction, task):
        return [direction, task.created_at.isoformat(), task.id]
