"""The last event of each task of a page, by a window over the events of that page."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models import Task, TaskEvent
from app.schemas import EventResponse, ListedTask, TaskResponse

place = func.row_number().over(
    partition_by=TaskEvent.task_id, order_by=[TaskEvent.created_at.desc(), TaskEvent.id.desc()]
)
ranked = select(TaskEvent, place.label("place")).subquery()
newest = aliased(TaskEvent, ranked)


def with_last_events(db: Session, tasks: Sequence[Task]) -> list[ListedTask]:
    """Return the tasks as a list shows them."""
    # The condition on the task is one on the window's partition, so the database looks at the page's events alone.
    wanted = select(newest).where(ranked.c.place == 1, newest.task_id.in_([task.id for task in tasks]))
    events = {event.task_id: EventResponse.model_validate(event) for event in db.scalars(wanted)}
    shown = [(TaskResponse.model_validate(task), events.get(task.id)) for task in tasks]
    return [ListedTask(**dict(task), last_event=event) for task, event in shown]
