"""The tasks of the user who sends the request: made, listed, read, changed and deleted."""

import logging
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.cache import TaskCache
from app.dependencies import Cache, CurrentUser, Database, Queue, get_current_user
from app.models import Task, User
from app.pagination import Cursor, read_page
from app.schemas import OwnedTask, TaskCreate, TaskPage, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import QueueError

logger = logging.getLogger(__name__)

# The router asks for the user, so that an endpoint which forgets to is still closed.
router = APIRouter(prefix="/tasks", tags=["tasks"], dependencies=[Depends(get_current_user)])

MAX_PAGE = 100  # tasks that one answer may hold


@router.post("", status_code=HTTPStatus.CREATED)
def create_task(body: TaskCreate, user: CurrentUser, db: Database, sqs: Queue, cache: Cache) -> TaskResponse:
    """Store a task, then tell the worker about it; a task that cannot be announced is failed."""
    task = Task(**body.model_dump(), owner_id=user.id)
    db.add(task)
    db.flush()
    created = TaskResponse.model_validate(task)
    # Gives the connection back as well: sending may take seconds, and others need the pool meanwhile.
    db.commit()
    try:
        sqs.send_message({"task_id": created.id})
    except QueueError as error:
        mark_failed(db, cache, created.id, error)
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "the queue cannot be reached, try again later") from error
    return created


@router.get("")
def list_tasks(
    request: Request,
    *,
    user: CurrentUser,
    db: Database,
    status: TaskStatus | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 20,
) -> TaskPage:
    """List the user's own tasks, newest first, a page at a time, all of them or those of one status."""
    page = read_page(db, user.id, status, read_cursor(cursor), limit)
    return TaskPage(
        items=[TaskResponse.model_validate(task) for task in page.tasks],
        total=page.total,
        next=link(request, page.next),
        previous=link(request, page.previous),
    )


@router.get("/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, user: CurrentUser, db: Database, cache: Cache) -> OwnedTask:
    """Return one task, from the cache if it is there: a copy is looked up by id alone, so its owner is compared."""
    task = cache.read(task_id, lambda: OwnedTask.model_validate(find_task(db, user, task_id)))
    if task.owner_id != user.id:
        raise not_found(task_id)
    return task


@router.put("/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, user: CurrentUser, db: Database, cache: Cache) -> Task:
    """Change the fields that were sent and no others."""
    task = find_task(db, user, task_id)
    for field, value in body.model_dump(exclude_unset=True).items():
        setattr(task, field, value)
    db.commit()
    cache.drop(task_id)
    db.refresh(task)
    return task


@router.delete("/{task_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_task(task_id: int, user: CurrentUser, db: Database, cache: Cache) -> None:
    """Delete a task; its message, if it is still on the queue, is dropped by the worker."""
    db.delete(find_task(db, user, task_id))
    db.commit()
    cache.drop(task_id)


def find_task(db: Session, user: User, task_id: int) -> Task:
    """Return the user's task with this id or answer 404: that another's is there is nobody's business."""
    task = db.scalar(select(Task).where(Task.id == task_id, Task.owner_id == user.id))
    if task is None:
        raise not_found(task_id)
    return task


def not_found(task_id: int) -> HTTPException:
    """Return the answer to a request for a task that is not there, or not the user's."""
    return HTTPException(HTTPStatus.NOT_FOUND, f"task {task_id} does not exist")


def mark_failed(db: Session, cache: TaskCache, task_id: int, reason: QueueError) -> None:
    """Fail a task that no worker will hear of, unless it was changed or deleted in the meantime."""
    logger.error("task %d is failed: %s", task_id, reason)
    db.execute(update(Task).where(Task.id == task_id, Task.status == "pending").values(status="failed"))
    db.commit()
    # Its owner may have found it in a list and read it while it was being sent.
    cache.drop(task_id)


def read_cursor(text: str | None) -> Cursor | None:
    """Return the cursor of a request or answer 422."""
    try:
        return None if text is None else Cursor.decode(text)
    except ValueError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "cursor is none that this service gave out") from error


def link(request: Request, cursor: Cursor | None) -> str | None:
    """Return the request's own URL, from the root, with another cursor.

    Without scheme and host it is right behind any proxy, and whatever else the request asked for stays.
    """
    if cursor is None:
        return None
    return str(request.url.replace(scheme="", netloc="").include_query_params(cursor=cursor.encode()))
