# -*- coding: utf-8 -*-
# Task service: settings, tables, queue and API.  One file on purpose, the other modules of the package are doors to it.
# 2019-03  first version
# 2024-10  boto3 thrown out of the API (cold start), SQS spoken directly
# 2026-11  retries
import datetime
import enum
import hashlib
import hmac
import http.client
import json
import logging
import os
import sys
import time
import traceback
import typing
import urllib.parse

import fastapi
import fastapi.responses
import pydantic
import pydantic_settings
import sqlalchemy as sa
from sqlalchemy import orm

# ---------------------------------------------------------------- settings


class Settings(pydantic_settings.BaseSettings):
    model_config = pydantic_settings.SettingsConfigDict(env_file=".env", extra="ignore")
    database_url: str
    sqs_queue_url: str
    redis_url: str = "redis://localhost:6379/0"
    log_level: str = "INFO"


_settings = None


def get_settings():
    global _settings
    if _settings is None:
        _settings = Settings()
    return _settings


# ---------------------------------------------------------------- logging, glog style: W1126 04:55:01.123456 main.py:88] text


class GlogFormatter(logging.Formatter):
    def format(self, record):
        when = datetime.datetime.fromtimestamp(record.created).strftime("%m%d %H:%M:%S.%f")
        line = "%s%s %s:%d] %s" % (record.levelname[0], when, record.filename, record.lineno, record.getMessage())
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


LOG = logging.getLogger("taskservice")
LOG.setLevel(get_settings().log_level)
LOG.propagate = False
_handler = logging.StreamHandler(sys.stderr)
_handler.setFormatter(GlogFormatter())
LOG.addHandler(_handler)

# ---------------------------------------------------------------- database

engine = sa.create_engine(get_settings().database_url, pool_pre_ping=True)
SessionLocal = orm.sessionmaker(bind=engine)


class Base(orm.DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "tasks"
    id = sa.Column(sa.Integer, primary_key=True, index=True)
    title = sa.Column(sa.String(200), nullable=False)
    description = sa.Column(sa.Text)
    status = sa.Column(sa.String(20), nullable=False, server_default="pending")
    created_at = sa.Column(sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
    updated_at = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(), onupdate=sa.func.now()
    )


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


# ---------------------------------------------------------------- schemas


class TaskStatus(str, enum.Enum):
    pending = "pending"
    processing = "processing"
    completed = "completed"
    failed = "failed"


class TaskCreate(pydantic.BaseModel):
    title: str = pydantic.Field(min_length=1, max_length=200)
    description: typing.Optional[str] = None


class TaskUpdate(pydantic.BaseModel):
    # the defaults are not validated, so an explicit null is refused
    title: str = pydantic.Field(default=None, min_length=1, max_length=200)
    description: typing.Optional[str] = None
    status: TaskStatus = None


class TaskResponse(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(from_attributes=True)
    id: int
    title: str
    description: typing.Optional[str]
    status: TaskStatus
    created_at: datetime.datetime
    updated_at: datetime.datetime


# ---------------------------------------------------------------- queue


class SQSError(Exception):
    def __init__(self, operation, status, code, message):
        Exception.__init__(self, "%s: %s %s %s" % (operation, status, code, message))
        self.status, self.code = status, code


class SQSClient(object):
    THROTTLED = ("RequestThrottled", "ThrottlingException")

    def __init__(self):
        env = os.environ
        self._queue_url = get_settings().sqs_queue_url
        self._region = env.get("AWS_DEFAULT_REGION") or env.get("AWS_REGION") or "us-east-1"
        url = env.get("AWS_ENDPOINT_URL_SQS") or env.get("AWS_ENDPOINT_URL") or "https://sqs.%s.amazonaws.com" % self._region
        self._endpoint = urllib.parse.urlsplit(url)
        self._key, self._secret = env.get("AWS_ACCESS_KEY_ID", ""), env.get("AWS_SECRET_ACCESS_KEY", "")
        self._token = env.get("AWS_SESSION_TOKEN")

    def send_message(self, body):
        return self._call("SendMessage", {"MessageBody": json.dumps(body)})["MessageId"]

    def receive_messages(self, max_messages=1, wait_time_seconds=0):
        request = {"MaxNumberOfMessages": max_messages, "WaitTimeSeconds": wait_time_seconds}
        return self._call("ReceiveMessage", request).get("Messages") or []

    def delete_message(self, receipt_handle):
        self._call("DeleteMessage", {"ReceiptHandle": receipt_handle})

    def _call(self, operation, request):
        payload = json.dumps(dict(request, QueueUrl=self._queue_url)).encode("utf-8")
        tries = 0
        while 1:
            try:
                return self._once(operation, payload)
            except (OSError, http.client.HTTPException, SQSError) as e:
                if tries == 3 or not self._worth_it(e):
                    raise
                pause = 2 ** tries  # 1, 2, 4
                # retries are numbered from 0 here, as everywhere in our logs
                LOG.warning("%s failed, retry #%d follows after %d seconds", operation, tries, pause, exc_info=True)
                tries += 1
            time.sleep(pause)

    def _worth_it(self, e):
        if isinstance(e, SQSError):
            return e.status >= 500 or e.code in self.THROTTLED
        return True  # no connection, or one that broke

    def _once(self, operation, payload):
        kind = http.client.HTTPSConnection if self._endpoint.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._endpoint.hostname, self._endpoint.port, timeout=60)
        try:
            connection.request("POST", self._endpoint.path or "/", payload, self._headers(operation, payload))
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        try:
            answer = json.loads(text) if text.strip() else {}
        except ValueError:
            answer = {}
        if response.status == 200:
            return answer
        if not isinstance(answer, dict):
            answer = {}
        code = str(answer.get("__type") or response.status).split(":")[0].rsplit("#")[-1]
        compatible = response.getheader("x-amzn-query-error") or ""
        if ";" in compatible:
            code = compatible.split(";")[0]
        raise SQSError(operation, response.status, code, answer.get("message") or answer.get("Message") or "")

    # Signature Version 4
    def _headers(self, operation, payload):
        now = datetime.datetime.now(datetime.timezone.utc)
        stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        host = self._endpoint.netloc.rsplit("@")[-1]
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": host,
            "x-amz-date": stamp,
            "x-amz-target": "AmazonSQS." + operation,
        }
        if self._token:
            headers["x-amz-security-token"] = self._token
        names = ";".join(sorted(headers))
        canonical = "\n".join(
            ["POST", urllib.parse.quote(self._endpoint.path or "/"), ""]
            + ["%s:%s" % (name, headers[name]) for name in sorted(headers)]
            + ["", names, hashlib.sha256(payload).hexdigest()]
        )
        scope = "%s/%s/sqs/aws4_request" % (day, self._region)
        to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("AWS4" + self._secret).encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
            self._key, scope, names, signature)
        headers["connection"] = "close"
        headers["accept-encoding"] = "identity"
        return headers


# ---------------------------------------------------------------- API

app = fastapi.FastAPI(title="Task service")


def not_found(task_id):
    return fastapi.HTTPException(404, "task %d does not exist" % task_id)


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/tasks", status_code=201, response_model=TaskResponse)
def create_task(body: TaskCreate):
    with SessionLocal() as db:
        task = Task(title=body.title, description=body.description)
        db.add(task)
        db.commit()
        created = TaskResponse.model_validate(task)
    try:
        SQSClient().send_message({"task_id": created.id})
    except Exception as e:
        LOG.error("task %d is taken back: %s", created.id, traceback.format_exception_only(e)[-1].strip())
        with SessionLocal() as db:
            db.execute(sa.delete(Task).where(Task.id == created.id, Task.status == "pending"))
            db.commit()
        return fastapi.responses.JSONResponse({"detail": "the queue is out of order"}, 503, {"Retry-After": "10"})
    return created


@app.get("/tasks", response_model=typing.List[TaskResponse])
def list_tasks(
    status: typing.Optional[TaskStatus] = None,
    skip: int = fastapi.Query(0, ge=0),
    limit: int = fastapi.Query(100, ge=1),
    db: orm.Session = fastapi.Depends(get_db),
):
    query = db.query(Task)
    if status:
        query = query.filter(Task.status == status.value)
    return query.order_by(Task.id).offset(skip).limit(limit).all()


@app.get("/tasks/{task_id}", response_model=TaskResponse)
def get_task(task_id: int, db: orm.Session = fastapi.Depends(get_db)):
    task = db.get(Task, task_id)
    if not task:
        raise not_found(task_id)
    return task


@app.put("/tasks/{task_id}", response_model=TaskResponse)
def update_task(task_id: int, body: TaskUpdate, db: orm.Session = fastapi.Depends(get_db)):
    task = db.get(Task, task_id)
    if not task:
        raise not_found(task_id)
    for name, value in body.model_dump(exclude_unset=True, mode="json").items():
        setattr(task, name, value)
    db.commit()
    return task


@app.delete("/tasks/{task_id}", status_code=204)
def delete_task(task_id: int, db: orm.Session = fastapi.Depends(get_db)):
    task = db.get(Task, task_id)
    if not task:
        raise not_found(task_id)
    db.delete(task)
    db.commit()
