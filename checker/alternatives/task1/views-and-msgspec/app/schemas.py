"""Bodies and parameters, as msgspec structs."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Title = Annotated[str, Meta(min_length=1, max_length=200)]
Status = Literal["pending", "processing", "completed", "failed"]
Name = Annotated[str, Meta(pattern="^[a-z0-9]{3,32}$")]
Secret = Annotated[str, Meta(min_length=12, max_length=64, pattern="^[\\x01-\\x7f]+$")]
Int4 = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class TaskCreate(Struct):
    title: Title
    description: str | None = None


class TaskUpdate(Struct, omit_defaults=True):
    title: Title | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    status: Status | UnsetType = UNSET


class TaskResponse(Struct):
    id: int
    title: str
    description: str | None
    status: Status
    created_at: datetime
    updated_at: datetime


class Listing(Struct):
    status: Status | None = None
    skip: Int4 = 0
    limit: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 100


class Account(Struct):
    username: Name
    password: Secret
