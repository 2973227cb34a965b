import asyncio
import base64
import hashlib
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import bcrypt
import jwt
from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Path, Query, Security, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, StringConstraints
from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.async_database import async_engine, get_session
from app.config import get_settings
from app.models import Task, User
from app.schemas import TaskCreate, TaskResponse, TaskStatus, TaskUpdate
from app.sqs_client import SQSClient


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.sqs = await asyncio.to_thread(SQSClient)
    yield
    await async_engine.dispose()


app = FastAPI(lifespan=lifespan)
scheme = HTTPBearer(auto_error=False, bearerFormat="JWT")
Session = Annotated[AsyncSession, Depends(get_session)]


def unauthorized(detail: str) -> HTTPException:
    return HTTPException(status.HTTP_401_UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})


def prehash(password: str) -> bytes:
    """bcrypt takes 72 bytes and no more."""
    return base64.b64encode(hashlib.sha256(password.encode()).digest())


async def current_user(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(scheme)], session: Session
) -> User:
    if credentials is None:
        raise unauthorized("missing bearer token")
    try:
        claims = jwt.decode(
            credentials.credentials,
            get_settings().secret,
            algorithms=["HS256"],
            audience="urn:task-service",
            options={"require": ["exp", "sub", "ver", "typ"]},
        )
        user_id = uuid.UUID(claims["sub"])
    except (jwt.PyJWTError, ValueError) as error:
        raise unauthorized("bad bearer token") from error
    if claims["typ"] != "access":
        raise unauthorized("not an access token")
    user = await session.get(User, user_id)
    if user is None or not user.is_active or user.token_version != claims["ver"]:
        raise unauthorized("bad bearer token")
    return user


Me = Annotated[User, Depends(current_user)]
auth = APIRouter(prefix="/auth")
tasks = APIRouter(prefix="/tasks")


class NewUser(BaseModel):
    username: Annotated[str, StringConstraints(min_length=3, max_length=32)]
    password: Annotated[str, StringConstraints(min_length=12, max_length=64)]


@app.get("/health")
async def health():
    return {"status": "up"}


@auth.post("/register", status_code=201)
async def register(new: NewUser, session: Session):
    if await session.scalar(select(exists().where(User.username == new.username))):
        raise HTTPException(409, detail="username taken")
    hashed = await asyncio.to_thread(bcrypt.hashpw, prehash(new.password), bcrypt.gensalt(10))
    user = User(username=new.username, hashed_password=hashed)
    session.add(user)
    try:
        await session.commit()
    except IntegrityError:
        await session.rollback()
        raise HTTPException(409, detail="username taken") from None
    return {"id": str(user.id), "username": user.username, "is_active": True}


@auth.post("/token")
async def token(
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
    session: Session,
    grant_type: Annotated[Literal["password"] | None, Form()] = None,
):
    user = await session.scalar(select(User).where(User.username == username))
    known = user.hashed_password if user else bcrypt.hashpw(b"nobody", bcrypt.gensalt(10))
    if not await asyncio.to_thread(bcrypt.checkpw, prehash(password), known) or user is None:
        raise unauthorized("Incorrect username or password")
    settings = get_settings()
    claims = {
        "sub": str(user.id),
        "exp": datetime.now(UTC) + timedelta(minutes=settings.lifetime),
        "aud": "urn:task-service",
        "typ": "access",
        "ver": user.token_version,
    }
    return {
        "access_token": jwt.encode(claims, settings.secret, algorithm="HS256", headers={"typ": "at+jwt"}),
        "token_type": "bearer",
        "scope": "",
    }


async def fetch_own(task_id: Annotated[int, Path()], me: Me, session: Session) -> Task:
    task = await session.get(Task, task_id)
    if task is None or task.created_by != me.id:
        raise HTTPException(404, "Task not found")
    return task


Mine = Annotated[Task, Depends(fetch_own)]


@tasks.post("", status_code=201, response_model=TaskResponse)
async def create(me: Me, body: TaskCreate, session: Session):
    task = await session.scalar(insert(Task).values(**body.model_dump(), created_by=me.id).returning(Task))
    await session.commit()
    await asyncio.to_thread(app.state.sqs.send_message, {"task_id": task.id})
    return task


@tasks.get("", response_model=list[TaskResponse])
async def listing(
    me: Me,
    session: Session,
    status: TaskStatus | None = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1)] = 100,
):
    wanted = [Task.created_by == me.id, *([Task.status == status.value] if status else [])]
    return (await session.scalars(select(Task).where(*wanted).order_by(Task.id).offset(skip).limit(limit))).all()


@tasks.get("/{task_id}", response_model=TaskResponse)
async def read(task: Mine):
    return task


@tasks.put("/{task_id}", response_model=TaskResponse)
async def put(task: Mine, body: TaskUpdate, session: Session):
    changes = body.model_dump(exclude_unset=True)
    if changes:
        task = await session.scalar(update(Task).where(Task.id == task.id).values(**changes).returning(Task))
        await session.commit()
        await session.refresh(task)
    return task


@tasks.delete("/{task_id}", status_code=204)
async def remove(task: Mine, session: Session):
    await session.execute(delete(Task).where(Task.id == task.id))
    await session.commit()


app.include_router(auth)
app.include_router(tasks)
