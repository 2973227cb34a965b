"""The endpoints, as methods of a class that is given what it needs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient
from taskservice.meter import TYPE, Meter
from taskservice.streams import TaskStreams


class TaskViews:
    """Everything below `/`."""

    def __init__(
        self, sessions: Callable[[], Session], queue: Callable[[], SQSClient], streams: TaskStreams, meter: Meter
    ) -> None:
        self._sessions, self._queue, self._streams, self._meter = sessions, queue, streams, meter

    def router(self) -> APIRouter:
        """Return the routes."""
        router, one = APIRouter(), "/tasks/{task_id}"
        router.add_api_route("/health", lambda: {"status": "ok"}, methods=["GET"])
        router.add_api_route("/metrics", self.metrics, methods=["GET"])
        router.add_api_route("/tasks", self.post, methods=["POST"], status_code=201, response_model=TaskResponse)
        router.add_api_route("/tasks", self.index, methods=["GET"], response_model=list[TaskResponse])
        router.add_api_route(one, self.get, methods=["GET"], response_model=TaskResponse)
        router.add_api_route(one, self.put, methods=["PUT"], response_model=TaskResponse)
        router.add_api_route(one, self.delete, methods=["DELETE"], status_code=204, response_model=None)
        return router

    def metrics(self) -> Response:
        """Show the counters."""
        return Response(self._meter.page(), headers={"content-type": TYPE})

    def post(self, body: TaskCreate) -> Task:
        """Store a task, then tell the worker about it."""
        with self._sessions() as db:
            task = Task(**body.model_dump())
            db.add(task)
            db.commit()
            db.refresh(task)
        self._queue().send_message({"task_id": task.id})
        return task

    def index(
        self,
        status: TaskStatus | None = None,
        skip: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1)] = 100,
    ) -> Sequence[Task]:
        """List tasks by id."""
        query = select(Task).order_by(Task.id).offset(skip).limit(limit)
        with self._sessions() as db:
            return db.scalars(query if status is None else query.where(Task.status == status)).all()

    def get(self, task_id: int) -> JSONResponse:
        """Return one task."""
        look = self._streams.look(task_id)
        if (task := look.task) is not None:
            self._meter.count("task_cache_hits_total")
            return JSONResponse(task)
        self._meter.count("task_cache_misses_total")
        with self._one(task_id) as (_, row):
            task = TaskResponse.model_validate(row).model_dump(mode="json")
        self._streams.add(task_id, look, task)
        return JSONResponse(task)

    def put(self, task_id: int, body: TaskUpdate) -> Task:
        """Change the fields that were sent and no others."""
        with self._one(task_id) as (db, task):
            for field, value in body.model_dump(exclude_unset=True).items():
                setattr(task, field, value)
            db.commit()
            self._streams.bury(task_id)
            db.refresh(task)
            return task

    def delete(self, task_id: int) -> None:
        """Delete a task."""
        with self._one(task_id) as (db, task):
            db.delete(task)
            db.commit()
        self._streams.bury(task_id)

    @contextmanager
    def _one(self, task_id: int) -> Iterator[tuple[Session, Task]]:
        with self._sessions() as db:
            if (task := db.get(Task, task_id)) is None:
                raise HTTPException(HTTPStatus.NOT_FOUND, f"task {task_id} does not exist")
            yield db, task
