"""What clients send and what they get back."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

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
