import os
import threading
import time

from authlib.jose import JsonWebToken
from authlib.jose.errors import JoseError
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2PasswordRequestForm
from passlib.context import CryptContext
from pydantic import BaseModel, constr
from sqlalchemy.orm import Session

from app.database import SessionLocal, get_db
from app.models import Task, User
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient

SECRET = os.environ["JWT_SECRET"]
MINUTES = float(os.environ["JWT_EXPIRE_MINUTES"])
passwords = CryptContext(schemes=["pbkdf2_sha256"], pbkdf2_sha256__rounds=60000)
jose = JsonWebToken(["HS256"])
registering = threading.Lock()
queue = SQSClient()

app = FastAPI(
    title="Tasks",
    openapi_tags=[{"name": "auth"}, {"name": "tasks"}],
)


@app.middleware("http")
async def authenticate(request: Request, call_next):
    request.state.user = None
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind == "Bearer" and token:
        try:
            claims = jose.decode(token, SECRET, claims_options={"exp": {"essential": True}, "sub": {"essential": True}})
            claims.validate(leeway=30)
            request.state.user = claims["sub"]
        except (JoseError, ValueError):
            pass
    if request.state.user is None and request.url.path.startswith("/tasks"):
        return JSONResponse({"detail": "Not authenticated"}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return await call_next(request)


def me(request: Request, db: Session = Depends(get_db)) -> User:
    user = db.query(User).filter(User.username == request.state.user).first()
    if user is None:
        raise HTTPException(401, "Not authenticated", {"WWW-Authenticate": "Bearer"})
    return user


class Account(BaseModel):
    username: constr(min_length=3, max_length=32)
    password: constr(min_length=12, max_length=64)


@app.get("/health", tags=["health"])
def health():
    return {}


@app.post("/auth/register", status_code=201, tags=["auth"])
def register(account: Account):
    hashed = passwords.hash(account.password)
    with registering, SessionLocal() as db:
        if db.query(User).filter_by(username=account.username).count():
            raise HTTPException(409, "Username is taken")
        user = User(username=account.username, password=hashed)
        db.add(user)
        db.commit()
        return {"id": user.id, "username": user.username, "tasks": []}


@app.post("/auth/token", tags=["auth"])
def login(form: OAuth2PasswordRequestForm = Depends(), db: Session = Depends(get_db)):
    user = db.query(User).filter_by(username=form.username).first()
    if not user or not passwords.verify(form.password, user.password):
        raise HTTPException(401, "Bad username or password")
    claims = {"sub": user.username, "uid": user.id, "exp": int(time.time() + MINUTES * 60)}
    token = jose.encode({"alg": "HS256"}, claims, SECRET).decode()
    return {"access_token": token, "token_type": "bearer", "username": user.username}


def own(task_id: int, user: User = Depends(me), db: Session = Depends(get_db)) -> Task:
    task = db.query(Task).get(task_id)
    if task is None:
        raise HTTPException(404)
    if task.user is not user:
        raise HTTPException(403, "This task belongs to somebody else")
    return task


@app.post("/tasks", status_code=201, response_model=TaskResponse, tags=["tasks"])
def create_task(new: TaskCreate, user: User = Depends(me), db: Session = Depends(get_db)):
    task = Task(title=new.title, description=new.description, user=user)
    db.add(task)
    db.commit()
    queue.send_message({"task_id": task.id})
    return task


@app.get("/tasks", response_model=list[TaskResponse], tags=["tasks"])
def list_tasks(status: TaskStatus = None, skip: int = 0, limit: int = 100, user: User = Depends(me)):
    mine = sorted((task for task in user.tasks if status in (None, task.status)), key=lambda task: task.id)
    return mine[skip : skip + limit]


@app.get("/tasks/{task_id}", response_model=TaskResponse, tags=["tasks"])
def get_task(task: Task = Depends(own)):
    return task


@app.put("/tasks/{task_id}", response_model=TaskResponse, tags=["tasks"])
def put_task(new: TaskUpdate, task: Task = Depends(own), db: Session = Depends(get_db)):
    for field, value in new.model_dump(exclude_unset=True).items():
        setattr(task, field, value)
    db.commit()
    return task


@app.delete("/tasks/{task_id}", status_code=204, tags=["tasks"])
def delete_task(task: Task = Depends(own), db: Session = Depends(get_db)):
    db.delete(task)
    db.commit()


def with_scheme(original=app.openapi):
    schema = original()
    schema.setdefault("components", {}).setdefault("securitySchemes", {})["bearer"] = {
        "type": "http",
        "scheme": "bearer",
    }
    return schema


app.openapi = with_scheme
