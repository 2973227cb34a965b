"""The endpoints under /tasks."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request

from app.container import Container
from app.models import Task
from app.schemas import TaskCreate, TaskPage, TaskResponse, TaskStatus, TaskUpdate
from app.tasks.cursors import Cursor
from app.tasks.service import TaskService

router = APIRouter(prefix="/tasks", tags=["tasks"])


def container(request: Request) -> Container:
    return request.app.state.container  # type: ignore[no-any-return]


def service(box: Annotated[Container, Depends(container)]) -> TaskService:
    return box.tasks


Service = Annotated[TaskService, Depends(service)]


@router.get("", response_model=TaskPage)
def list_tasks(
    request: Request,
    tasks: Service,
    box: Annotated[Container, Depends(container)],
    status: TaskStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = tasks.page(status, box.signer.load(cursor) if cursor is not None else None, limit)

    def link(place: Cursor | None) -> str | None:
        if place is None:
            return None
        kept = "&".join(part for part in request.url.query.split("&") if part and part.partition("=")[0] != "cursor")
        return f"{request.url.path}?{kept}{'&' * bool(kept)}cursor={quote(box.signer.dump(place), safe='')}"

    return {"items": page.tasks, "total": page.total, "next": link(page.next), "previous": link(page.previous)}


@router.post("", status_code=HTTPStatus.CREATED, response_model=TaskResponse)
def create_task(body: TaskCreate, tasks: Service) -> Task:
    return tasks.create(**body.model_dump())


@router.get("/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, tasks: Service) -> Task:
    return tasks.get(task_id)


@router.put("/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, tasks: Service) -> Task:
    return tasks.change(task_id, **body.model_dump(exclude_unset=True))


@router.delete("/{task_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_task(task_id: int, tasks: Service) -> None:
    tasks.remove(task_id)
