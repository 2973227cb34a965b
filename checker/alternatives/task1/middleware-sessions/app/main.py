import logging
import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated
from urllib.parse import parse_qs

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.auth_middleware import AUDIENCE, ISSUER, AuthMiddleware
from app.config import get_settings
from app.database import get_db
from app.models import LoginSession, Task, User
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

logging.basicConfig(level=get_settings().log_level)
app = FastAPI(title="tasks")
app.add_middleware(AuthMiddleware)
hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)


@lru_cache
def sqs_client():
    return SQSClient()


def openapi():
    if not app.openapi_schema:
        schema = get_openapi(title=app.title, version="1", routes=app.routes)
        schema.setdefault("components", {})["securitySchemes"] = {
            "session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        schema["security"] = [{"session": []}]
        app.openapi_schema = schema
    return app.openapi_schema


app.openapi = openapi


class Credentials(BaseModel):
    username: str
    password: str


@app.get("/health")
def health():
    return {"ok": True}


@app.post("/auth/register")
def register(credentials: Credentials, response: Response, db=Depends(get_db)):
    if not re.fullmatch("[a-z0-9]{3,32}", credentials.username) or not 12 <= len(credentials.password) <= 64:
        raise HTTPException(422, "unusable name or password")
    statement = (
        insert(User)
        .values(username=credentials.username, pw=hasher.hash(credentials.password))
        .on_conflict_do_nothing()
        .returning(User.id)
    )
    user_id = db.execute(statement).scalar()
    db.commit()
    if user_id is None:
        raise HTTPException(409, "taken")
    response.status_code = 201
    return {"id": user_id, "username": credentials.username, "links": {"token": "/auth/token"}}


@app.post("/auth/token")
async def token(request: Request, db=Depends(get_db)):
    form = parse_qs((await request.body()).decode(), keep_blank_values=True)
    name, password = form.get("username", [""])[0], form.get("password", [""])[0]
    user = db.scalar(select(User).where(User.username == name))
    try:
        hasher.verify(user.pw, password)
    except (AttributeError, VerificationError):
        raise HTTPException(401, "no such user, or not this password") from None
    now = datetime.now(timezone.utc).replace(microsecond=0)
    expires = now + timedelta(minutes=get_settings().jwt_expire_minutes)
    session = LoginSession(user_id=user.id, expires_at=expires)
    db.add(session)
    db.commit()
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(user.id), "iat": now, "nbf": now, "exp": expires}
    signed = jwt.encode({**claims, "jti": str(session.jti)}, get_settings().jwt_secret, headers={"kid": "2026-11"})
    return {"access_token": signed, "token_type": "bearer", "expires_in": int((expires - now).total_seconds())}


def mine(request: Request, task_id: int, db):
    task = db.scalar(select(Task).filter_by(id=task_id, user_id=request.state.user_id))
    if task is None:
        raise HTTPException(404)
    return task


@app.post("/tasks", status_code=201, response_model=TaskResponse)
def create(body: TaskCreate, request: Request, db=Depends(get_db)):
    task = Task(title=body.title, description=body.description, user_id=request.state.user_id)
    db.add(task)
    db.commit()
    sqs_client().send_message({"task_id": task.id})
    return task


@app.get("/tasks", response_model=list[TaskResponse])
def index(
    request: Request,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
    db=Depends(get_db),
):
    query = select(Task).filter_by(user_id=request.state.user_id)
    if status:
        query = query.filter_by(status=status)
    return db.scalars(query.order_by(Task.id).offset(skip).limit(limit)).all()


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def read(task_id: int, request: Request, db=Depends(get_db)):
    return mine(request, task_id, db)


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def change(task_id: int, body: TaskUpdate, request: Request, db=Depends(get_db)):
    task = mine(request, task_id, db)
    for name, value in body.model_dump(exclude_unset=True).items():
        setattr(task, name, value)
    db.commit()
    return task


@app.delete("/tasks/{task_id}", status_code=204)
def remove(task_id: int, request: Request, db=Depends(get_db)):
    mine(request, task_id, db)
    db.execute(text("DELETE FROM tasks WHERE id = :id"), {"id": task_id})
    db.commit()
