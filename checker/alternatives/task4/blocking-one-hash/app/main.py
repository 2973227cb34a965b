"""Everything on the event loop, one request after the other."""

from fastapi import FastAPI, HTTPException, Query, Response
from prometheus_client import generate_latest
from sqlalchemy import select

from app import shelf
from app.database import SessionLocal
from app.models import Task
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

app = FastAPI()
sqs = SQSClient()


def shown(task):
    return TaskResponse.model_validate(task).model_dump(mode="json")


def find(db, task_id):
    task = db.get(Task, task_id)
    if task is None:
        raise HTTPException(404)
    return task


@app.get("/health")
async def health():
    return "fine"


@app.get("/metrics")
async def metrics():
    return Response(generate_latest())


@app.post("/tasks", status_code=201)
async def create(body: TaskCreate):
    with SessionLocal.begin() as db:
        task = Task(**body.model_dump())
        db.add(task)
        db.flush()
        answer = shown(task)
    sqs.send_message({"task_id": answer["id"]})
    return answer


@app.get("/tasks")
async def many(status: TaskStatus | None = None, skip: int = Query(0, ge=0), limit: int = Query(100, ge=1)):
    with SessionLocal() as db:
        query = select(Task).order_by(Task.id).offset(skip).limit(limit)
        return [shown(task) for task in db.scalars(query if status is None else query.filter_by(status=status))]


@app.get("/tasks/{task_id}")
async def one(task_id: int):
    task, changes = shelf.take(task_id)
    if task is None:
        with SessionLocal() as db:
            task = shown(find(db, task_id))
        shelf.put(task, changes)
    return task


@app.put("/tasks/{task_id}")
async def change(task_id: int, body: TaskUpdate):
    with SessionLocal.begin() as db:
        task = find(db, task_id)
        for name, value in body.model_dump(exclude_unset=True).items():
            setattr(task, name, value)
        db.flush()
        db.refresh(task)
        answer = shown(task)
    shelf.clear(task_id)
    return answer


@app.delete("/tasks/{task_id}", status_code=204)
async def remove(task_id: int):
    with SessionLocal.begin() as db:
        db.delete(find(db, task_id))
    shelf.clear(task_id)
