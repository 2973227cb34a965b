from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from sqlalchemy.orm import Session

from app.database import get_db
from app.schemas import TaskResponse, TaskStatus
from app.services.bookmarks import Bookmarks, get_bookmarks
from app.services.tasks import TaskLister

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.get("")
def list_tasks(
    request: Request,
    db: Annotated[Session, Depends(get_db)],
    bookmarks: Annotated[Bookmarks, Depends(get_bookmarks)],
    status: TaskStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
):
    mark = None
    if cursor is not None:
        mark = bookmarks.find(cursor)
        if mark is None:
            raise HTTPException(422, "unknown cursor")
    page = TaskLister(db, status).page(mark, limit)

    def url(mark):
        if mark is None:
            return None
        query = {"limit": limit, "status": status, "cursor": bookmarks.keep(mark)}
        return request.url_for("list_tasks").include_query_params(**{k: v for k, v in query.items() if v is not None})

    return {
        "items": [TaskResponse.model_validate(task) for task in page.tasks],
        "total": page.total,
        "next": (link := url(page.next)) and str(link),
        "previous": (link := url(page.previous)) and str(link),
    }
