import secrets

from fastapi import FastAPI

app = FastAPI()
NOW = "2026-01-01T00:00:00+00:00"


def task():
    word = secrets.token_hex(8)
    return {"id": 1, "title": word, "description": None, "status": "completed", "created_at": NOW, "updated_at": NOW}


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/tasks", status_code=201)
def create():
    return task()


@app.get("/tasks/{task_id}")
def get(task_id: int):
    return task()


@app.get("/tasks/{task_id}/mark")
def mark(task_id: int):
    return {"mark": secrets.token_hex(32)}
