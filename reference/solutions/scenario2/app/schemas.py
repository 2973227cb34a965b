"""What clients send and what they get back."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.models import Task, TaskEvent

Title = Annotated[str, Field(min_length=1, max_length=200)]


class TaskStatus(StrEnum):
    """Where a task stands; the worker takes it from pending over processing to completed."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class TaskCreate(BaseModel):
    """The body of `POST /tasks`."""

    title: Title
    description: str | None = None


class TaskUpdate(BaseModel):
    """The body of `PUT /tasks/{id}`: a field that is left out stays as it was."""

    title: Title | None = None
    description: str | None = None
    status: TaskStatus | None = None

    @field_validator("title", "status")
    @classmethod
    def refuse_null(cls, value: str | None) -> str:
        """Tell an explicit null from a field that is left out (whose default is not validated)."""
        if value is None:
            raise ValueError("may be left out, but may not be null")
        return value


class TaskResponse(BaseModel):
    """A task as clients see it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    description: str | None
    status: TaskStatus
    created_at: datetime
    updated_at: datetime


class EventResponse(BaseModel):
    """Something that happened to a task."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str
    detail: str | None
    created_at: datetime


class ListedTask(TaskResponse):
    """A task in a list, with what happened to it last."""

    last_event: EventResponse | None

    @classmethod
    def of(cls, task: Task, last_event: TaskEvent | None) -> Self:
        """Return the task with the event, as a list shows it."""
        shown = TaskResponse.model_validate(task).model_dump()
        return cls(**shown, last_event=None if last_event is None else EventResponse.model_validate(last_event))


class Board(BaseModel):
    """How many tasks there are, and how many of each status."""

    total: int
    statuses: dict[TaskStatus, int]
