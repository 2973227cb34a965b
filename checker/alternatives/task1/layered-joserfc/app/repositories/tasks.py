from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Ownership, Task


class TaskRepository:
    def __init__(self, db: Session, user_id: str):
        self.db = db
        self.user_id = user_id
        self.mine = select(Task).join(Ownership, Ownership.task_id == Task.id).where(Ownership.user_id == user_id)

    def get(self, task_id: int) -> Task | None:
        return self.db.scalar(self.mine.where(Task.id == task_id))

    def page(self, status: str | None, limit: int) -> tuple[list[Task], int]:
        query = self.mine if status is None else self.mine.where(Task.status == status)
        total = self.db.scalar(select(func.count()).select_from(query.subquery()))
        return list(self.db.scalars(query.order_by(Task.created_at.desc(), Task.id.desc()).limit(limit))), total or 0

    def add(self, task: Task) -> None:
        self.db.add(task)
        self.db.flush()
        self.db.add(Ownership(task_id=task.id, user_id=self.user_id))

    def remove(self, task: Task) -> None:
        self.db.delete(task)
